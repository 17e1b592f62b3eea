"""How fast stages are, from jobs that were done. No Qt, no torch.

Jobs that had to compute what the caches keep are counted apart from those that found it there, since only the first
jobs of a project are of that kind.
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from db.engine import Session
from db.models import Job
from db.queries import jobs
from studio.services.base_models.suitability import model_location
from studio.services.estimating.types import NOTHING, EstimateRange, MeasuredJob, RateKey, Rates, StageRate
from studio.services.projects.create_and_open import open_readonly
from studio.services.projects.project import Project
from studio.services.recipes.version_names import kind_of
from studio.services.stages.registry import definition

_NEWEST = 6
"""Jobs of a kind that count: the machine may have been busier before."""
_ONE, _SEVERAL = 0.3, 0.15
"""How far a job may be from the only one that was measured, and from the slowest and fastest of several."""
_REUSING = EstimateRange(0.4, 0.95)
"""What a unit takes where the caches have what they keep, beside one where they do not, before both were measured."""
_HALF = 0.5
KnownJobs = dict[tuple[int, str], MeasuredJob | None]
"""What finished jobs show, by their id and when they ended."""


def measured_jobs(project: Project, known: KnownJobs | None = None) -> list[MeasuredJob]:
    """Return what the finished jobs of a project show, in the order in which they ended.

    Each counts for the base model in its own settings: the project may have another one now. ``known`` keeps what was
    read before, since finished jobs do not change.
    """
    known = {} if known is None else known
    with project.reader() as session:
        done = sorted(jobs.in_state(session, "done"), key=lambda job: (str(job.finished_at), job.id))
        for job in done:
            if (job.id, str(job.finished_at)) not in known:
                base = model_location(job.config["model"]["base"], project.root)
                known[job.id, str(job.finished_at)] = _measured(session, job, base)
        found = [known[job.id, str(job.finished_at)] for job in done]
    return [one for one in found if one is not None]


def measured_rates(roots: Iterable[Path]) -> dict[RateKey, StageRate]:
    """Return how fast each stage was in the projects on this machine; unreadable projects are skipped."""
    found: list[MeasuredJob] = []
    for root in roots:
        project = open_readonly(root)
        if project is None:
            continue
        try:
            found += measured_jobs(project)
        finally:
            project.close()
    return rates_of(found)


def rates_of(measured: Sequence[MeasuredJob]) -> dict[RateKey, StageRate]:
    """Return the rates of measured jobs, oldest first; of each kind the newest jobs count."""
    grouped: dict[RateKey, list[MeasuredJob]] = defaultdict(list)
    for one in measured:
        grouped[one.key].append(one)
    return {key: _rate(own) for key, own in grouped.items()}


def seconds_per_unit(rate: StageRate, *, computes: bool) -> EstimateRange | None:
    """Return what a unit takes; before such a job was measured, as a share of what the other kind took."""
    own, other = (rate.computed, rate.reused) if computes else (rate.reused, rate.computed)
    if own is not None or other is None:
        return own
    if computes:
        return EstimateRange(other.low / _REUSING.high, other.high / _REUSING.low)
    return other.times(_REUSING)


def with_others(own: Mapping[RateKey, StageRate], others: Rates) -> dict[RateKey, StageRate]:
    """Return this project's rates, and those of other projects for the stages that it has not done yet.

    The others' are multiplied by how much slower this project is in the stages of both (larger images, longer texts, a
    busier machine).
    """
    found = dict(others)
    for base, device in {key[:2] for key in others}:
        ratios = [ratio for key in own if key[:2] == (base, device) for ratio in _ratios(own[key], others.get(key))]
        factor = EstimateRange.around(statistics.median(ratios) if ratios else 1.0, _SEVERAL)
        for key in [key for key in others if key[:2] == (base, device)]:
            found[key] = _times(others[key], factor)
    return {**found, **own}


def _measured(session: Session, job: Job, base: str) -> MeasuredJob | None:
    """Return what a job shows of its stage's speed; None if nothing."""
    stage = definition(job.stage)
    version = "" if job.version_name is None else kind_of(job.version_name)
    if stage.units is None or (job.stage == "measure" and version == "base"):  # which has nothing to be compared with
        return None
    unit, items, computing, *_ = jobs.work_done(session, job.id)
    seconds, startup = job.worked_seconds, job.startup_seconds
    units: float = 1.0 if stage.rate_unit == "jobs" else job.worked_units
    if not job.worked_units:  # of a project from before working time was recorded: computing alone
        units, seconds, startup = items, computing, None
    elif stage.rate_unit not in ("", "jobs"):
        units = items if unit == stage.rate_unit else 0
    if not units or not seconds:
        return None
    result = jobs.result_of(session, job.id)
    key = base, jobs.device_of(session, job.id).partition(":")[0], job.stage
    return MeasuredJob(key, version, units, seconds, startup, computes=_computes(result))


def _computes(result: Mapping[str, object]) -> bool:
    """Return whether half or more of what the caches keep had to be computed."""
    answers, passes = result.get("reference_answers", 0), result.get("vision_passes", 0)
    pairs, rows = result.get("pairs", 0), result.get("rows", 0)
    of_answers = isinstance(answers, int) and isinstance(pairs, int) and answers > 0 and answers >= _HALF * 2 * pairs
    of_images = isinstance(passes, int) and isinstance(rows, int) and passes > 0 and passes >= _HALF * rows
    return of_answers or of_images


def _rate(measured: Sequence[MeasuredJob]) -> StageRate:
    startups = [one.startup for one in measured[-_NEWEST:] if one.startup is not None]
    kinds = ([one for one in measured if one.computes is computes][-_NEWEST:] for computes in (True, False))
    computed, reused = (_spread([one.seconds / one.units for one in own]) if own else None for own in kinds)
    return StageRate(computed, reused, _startup(startups))


def _startup(startups: Sequence[float]) -> EstimateRange:
    """Return the mean, which sums need; the first start of a program also loads what later ones find loaded."""
    if len(startups) == 1:
        return EstimateRange(startups[0] / 10, startups[0])
    return EstimateRange.around(statistics.fmean(startups), _ONE) if startups else NOTHING


def _spread(values: Sequence[float]) -> EstimateRange:
    share = _ONE if len(values) == 1 else _SEVERAL
    return EstimateRange(min(values) / (1 + share), max(values) * (1 + share))


def _ratios(own: StageRate, other: StageRate | None) -> list[float]:
    if other is None:
        return []
    pairs = ((own.computed, other.computed), (own.reused, other.reused))
    return [one.middle / two.middle for one, two in pairs if one is not None and two is not None and two.middle]


def _times(rate: StageRate, factor: EstimateRange) -> StageRate:
    computed, reused = (None if one is None else one.times(factor) for one in (rate.computed, rate.reused))
    return StageRate(computed, reused, rate.startup)
