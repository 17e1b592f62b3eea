"""Lines that change a setting: exclusion radius, start of a training, merge, hyperparameters; or continue elsewhere.

The settings come with the line; see ``line_plan``. Merges and trials of a search are several versions on one line.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from studio.services.recipes.planned_stage import Stage
from studio.services.recipes.recipe import Recipe
from studio.services.recipes.self_training import examine, train_and_examine
from studio.services.recipes.stage_options import StageOptions
from studio.services.recipes.version_names import BASE, MAIN, version_name
from studio.services.stages.definition import QT_TRANSLATE_NOOP

_SYNONYMS = QT_TRANSLATE_NOOP("Recipes", "experiment compare line variation setting")
_ANSWERS = {
    "better": QT_TRANSLATE_NOOP("Recipes", "The change helps"),
    "worse": QT_TRANSLATE_NOOP("Recipes", "The change makes the model worse"),
    "unclear": QT_TRANSLATE_NOOP("Recipes", "It is not clear whether the change helps"),
}
_BASELINE = QT_TRANSLATE_NOOP("Recipes", "without the change")
VALIDATION = ("val",)
WATCHED = 128
"""Validation images that a trial looks at while it is trained."""


def _with_own_pairs(iteration: int, line: str, choices: StageOptions) -> Iterator[Stage]:
    yield Stage("generate", iteration, None, line, choices)
    yield from train_and_examine(iteration, line, choices)


def _merge(iteration: int, line: str, choices: StageOptions) -> Iterator[Stage]:
    """Yield one merge of the main line's adapters and its examination; nothing is trained."""
    merged = version_name(iteration, "merged", line, choices.label)
    parts = (version_name(iteration, "score"), version_name(iteration, "consistency"))
    choices = dataclasses.replace(choices, parts=parts)
    yield Stage("merge", iteration, merged, line, choices)
    yield from examine([merged], iteration, line, choices)


def _trial(iteration: int, line: str, choices: StageOptions) -> Iterator[Stage]:
    """Yield one training, measured on validation images alone and without a judge."""
    version = version_name(iteration, "score", line, choices.label)
    for kind in ("train", "predict", "measure"):
        yield Stage(kind, iteration, version, line, choices)


RADIUS = Recipe(
    name="radius",
    title=QT_TRANSLATE_NOOP("Recipes", "Other exclusion radius"),
    description=QT_TRANSLATE_NOOP(
        "Recipes", "Wrong scores that may be closer to the true one, or must be further: are the pairs better?"
    ),
    action=QT_TRANSLATE_NOOP("Recipes", "Train with another exclusion radius…"),
    synonyms=_SYNONYMS,
    baseline=_BASELINE,
    answers=_ANSWERS,
    choices=lambda start: StageOptions(start=start),
    stages=_with_own_pairs,
    needs_other_pairs=False,
    in_menu=False,
)
START = Recipe(
    name="start",
    title=QT_TRANSLATE_NOOP("Recipes", "Other start"),
    description=QT_TRANSLATE_NOOP(
        "Recipes", "Adapters that start fresh, or from the merged one before, on the same pairs: which is better?"
    ),
    action=QT_TRANSLATE_NOOP("Recipes", "Train from another start…"),
    synonyms=_SYNONYMS,
    baseline=_BASELINE,
    answers=_ANSWERS,
    choices=lambda start: StageOptions(start=start, pairs_line=MAIN),
    stages=train_and_examine,
    needs_other_pairs=False,
    first_iteration=2,
    in_menu=False,
)
CONTINUED = Recipe(
    name="continued",
    title=QT_TRANSLATE_NOOP("Recipes", "Continued from another version"),
    description=QT_TRANSLATE_NOOP("Recipes", "The next iteration, begun from this version: does it get further?"),
    action=QT_TRANSLATE_NOOP("Recipes", "Continue from this version…"),
    synonyms=_SYNONYMS,
    baseline=_BASELINE,
    answers=_ANSWERS,
    choices=lambda start: StageOptions(start=start),
    stages=_with_own_pairs,
    needs_other_pairs=False,
    repeats=False,
    in_menu=False,
)
MERGES = Recipe(
    name="merges",
    title=QT_TRANSLATE_NOOP("Recipes", "Merges"),
    description=QT_TRANSLATE_NOOP(
        "Recipes", "The finished adapters merged by other methods and densities, without training: which is best?"
    ),
    action=QT_TRANSLATE_NOOP("Recipes", "Compare merges…"),
    synonyms=_SYNONYMS,
    baseline=_BASELINE,
    answers=_ANSWERS,
    choices=lambda start: StageOptions(start=start, pairs_line=MAIN),
    stages=_merge,
    needs_other_pairs=False,
    first_iteration=2,
    in_menu=False,
)
SEARCH = Recipe(
    name="search",
    title=QT_TRANSLATE_NOOP("Recipes", "Search"),
    description=QT_TRANSLATE_NOOP(
        "Recipes", "Other learning rates, betas and ranks in iteration 1: which are best on validation?"
    ),
    action=QT_TRANSLATE_NOOP("Recipes", "Search settings…"),
    synonyms=_SYNONYMS,
    baseline=_BASELINE,
    answers=_ANSWERS,
    choices=lambda _start: StageOptions(start=BASE, pairs_line=MAIN, splits=VALIDATION, watched=WATCHED),
    stages=_trial,
    needs_other_pairs=False,
    repeats=False,
    own_iteration=1,
    in_menu=False,
)
VARIATIONS = (RADIUS, START, CONTINUED, MERGES, SEARCH)
