"""Verdicts: Holm's correction, worse before better, and nothing guessed where nothing was measured."""

from __future__ import annotations

import dataclasses
import math
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from studio.services.loop.types import NextAction
from studio.services.versions.overview import verdict
from studio.services.versions.stop_rule import advice, best_version, upper_end
from studio.services.versions.types import (
    IterationAdvice,
    MainVerdict,
    MetricValue,
    VersionKind,
    VersionRow,
)
from studio.services.versions.verdict import holm, main_verdict

KINDS: tuple[VersionKind, ...] = ("base", "score", "merged", "merged")
NAMES = ("base", "iter1/score", "iter2/merged", "iter3/merged")


def _row(
    iteration: int, *, judge: str | None = "gpt", srcc: float = 0.5, **changes: tuple[float, float, float]
) -> VersionRow:
    """A main version; ``changes``: "srcc__base" and so on: difference, half its interval, p (NaN: unknown)."""
    metrics = {"srcc": MetricValue(srcc, srcc - 0.05, srcc + 0.05, 400)}
    for key, (value, half, p) in changes.items():
        measure, _, short = key.partition("__")
        other = {"base": "base", "one": "iter1/score", "two": "iter2/merged"}[short]
        metrics[f"{measure}_delta:{other}"] = MetricValue(value, value - half, value + half, 400)
        if not math.isnan(p):
            metrics[f"{measure}_p:{other}"] = MetricValue(p, None, None, 400)
    return VersionRow(
        id=iteration,
        name=NAMES[iteration],
        iteration=iteration,
        kind=KINDS[iteration],
        parents=(),
        metrics=metrics,
        judge=judge,
        adapter=Path("adapter") if iteration else None,
        digest="",
        created_at=datetime.now(UTC),
    )


def _judged(last: VersionRow) -> tuple[MainVerdict, list[VersionRow]]:
    main = [*(_row(iteration) for iteration in range(last.iteration)), last]
    found = main_verdict(last, main)
    assert found is not None
    return found, main


def _advised(last: VersionRow, useful_gain: float = 0.01) -> IterationAdvice:
    found, main = _judged(last)
    told = advice(found, main, NextAction("run_iteration", last.iteration + 1), useful_gain)
    assert told is not None
    return told


def _words(found: MainVerdict, place: int = 0) -> dict[str, str | None]:
    return {change.measure: change.word for change in found.against[place].measures}


def test_that_holms_p_values_are_the_literal_numbers_in_their_order() -> None:
    assert holm([0.04, 0.001, 0.03, 0.5]) == pytest.approx([0.09, 0.004, 0.09, 0.5])
    assert holm([0.6, 0.9]) == [1.0, 1.0]
    assert holm([]) == []


def test_that_holm_keeps_the_rate_of_any_false_alarm() -> None:
    chances = np.random.default_rng(0).random((20_000, 6))
    alarms = np.mean([min(holm(list(row))) < 0.05 for row in chances])
    assert alarms == pytest.approx(0.05, abs=0.006)
    assert np.mean(chances.min(axis=1) < 0.05) > 0.25  # without it


def test_that_a_version_is_compared_with_the_previous_one_and_the_base() -> None:
    found, _ = _judged(_row(2, srcc__one=(0.05, 0.02, 0.002), srcc__base=(0.3, 0.05, 0.002)))
    assert [change.other for change in found.against] == ["iter1/score", "base"]
    assert [change.word for change in found.against] == ["better", "better"]
    assert found.tests == 2
    first, _ = _judged(_row(1, srcc__base=(0.3, 0.05, 0.002)))
    assert [change.other for change in first.against] == ["base"]


def test_that_the_comparisons_are_corrected_together() -> None:
    alone, _ = _judged(_row(1, srcc__base=(0.05, 0.04, 0.02)))
    assert _words(alone)["srcc"] == "better"
    together, _ = _judged(
        _row(1, srcc__base=(0.05, 0.04, 0.02), consistency__base=(0, 0.2, 0.6), format_failures__base=(0, 0.1, 1.0))
    )
    assert together.tests == 3
    change = together.against[0].measure("srcc")
    assert (change.word, change.p) == ("unclear", pytest.approx(0.06))
    assert change.needed is not None and change.needed.more > 0


def test_that_worse_wins_over_better() -> None:
    found, _ = _judged(
        _row(2, srcc__one=(0.05, 0.02, 0.002), format_failures__one=(0.33, 0.2, 0.004), srcc__base=(0.2, 0.1, 0.002))
    )
    assert _words(found) == {"srcc": "better", "consistency": None, "format_failures": "worse"}
    assert [change.word for change in found.against] == ["worse", "better"]


def test_that_more_format_failures_are_worse_and_fewer_better() -> None:
    found, _ = _judged(_row(2, format_failures__one=(-0.1, 0.05, 0.002), format_failures__base=(0.1, 0.05, 0.002)))
    assert [change.word for change in found.against] == ["better", "worse"]


def test_that_what_was_not_measured_is_not_guessed() -> None:
    found, _ = _judged(_row(2, srcc__one=(0.05, 0.02, math.nan)))
    assert _words(found) == {"srcc": "unclear", "consistency": None, "format_failures": None}
    assert (found.tests, found.against[1].word) == (0, None)
    assert main_verdict(_row(2), [_row(0), _row(1), _row(2)]) is None
    assert main_verdict(_row(0), [_row(0)]) is None


@pytest.mark.parametrize("judge", [None, "offline"])
def test_that_the_tone_of_words_is_not_consistency(judge: str | None) -> None:
    found, _ = _judged(_row(1, judge=judge, srcc__base=(0.3, 0.1, 0.002), consistency__base=(-1.0, 0.1, 0.002)))
    assert found.against[0].measure("consistency").word is None
    assert (found.tests, found.against[0].word) == (1, "better")


def test_that_table_and_sentence_have_the_same_word() -> None:
    row = _row(1, srcc__base=(0.05, 0.04, 0.02), consistency__base=(0, 0.2, 0.6), format_failures__base=(0, 0.1, 1.0))
    found = verdict(row, [_row(0), row])
    assert found is not None and (found.word, found.p) == ("unclear", pytest.approx(0.06))


def test_that_a_clear_gain_goes_on() -> None:
    assert _advised(_row(2, srcc__one=(0.05, 0.02, 0.002))).kind == "gained"


@pytest.mark.parametrize(
    ("value", "half", "p", "kind"),
    [
        (0.0, 0.005, 0.9, "plateau"),
        (0.006, 0.002, 0.002, "plateau"),
        (0.002, 0.05, 0.9, "unclear"),
        (-0.03, 0.01, 0.002, "worse"),
    ],
)
def test_that_a_small_or_lost_gain_stops_and_a_wide_interval_does_not(
    value: float, half: float, p: float, kind: str
) -> None:
    told = _advised(_row(2, srcc__one=(value, half, p)))
    assert told.kind == kind
    assert told.stops == (kind in ("plateau", "worse"))
    assert (told.needed is not None) == (kind == "unclear")


@pytest.mark.parametrize(("images", "kind"), [(12, "unclear"), (49, "unclear"), (50, "plateau")])
def test_that_a_few_images_whose_ranks_stay_the_same_are_too_few_to_tell(images: int, kind: str) -> None:
    row = _row(2, srcc__one=(0.0, 0.0, 1.0))
    few = {name: dataclasses.replace(value, n=images) for name, value in row.metrics.items()}
    assert _advised(dataclasses.replace(row, metrics=few)).kind == kind


def test_that_the_useful_gain_decides_on_a_plateau() -> None:
    row = _row(2, srcc__one=(0.0, 0.005, 0.9))
    assert (_advised(row, 0.006).kind, _advised(row, 0.004).kind) == ("plateau", "unclear")


def test_that_the_interval_is_widened_for_all_comparisons() -> None:
    delta = MetricValue(0.001, -0.007, 0.009, 400)
    assert upper_end(delta, 1) == pytest.approx(0.009)
    assert upper_end(delta, 6) == pytest.approx(0.001 + 0.008 * 2.63826 / 1.95996, abs=1e-6)
    many = {
        f"{measure}__{other}": (0.0, 0.1, 1.0)
        for measure in ("consistency", "format_failures")
        for other in ("one", "base")
    }
    last = {"srcc__one": (0.001, 0.008, 0.8), "srcc__base": (0.2, 0.1, 0.002)}
    assert _advised(_row(2, srcc__one=last["srcc__one"])).kind == "plateau"
    assert _advised(_row(2, **last, **many)).kind == "unclear"


def test_that_consistency_that_grows_is_a_reason_to_go_on() -> None:
    told = _advised(_row(2, srcc__one=(0.0, 0.004, 0.9), consistency__one=(0.4, 0.1, 0.002)))
    assert told.kind == "gained"


def test_that_consistency_may_fall_in_the_first_iteration_only() -> None:
    told = _advised(_row(1, srcc__base=(0.3, 0.1, 0.002), consistency__base=(-0.5, 0.1, 0.002)))
    assert (told.kind, told.lost, told.stops) == ("trains_consistency", ("consistency",), False)
    later = _advised(_row(2, srcc__one=(0.3, 0.1, 0.002), consistency__one=(-0.5, 0.1, 0.002)))
    assert (later.kind, later.lost) == ("worse", ("consistency",))


def test_that_what_is_worse_than_the_base_stops_unless_it_recovers() -> None:
    worse = {"consistency__base": (-0.5, 0.1, 0.002), "srcc__one": (0.02, 0.01, 0.002)}
    assert _advised(_row(2, **worse, consistency__one=(0.3, 0.1, 0.002))).kind == "gained"
    assert _advised(_row(2, **worse, consistency__one=(0.0, 0.1, 0.9))).kind == "worse"


def test_that_there_is_no_advice_where_another_iteration_is_not_next() -> None:
    found, main = _judged(_row(1, srcc__base=(0.3, 0.1, 0.002)))
    for action in (NextAction("running", 2), NextAction("resume", 2), NextAction("run_iteration", 3)):
        assert advice(found, main, action, 0.01) is None
    assert advice(None, main, NextAction("run_iteration", 2), 0.01) is None
    without = _row(1, format_failures__base=(0.0, 0.1, 1.0))
    assert advice(_judged(without)[0], [_row(0), without], NextAction("run_iteration", 2), 0.01) is None


def test_that_the_best_version_is_chosen_on_validation() -> None:
    rows = [_row(0, srcc=0.9), _row(1, srcc=0.6), _row(2, srcc=0.7)]
    assert best_version(rows) == "iter2/merged"
    for row, value in zip(rows, (0.9, 0.66, 0.65), strict=True):
        row.validation["srcc"] = MetricValue(value, None, None, 256)
    assert best_version(rows) == "iter1/score"
    assert best_version(rows[:1]) is None
