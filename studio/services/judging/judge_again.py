"""Grade finished versions again, by another judge or with another sample, and measure them. No Qt, no torch."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from db.queries import jobs, predictions, versions
from engine.contract.judge_types import BATCH_DISCOUNT, MODEL_JUDGE
from studio.services.projects.project import Project
from studio.services.recipes.measure_again import chosen_versions, enqueue_again
from studio.services.settings.schema import OPENAI_URL, Settings
from studio.services.settings.toml_file import parse_settings
from studio.services.stages.judge import JUDGE, judge_of, judge_sample, prices_of
from studio.services.stages.judge_reading import JUDGE_READING
from studio.services.stages.measure import MEASURE
from studio.services.stages.registry import definition

TOKENS_OF_PROMPT, TOKENS_OF_ANSWER = 420, 30
"""About what the paper's prompt without the explanation, and an answer, take."""
TOKENS_OF_READING, TOKENS_OF_SCORE = 140, 8
"""The same of the prompt for reading a score from an explanation alone, and of its answer."""
_CHARACTERS = 4
"""Per token, about."""


@dataclass(frozen=True, slots=True)
class JudgingEstimate:
    """What grading is about to take: explanations of all versions, USD (None: no prices are known)."""

    judge: str
    versions: tuple[str, ...]
    explanations: int
    usd: float | None


def with_judge(project: Project, changes: Mapping[str, Any]) -> Settings:
    """Return the project's settings with other ones of [judge].

    Raises:
        StudioError: one of them is wrong.
    """
    config: dict[str, Any] = json.loads(project.settings.to_json())
    config["judge"] |= changes
    return parse_settings(config, "The judge")


def estimate(project: Project, names: Sequence[str], settings: Settings, *, read: bool = False) -> JudgingEstimate:
    """Return what grading these versions by this judge is about to take; what was judged before costs nothing again.

    ``read``: as in ``enqueue``.
    """
    count, characters = 0, 0
    with project.reader() as session:
        for row in versions.all_versions(session):
            if row.name in names:
                lengths = predictions.explanation_lengths(session, row.id)
                judged = judge_sample(lengths, settings)
                count += len(judged)
                characters += sum(lengths[image] for image in judged)
    prompt, answer = prices_of(settings.judge)
    usd = None
    if prompt is not None and answer is not None:
        tokens = count * TOKENS_OF_PROMPT + characters / _CHARACTERS
        usd = (tokens * prompt + count * TOKENS_OF_ANSWER * answer) / 1e6
        if read:
            tokens = count * TOKENS_OF_READING + characters / _CHARACTERS
            usd += (tokens * prompt + count * TOKENS_OF_SCORE * answer) / 1e6
        usd *= BATCH_DISCOUNT if settings.judge.batch else 1.0
    return JudgingEstimate(judge_of(settings.judge), tuple(names), count, usd)


def judged_versions(project: Project, names: Sequence[str]) -> list[str]:
    """Return the versions that have explanations to grade; see ``chosen_versions``."""
    with project.reader() as session:
        rows = versions.all_versions(session)
        known = [row.name for row in rows]
        able = [row.name for row in rows if predictions.explanation_lengths(session, row.id)]
    return chosen_versions(known, able, names, "There are no explanations of {0} to judge.")


def enqueue(project: Project, names: Sequence[str], settings: Settings, *, read: bool = False) -> list[int]:
    """Queue the grading of these versions and then their measurement; returns the jobs in running order.

    ``read``: the judge also reads a score from each explanation alone.
    """
    kinds = (JUDGE.kind, *((JUDGE_READING.kind,) if read else ()), MEASURE.kind)
    return enqueue_again(project, kinds, names, settings)


def servers_in_queue(project: Project) -> list[str]:
    """Return the servers of the waiting jobs that ask one."""
    with project.reader() as session:
        waiting = [job for job in jobs.all_jobs(session) if job.state == "queued" and definition(job.stage).needs_key]
        found = [job.config["judge"] for job in waiting if job.config["judge"].get("name") == MODEL_JUDGE]
    return list(dict.fromkeys(judge.get("base_url", OPENAI_URL) for judge in found))
