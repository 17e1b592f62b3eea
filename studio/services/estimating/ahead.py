"""How long the stages that are ahead of a project will take. No Qt, no torch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from db.queries import images, jobs
from studio.services.base_models.suitability import model_location
from studio.services.estimating.devices import expected_device
from studio.services.estimating.rates import KnownJobs, measured_jobs, rates_of, seconds_per_unit, with_others
from studio.services.estimating.types import (
    AheadStage,
    EstimateRange,
    MeasuredJob,
    Rates,
    StageRate,
    StageTime,
    TimeLeft,
)
from studio.services.loop.next_action import plan
from studio.services.projects.project import Project
from studio.services.recipes.version_names import kind_of
from studio.services.settings.schema import Settings
from studio.services.stages.definition import Amounts
from studio.services.stages.registry import definition

_BESIDE_PREDICTION = {"generate": EstimateRange(1.0, 4.0), "train": EstimateRange(1.0, 6.0)}
"""Seconds for a pair, and for a pair of one epoch, beside those for a predicted image, where nothing was measured."""
_ALONE = {"measure": EstimateRange(1.0, 30.0), "merge": EstimateRange(0.05, 10.0), "judge": EstimateRange(0.0005, 0.01)}
"""Seconds for a unit of stages that do not depend on the base model's speed, where nothing was measured."""


def time_left(
    project: Project, others: Rates, iterations: int | None = None, known: KnownJobs | None = None
) -> TimeLeft | None:
    """Return how long the unfinished stages of a project's main line will take; None if that cannot be said yet.

    Args:
        project: the project; its own finished jobs come first.
        others: rates of other projects on this machine, for stages that it has not done yet.
        iterations: None as in the settings.
        known: finished jobs that were read before, kept by who asks often.
    """
    settings = project.settings
    counted = settings.loop.iterations if iterations is None else iterations
    ahead: list[AheadStage] = []
    amounts = amounts_of(project)
    for stage in plan(project, counted):
        units = definition(stage.stage).units
        if stage.done or units is None:
            continue
        kind = "" if stage.version_name is None else kind_of(stage.version_name)
        left = units(settings, amounts, kind) * (1.0 - _share_done(project, stage.job_id))
        ahead.append(AheadStage(stage.stage, stage.title, kind, left))
    base = model_location(settings.model.base, project.root)
    return stage_times(ahead, measured_jobs(project, known), others, base, settings)


def stage_times(
    ahead: Iterable[AheadStage], measured: Sequence[MeasuredJob], others: Rates, base: str, settings: Settings
) -> TimeLeft | None:
    """Return the time of each stage; None if the speed of one is not known, not even by that of predictions."""
    rates = with_others(rates_of(measured), others)
    device = _device(measured, settings)
    past = list(measured)
    found: list[StageTime] = []
    for stage in ahead:
        key = next((key for key in ((base, device, stage.kind), (base, "", stage.kind)) if key in rates), None)
        computes = _will_compute(stage, past, settings)
        rate = rates[key] if key is not None else _unmeasured(stage.kind, rates.get((base, device, "predict")))
        each = None if rate is None else seconds_per_unit(rate, computes=computes)
        if rate is None or each is None:
            return None
        where = key[1] if key is not None else "" if stage.kind in _ALONE else device
        found.append(StageTime(stage, where, each.times(stage.units) + rate.startup))
        past.append(MeasuredJob((base, where, stage.kind), stage.version_kind, stage.units, 0.0, None, computes))
    return TimeLeft(tuple(found))


def amounts_of(project: Project) -> Amounts:
    """Return the number of a project's images by split."""
    with project.reader() as session:
        counts = images.count_by_split(session)
    return Amounts(*(counts.get(split, 0) for split in ("train", "val", "test")))


def _device(measured: Sequence[MeasuredJob], settings: Settings) -> str:
    """Return where stages will run: where the newest job ran, unless the settings name a device."""
    known = [one.key[1] for one in measured if one.key[1]]
    return known[-1] if known and settings.model.device == "auto" else expected_device(settings)


def _will_compute(stage: AheadStage, past: Sequence[MeasuredJob], settings: Settings) -> bool:
    """Return whether a stage will have to compute what the caches keep, by what the last such job did.

    The first prediction and the first generation see their images for the first time; score trainings have new answers,
    which the consistency training of the same iteration has too.
    """
    alike = [one for one in past if one.key[2] == stage.kind]
    if stage.kind == "train":
        alike = [one for one in alike if one.version_kind == stage.version_kind]
        return alike[-1].computes if alike else stage.version_kind != "consistency"
    if stage.kind not in ("predict", "generate"):
        return False
    if not alike:
        return True
    return alike[-1].computes if len(alike) > 1 else settings.compute.vision_cache_gb == 0


def _unmeasured(kind: str, prediction: StageRate | None) -> StageRate | None:
    """Return a wide range for a stage that was never measured here, by the speed of predictions where there are any."""
    if kind in _ALONE:
        return StageRate(reused=_ALONE[kind])
    if prediction is None or kind not in _BESIDE_PREDICTION:
        return None
    factor = _BESIDE_PREDICTION[kind]
    computed, reused = (None if one is None else one.times(factor) for one in (prediction.computed, prediction.reused))
    return StageRate(computed, reused, prediction.startup)


def _share_done(project: Project, job_id: int | None) -> float:
    if job_id is None:
        return 0.0
    with project.reader() as session:
        job = jobs.get(session, job_id)
        return 0.0 if job is None or not job.total else min(1.0, job.done / job.total)
