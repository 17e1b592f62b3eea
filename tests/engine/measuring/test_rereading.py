"""Whether explanations carry the score, on planted readings."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from scipy import stats

from engine.contract.specs import MeasureSpec
from engine.measuring.rereading import differences, rereading
from engine.measuring.split import Row, Split

SPEC = MeasureSpec(version="v", bin_means=tuple(range(10)), bootstrap=100, seed=1, against=("base",))


def peaked(label: float) -> list[float]:
    """Ten log-probabilities whose expected label is this one."""
    low, share = int(label), label - int(label)
    values = np.full(10, 1e-12)
    values[low] += 1 - share
    values[min(9, low + 1)] += share
    return [float(value) for value in np.log(values / values.sum())]


def row(number: int, label: int | None, said: float, **more: Any) -> Row:
    read = {"logprobs": peaked(said), "swapped_logprobs": None, "swapped_label": None}
    flat = [float(np.log(0.1))] * 10
    return {
        "image_id": number, "truth": float(number), "group": None, "label": label, "logprobs": flat,
        "reread": {**read, **more},
    }  # fmt: skip


def split(rows: list[Row]) -> Split:
    return Split(SPEC, rows, {})


def test_that_texts_are_compared_with_their_own_labels_and_the_truth() -> None:
    labels, said = [1, 3, 5, 7, 9, 2], [1.5, 2.0, 5.5, 3.5, 9.0, 6.0]
    rows = [row(n, label, text) for n, (label, text) in enumerate(zip(labels, said, strict=True))]
    found = rereading(split([*rows, row(6, None, 4.0), {**row(7, 4, 4.0), "reread": None}]))
    assert found["text_label"].value == pytest.approx(stats.spearmanr(said, labels).statistic)
    assert found["text_truth"].value == pytest.approx(stats.spearmanr(said, range(6)).statistic)
    assert found["contradictions"].value == pytest.approx(2 / 6) and found["contradictions"].n == 6, "7 as 3.5, 2 as 6"
    assert not any(name.startswith("swap") for name in found)


def test_that_texts_agree_with_the_truth_on_a_scale_on_which_lower_is_better() -> None:
    """The truth is the images' number: label 9 for the lowest, as the bins say."""
    labels = [9, 7, 5, 3, 1, 0]
    rows = [row(n, label, float(label)) for n, label in enumerate(labels)]
    lower = dataclasses.replace(SPEC, bin_means=tuple(range(9, -1, -1)))
    assert rereading(Split(lower, rows, {}))["text_truth"].value == pytest.approx(1)
    assert rereading(split(rows))["text_truth"].value == pytest.approx(-1)


def test_that_a_swap_tells_whether_the_text_or_the_picture_is_followed() -> None:
    own, texts = [0, 2, 8, 9, 4, 5], [9, 8, 1, 0, 5, 4]
    for follows, values in ((1.0, texts), (0.0, own)):
        rows = [
            row(n, label, label, swapped_logprobs=peaked(float(value)), swapped_label=text)
            for n, (label, text, value) in enumerate(zip(own, texts, values, strict=True))
        ]
        found = rereading(split(rows))
        assert found["swap_follows_text"].value == follows and found["swap_follows_text"].n == 4, "two are too near"
        assert found["swap_text" if follows else "swap_image"].value == pytest.approx(1)


def test_that_the_picture_counts_as_much_as_the_text_makes_likely() -> None:
    """The text is equally likely under all labels, so that the picture alone decides."""
    rows = [
        row(n, label, label, swapped_logprobs=[-3.0] * 10, swapped_label=9 - label) for n, label in enumerate((1, 8))
    ]
    for one in rows:
        one["logprobs"] = peaked(one["label"])
    assert rereading(split(rows))["swap_follows_text"].value == 0


def test_that_versions_are_compared_where_both_were_read() -> None:
    rows = []
    for number in range(8):
        theirs = {"logprobs": peaked(9 - number), "swapped_logprobs": None, "swapped_label": None}
        answers = {"base": {"label": number, "text": "", "parse_ok": True}}
        rows.append({**row(number, number, number), "compare_reread": {"base": theirs}, "compare_answers": answers})
    found = differences(split([*rows, row(9, 3, 3.0)]), "base")
    assert found["text_label"].value == pytest.approx(2) and found["text_label"].n == 8
    assert found["contradictions"].value == pytest.approx(-6 / 8), "9 - n is 3 or more from n for 6 of 8"
    assert differences(split(rows), "other") == {}
