"""Lines of versions beside the main line: start, resume and list them. No Qt, no torch.

A line repeats one iteration of the main line with a change, using the iteration's settings, and is measured against it
on the same test images.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from db.engine import Session
from db.models import Job, Line
from db.queries import lines as line_queries
from db.queries import versions
from engine.contract.context import read_jsonl
from studio.services.base_models import hub_models
from studio.services.errors import StudioError
from studio.services.loop.queue import requeue
from studio.services.loop.types import PlannedStage
from studio.services.projects.project import Project
from studio.services.recipes.enqueue import STOPPED, check_base, enqueue_stage, latest_jobs, with_job
from studio.services.recipes.line_plan import compared_with, final_of, planned_stages
from studio.services.recipes.line_rows import LineRow
from studio.services.recipes.planned_stage import JobKey, Stage
from studio.services.recipes.present_decisions import PRESENT_DECISIONS
from studio.services.recipes.recipe import Recipe
from studio.services.recipes.registry import recipe
from studio.services.recipes.version_names import (
    MAIN,
    final_version,
    kind_of,
    new_versions,
    train_kind,
    version_name,
)
from studio.services.recipes.without_vetoes import WITHOUT_VETOES
from studio.services.settings.toml_file import merged, parse_settings
from studio.services.stages.train import TRAIN
from studio.services.stages.training_pairs import training_rows
from studio.services.trash_bin import trashed_names
from studio.services.versions import version_list
from studio.services.versions.overview import verdict_against

Row = dict[str, Any]
_URGENCY = ("running", "failed", "interrupted", "paused", "queued", "cancelled")


def start_without_vetoes(project: Project, iteration: int) -> str:
    """Queue the same iteration on all pairs, including vetoed ones; see :func:`start_line`."""
    return start_line(project, WITHOUT_VETOES.name, iteration)


def retrain_with_decisions(project: Project, iteration: int) -> str:
    """Queue the same iteration on its pairs with the current decisions and edits; see :func:`start_line`."""
    return start_line(project, PRESENT_DECISIONS.name, iteration)


def start_line(
    project: Project,
    recipe_name: str,
    iteration: int,
    start: str | None = None,
    *,
    name: str | None = None,
    options: Mapping[str, Any] | None = None,
) -> str:
    """Queue a new line by a recipe, in one transaction; returns its name.

    Its jobs are queued last, with the settings of the main line's jobs of this iteration. ``start`` is the version, of
    any line, whose adapter its trainings start from; None: the one that the main line starts from. ``name``: what the
    line is called, if not by its recipe. ``options``: what it is started with; see ``line_plan``.

    Raises:
        StudioError: no such recipe or version; the base model is not on this machine; the main line does not train this
            iteration; or the line would be trained on the same pairs as the main line, so that it could only repeat its
            result.
    """
    made_by, present = recipe(recipe_name), json.loads(project.settings.to_json())
    with project.session() as session:
        latest = latest_jobs(session)
        check_base(project, session, latest.values(), present)
        check_iteration(latest, made_by, iteration)
        if hub_models.has_to_be_fetched(session, project.settings.model, project.root):
            base = project.settings.model.base
            raise StudioError(
                f"The base model {base} is not on this machine.", f"Fetch it: score-studio download {base}"
            )
        begins = final_version(iteration - 1) if start is None else start
        if begins == final_version(iteration - 1):
            if made_by.needs_other_pairs:
                check_difference(project, session, latest, made_by, iteration)
        elif versions.by_name(session, begins) is None:
            known = ", ".join(row.name for row in versions.all_versions(session))
            raise StudioError(f"There is no version {begins!r} to start from.", f"Versions of this project: {known}.")
        name = free_name(project, session, name or made_by.name)
        given = dict(options or {}) | ({"against": last_measured(session)} if made_by.final else {})
        line = line_queries.add(
            session, name=name, recipe=made_by.name, iteration=iteration, start=begins, options=given
        )
        for stage in planned_stages(line):
            enqueue_stage(session, stage, None, _settings_of(latest, stage, present))
    return name


def extend_line(project: Project, name: str, variants: Sequence[Mapping[str, Any]]) -> None:
    """Add variants to a line that has some, and queue their stages, in one transaction; known ones stay as they are.

    Raises:
        StudioError: there is no such line.
    """
    present = _present(project)
    with project.session() as session:
        line = find_line(session, name)
        latest = latest_jobs(session)
        known = list(line.options.get("variants", []))
        labels = {variant["label"] for variant in known}
        line.options = {**line.options, "variants": [*known, *(one for one in variants if one["label"] not in labels)]}
        for stage in planned_stages(line):
            if latest.get(stage.key) is None:
                enqueue_stage(session, stage, None, _settings_of(latest, stage, present))


def last_measured(session: Session) -> int:
    """Return the last iteration of the main line whose last version is measured; 0 if none is."""
    measured = {metric.model_version_id for metric in versions.metrics(session, "test")}
    made = [row for row in versions.all_versions(session) if row.line == MAIN and row.id in measured]
    return max((row.iteration for row in made if row.name == final_version(row.iteration)), default=0)


def resume_line(project: Project, name: str, only: Collection[str] | None = None) -> list[int]:
    """Queue the stopped jobs of a line again, in one transaction; returns the ids of its unfinished jobs.

    ``only``: those of these versions.

    Raises:
        StudioError: there is no such line.
    """
    with project.session() as session:
        line = find_line(session, name)
        latest = latest_jobs(session)
        waiting = []
        for stage in planned_stages(line):
            if only is not None and stage.version_name not in only:
                continue
            job = latest.get(stage.key)
            if job is None:  # its version was deleted, or its jobs were never queued completely
                job = enqueue_stage(session, stage, None, _settings_of(latest, stage, _present(project)))
            elif job.state in STOPPED:
                requeue(job)
            if job.state != "done":
                waiting.append(job.id)
    return waiting


def list_lines(project: Project) -> list[LineRow]:
    """Return all lines beside the main line, in creation order."""
    made = {row.name: row for row in version_list.versions(project)}
    with project.reader() as session:
        latest = latest_jobs(session)
        found = []
        for line in line_queries.all_lines(session):
            own = [job for job in latest.values() if job.line == line.name]
            final = made.get(final_of(line) or "")
            found.append(
                LineRow(
                    name=line.name,
                    recipe=line.recipe,
                    iteration=line.iteration,
                    start=line.start,
                    created_at=line.created_at,
                    versions=tuple(row.name for row in made.values() if row.line == line.name),
                    done=sum(job.state == "done" for job in own),
                    total=len(own),
                    state=_state(own),
                    verdict=None if final is None else verdict_against(final, compared_with(line)),
                )
            )
        return found


def plan_line(project: Project, name: str) -> list[PlannedStage]:
    """Return every stage of a line in running order, with the state of its job.

    Raises:
        StudioError: there is no such line.
    """
    with project.reader() as session:
        latest = latest_jobs(session)
        return [with_job(stage, latest.get(stage.key)) for stage in planned_stages(find_line(session, name))]


def find_line(session: Session, name: str) -> Line:
    """Return the line's row in the caller's transaction.

    Raises:
        StudioError: there is no line of this name; lists the existing ones.
    """
    found = line_queries.by_name(session, name)
    if found is None:
        known = ", ".join(line.name for line in line_queries.all_lines(session))
        raise StudioError(
            f"There is no line {name!r}.", f"Lines of this project: {known}." if known else "This project has none."
        )
    return found


def main_trainings(latest: Mapping[JobKey, Job], iteration: int) -> dict[str, Job | None]:
    """Return the main line's training jobs of an iteration, by the version that they make."""
    trained = [version for version in new_versions(iteration) if kind_of(version) != "merged"]
    return {version: latest.get((MAIN, TRAIN.kind, iteration, version)) for version in trained}


def check_iteration(latest: Mapping[JobKey, Job], made_by: Recipe, iteration: int) -> None:
    """Refuse an iteration that a recipe cannot repeat.

    Raises:
        StudioError: says what to do first.
    """
    if made_by.own_iteration not in (None, iteration) or 1 <= iteration < made_by.first_iteration:
        first = made_by.own_iteration or made_by.first_iteration
        raise StudioError(
            f"{made_by.name} cannot repeat iteration {iteration}.",
            f"It repeats iteration {first}{'' if made_by.own_iteration else ' or a later one'}.",
        )
    if made_by.repeats:
        check_trained(latest, iteration)


def check_trained(latest: Mapping[JobKey, Job], iteration: int) -> None:
    """Refuse an iteration that the main line does not train.

    Raises:
        StudioError: says what to do first.
    """
    if iteration < 1:
        raise StudioError(f"Iteration {iteration} cannot be trained.", "Use the number of an iteration, from 1.")
    if any(job is None or job.state == "cancelled" for job in main_trainings(latest, iteration).values()):
        raise StudioError(
            f"Iteration {iteration} is not trained on the main line.", f"Run or queue iteration {iteration} first."
        )


def check_difference(
    project: Project, session: Session, latest: Mapping[JobKey, Job], made_by: Recipe, iteration: int
) -> tuple[int, int]:
    """Return how many pairs a line trains on and how many the main line, in the first training that differs.

    Raises:
        StudioError: no training differs, so that the line would only repeat the main line's result.
    """
    jobs = main_trainings(latest, iteration)
    begun = [job for job in jobs.values() if job is not None and job.spec_digest is not None]
    if not made_by.ignores_vetoes and not begun:
        raise StudioError(
            f"Iteration {iteration} has not been trained yet and will use the current decisions anyway.",
            f"Run iteration {iteration}.",
        )
    for version, job in jobs.items():
        assert job is not None
        settings = parse_settings(job.config, f"The settings of job {job.id}")
        rows = training_rows(
            session, settings, project.images_root(), iteration, train_kind(version), vetoes=not made_by.ignores_vetoes
        )
        main = _main_rows(project, session, job, iteration)
        if _content(rows) != _content(main):
            return len(rows), len(main)
    if made_by.ignores_vetoes:
        raise StudioError(
            f"No pair of iteration {iteration} was excluded from its training by a veto.",
            "Veto pairs before the iteration is trained; without vetoes this line would only repeat it.",
        )
    raise StudioError(
        f"Iteration {iteration} was trained with the current decisions.",
        "Veto or edit pairs first; otherwise this line would only repeat the result.",
    )


def _main_rows(project: Project, session: Session, job: Job, iteration: int) -> list[Row]:
    """Return the input of the main line's training, current or frozen if it has started."""
    input_file = project.run_folder(job.id).input
    if job.spec_digest is not None and input_file.exists():
        return list(read_jsonl(input_file))
    settings = parse_settings(job.config, f"The settings of job {job.id}")
    kind = train_kind(job.version_name or "")
    return [dict(row) for row in training_rows(session, settings, project.images_root(), iteration, kind)]


def _content(rows: Iterable[Mapping[str, Any]]) -> list[Row]:
    """Return training rows without their paths, which change when a project is moved."""
    return [{key: value for key, value in row.items() if key != "path"} for row in rows]


def _settings_of(latest: Mapping[JobKey, Job], stage: Stage, present: dict[str, Any]) -> dict[str, Any]:
    """Return the settings of the main line's job for the same stage, with the current paths and model location.

    If the main line has no such stage, those of its score training of that iteration; then what the line changes.
    """
    version = stage.version_name
    main = None if version is None else version_name(stage.iteration, kind_of(version))
    training = (MAIN, TRAIN.kind, stage.iteration, version_name(stage.iteration, "score"))
    job = latest.get((MAIN, stage.stage, stage.iteration, main)) or latest.get(training)
    if job is None or job.spec_digest is None:
        return _changed(present, stage)
    places = {"base": present["model"]["base"], "revision": present["model"]["revision"]}
    model = {**job.config["model"], **places, "offline": present["model"]["offline"]}
    images = {**job.config["images"], "root": present["images"]["root"]}
    return _changed({**job.config, "model": model, "images": images}, stage)


def _changed(config: dict[str, Any], stage: Stage) -> dict[str, Any]:
    """Return the settings with those that the line changes, checked."""
    if not stage.choices.settings:
        return config
    changed = merged(config, stage.choices.settings)
    parse_settings(changed, f"The line {stage.line}")
    return changed


def _present(project: Project) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(project.settings.to_json())
    return found


def free_name(project: Project, session: Session, wanted: str) -> str:
    """Return the recipe's name, with a number if it is taken, including by a line that can still be restored."""
    taken = {line.name for line in line_queries.all_lines(session)} | trashed_names(project)
    number, name = 1, wanted
    while name in taken:
        number, name = number + 1, f"{wanted}-{number + 1}"
    return name


def _state(jobs: Iterable[Job]) -> str:
    states = {job.state for job in jobs}
    return next((state for state in _URGENCY if state in states), "done")
