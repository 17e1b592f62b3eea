"""Does the explanation carry the score for somebody else? What judges read from texts alone, by judge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.contract.context import RunContext
from engine.contract.events import Note
from engine.contract.specs import MeasureSpec
from engine.measuring import metrics
from engine.measuring.metrics import Estimate
from engine.measuring.rereading import FAR
from engine.measuring.split import Metrics, Row, bodies, difference_bodies, qualities, resampler


def of_readers(spec: MeasureSpec, test: Sequence[Row], ctx: RunContext) -> dict[str, Metrics]:
    """Return by judge how the scores that it reads go with the labels and the true scores.

    ``read_label``: rank correlation of the score read from the text alone with the label of the same answer, and its
    differences from other versions; ``read_truth``: with the true score, negated where lower scores are better.
    ``read_contradictions``: share of texts read at least three labels away. ``read_coverage``: share of the texts that
    the judge was given from which it read one.
    """
    judges = list(dict.fromkeys(judge for row in test for judge in row.get("judge_read", {})))
    return {judge: _of_reader(spec, judge, test, ctx) for judge in judges}


def _of_reader(spec: MeasureSpec, judge: str, test: Sequence[Row], ctx: RunContext) -> Metrics:
    asked = [row for row in test if judge in row.get("judge_read", {}) and row["label"] is not None]
    read = [row for row in asked if row["judge_read"][judge] is not None]
    found: dict[str, Estimate] = {}
    if read:
        said, sampler = [row["judge_read"][judge] for row in read], resampler(spec, read)
        far = sum(abs(row["judge_read"][judge] - row["label"]) >= FAR for row in read)
        found = {
            "read_label": metrics.bootstrap(metrics.weighted_srcc(said, [row["label"] for row in read]), sampler),
            "read_truth": metrics.bootstrap(metrics.weighted_srcc(said, qualities(spec, read)), sampler),
            "read_contradictions": metrics.wilson(far, len(read), sampler.units),
        }
    if asked:
        found["read_coverage"] = metrics.wilson(len(read), len(asked), resampler(spec, asked).units)
    if len(read) < len(asked):
        text = f"{spec.version}: from {len(asked) - len(read)} of {len(asked)} explanations {judge} read no score."
        ctx.emit(Note("info", "readings_missing", text))
    result = bodies(found)
    for other in dict.fromkeys(name for row in read for name in row.get("compare_judge_read", {})):
        result |= _compared(spec, judge, read, other)
    return result


def _compared(spec: MeasureSpec, judge: str, read: Sequence[Row], other: str) -> Metrics:
    """Return the paired differences on the rows of which this judge has read both versions' texts."""
    both = [(row, theirs) for row in read if (theirs := _theirs(row, judge, other)) is not None]
    if not both:
        return {}
    mine = metrics.weighted_srcc([row["judge_read"][judge] for row, _ in both], [row["label"] for row, _ in both])
    their = metrics.weighted_srcc([said for _, (said, _) in both], [label for _, (_, label) in both])
    difference = metrics.paired_bootstrap(mine, their, resampler(spec, [row for row, _ in both]))
    return difference_bodies({"read_label": difference}, other)


def _theirs(row: Row, judge: str, other: str) -> tuple[Any, Any] | None:
    said = row.get("compare_judge_read", {}).get(other, {}).get(judge)
    label = row.get("compare_answers", {}).get(other, {}).get("label")
    return None if said is None or label is None else (said, label)
