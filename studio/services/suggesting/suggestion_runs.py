"""Ask versions for suggestions and have them judged: which versions, which images, at what cost. No Qt, no torch."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from db.engine import Session
from db.models import ModelVersion
from db.queries import suggestions, versions
from engine.contract.judge_types import BATCH_DISCOUNT
from studio.services.errors import StudioError
from studio.services.loop.queue import find_job
from studio.services.projects.project import Project
from studio.services.recipes.measure_again import chosen_versions, enqueue_again
from studio.services.recipes.version_names import BASE, newest_main
from studio.services.settings.schema import Settings
from studio.services.settings.toml_file import parse_settings
from studio.services.stages.judge import judge_of, prices_of
from studio.services.stages.judge_suggestions import JUDGE_SUGGESTIONS
from studio.services.stages.registry import relevant_settings
from studio.services.stages.suggest import SUGGEST, asked_images
from studio.services.suggesting.types import SuggestionEstimate

TOKENS_OF_PROMPT, TOKENS_OF_IMAGE, TOKENS_OF_ANSWER = 300, 255, 30
"""About what the paper's prompt without the suggestion, an image of 448 pixels, and an answer, take."""


def with_changes(project: Project, judge: Mapping[str, Any], sample: object = None) -> Settings:
    """Return the project's settings with other ones of [judge], and another chat.sample.

    Raises:
        StudioError: one of them is wrong.
    """
    config: dict[str, Any] = json.loads(project.settings.to_json())
    config["judge"] |= {"name": "model", **judge}
    if sample is not None:
        config["chat"]["sample"] = sample
    return parse_settings(config, "The judging of suggestions")


def able(project: Project) -> list[str]:
    """Return the versions that have explained test images, in creation order."""
    with project.reader() as session:
        rows = versions.all_versions(session)
        return [row.name for row in rows if suggestions.answered_test_images(session, row.id)]


def asked_versions(project: Project, names: Sequence[str]) -> list[str]:
    """Return the versions to ask, in creation order: the base, with which all are compared, and these.

    Args:
        project: the project.
        names: empty: the newest main version.

    Raises:
        StudioError: one of the names is no version, or has explained no test images.
    """
    can = able(project)
    with project.reader() as session:
        known = [row.name for row in versions.all_versions(session)]
    chosen_versions(known, can, names, "There are no explanations of {0} to go on from.")
    wanted = names or newest_main(can)
    return [name for name in can if name in wanted or name == BASE]


def estimate(project: Project, names: Sequence[str], settings: Settings) -> SuggestionEstimate:
    """Return what judging these versions' suggestions is about to do; what was judged before costs nothing again."""
    with project.reader() as session:
        rows = [row for row in versions.all_versions(session) if row.name in names]
        count = sum(len(asked_images(session, row.id, settings)) for row in rows)
        asked = tuple(row.name for row in rows if not _is_fresh(session, row, settings))
    prompt, answer = prices_of(settings.judge)
    usd = None
    if prompt is not None and answer is not None:
        tokens = TOKENS_OF_PROMPT + TOKENS_OF_IMAGE + settings.chat.max_new_tokens
        usd = count * (tokens * prompt + TOKENS_OF_ANSWER * answer) / 1e6
        usd *= BATCH_DISCOUNT if settings.judge.batch else 1.0
    return SuggestionEstimate(judge_of(settings.judge), tuple(names), asked, count, usd)


def enqueue(project: Project, names: Sequence[str], settings: Settings) -> list[int]:
    """Queue the asking of those of these versions that have not been asked, and the judging of all; returns the jobs.

    Raises:
        StudioError: the judge of the settings is no language model.
    """
    if settings.judge.name != "model":
        raise StudioError("Suggestions are judged by a language model.", "Set judge.name to model.")
    asked = estimate(project, names, settings).asked
    first = enqueue_again(project, (SUGGEST.kind,), asked, settings)
    return first + enqueue_again(project, (JUDGE_SUGGESTIONS.kind,), names, settings)


def _is_fresh(session: Session, version: ModelVersion, settings: Settings) -> bool:
    """Return whether the version's suggestions are what asking again would give."""
    found = suggestions.of_version(session, version.id)
    if not found or (version.job_id is not None and version.job_id > found[0][0].job_id):
        return False
    job = find_job(session, found[0][0].job_id)
    before = json.loads(parse_settings(job.config, f"The settings of job {job.id}").to_json())
    now = json.loads(settings.to_json())
    same = relevant_settings(SUGGEST.kind, before) == relevant_settings(SUGGEST.kind, now)
    return job.state == "done" and same
