"""The stage measure: calibration on validation rows, metrics on test rows, paired comparisons."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from engine.contract.context import CancelledError, ListContext, StageError, read_jsonl, write_jsonl
from engine.contract.events import Note, Progress, Started
from engine.contract.specs import MeasureSpec, RunFolder
from engine.measuring.readout import expected_score, fit_reference
from engine.stages import measure

Row = dict[str, Any]
MEANS = tuple(float(mean) for mean in np.linspace(3, 7, 10))
JUDGE = "gpt@there"
TEXTS = (
    "A good photograph: the crisp focus is pleasing.",
    "The light is dull, and the light is dull.",
    "A terrible photograph: the noise is ugly.",
)
SPEC = MeasureSpec(version="iter1/score", bin_means=MEANS, bootstrap=200, seed=7)


def _rows(val: int = 80, test: int = 120) -> list[Row]:
    rng = np.random.default_rng(0)
    truth = rng.normal(5, 1, val + test)

    def logprobs(noise: float, i: int) -> list[float]:
        return [float(x) for x in -((np.arange(10) - 4.5 - 2 * (truth[i] - 5) - rng.normal(0, noise)) ** 2)]

    return [
        {
            "image_id": i + 1,
            "split": "val" if i < val else "test",
            "truth": float(truth[i]),
            "group": None,
            "logprobs": logprobs(1, i),
            "label": 4,
            "bin": i % 10,
            "text": TEXTS[i % len(TEXTS)],
            "truncated": False,
            "parse_ok": i % 10 != 0,
            "judged": {JUDGE: {"consistency": i % 5 if i % 3 else None}} if i >= val else {},
            "compare": {"base": logprobs(6, i)},
            "compare_answers": {"base": {"label": 4, "text": "A good photograph.", "parse_ok": True}},
            "compare_judged": {"base": {JUDGE: {"consistency": 0}}},
        }
        for i in range(val + test)
    ]


def _context(folder: Path, rows: list[Row], **settings: int) -> ListContext:
    write_jsonl(RunFolder(folder).input, rows)
    return ListContext(RunFolder(folder), [], **settings)


def _run(folder: Path, rows: list[Row], spec: MeasureSpec = SPEC) -> Row:
    context = _context(folder, rows)
    measure.run(spec, context)
    (row,) = read_jsonl(context.folder.journal())
    return row


def test_that_the_metrics_are_those_of_the_test_rows_alone(tmp_path: Path) -> None:
    rows = _rows()
    found = _run(tmp_path, rows)
    val, test = rows[:80], rows[80:]
    calibration = fit_reference([row["logprobs"] for row in val], [row["truth"] for row in val], MEANS)
    predicted = expected_score([row["logprobs"] for row in test], calibration.reference)
    truth = np.asarray([row["truth"] for row in test])
    metrics = found["metrics"]
    assert found["calibration"]["reference"] == pytest.approx(calibration.reference)
    assert metrics["srcc"]["value"] == pytest.approx(float(stats.spearmanr(predicted, truth).statistic))
    assert metrics["plcc"]["value"] == pytest.approx(float(stats.pearsonr(predicted, truth).statistic))
    assert metrics["rmse"]["value"] == pytest.approx(float(np.sqrt(np.mean((predicted - truth) ** 2))))
    assert all(metrics[name]["lo"] < metrics[name]["value"] < metrics[name]["hi"] for name in ("srcc", "plcc", "rmse"))
    assert metrics["n"] == {"value": 120, "lo": None, "hi": None, "n": 120}
    assert metrics["format_failure_count"]["value"] == 12
    assert metrics["format_failures"]["value"] == pytest.approx(0.1)
    assert [image for image, _ in found["scores"]] == [row["image_id"] for row in rows]
    assert [score for _, score in found["scores"][80:]] == pytest.approx(predicted.tolist())


def test_that_test_truths_never_touch_the_calibration(tmp_path: Path) -> None:
    rows = _rows()
    before = _run(tmp_path / "before", rows)
    for row in rows[80:]:
        row["truth"] = -row["truth"]
        row["compare"] = {}
    after = _run(tmp_path / "after", rows)
    assert after["calibration"] == before["calibration"]
    assert after["scores"] == before["scores"]
    assert after["metrics"]["srcc"]["value"] == pytest.approx(-before["metrics"]["srcc"]["value"])


def test_that_missing_grades_are_left_out_and_counted(tmp_path: Path) -> None:
    rows = _rows()
    given = [grade for row in rows for one in row["judged"].values() if (grade := one["consistency"]) is not None]
    context = _context(tmp_path, rows)
    found = measure.run(SPEC, context)["judged"][JUDGE]
    assert found["consistency"]["value"] == pytest.approx(sum(given) / len(given))
    assert found["consistency"]["n"] == len(given) < 120
    assert found["consistency"]["lo"] < found["consistency"]["value"] < found["consistency"]["hi"]
    assert (found["coverage"]["value"], found["coverage"]["n"]) == (pytest.approx(len(given) / 120), 120)
    assert found["consistency_delta:base"]["value"] == pytest.approx(found["consistency"]["value"])
    assert "usefulness" not in found
    (note,) = [event for event in context.events if isinstance(event, Note) and event.code == "grades_missing"]
    assert f"{120 - len(given)} of 120" in note.text


def test_that_each_judge_has_means_of_its_own(tmp_path: Path) -> None:
    rows = _rows()
    for row in rows[100:]:
        row["judged"]["person:Ann"] = {"consistency": 1, "usefulness": 2, "general": 3}
    found = _run(tmp_path, rows)["judged"]
    assert list(found) == [JUDGE, "person:Ann"]
    ann = found["person:Ann"]
    assert [ann[name]["value"] for name in ("consistency", "usefulness", "general", "coverage")] == [1, 2, 3, 1]
    assert ann["general"]["n"] == 100 and not any(name.startswith("consistency_delta") for name in ann)


def test_that_a_version_without_grades_has_no_consistency_but_its_word_tone(tmp_path: Path) -> None:
    found = _run(tmp_path, [{**row, "judged": {}} for row in _rows()])
    assert found["judged"] == {} and not any(name.startswith("consistency") for name in found["metrics"])
    assert found["metrics"]["word_tone"]["n"] == 120


def test_that_everything_is_compared_with_the_versions_named_and_srcc_alone_with_others(tmp_path: Path) -> None:
    rows = _rows()
    assert not any(name.startswith(("plcc_", "word_")) for name in _run(tmp_path / "a", rows)["metrics"] if ":" in name)
    spec = dataclasses.replace(SPEC, against=("base",))
    found = _run(tmp_path / "b", rows, spec)["metrics"]
    names = ("srcc", "plcc", "rmse", "kendall", "format_failures", "shared_texts", "repeated_clauses", "word_tone")
    for name in (*names, "explanation_words"):
        assert f"{name}_delta:base" in found and 0 < found[f"{name}_p:base"]["value"] <= 1, name
    assert found["format_failures_delta:base"]["value"] == pytest.approx(0.1)
    assert found["repeated_clauses_delta:base"]["value"] == pytest.approx(1 / 3)
    mean = np.mean([len(TEXTS[row["image_id"] % 3 - 1].split()) for row in rows[80:]])
    assert found["explanation_words_delta:base"]["value"] == pytest.approx(mean - 3)


def test_that_format_failures_have_kinds(tmp_path: Path) -> None:
    rows = [{**row, "parse_ok": True} for row in _rows()]
    failures = [{"label": None}, {"text": " "}, {"text": "", "truncated": True}, {"truncated": True}, {}, {}]
    for row, change in zip(rows[80:], failures, strict=False):
        row.update(change, parse_ok=False)
    found = _run(tmp_path, rows)["metrics"]
    counts = {kind: found[f"format_failures:{kind}"]["value"] * 120 for kind in ("no_score", "no_explanation")}
    assert counts == {"no_score": pytest.approx(1), "no_explanation": pytest.approx(2)}
    assert found["format_failures:cut_off"]["value"] == pytest.approx(1 / 120)
    assert found["format_failures:other"]["value"] == pytest.approx(2 / 120)


def test_that_errors_by_bin_calibration_and_labels_are_measured(tmp_path: Path) -> None:
    rows = _rows()
    found = _run(tmp_path, rows)
    scores, metrics = dict(found["scores"]), found["metrics"]
    threes = [scores[row["image_id"]] - row["truth"] for row in rows[80:] if row["bin"] == 3]
    assert metrics["bin_bias:3"]["value"] == pytest.approx(np.mean(threes)) and metrics["bin_bias:3"]["n"] == 12
    assert metrics["bin_error:3"]["value"] == pytest.approx(np.mean(np.abs(threes)))
    truth, predicted = (
        np.asarray([of(row) for row in rows[80:]]) for of in (lambda r: r["truth"], lambda r: scores[r["image_id"]])
    )
    assert metrics["kendall"]["value"] == pytest.approx(stats.kendalltau(predicted, truth).statistic)
    assert metrics["calibration_slope"]["value"] == pytest.approx(stats.linregress(predicted, truth).slope)
    groups = np.array_split(np.argsort(predicted, kind="stable"), 10)
    assert metrics["calibration_true:9"]["value"] == pytest.approx(truth[groups[9]].mean())
    distance = np.mean([abs(truth[one].mean() - predicted[one].mean()) for one in groups])
    assert metrics["calibration_error"]["value"] == pytest.approx(distance)
    assert (metrics["label_entropy"]["value"], metrics["label_top_share"]["value"]) == (0, 1)
    assert metrics["label_share:4"]["value"] == 1 and metrics["label_share:5"]["value"] == 0


def test_that_versions_are_compared_in_pairs_each_with_its_own_calibration(tmp_path: Path) -> None:
    rows = _rows()
    metrics = _run(tmp_path / "better", rows)["metrics"]
    swapped = [{**row, "logprobs": row["compare"]["base"], "compare": {"other": row["logprobs"]}} for row in rows]
    reverse = _run(tmp_path / "worse", swapped)["metrics"]
    delta, p = metrics["srcc_delta:base"], metrics["srcc_p:base"]
    assert delta["value"] == pytest.approx(metrics["srcc"]["value"] - reverse["srcc"]["value"])
    assert reverse["srcc_delta:other"]["value"] == pytest.approx(-delta["value"])
    assert 0 < delta["lo"] < delta["value"] < delta["hi"]
    assert 2 / 201 <= p["value"] < 0.02 and p["lo"] is None


def test_that_only_rows_of_both_versions_are_compared(tmp_path: Path) -> None:
    rows = _rows()
    for row in rows[:100]:
        row["compare"] = {}
    assert _run(tmp_path, rows)["metrics"]["srcc_delta:base"]["n"] == 100


def test_that_no_explanations_give_no_rate_of_format_failures(tmp_path: Path) -> None:
    metrics = _run(tmp_path, [{**row, "parse_ok": None} for row in _rows()])["metrics"]
    assert "format_failures" not in metrics and "format_failure_count" not in metrics
    assert metrics["n"]["value"] == 120


def test_that_format_failures_are_counted_among_explanations(tmp_path: Path) -> None:
    rows = [{**row, "parse_ok": row["parse_ok"] if place % 2 else None} for place, row in enumerate(_rows())]
    explained = [row["parse_ok"] for row in rows[80:] if row["parse_ok"] is not None]
    metrics = _run(tmp_path, rows)["metrics"]
    assert metrics["format_failures"]["n"] == len(explained) == 60
    assert metrics["format_failures"]["value"] == pytest.approx(explained.count(False) / 60)


def test_that_validation_rows_are_read_out_with_values_fitted_to_others(tmp_path: Path) -> None:
    """With noise for predictions, a read-out that had seen the validation scores would find an order."""
    rng = np.random.default_rng(3)
    rows = [{**row, "logprobs": rng.normal(0, 3, 10).tolist(), "compare": {}} for row in _rows(val=40)]
    for method in ("shrinkage", "least_squares"):
        found = _run(tmp_path / method, rows, dataclasses.replace(SPEC, readout=method))["validation"]  # type: ignore[arg-type]
        assert found["n"]["value"] == 40
        assert found["srcc"]["value"] is None or found["srcc"]["value"] < 0.35


def test_that_validation_metrics_come_with_the_difference_from_other_versions(tmp_path: Path) -> None:
    found = _run(tmp_path, _rows())["validation"]
    assert found["srcc"]["value"] > 0.8 and found["srcc"]["n"] == 80
    assert set(found) == {"srcc", "plcc", "rmse", "n", "srcc_delta:base", "srcc_p:base"}
    assert found["srcc_delta:base"]["value"] > 0.1
    rows = _rows()
    for row in rows[80:]:
        row["truth"] = -row["truth"]
    assert _run(tmp_path / "other", rows)["validation"] == found, "test rows do not count"


def test_that_values_that_do_not_rise_are_reported(tmp_path: Path) -> None:
    rows = [{**row, "logprobs": row["logprobs"][::-1]} for row in _rows(val=400)]
    context = _context(tmp_path, rows)
    measure.run(SPEC, context)
    (note,) = [event for event in context.events if isinstance(event, Note) and event.code == "calibration_not_rising"]
    assert "the reference values do not rise with the label" in note.text


def test_that_a_degenerate_fit_is_told(tmp_path: Path) -> None:
    context = _context(tmp_path, _rows(val=3))
    result = measure.run(SPEC, context)
    assert result["calibration"]["method"] == "bin_means"
    assert result["calibration"]["reference"] == list(MEANS)
    notes = [event for event in context.events if isinstance(event, Note)]
    assert any(note.code == "calibration_bin_means" and "only 3 validation" in note.text for note in notes)


def test_that_constant_predictions_give_null_and_a_note_not_a_crash(tmp_path: Path) -> None:
    rows = [{**row, "logprobs": [0.0] * 10} for row in _rows()]
    context = _context(tmp_path, rows)
    metrics = measure.run(SPEC, context)["metrics"]
    assert metrics["srcc"] == {"value": None, "lo": None, "hi": None, "n": 120}
    assert metrics["srcc_delta:base"]["value"] is None
    assert metrics["rmse"]["value"] > 0
    assert any(isinstance(event, Note) and "srcc: all values are equal" in event.text for event in context.events)
    json.dumps(metrics, allow_nan=False)


def test_that_rows_of_one_group_are_resampled_together(tmp_path: Path) -> None:
    rows = _rows()
    alone = _run(tmp_path / "alone", rows)["metrics"]["format_failures"]
    grouped = _run(tmp_path / "grouped", [{**row, "group": f"photo {i // 6}"} for i, row in enumerate(rows)])["metrics"]
    assert grouped["format_failures"]["hi"] - grouped["format_failures"]["lo"] > alone["hi"] - alone["lo"]
    assert grouped["n"]["value"] == 120


def test_that_a_measured_version_is_not_measured_again(tmp_path: Path) -> None:
    first = _context(tmp_path, _rows())
    result = measure.run(SPEC, first)
    assert (first.events[0], first.events[-2]) == (Started("measure", 2, "versions"), Progress(2, 2))
    assert "scores" not in result
    second = ListContext(first.folder, [])
    written = first.folder.journal().read_bytes()
    assert measure.run(SPEC, second) == result
    assert first.folder.journal().read_bytes() == written


def test_that_a_cancelled_measurement_leaves_no_row_and_a_repeat_gives_the_same(tmp_path: Path) -> None:
    rows = _rows()
    stopped = _context(tmp_path / "stopped", rows, cancel_after=0)
    with pytest.raises(CancelledError):
        measure.run(SPEC, stopped)
    assert list(read_jsonl(stopped.folder.journal())) == []
    measure.run(SPEC, ListContext(stopped.folder, []))
    assert list(read_jsonl(stopped.folder.journal())) == [_run(tmp_path / "whole", rows)]


def test_that_only_the_first_rank_measures(tmp_path: Path) -> None:
    assert measure.run(SPEC, _context(tmp_path, _rows(), rank=1, world_size=2)) == {}
    assert RunFolder(tmp_path).journals() == []


def test_that_no_test_rows_or_broken_log_probabilities_are_named(tmp_path: Path) -> None:
    with pytest.raises(StageError, match="no predictions on test images"):
        measure.run(SPEC, _context(tmp_path / "a", _rows(test=0)))
    rows = _rows()
    rows[4]["logprobs"] = [0.0] * 9
    with pytest.raises(StageError, match="Image 5 lacks ten"):
        measure.run(SPEC, _context(tmp_path / "b", rows))
