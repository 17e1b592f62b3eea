"""The experiments that can be started by name: ablations, exclusion radius, start of a training. No Qt, no torch."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from db.engine import Session
from db.queries import lines as line_queries
from studio.services.errors import StudioError
from studio.services.projects.project import Project
from studio.services.recipes import lines
from studio.services.recipes.ablations import ABLATIONS
from studio.services.recipes.enqueue import latest_jobs
from studio.services.recipes.recipe import Recipe
from studio.services.recipes.variations import RADIUS, START
from studio.services.recipes.version_names import MAIN, version_name

RADII = (1, 2, 3)
STARTS = ("previous", "fresh")


@dataclass(frozen=True, slots=True)
class Experiment:
    """One experiment: its name on the command line and of its line, its recipe, and the settings that it changes."""

    name: str
    recipe: Recipe
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


EXPERIMENTS: tuple[Experiment, ...] = (
    *(Experiment(one.name, one) for one in ABLATIONS),
    *(Experiment(f"radius-{radius}", RADIUS, {"pairs": {"exclusion_radius": radius}}) for radius in RADII),
    *(Experiment(f"start-{start}", START, {"training": {"start_from": start}}) for start in STARTS),
)


EXPERIMENT_RECIPES = frozenset(one.recipe.name for one in EXPERIMENTS)


def experiment(name: str) -> Experiment:
    """Return the experiment of that name.

    Raises:
        StudioError: there is none; lists those that there are.
    """
    found = next((one for one in EXPERIMENTS if one.name == name), None)
    if found is None:
        known = ", ".join(one.name for one in EXPERIMENTS)
        raise StudioError(f"There is no experiment {name!r}.", f"Experiments of this version: {known}.")
    return found


def start(project: Project, name: str, iteration: int | None = None) -> str:
    """Queue an experiment and return its line; one that exists is resumed, and kept if it is finished.

    Args:
        project: its main line must have trained the iteration.
        name: of the experiment.
        iteration: which iteration it repeats; None: the first that it can.

    Raises:
        StudioError: no such experiment, the main line does not train the iteration, or it has these settings itself.
    """
    wanted = experiment(name)
    repeated = iteration or wanted.recipe.own_iteration or wanted.recipe.first_iteration
    with project.reader() as session:
        lines.check_iteration(latest_jobs(session), wanted.recipe, repeated)
        known = _known(session, wanted, repeated)
        if known is None:
            _check_difference(session, wanted, repeated)
    if known is not None:
        lines.resume_line(project, known)
        return known
    options = {"settings": wanted.settings} if wanted.settings else None
    return lines.start_line(project, wanted.recipe.name, repeated, name=wanted.name, options=options)


def _known(session: Session, wanted: Experiment, iteration: int) -> str | None:
    """Return the line that is this experiment already."""
    for line in line_queries.all_lines(session):
        same = line.options.get("settings", {}) == wanted.settings
        if line.recipe == wanted.recipe.name and line.iteration == iteration and same:
            return line.name
    return None


def _check_difference(session: Session, wanted: Experiment, iteration: int) -> None:
    """Refuse settings that the main line's iteration has itself, since the line could only repeat its result."""
    jobs = latest_jobs(session)
    main = jobs.get((MAIN, "train", iteration, version_name(iteration, "score")))
    if main is None or not wanted.settings:
        return
    generated = jobs.get((MAIN, "generate", iteration, None)) or main
    config = {**main.config, "pairs": generated.config["pairs"]}
    if all(config[name].get(key) == value for name, part in wanted.settings.items() for key, value in part.items()):
        changed = json.dumps(wanted.settings)
        raise StudioError(
            f"Iteration {iteration} of the main line has these settings itself: {changed}.",
            "Choose another value; this line would only repeat its result.",
        )
