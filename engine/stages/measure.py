"""Metrics of one model version: reference values fitted on validation rows, everything else measured on test rows.

Test rows are never used for the calibration. The journal has one row: version, metrics (name -> value, lo, hi, n; null
if undefined), calibration and the calibrated scores of all rows. No torch.
"""

from __future__ import annotations

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
    scores = readout.expected_score([row["logprobs"] for row in rows], calibration.reference)
    by_image = {row["image_id"]: float(score) for row, score in zip(rows, scores, strict=True)}
    found = _own_metrics(_Split(spec, test, by_image), ctx)
    ctx.emit(Progress(1, total))
    for done, name in enumerate(others, start=2):
        ctx.check_cancelled()
        found |= _compared(spec, rows, by_image, name)
        ctx.emit(Progress(done, total))
    return {
        "version": spec.version,
        "metrics": found,
        "calibration": {
            "reference": list(calibration.reference),
            "method": calibration.method,
            "reason": calibration.reason,
        },
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
    return readout.fit_reference([values for values, _ in fitted], [truth for _, truth in fitted], spec.bin_means)


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


def _own_metrics(split: _Split, ctx: RunContext) -> Metrics:
    predicted, truth, resampler = split.predicted(), split.truth(), split.resampler()
    correlations = {
        "plcc": metrics.bootstrap(metrics.weighted_plcc(predicted, truth), resampler),
        "srcc": metrics.bootstrap(metrics.weighted_srcc(predicted, truth), resampler),
        "rmse": metrics.bootstrap(metrics.weighted_rmse(predicted, truth), resampler),
    }
    failures = sum(not row["parse_ok"] for row in split.rows)
    n = len(split.rows)
    rate = metrics.wilson(failures, n, resampler.units)
    estimates = correlations | {"format_failures": rate} | _grades(split, ctx)
    for name, estimate in estimates.items():
        if estimate.reason:
            ctx.emit(Note("warning", "metric_undefined", f"{split.spec.version}, {name}: {estimate.reason}."))
    counts = {"format_failure_count": Estimate(failures, n=n), "n": Estimate(n, n=n)}
    return {name: _body(estimate) for name, estimate in (estimates | counts).items()}


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
