"""What a recipe is: which stages it yields for a line of versions that branches from a project's main line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from studio.services.recipes.planned_stage import Stage
from studio.services.recipes.stage_options import StageOptions


@dataclass(frozen=True, slots=True)
class Recipe:
    """One recipe for a line beside the main one.

    Attributes:
        name: names it on the command line, and its lines: a second one gets a number.
        title: short English name; the window translates it.
        description: what it answers, in one English sentence; the window translates it.
        choices: what it fixes beside the settings, given the version that the iteration starts from.
        stages: its stages for an iteration of a line, in running order.
        ignores_vetoes: whether it is trained on vetoed pairs too, so that it needs some to make a difference.
    """

    name: str
    title: str
    description: str
    choices: Callable[[str], StageOptions]
    stages: Callable[[int, str, StageOptions], Iterator[Stage]]
    ignores_vetoes: bool = False
