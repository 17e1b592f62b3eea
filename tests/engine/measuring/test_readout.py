"""The read-out in the original scale and its calibration."""

from __future__ import annotations

import numpy as np
import pytest

from engine.measuring.readout import FloatArray, expected_score, fit_reference, probabilities

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
    logprobs = _predictions(500, sharpness=2.0)
    truth = probabilities(logprobs) @ np.linspace(1, 5, 10) ** 1.5 + np.random.default_rng(1).normal(0, 0.3, 500)
    fitted = fit_reference(logprobs, truth, MEANS)
    plain = np.linalg.lstsq(probabilities(logprobs), truth, rcond=None)[0]
    assert (fitted.method, fitted.reason) == ("least_squares", "")
    assert fitted.reference == pytest.approx(plain.tolist(), abs=1e-8)


def test_that_too_few_images_fall_back_to_bin_means_and_say_so() -> None:
    fitted = fit_reference(_predictions(9), range(9), MEANS)
    assert fitted.reference == MEANS
    assert fitted.method == "bin_means"
    assert "only 9 validation predictions" in fitted.reason


def test_that_no_images_at_all_fall_back_to_bin_means() -> None:
    assert fit_reference([], [], MEANS).reference == MEANS


def test_that_equal_predictions_fall_back_to_bin_means_and_say_so() -> None:
    fitted = fit_reference(np.zeros((200, 10)), np.arange(200), MEANS)
    assert (fitted.reference, fitted.method) == (MEANS, "bin_means")
    assert "hardly differ" in fitted.reason


def test_that_labels_never_given_keep_their_bin_means_and_are_named() -> None:
    logprobs = _predictions(300, labels=7)
    truth = probabilities(logprobs) @ np.linspace(3, 6, 10)
    fitted = fit_reference(logprobs, truth, MEANS)
    assert fitted.method == "least_squares"
    assert fitted.reference[7:] == pytest.approx(MEANS[7:], abs=1e-3)
    assert fitted.reference[:6] == pytest.approx(np.linspace(3, 6, 10)[:6].tolist(), abs=0.05)
    assert "hardly ever given: 7, 8, 9" in fitted.reason


@pytest.mark.parametrize("n", [12, 20, 60])
def test_that_small_noisy_fits_stay_near_the_scale(n: int) -> None:
    logprobs = _predictions(n, sharpness=0.3, seed=n)
    rng = np.random.default_rng(n)
    truth = probabilities(logprobs) @ np.asarray(MEANS) + rng.normal(0, 1, n)
    plain = np.linalg.lstsq(probabilities(logprobs), truth, rcond=None)[0]
    fitted = fit_reference(logprobs, truth, MEANS)
    assert np.ptp(plain) > 25
    assert np.max(np.abs(np.subtract(fitted.reference, MEANS))) < 4


def test_that_another_number_of_bin_means_is_refused() -> None:
    with pytest.raises(ValueError, match="ten bin means"):
        fit_reference(_predictions(20), range(20), MEANS[:9])
