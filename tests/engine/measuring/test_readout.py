"""The read-out in the original scale and its calibration."""

from __future__ import annotations

import numpy as np
import pytest

from engine.measuring.readout import LEAST_ROWS, STRENGTHS, FloatArray, expected_score, fit_reference, probabilities

MEANS = tuple(float(mean) for mean in np.linspace(2, 8, 10))


def _predictions(n: int, labels: int = 10, sharpness: float = 1.0, seed: int = 0) -> FloatArray:
    rng = np.random.default_rng(seed)
    logits = -sharpness * (np.arange(10) - rng.uniform(0, labels - 1, (n, 1))) ** 2
    logits[:, labels:] -= 30
    return np.asarray(logits)


def test_that_the_score_is_the_expectation_over_the_softmax() -> None:
    logprobs = np.log(np.array([[0.1] * 10, [0.5, 0.5] + [1e-12] * 8]))
    assert expected_score(logprobs, range(10)) == pytest.approx([4.5, 0.5])
    assert expected_score(logprobs - 700, range(10)) == pytest.approx([4.5, 0.5])


@pytest.mark.parametrize("bad", [[[0.0] * 9], [[float("nan")] * 10], [[float("-inf")] * 10]])
def test_that_what_is_no_distribution_is_refused(bad: list[list[float]]) -> None:
    with pytest.raises(ValueError, match="log-probabilities"):
        probabilities(bad)


def test_that_enough_data_gives_plain_least_squares() -> None:
    logprobs = _predictions(20_000, sharpness=2.0)
    truth = probabilities(logprobs) @ np.linspace(1, 5, 10) ** 1.5 + np.random.default_rng(1).normal(0, 0.3, 20_000)
    fitted = fit_reference(logprobs, truth, MEANS)
    plain = np.linalg.lstsq(probabilities(logprobs), truth, rcond=None)[0]
    assert (fitted.method, fitted.reason, fitted.warning) == ("shrinkage", "", "")
    assert fitted.reference == pytest.approx(plain.tolist(), abs=0.01)


def test_that_least_squares_is_the_papers_exactly() -> None:
    logprobs = _predictions(40)
    truth = np.random.default_rng(1).normal(5, 1, 40)
    fitted = fit_reference(logprobs, truth, MEANS, "least_squares")
    plain = np.linalg.lstsq(probabilities(logprobs), truth, rcond=None)[0]
    assert (fitted.method, fitted.reason, fitted.strength) == ("least_squares", "", None)
    assert fitted.reference == pytest.approx(plain.tolist(), abs=1e-8)


def test_that_strength_and_share_have_the_smallest_error_on_left_out_images() -> None:
    """Against refitting without each image in turn."""
    logprobs = _predictions(60, sharpness=0.5)
    weights = probabilities(logprobs)
    truth = weights @ np.linspace(1, 9, 10) + np.random.default_rng(2).normal(0, 0.5, 60)
    fitted = fit_reference(logprobs, truth, MEANS)

    def ridge(rows: FloatArray, observed: FloatArray, strength: float, share: float) -> FloatArray:
        rest = observed - rows @ np.asarray(MEANS)
        found = np.linalg.solve(rows.T @ rows + strength * np.eye(10), rows.T @ rest)
        return np.asarray(MEANS + share * found)

    def loss(strength: float, share: float) -> float:
        kept = [np.arange(60) != place for place in range(60)]
        left_out = [
            truth[~keep][0] - (weights[~keep] @ ridge(weights[keep], truth[keep], strength, share))[0] for keep in kept
        ]
        return float(np.square(left_out).mean())

    assert fitted.method == "shrinkage" and fitted.strength is not None and fitted.share is not None
    assert fitted.reference == pytest.approx(ridge(weights, truth, fitted.strength, fitted.share).tolist(), abs=1e-6)
    others = [(float(strength), share) for strength in STRENGTHS[::8] for share in (0.0, 0.25, 0.5, 0.75, 1.0)]
    assert loss(fitted.strength, fitted.share) <= min(loss(*other) for other in others) * 1.001


def test_that_equal_scores_fall_back_to_bin_means() -> None:
    """Fitted to 64 scores of 5.0, every label would be worth about 5."""
    fitted = fit_reference(_predictions(64), [5.0] * 64, MEANS)
    assert (fitted.reference, fitted.method) == (MEANS, "bin_means")
    assert "all 64 validation images have the same score, 5" in fitted.reason


def test_that_noise_keeps_the_bin_means_nearly() -> None:
    logprobs = _predictions(200)
    truth = probabilities(logprobs) @ np.asarray(MEANS) + np.random.default_rng(0).normal(0, 2, 200)
    fitted = fit_reference(logprobs, truth, MEANS)
    assert np.max(np.abs(np.subtract(fitted.reference, MEANS))) < 0.5


def test_that_values_that_do_not_rise_are_named() -> None:
    logprobs = _predictions(2000, sharpness=3.0)
    truth = probabilities(logprobs) @ np.array([1, 2, 3, 4, 6, 5, 7, 8, 9, 10.0])
    fitted = fit_reference(logprobs, truth, MEANS)
    assert fitted.warning.startswith("the reference values do not rise with the label: 4 = 6")
    assert "5 = 5" in fitted.warning and fitted.warning.count(";") == 0


def test_that_values_must_fall_with_the_label_where_lower_scores_are_better() -> None:
    """The bin means say so: as for a difference mean opinion score."""
    logprobs = _predictions(2000, sharpness=3.0)
    truth = probabilities(logprobs) @ np.arange(10, 0, -1.0)
    fitted = fit_reference(logprobs, truth, MEANS[::-1])
    assert fitted.warning == "" and fitted.reference == pytest.approx(range(10, 0, -1), abs=0.05)
    truth = probabilities(logprobs) @ np.array([10, 9, 8, 7, 5, 6, 4, 3, 2, 1.0])
    warning = fit_reference(logprobs, truth, MEANS[::-1]).warning
    assert warning.startswith("the reference values do not fall with the label: 4 = 5") and "5 = 6" in warning


def test_that_too_few_images_fall_back_to_bin_means_and_say_so() -> None:
    for method, least in LEAST_ROWS.items():
        fitted = fit_reference(_predictions(least - 1), range(least - 1), MEANS, method)
        assert (fitted.reference, fitted.method) == (MEANS, "bin_means")
        assert f"only {least - 1} validation predictions" in fitted.reason


def test_that_no_images_at_all_fall_back_to_bin_means() -> None:
    assert fit_reference([], [], MEANS).reference == MEANS


def test_that_equal_predictions_fall_back_to_bin_means_and_say_so() -> None:
    fitted = fit_reference(np.zeros((200, 10)), np.arange(200), MEANS)
    assert (fitted.reference, fitted.method) == (MEANS, "bin_means")
    assert "hardly differ" in fitted.reason


def test_that_labels_never_given_keep_their_bin_means() -> None:
    logprobs = _predictions(300, labels=7)
    truth = probabilities(logprobs) @ np.linspace(3, 6, 10)
    fitted = fit_reference(logprobs, truth, MEANS)
    assert fitted.method == "shrinkage"
    assert fitted.reference[7:] == pytest.approx(MEANS[7:], abs=1e-3)
    assert fitted.reference[:6] == pytest.approx(np.linspace(3, 6, 10)[:6].tolist(), abs=0.05)


@pytest.mark.parametrize("n", [12, 20, 60, 120])
def test_that_small_noisy_fits_stay_near_the_scale(n: int) -> None:
    logprobs = _predictions(n, sharpness=0.3, seed=n)
    rng = np.random.default_rng(n)
    truth = probabilities(logprobs) @ np.asarray(MEANS) + rng.normal(0, 1, n)
    plain = np.linalg.lstsq(probabilities(logprobs), truth, rcond=None)[0]
    fitted = fit_reference(logprobs, truth, MEANS)
    assert np.ptp(plain) > 15
    assert np.max(np.abs(np.subtract(fitted.reference, MEANS))) < 4


def test_that_another_number_of_bin_means_is_refused() -> None:
    with pytest.raises(ValueError, match="ten bin means"):
        fit_reference(_predictions(20), range(20), MEANS[:9])
