"""The definition of a recipe: the stages for a line of versions that branches from a project's main line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from studio.services.recipes.planned_stage import Stage
from studio.services.recipes.stage_options import StageOptions


@dataclass(frozen=True, slots=True)
class Recipe:
    """One recipe for a line beside the main line.

    Attributes:
        name: its name on the command line, and of its lines, with a number from the second one on.
        title: short English name; the window translates it.
        description: the question that it answers, in one English sentence; the window translates it.
        action: English text of the action that starts it; the window translates it.
        synonyms: other English words that find the action; the window translates them.
        baseline: how the main line's figure is called beside that of the line ("0.61 vs. 0.58 with them").
        answers: the English answer to its question by verdict: better, worse or unclear; the window translates it.
        choices: its choices in addition to the settings, given the version that the iteration starts from.
        stages: its stages for an iteration of a line, in running order.
        ignores_vetoes: whether it also trains on vetoed pairs, so that it needs some to make a difference.
        needs_other_pairs: whether it only makes a difference if its pairs differ from those of the main line.
        repeats: whether it repeats an iteration of the main line, which therefore has to be trained.
        own_iteration: the iteration that it repeats, if there is no choice.
        first_iteration: the first iteration that it can repeat.
        final: whether it is compared with the main line's last version rather than with that of its own iteration.
        in_menu: whether the window's menu offers it; the page of experiments offers the others.
    """

    name: str
    title: str
    description: str
    action: str
    synonyms: str
    baseline: str
    answers: Mapping[str, str]
    choices: Callable[[str], StageOptions]
    stages: Callable[[int, str, StageOptions], Iterator[Stage]]
    ignores_vetoes: bool = False
    needs_other_pairs: bool = True
    repeats: bool = True
    own_iteration: int | None = None
    first_iteration: int = 1
    final: bool = False
    in_menu: bool = True
