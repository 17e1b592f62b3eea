"""What can be done with lines beside the main one, and what starting one would train. No Qt, no torch."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from db.engine import Session
from db.models import Job, Line
from db.queries import lines as line_queries
from db.queries import pairs, reviews
from studio.services.errors import StudioError
from studio.services.estimating.types import NEAR, EstimateRange
from studio.services.projects.project import Project
from studio.services.recipes import lines
from studio.services.recipes.enqueue import STOPPED, latest_jobs
from studio.services.recipes.line_plan import planned_stages
from studio.services.recipes.line_rows import LineChoices, LineOffer, LinePreview
from studio.services.recipes.planned_stage import JobKey
from studio.services.recipes.recipe import Recipe
from studio.services.recipes.registry import RECIPES, is_known, recipe
from studio.services.recipes.version_names import MAIN, final_version, kind_of, new_versions, version_name
from studio.services.stages.registry import definition


def line_choices(project: Project) -> LineChoices:
    """Return which lines could be started or resumed now. Quick: it reads no texts of pairs.

    A line that is offered may still turn out to repeat the main line exactly; :func:`preview_line` finds that out.
    """
    made = lines.list_lines(project)
    with project.reader() as session:
        latest = latest_jobs(session)
        trained = sorted({iteration for line, _, iteration, _ in latest if line == MAIN and iteration > 0})
        offers = [
            LineOffer(one.name, iteration, _reason(session, latest, one, iteration))
            for iteration in trained
            for one in RECIPES
            if one.in_menu
        ]
        unfinished = {line.name for line in line_queries.all_lines(session) if _is_unfinished(latest, line)}
        possible = [offer.iteration for offer in offers if _is_trained(latest, offer.iteration)]
    rows = tuple(row for row in made if row.name in unfinished)
    return LineChoices(latest=max(possible, default=0), offers=tuple(offers), unfinished=rows)


def preview_line(project: Project, recipe_name: str, iteration: int) -> LinePreview:
    """Return what a line by this recipe would train, started from the version that the main line started from.

    Raises:
        StudioError: it cannot be started, or could only repeat the main line's result; see ``lines.start_line``.
    """
    made_by, start = recipe(recipe_name), final_version(iteration - 1)
    with project.reader() as session:
        latest = latest_jobs(session)
        lines.check_trained(latest, iteration)
        count, main_count = lines.check_difference(project, session, latest, made_by, iteration)
        name = lines.free_name(project, session, made_by.name)
        same = [
            line.name
            for line in line_queries.all_lines(session)
            if (line.recipe, line.iteration, line.start) == (made_by.name, iteration, start)
        ]
        seconds = _seconds(latest, made_by, iteration, count / main_count if main_count else 1.0)
        waiting = sum(job.state in ("queued", "running") for job in latest.values())
    return LinePreview(
        recipe=made_by.name,
        name=name,
        iteration=iteration,
        start=start,
        versions=new_versions(iteration, name),
        pairs=count,
        main_pairs=main_count,
        seconds=seconds,
        waiting=waiting,
        same=tuple(same),
    )


def _reason(session: Session, latest: Mapping[JobKey, Job], made_by: Recipe, iteration: int) -> str:
    """Why a line could not be started, as far as times of decisions show it."""
    try:
        lines.check_trained(latest, iteration)
    except StudioError as error:
        return error.message
    begun = _begun(latest, iteration)
    if made_by.ignores_vetoes:
        if reviews.decided(session, MAIN, iteration, verdict="veto", until=max(begun, default=None)):
            return ""
        if begun and reviews.decided(session, MAIN, iteration, verdict="veto"):
            return f"The vetoes of iteration {iteration} came after its training: it was trained without them."
        return f"No pair of iteration {iteration} is vetoed."
    if not begun:
        return f"Iteration {iteration} has not been trained yet; it will use the current decisions anyway."
    if reviews.decided(session, MAIN, iteration, after=min(begun)) or pairs.regenerated(session, MAIN, iteration):
        return ""
    return f"No pair of iteration {iteration} was changed since it was trained."


def _begun(latest: Mapping[JobKey, Job], iteration: int) -> list[datetime]:
    """When those of the main line's trainings of an iteration began that have begun."""
    jobs = [job for job in lines.main_trainings(latest, iteration).values() if job is not None]
    return [job.started_at for job in jobs if job.started_at is not None]


def _is_trained(latest: Mapping[JobKey, Job], iteration: int) -> bool:
    try:
        lines.check_trained(latest, iteration)
    except StudioError:
        return False
    return True


def _is_unfinished(latest: Mapping[JobKey, Job], line: Line) -> bool:
    """Whether jobs of a line have stopped or are missing, so that it does not go on by itself.

    What a newer program began is for that to go on with.
    """
    if not is_known(line.recipe):
        return False
    own = [latest.get(stage.key) for stage in planned_stages(line)]
    return any(job is None or job.state in STOPPED for job in own)


def _seconds(latest: Mapping[JobKey, Job], made_by: Recipe, iteration: int, ratio: float) -> EstimateRange | None:
    """How long the main line's jobs for the same stages took, trainings by their number of pairs; None: not known."""
    total = 0.0
    for stage in made_by.stages(iteration, MAIN, made_by.choices(final_version(iteration - 1))):
        version = stage.version_name
        main = None if version is None else version_name(iteration, kind_of(version))
        job = latest.get((MAIN, stage.stage, iteration, main))
        if job is None or job.state != "done" or job.started_at is None or job.finished_at is None:
            return None
        worked = job.worked_seconds + (job.startup_seconds or 0.0)
        seconds = worked if job.worked_seconds else (job.finished_at - job.started_at).total_seconds()
        total += seconds * (ratio if definition(stage.stage).has_curve else 1.0)
    return EstimateRange.around(total, NEAR)
