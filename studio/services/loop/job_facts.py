"""Facts of a job for the Jobs page: frozen settings, machine use, the steps of its iteration.

No Qt, no torch.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from db.queries import jobs
from engine.contract import batching_record
from engine.contract.events import Loaded, Throughput
from studio.services.loop import next_action
from studio.services.loop.queue import find_job, history
from studio.services.loop.types import (
    JobFacts,
    JobMemory,
    JobSamples,
    JobSpeed,
    JobState,
    PlannedStage,
    SettingRow,
    Step,
)
from studio.services.projects.project import Project
from studio.services.recipes import lines
from studio.services.recipes.version_names import MAIN, kind_of
from studio.services.settings.flat import flat
from studio.services.stages.registry import definition, step_name
from studio.services.stages.train import TRAIN

_URGENCY: tuple[JobState, ...] = ("running", "failed", "interrupted", "paused", "queued", "cancelled")


def facts(project: Project, job_id: int) -> JobFacts:
    """Return training curve, device, memory and speed of a job."""
    with project.reader() as session:
        started = jobs.last_body(session, job_id, "Started")
        finished = jobs.last_body(session, job_id, "Finished")
        loaded = jobs.last_body(session, job_id, "Loaded")
        memory = jobs.last_body(session, job_id, "Memory")
        samples = jobs.last_body(session, job_id, "AnswerSamples")
        peak = jobs.highest_rss(session, job_id)
        unit, *sums = jobs.work_done(session, job_id)
    memory["rss_peak"] = peak
    return JobFacts(
        history=history(project, job_id),
        device=str(started.get("device", "")),
        memory=JobMemory(**memory) if peak else JobMemory(),
        speed=_speed(unit, *sums) if unit else _speed_from_result(finished),
        held=held_words(Loaded(**loaded)) if loaded else (),
        samples=JobSamples(**samples) if samples else None,
    )


def held_words(loaded: Loaded) -> tuple[str, ...]:
    """Return dtype, attention and quantisation if any, in transformers' terms."""
    return loaded.dtype, loaded.attention, *(() if loaded.quantization == "none" else (loaded.quantization,))


def live_speed(throughput: Throughput) -> JobSpeed:
    """Return the latest speed of a job."""
    return _speed(throughput.unit, throughput.items, throughput.seconds, throughput.tokens, throughput.seconds)


def _speed(unit: str, items: float, seconds: float, tokens: float, writing: float) -> JobSpeed:
    return JobSpeed(
        unit, items / seconds if items and seconds else None, tokens / writing if tokens and writing else None
    )


def _speed_from_result(finished: Mapping[str, Any]) -> JobSpeed:
    """Return the speed of a job from before Throughput events existed."""
    tokens = finished.get("result", {}).get("tokens_per_second")
    return JobSpeed(tokens=float(tokens) if tokens else None)


def settings_beside(project: Project, job_id: int, other: int | None) -> list[SettingRow]:
    """Return a job's frozen settings beside another job's, or (None) those in studio.toml now, by name.

    Raises:
        StudioError: there is no such job, or the settings file is wrong.
    """
    current = json.loads(project.settings.to_json()) if other is None else {}
    with project.reader() as session:
        job = find_job(session, job_id)
        own = _with_sizing(_flat(job.config), job.stage, batching_record.stored(project.run_folder(job_id)))
        beside = _flat(current if other is None else find_job(session, other).config)
    return [SettingRow(name, own.get(name), beside.get(name)) for name in dict.fromkeys((*own, *beside))]


def _with_sizing(settings: dict[str, str], stage: str, used: batching_record.Sizing | None) -> dict[str, str]:
    """Return the settings with the batch size that was finally used, if it differs."""
    if used is None:
        return settings
    setting = definition(stage).batch_setting
    found = {} if setting is None else {setting: str(used.batch)}
    if setting == TRAIN.batch_setting:
        found["training.gradient_checkpointing"] = str(used.checkpointing).lower()
    changed = {
        name: f"{settings.get(name, '?')} → {value}" for name, value in found.items() if settings.get(name) != value
    }
    return {**settings, **changed}


def steps(project: Project, iteration: int, line: str = MAIN) -> list[Step]:
    """Return the steps of an iteration of a line in running order; for iteration 0, those of the base model.

    Raises:
        StudioError: there is no such line.
    """
    planned = next_action.plan(project, iteration) if line == MAIN else lines.plan_line(project, line)
    stages = [stage for stage in planned if stage.iteration == iteration]
    groups: dict[str, list[PlannedStage]] = {}
    for stage in stages:
        groups.setdefault(_step_name(stage), []).append(stage)
    found = [_step(name, group) for name, group in groups.items()]
    if line == MAIN and iteration > 0 and next_action.review_pending(project, iteration):
        found.insert(1, Step("review", "paused", 0, 1, None))
    return found


def _step_name(stage: PlannedStage) -> str:
    return step_name(stage.stage, kind_of(stage.version_name or ""))


def _step(name: str, group: list[PlannedStage]) -> Step:
    done = [stage for stage in group if stage.done]
    for state in _URGENCY:
        job = next((stage.job_id for stage in group if stage.state == state), None)
        if job is not None:
            return Step(name, state, len(done), len(group), job)
    last = done[-1].job_id if done else None
    return Step(name, "done" if len(done) == len(group) else None, len(done), len(group), last)


def _flat(config: Mapping[str, Any]) -> dict[str, str]:
    """Return settings by dotted name, with values as in the file."""
    return {
        name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False) for name, value in flat(config)
    }
