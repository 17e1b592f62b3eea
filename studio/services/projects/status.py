"""A project's status as JSON values. No Qt, no torch."""

from __future__ import annotations

from typing import Any

from studio.services.estimating.ahead import time_left
from studio.services.estimating.types import TimeLeft
from studio.services.imports.import_store import stored_binning
from studio.services.loop import queue
from studio.services.loop.types import JobRow
from studio.services.projects.project import Project
from studio.services.review import pair_list
from studio.services.review.types import PairCounts
from studio.services.versions import version_list
from studio.services.versions.overview import latest_assessment
from studio.services.versions.types import IterationAdvice, MainVerdict, MeasureChange, MetricValue, VersionRow

_UNKNOWN = MetricValue(None, None, None, 0)


def status(project: Project) -> dict[str, Any]:
    """Return the output of ``score-studio status --json``; a metric that was not measured is null."""
    reviewed = [
        {"iteration": number, **_counts(pair_list.counts(project, number))} for number in pair_list.iterations(project)
    ]
    versions = version_list.versions(project)
    verdict, advice = latest_assessment(project, versions)
    with project.reader() as session:
        lower_is_better = stored_binning(session).lower_is_better
    return {
        "lower_is_better": lower_is_better,
        "versions": [_version(row) for row in versions],
        "verdict": _verdict(verdict),
        "advice": _advice(advice),
        "pairs": {**_counts(pair_list.counts(project)), "iterations": reviewed},
        "jobs": [_job(row) for row in queue.observed_jobs(project)],
        "time_left": _time_left(time_left(project, {})),
    }


def _time_left(found: TimeLeft | None) -> dict[str, Any] | None:
    if found is None:
        return None
    stages = [
        {"stage": kind, "device": device, "seconds": [one.low, one.high]}
        for (kind, device), one in found.by_kind().items()
    ]
    return {"seconds": [found.total.low, found.total.high], "stages": stages}


def _version(row: VersionRow) -> dict[str, Any]:
    known = row.metrics
    srcc = known.get("srcc", _UNKNOWN)
    consistency = known.get("consistency", _UNKNOWN).value
    metrics = {
        "plcc": known.get("plcc", _UNKNOWN).value,
        "srcc": srcc.value,
        "srcc_ci": None if srcc.lo is None or srcc.hi is None else [srcc.lo, srcc.hi],
        "rmse": known.get("rmse", _UNKNOWN).value,
        "format_failures": known.get("format_failures", _UNKNOWN).value,
        "n": srcc.n or None,
        "consistency": consistency,
        "consistency_judge": row.judge if consistency is not None else None,
        "word_tone": known.get("word_tone", _UNKNOWN).value,
    }
    validation = {name: row.validation.get(name, _UNKNOWN).value for name in ("plcc", "srcc", "rmse")}
    return {
        "name": row.name,
        "iteration": row.iteration,
        "kind": row.kind,
        "metrics": metrics,
        "validation": {**validation, "n": row.validation.get("srcc", _UNKNOWN).n or None},
    }


def _verdict(verdict: MainVerdict | None) -> dict[str, Any] | None:
    if verdict is None:
        return None
    against = [
        {"other": one.other, "word": one.word, "measures": {change.measure: _change(change) for change in one.measures}}
        for one in verdict.against
    ]
    return {"version": verdict.version, "comparisons": verdict.tests, "against": against}


def _change(change: MeasureChange) -> dict[str, Any] | None:
    if change.delta is None:
        return None
    known = change.delta.lo is not None and change.delta.hi is not None
    needed = change.needed
    return {
        "word": change.word,
        "difference": change.delta.value,
        "ci": [change.delta.lo, change.delta.hi] if known else None,
        "n": change.delta.n,
        "p_corrected": change.p,
        "more_images": None if needed is None else {"count": needed.more, "or_more": needed.is_more},
    }


def _advice(advice: IterationAdvice | None) -> dict[str, Any] | None:
    if advice is None:
        return None
    return {
        "another_iteration": "unlikely to help" if advice.stops else "may help",
        "reason": advice.kind,
        "lost": list(advice.lost),
        "gain_at_most": advice.upper,
        "useful_gain": advice.useful_gain,
        "best_version": advice.best,
    }


def _counts(counts: PairCounts) -> dict[str, int]:
    return {"total": counts.total, "reviewed": counts.reviewed, "vetoed": counts.vetoed, "kept": counts.kept}


def _job(row: JobRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "stage": row.stage,
        "iteration": row.iteration,
        "version": row.version_name,
        "line": row.line,
        "title": row.title,
        "state": row.state,
        "done": row.done,
        "total": row.total,
        "unit": row.unit,
        "waits_for": row.waits_for or None,
        "error": row.error or None,
        "remedy": row.remedy or None,
    }
