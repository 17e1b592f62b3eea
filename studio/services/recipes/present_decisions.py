"""Retrained: the same iteration, trained on its pairs with the present decisions and edits."""

from __future__ import annotations

from studio.services.recipes.recipe import Recipe
from studio.services.recipes.self_training import train_and_examine
from studio.services.recipes.stage_options import StageOptions
from studio.services.recipes.version_names import MAIN
from studio.services.stages.definition import QT_TRANSLATE_NOOP

PRESENT_DECISIONS = Recipe(
    name="retrained",
    title=QT_TRANSLATE_NOOP("Recipes", "Retrained with the present decisions"),
    description=QT_TRANSLATE_NOOP(
        "Recipes", "The same iteration trained with the present vetoes and edits: is it better?"
    ),
    choices=lambda start: StageOptions(start=start, pairs_line=MAIN),
    stages=train_and_examine,
)
