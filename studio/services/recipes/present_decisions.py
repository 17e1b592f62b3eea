"""Retrained: the same iteration, trained on its pairs with the current decisions and edits."""

from __future__ import annotations

from studio.services.recipes.recipe import Recipe
from studio.services.recipes.self_training import train_and_examine
from studio.services.recipes.stage_options import StageOptions
from studio.services.recipes.version_names import MAIN
from studio.services.stages.definition import QT_TRANSLATE_NOOP

PRESENT_DECISIONS = Recipe(
    name="retrained",
    title=QT_TRANSLATE_NOOP("Recipes", "Retrained with the current decisions"),
    description=QT_TRANSLATE_NOOP(
        "Recipes", "The same iteration trained with the present vetoes and edits: is it better?"
    ),
    action=QT_TRANSLATE_NOOP("Recipes", "Retrain with the current decisions…"),
    synonyms=QT_TRANSLATE_NOOP(
        "Recipes", "did my vetoes edits help experiment branch compare line train again current"
    ),
    baseline=QT_TRANSLATE_NOOP("Recipes", "before"),
    answers={
        "better": QT_TRANSLATE_NOOP("Recipes", "Your current decisions helped"),
        "worse": QT_TRANSLATE_NOOP("Recipes", "Your current decisions made the model worse"),
        "unclear": QT_TRANSLATE_NOOP("Recipes", "It is not clear whether your current decisions helped"),
    },
    choices=lambda start: StageOptions(start=start, pairs_line=MAIN),
    stages=train_and_examine,
)
