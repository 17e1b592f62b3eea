"""Metrics of one model version: reference values fitted on validation rows, everything else measured on test rows.

Test rows are never used for the calibration. For the metrics on validation rows, on which settings are chosen, each row
is read out with values fitted to other rows. The journal has one row: version, metrics (name -> value, lo, hi, n; null
if undefined), judged (the same by judge), validation (the same, on validation rows), calibration and the calibrated
scores of all rows. No torch.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import Any

from engine.contract.context import Journal, RunContext, StageError, read_jsonl
from engine.contract.events import Note, Progress, Rows, Started
from engine.contract.specs import LABELS, MeasureSpec
from engine.measuring import explanations, grades, judge_reading, metrics, readout, rereading, scores
from engine.measuring.metrics import Estimate
from engine.measuring.readout import Calibration
from engine.measuring.split import Metrics, Row, Split, bodies, difference_bodies


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
    rows = _read(spec, ctx)
    test = [row for row in rows if row["split"] == "test"]
    others = list(dict.fromkeys(name for row in rows for name in row.get("compare", {})))
    total = 1 + len(others)
    ctx.emit(Started("measure", total, "versions"))
    calibration = _calibrate(spec, rows, [row["logprobs"] for row in rows])
    if calibration.reason:
        ctx.emit(Note("warning", f"calibration_{calibration.method}", f"{spec.version}: {calibration.reason}."))
    if calibration.warning:
        ctx.emit(Note("warning", "calibration_not_rising", f"{spec.version}: {calibration.warning}."))
    values = readout.expected_score([row["logprobs"] for row in rows], calibration.reference)
    by_image = {row["image_id"]: float(score) for row, score in zip(rows, values, strict=True)}
    found = _own_metrics(Split(spec, test, by_image), ctx) if test else {}
    judged = grades.of_judges(spec, test, ctx) if test else {}
    for judge, read in (judge_reading.of_readers(spec, test, ctx) if test else {}).items():
        judged[judge] = judged.get(judge, {}) | read
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
        "judged": judged,
        "validation": validation,
        "calibration": {**dataclasses.asdict(calibration), "reference": list(calibration.reference)},
        "scores": [[image, score] for image, score in by_image.items()],
    }


def _read(spec: MeasureSpec, ctx: RunContext) -> list[Row]:
    rows = list(read_jsonl(ctx.folder.input))
    for row in rows:
        _check(row["image_id"], row["logprobs"])
        for values in row.get("compare", {}).values():
            _check(row["image_id"], values)
    if "test" not in spec.splits:
        if all(row["split"] == "val" for row in rows):
            return rows
        raise StageError("There are other predictions than on validation images.", "Predict this version again.")
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


def _validation_scores(spec: MeasureSpec, rows: Sequence[Row], logprobs: Sequence[Sequence[float]]) -> dict[int, float]:
    """Return the validation rows' scores by image, each read out with values fitted to the others."""
    groups = [row["image_id"] if row["group"] is None else f"group {row['group']}" for row in rows]
    truth = [row["truth"] for row in rows]
    values = readout.cross_fitted_scores(logprobs, truth, groups, spec.bin_means, spec.readout)
    return {row["image_id"]: float(score) for row, score in zip(rows, values, strict=True)}


def _validation_metrics(spec: MeasureSpec, rows: Sequence[Row]) -> Metrics:
    """Return the correlations and the error on validation, from the label log-probabilities alone."""
    val = [row for row in rows if row["split"] == "val"]
    if not val:
        return {}
    split = Split(spec, val, _validation_scores(spec, val, [row["logprobs"] for row in val]))
    return bodies(_correlations(split) | {"n": Estimate(len(val), n=len(val))})


def _compared_on_validation(spec: MeasureSpec, rows: Sequence[Row], other: str) -> Metrics:
    """Return the paired difference of the correlations on the validation rows that both versions have."""
    shared = [row for row in rows if row["split"] == "val" and other in row.get("compare", {})]
    if not shared:
        return {}
    mine = Split(spec, shared, _validation_scores(spec, shared, [row["logprobs"] for row in shared]))
    theirs = Split(spec, shared, _validation_scores(spec, shared, [row["compare"][other] for row in shared]))
    return difference_bodies(scores.differences(mine, theirs, ("srcc",)), other)


def _correlations(split: Split) -> dict[str, Estimate]:
    predicted, truth, resampler = split.predicted(), split.truth(), split.resampler()
    return {
        "plcc": metrics.bootstrap(metrics.weighted_plcc(predicted, truth), resampler),
        "srcc": metrics.bootstrap(metrics.weighted_srcc(predicted, truth), resampler),
        "rmse": metrics.bootstrap(metrics.weighted_rmse(predicted, truth), resampler),
    }


def _own_metrics(split: Split, ctx: RunContext) -> Metrics:
    rates, counts = explanations.format_failures(split)
    correlations = _correlations(split)
    estimates = correlations | scores.agreement(split) | rates | explanations.language(split)
    estimates |= rereading.rereading(split)
    for name, estimate in correlations.items():
        if estimate.reason:
            ctx.emit(Note("warning", "metric_undefined", f"{split.spec.version}, {name}: {estimate.reason}."))
    n = len(split.rows)
    return bodies(estimates | counts | {"n": Estimate(n, n=n)})


def _compared(spec: MeasureSpec, rows: Sequence[Row], own: dict[int, float], other: str) -> Metrics:
    """Return the paired differences, this version minus ``other``, on the test rows that both have.

    SRCC is compared with every other version, the rest with those of ``spec.against`` only.
    """
    shared = [row for row in rows if other in row.get("compare", {})]
    logprobs = [row["compare"][other] for row in shared]
    reference = _calibrate(spec, shared, logprobs).reference
    theirs = dict(zip([row["image_id"] for row in shared], readout.expected_score(logprobs, reference), strict=True))
    test = [row for row in shared if row["split"] == "test"]
    if not test:
        return {}
    mine, their = Split(spec, test, own), Split(spec, test, theirs)
    found = scores.differences(mine, their, ("srcc",) if other not in spec.against else scores.COMPARED)
    if other in spec.against:
        found |= explanations.differences(mine, other) | rereading.differences(mine, other)
    return difference_bodies(found, other)
