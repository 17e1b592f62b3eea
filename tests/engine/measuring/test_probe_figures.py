"""The figures of the faithfulness probe, by hand and by simulation."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from support.tiny import PROMPT

from engine.contract.specs import ModelSpec, ProbeSpec
from engine.measuring.probe_figures import adjusted_mean, figures

Row = dict[str, Any]
SCALE = tuple(float(label) for label in range(10))
BLURRY, SHARP = "The image is blurry.", "The image is sharp."


def certain(label: int) -> list[float]:
    """Log-probabilities whose score is the label."""
    return [0.0 if each == label else -800.0 for each in range(10)]


def spec(**changes: Any) -> ProbeSpec:
    return ProbeSpec(ModelSpec("m"), PROMPT, "v", 3, **{"reference": SCALE, "bootstrap": 200, **changes})


def answer(image: int, degradation: str, strength: float, label: int, text: str) -> Row:
    return {
        "image_id": image, "degradation": degradation, "strength": strength, "logprobs": certain(label), "text": text,
    }  # fmt: skip


def asked(answers: list[Row], base: list[Row] | None = None) -> list[Row]:
    """The input rows of these answers, with the base's answers about the same copies."""
    given = base or [None] * len(answers)
    return [
        {key: row[key] for key in ("image_id", "degradation", "strength")}
        | {"path": "x", "group": None, "base": other and {"logprobs": other["logprobs"], "text": other["text"]}}
        for row, other in zip(answers, given, strict=True)
    ]


def figure(found: list[Row], name: str, degradation: str, strength: float) -> Row:
    (row,) = (r for r in found if (r["name"], r["degradation"], r["strength"]) == (name, degradation, strength))
    return row


def seen(images: int = 4) -> list[Row]:
    """A version that sees and says all: scores 7, 5 and 2 at blur 0, .5 and 1; names the strong blur alone."""
    rows = []
    for image in range(images):
        rows.append(answer(image, "none", 0.0, 7, SHARP))
        rows.append(answer(image, "blur", 0.5, 5, SHARP))
        rows.append(answer(image, "blur", 1.0, 2, BLURRY))
    return rows


def test_the_figures_of_a_version_that_sees_and_says_it() -> None:
    found = figures(spec(), asked(seen()), seen())
    assert figure(found, "score_change", "blur", 0.5) | {"lo": 0, "hi": 0} == {
        "degradation": "blur", "strength": 0.5, "name": "score_change", "value": -2.0, "lo": 0, "hi": 0, "n": 4,
    }  # fmt: skip
    assert figure(found, "score_change", "blur", 1.0)["value"] == -5
    assert [figure(found, "named", "blur", strength)["value"] for strength in (0.5, 1.0)] == [0, 1]
    assert [figure(found, "named_untouched", "blur", strength)["value"] for strength in (0.5, 1.0)] == [0, 0]
    assert [figure(found, "naming_gain", "blur", strength)["value"] for strength in (0.5, 1.0)] == [0, 1]
    assert figure(found, "order", "blur", 0.0)["value"] == 1
    assert not any("vs_base" in row["name"] for row in found)


def test_that_a_higher_score_is_the_loss_where_lower_is_better() -> None:
    """The labels still say that the degraded images are worse; read out, their scores rise."""
    answers, scale = seen(), SCALE[::-1]
    found = figures(spec(reference=scale, base_reference=scale, lower_is_better=True), asked(answers, answers), answers)
    assert figure(found, "score_change", "blur", 1.0)["value"] == 5
    assert figure(found, "order", "blur", 0.0)["value"] == 1
    assert figure(found, "order_vs_base", "blur", 0.0)["value"] == 0


def test_that_a_model_that_always_says_blurry_gains_nothing() -> None:
    rows = [row | {"text": BLURRY} for row in seen()]
    found = figures(spec(), asked(rows), rows)
    assert figure(found, "named", "blur", 1.0)["value"] == 1
    gain = figure(found, "naming_gain", "blur", 1.0)
    assert gain["value"] == 0 and gain["lo"] < 0 < gain["hi"], "an interval with a width, although all are equal"


def test_that_the_score_is_read_out_by_each_versions_own_values() -> None:
    rows = seen()
    base = [row | {"text": SHARP} for row in rows]
    found = figures(spec(reference=[10 * v for v in SCALE], base_reference=SCALE), asked(rows, base), rows)
    assert figure(found, "score_change", "blur", 1.0)["value"] == -50
    assert figure(found, "score_change_vs_base", "blur", 1.0)["value"] == -45
    assert figure(found, "naming_gain_vs_base", "blur", 1.0)["value"] == 1
    assert figure(found, "order_vs_base", "blur", 0.0)["value"] == 0


def test_that_the_comparison_with_base_takes_what_both_have() -> None:
    rows = seen(6)
    inputs = asked(rows, rows)
    for row in inputs:
        if row["image_id"] < 2:
            row["base"] = None
    found = figures(spec(base_reference=SCALE), inputs, rows)
    assert figure(found, "score_change", "blur", 1.0)["n"] == 6
    assert figure(found, "score_change_vs_base", "blur", 1.0)["n"] == 4


def test_that_problems_and_missing_explanations_are_left_out_and_n_says_so() -> None:
    rows = seen(4)
    rows[2] = {key: rows[2][key] for key in ("image_id", "degradation", "strength")} | {"problem": "gone"}
    rows[5] = rows[5] | {"text": ""}
    found = figures(spec(), asked(seen(4)), rows)
    assert figure(found, "score_change", "blur", 1.0)["n"] == 3
    assert figure(found, "naming_gain", "blur", 1.0)["n"] == 2
    rows[0] = rows[2] | {"degradation": "none", "strength": 0.0}
    assert figure(figures(spec(), asked(seen(4)), rows), "score_change", "blur", 0.5)["n"] == 3


def test_that_an_image_whose_score_never_moves_has_no_order() -> None:
    rows = seen(3)
    still = [row | {"logprobs": certain(4)} if row["image_id"] == 0 else row for row in rows]
    order = figure(figures(spec(), asked(rows), still), "order", "blur", 0.0)
    assert (order["value"], order["n"]) == (1, 2)
    none = [row | {"logprobs": certain(4)} for row in rows]
    assert not any(row["name"] == "order" for row in figures(spec(), asked(rows), none))


def test_that_the_order_is_kendalls_tau_within_an_image() -> None:
    labels = {0.0: 7, 0.25: 5, 0.5: 6, 1.0: 2}
    rows = [
        answer(image, "blur" if strength else "none", strength, label, SHARP)
        for image in range(3)
        for strength, label in labels.items()
    ]
    order = figure(figures(spec(), asked(rows), rows), "order", "blur", 0.0)
    assert order["value"] == pytest.approx((5 - 1) / 6), "5 of 6 pairs in order"


def test_the_average_over_degradations() -> None:
    rows = seen()
    rows += [answer(image, "noise", 1.0, 6, SHARP) for image in range(4)]
    found = figures(spec(), asked(rows), rows)
    assert figure(found, "score_change", "all", 1.0)["value"] == pytest.approx(-3)
    assert figure(found, "naming_gain", "all", 1.0)["value"] == pytest.approx(0.5)
    assert figure(found, "score_change", "all", 0.5)["value"] == -2


def test_that_images_of_a_group_are_one_observation() -> None:
    rows = [row for row in seen(40) if row["strength"] != 0.5]
    rng = np.random.default_rng(0)
    for row in rows:
        if row["degradation"] == "blur":
            row["logprobs"] = certain(2 * (row["image_id"] // 10))
            row["text"] = BLURRY if rng.random() < 0.5 else SHARP
    apart = asked(rows)
    together = [row | {"group": str(row["image_id"] // 10)} for row in apart]
    for name in ("score_change", "naming_gain", "named"):
        a, b = (figure(figures(spec(), inputs, rows), name, "blur", 1.0) for inputs in (apart, together))
        assert a["value"] == b["value"] and b["hi"] - b["lo"] > a["hi"] - a["lo"]


def test_that_one_image_has_no_interval() -> None:
    found = figures(spec(), asked(seen(1)), seen(1))
    for name in ("score_change", "naming_gain"):
        row = figure(found, name, "blur", 1.0)
        assert row["value"] is not None and row["lo"] is None and row["hi"] is None


@pytest.mark.parametrize(("up", "down", "n"), [(0.0, 0.0, 50), (0.02, 0.0, 50), (0.3, 0.1, 50), (0.1, 0.1, 200)])
def test_that_the_interval_of_a_gain_covers_the_truth(up: float, down: float, n: int) -> None:
    rng = np.random.default_rng(1)
    covered = []
    for _ in range(2000):
        drawn = rng.random(n)
        values = np.where(drawn < up, 1.0, np.where(drawn < up + down, -1.0, 0.0))
        found = adjusted_mean(values.tolist())
        covered.append(found.lo <= up - down <= found.hi)
    assert np.mean(covered) >= 0.93


@pytest.mark.parametrize("rate", [0.0, 0.01, 0.05, 0.2])
def test_that_the_interval_of_an_average_over_degradations_covers_the_truth(rate: float) -> None:
    rng = np.random.default_rng(2)
    covered, widths = [], []
    for _ in range(1500):
        means = (rng.random((50, 10)) < rate).mean(axis=1)
        found = adjusted_mean(means.tolist(), step=0.1)
        covered.append(found.lo <= rate <= found.hi)
        widths.append(found.hi - found.lo)
    assert np.mean(covered) >= 0.93 and 0 < np.mean(widths) < 0.08


def test_the_interval_of_a_gain_by_hand() -> None:
    found = adjusted_mean([1.0] * 6 + [-1.0] * 1 + [0.0] * 13)
    variance = (6 + 1) / 20 - 0.25**2
    half = 2.093024 * math.sqrt((20 * variance + 2) / 22 / 20)
    assert (found.value, found.n) == (0.25, 20)
    assert (found.lo, found.hi) == pytest.approx((0.25 - half, 0.25 + half))
    assert math.isnan(adjusted_mean([]).value)


def test_that_no_interval_leaves_what_is_possible() -> None:
    found = figures(spec(), asked(seen()), seen())
    for name in ("named", "naming_gain", "order"):
        rows = [row for row in found if row["name"] == name]
        assert rows and all(-1 <= row["lo"] <= row["value"] <= row["hi"] <= 1 for row in rows)
