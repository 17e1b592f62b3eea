"""Metrics of one model version: reference values fitted on validation rows, everything else measured on test rows.

Test rows are never used for the calibration. For the metrics on validation rows, on which settings are chosen, each row
is read out with values fitted to other rows. The journal has one row: version, metrics (name -> value, lo, hi, n; null
if undefined), validation (the same, on validation rows), calibration and the calibrated scores of all rows. No torch.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.contract.context import Journal, RunContext, StageError, read_jsonl
from engine.contract.events import Note, Progress, Rows, Started
from engine.contract.specs import LABELS, MeasureSpec
from engine.measuring import metrics, readout
from engine.measuring.metrics import Difference, Estimate, Resampler
from engine.measuring.readout import Calibration, FloatArray

Row = dict[str, Any]
Metrics = dict[str, dict[str, float | int | None]]


def run(spec: MeasureSpec, ctx: RunContext) -> dict[str, Any]:
    """Calibrate, measure, and compare with each version in the rows; only rank 0 works.

    Returns:
        The journal row without its scores; empty for other ranks.

    Raises:
        StageError: no test rows, or a row without ten log-probabilities.
        CancelledError: stopped on request; nothing was written.
    """
    if ctx.rank:
        return {}
    journal = Journal(ctx.folder.journal())
    try:
        if not journal.rows:
            journal.append([_measured(spec, ctx)])
        ctx.emit(Rows(len(journal.rows)))
        return {name: value for name, value in journal.rows[0].items() if name != "scores"}
    finally:
        journal.close()


def _measured(spec: MeasureSpec, ctx: RunContext) -> Row:
    rows = _read(ctx)
    test = [row for row in rows if row["split"] == "test"]
    others = list(dict.fromkeys(name for row in rows for name in row.get("compare", {})))
    total = 1 + len(others)
    ctx.emit(Started("measure", total, "versions"))
    calibration = _calibrate(spec, rows, [row["logprobs"] for row in rows])
    if calibration.reason:
        ctx.emit(Note("warning", f"calibration_{calibration.method}", f"{spec.version}: {calibration.reason}."))
    if calibration.warning:
        ctx.emit(Note("warning", "calibration_not_rising", f"{spec.version}: {calibration.warning}."))
    scores = readout.expected_score([row["logprobs"] for row in rows], calibration.reference)
    by_image = {row["image_id"]: float(score) for row, score in zip(rows, scores, strict=True)}
    found = _own_metrics(_Split(spec, test, by_image), ctx)
    validation = _validation_metrics(spec, rows)
    ctx.emit(Progress(1, total))
    for done, name in enumerate(others, start=2):
        ctx.check_cancelled()
        found |= _compared(spec, rows, by_image, name)
        validation |= _compared_on_validation(spec, rows, name)
        ctx.emit(Progress(done, total))
    return {
        "version": spec.version,
        "metrics": found,
        "validation": validation,
        "calibration": {**dataclasses.asdict(calibration), "reference": list(calibration.reference)},
        "scores": [[image, score] for image, score in by_image.items()],
    }


def _read(ctx: RunContext) -> list[Row]:
    rows = list(read_jsonl(ctx.folder.input))
    for row in rows:
        _check(row["image_id"], row["logprobs"])
        for values in row.get("compare", {}).values():
            _check(row["image_id"], values)
    if not any(row["split"] == "test" for row in rows):
        raise StageError(
            "There are no predictions on test images to measure.", "Assign images to the test split, then predict."
        )
    return rows


def _check(image: int, values: Sequence[float | None]) -> None:
    if len(values) != len(LABELS) or any(value is None or not math.isfinite(value) for value in values):
        raise StageError(f"Image {image} lacks ten finite log-probabilities: {values}.", "Predict this version again.")


def _calibrate(spec: MeasureSpec, rows: Sequence[Row], logprobs: Sequence[Sequence[float]]) -> Calibration:
    """Fit on the validation rows among ``rows`` only."""
    fitted = [(values, row["truth"]) for row, values in zip(rows, logprobs, strict=True) if row["split"] == "val"]
    values, truth = [values for values, _ in fitted], [truth for _, truth in fitted]
    return readout.fit_reference(values, truth, spec.bin_means, spec.readout)


@dataclass(slots=True)
class _Split:
    """Test rows with their calibrated scores by image."""

    spec: MeasureSpec
    rows: Sequence[Row]
    scores: dict[int, float]

    def predicted(self) -> FloatArray:
        return np.asarray([self.scores[row["image_id"]] for row in self.rows])

    def truth(self) -> FloatArray:
        return np.asarray([row["truth"] for row in self.rows], dtype=np.float64)

    def resampler(self) -> Resampler:
        return _resampler(self.spec, self.rows)


def _resampler(spec: MeasureSpec, rows: Sequence[Row]) -> Resampler:
    return Resampler([row["group"] for row in rows], spec.bootstrap, spec.seed)


def _validation_scores(spec: MeasureSpec, rows: Sequence[Row], logprobs: Sequence[Sequence[float]]) -> dict[int, float]:
    """Return the validation rows' scores by image, each read out with values fitted to the others."""
    groups = [row["image_id"] if row["group"] is None else f"group {row['group']}" for row in rows]
    truth = [row["truth"] for row in rows]
    scores = readout.cross_fitted_scores(logprobs, truth, groups, spec.bin_means, spec.readout)
    return {row["image_id"]: float(score) for row, score in zip(rows, scores, strict=True)}


def _validation_metrics(spec: MeasureSpec, rows: Sequence[Row]) -> Metrics:
    """Return the correlations and the error on validation, from the label log-probabilities alone."""
    val = [row for row in rows if row["split"] == "val"]
    if not val:
        return {}
    split = _Split(spec, val, _validation_scores(spec, val, [row["logprobs"] for row in val]))
    found = _correlations(split) | {"n": Estimate(len(val), n=len(val))}
    return {name: _body(estimate) for name, estimate in found.items()}


def _compared_on_validation(spec: MeasureSpec, rows: Sequence[Row], other: str) -> Metrics:
    """Return the paired difference of the correlations on the validation rows that both versions have."""
    shared = [row for row in rows if row["split"] == "val" and other in row.get("compare", {})]
    if not shared:
        return {}
    mine = _Split(spec, shared, _validation_scores(spec, shared, [row["logprobs"] for row in shared]))
    theirs = _Split(spec, shared, _validation_scores(spec, shared, [row["compare"][other] for row in shared]))
    difference = metrics.paired_bootstrap(
        metrics.weighted_srcc(mine.predicted(), mine.truth()),
        metrics.weighted_srcc(theirs.predicted(), theirs.truth()),
        mine.resampler(),
    )
    return _difference("srcc", other, difference)


def _correlations(split: _Split) -> dict[str, Estimate]:
    predicted, truth, resampler = split.predicted(), split.truth(), split.resampler()
    return {
        "plcc": metrics.bootstrap(metrics.weighted_plcc(predicted, truth), resampler),
        "srcc": metrics.bootstrap(metrics.weighted_srcc(predicted, truth), resampler),
        "rmse": metrics.bootstrap(metrics.weighted_rmse(predicted, truth), resampler),
    }


def _own_metrics(split: _Split, ctx: RunContext) -> Metrics:
    formats, count = _format_failures(split)
    estimates = _correlations(split) | formats | _grades(split, ctx)
    for name, estimate in estimates.items():
        if estimate.reason:
            ctx.emit(Note("warning", "metric_undefined", f"{split.spec.version}, {name}: {estimate.reason}."))
    n = len(split.rows)
    counts = count | {"n": Estimate(n, n=n)}
    return {name: _body(estimate) for name, estimate in (estimates | counts).items()}


def _format_failures(split: _Split) -> tuple[dict[str, Estimate], dict[str, Estimate]]:
    """Return rate and count among the rows with an explanation; both empty if there are none."""
    explained = [row for row in split.rows if row["parse_ok"] is not None]
    if not explained:
        return {}, {}
    failures, n = sum(not row["parse_ok"] for row in explained), len(explained)
    rate = metrics.wilson(failures, n, _resampler(split.spec, explained).units)
    return {"format_failures": rate}, {"format_failure_count": Estimate(failures, n=n)}


def _grades(split: _Split, ctx: RunContext) -> dict[str, Estimate]:
    """Return the mean of each kind of grade; missing grades are skipped and counted, never taken as 0."""
    found = {}
    for name in ("consistency", "usefulness", "general"):
        grades = [(row, _grade(row["grades"], name)) for row in split.rows]
        graded = [(row, grade) for row, grade in grades if grade is not None]
        if graded:
            resampler = _resampler(split.spec, [row for row, _ in graded])
            found[name] = metrics.bootstrap(metrics.weighted_mean([grade for _, grade in graded]), resampler)
    missing = sum(_grade(row["grades"], "consistency") is None for row in split.rows)
    if missing and found:
        text = f"{split.spec.version}: {missing} of {len(split.rows)} test rows have no grade and are skipped."
        ctx.emit(Note("info", "grades_missing", text))
    return found


def _grade(grades: dict[str, float | None] | None, name: str) -> float | None:
    return None if grades is None else grades.get(name)


def _compared(spec: MeasureSpec, rows: Sequence[Row], scores: dict[int, float], other: str) -> Metrics:
    """Return the paired differences, this version minus ``other``, on the test rows that both have."""
    shared = [row for row in rows if other in row.get("compare", {})]
    logprobs = [row["compare"][other] for row in shared]
    reference = _calibrate(spec, shared, logprobs).reference
    theirs = dict(zip([row["image_id"] for row in shared], readout.expected_score(logprobs, reference), strict=True))
    test = [row for row in shared if row["split"] == "test"]
    if not test:
        return {}
    mine, their, truth = (_Split(spec, test, scores), _Split(spec, test, theirs), [row["truth"] for row in test])
    difference = metrics.paired_bootstrap(
        metrics.weighted_srcc(mine.predicted(), truth),
        metrics.weighted_srcc(their.predicted(), truth),
        mine.resampler(),
    )
    return _difference("srcc", other, difference) | _compared_consistency(spec, test, other)


def _compared_consistency(spec: MeasureSpec, test: Sequence[Row], other: str) -> Metrics:
    """Return the paired difference on the rows where both versions have a grade; empty without such rows."""
    pairs = [
        (row, _grade(row["grades"], "consistency"), _grade(row.get("compare_grades", {}).get(other), "consistency"))
        for row in test
    ]
    both = [(row, mine, theirs) for row, mine, theirs in pairs if mine is not None and theirs is not None]
    if not both:
        return {}
    difference = metrics.paired_bootstrap(
        metrics.weighted_mean([mine for _, mine, _ in both]),
        metrics.weighted_mean([theirs for _, _, theirs in both]),
        _resampler(spec, [row for row, _, _ in both]),
    )
    return _difference("consistency", other, difference)


def _difference(metric: str, other: str, found: Difference) -> Metrics:
    delta = Estimate(found.value, found.lo, found.hi, found.n)
    return {f"{metric}_delta:{other}": _body(delta), f"{metric}_p:{other}": _body(Estimate(found.p, n=found.n))}


def _body(estimate: Estimate) -> dict[str, float | int | None]:
    value, lo, hi = _finite((estimate.value, estimate.lo, estimate.hi))
    return {"value": value, "lo": lo, "hi": hi, "n": estimate.n}


def _finite(values: Iterable[float]) -> list[float | None]:
    return [value if math.isfinite(value) else None for value in values]
