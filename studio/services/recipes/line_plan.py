"""The stages of a line, from its recipe and from what it was started with. No Qt, no torch.

A line's ``options`` may have ``settings`` (sections that differ from the main line's), ``variants`` (several versions
of one kind on one line, each with a ``label`` and its ``settings``) and ``against`` (the last iteration of the main
line that it is compared with).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from db.models import Line
from studio.services.recipes.planned_stage import Stage
from studio.services.recipes.recipe import Recipe
from studio.services.recipes.registry import is_known, recipe
from studio.services.recipes.version_names import final_version
from studio.services.stages.registry import definition


def planned_stages(line: Line) -> list[Stage]:
    """Return the stages of a line, in running order."""
    return list(stages_of(recipe(line.recipe), line.iteration, line.name, line.start, line.options))


def stages_of(
    made_by: Recipe, iteration: int, name: str, start: str, options: Mapping[str, Any] | None = None
) -> Iterator[Stage]:
    """Yield the stages of a line that is started with these options, in running order."""
    given = options or {}
    choices = made_by.choices(start)
    if made_by.final:
        choices = dataclasses.replace(choices, against=given.get("against"))
    choices = dataclasses.replace(choices, settings=given.get("settings", {}))
    variants = given.get("variants")
    if variants is None:
        yield from made_by.stages(iteration, name, choices)
        return
    for variant in variants:
        own = dataclasses.replace(choices, label=variant["label"], settings=variant["settings"])
        yield from made_by.stages(iteration, name, own)


def final_of(line: Line) -> str | None:
    """Return the version that answers the line's question; None if it has several variants instead.

    Of a line by a recipe that only a newer program knows, it is the last one of its iteration.
    """
    if "variants" in line.options:
        return None
    if not is_known(line.recipe):
        return final_version(line.iteration, line.name)
    made = [stage.version_name for stage in planned_stages(line) if definition(stage.stage).makes_version]
    return made[-1] if made else None


def compared_with(line: Line) -> str:
    """Return the main line's version that a line is compared with."""
    return final_version(max(line.iteration, int(line.options.get("against") or 0)))
