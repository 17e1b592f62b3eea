"""Without my vetoes: the same iteration, trained on all pairs, to measure the effect of the vetoes."""

from __future__ import annotations

from studio.services.recipes.recipe import Recipe
from studio.services.recipes.self_training import train_and_examine
from studio.services.recipes.stage_options import StageOptions
from studio.services.recipes.version_names import MAIN
from studio.services.stages.definition import QT_TRANSLATE_NOOP

WITHOUT_VETOES = Recipe(
    name="without-vetoes",
    title=QT_TRANSLATE_NOOP("Recipes", "Without my vetoes"),
    description=QT_TRANSLATE_NOOP(
        "Recipes", "The same iteration trained on all pairs, including vetoed ones: did the vetoes help?"
    ),
    action=QT_TRANSLATE_NOOP("Recipes", "Train without my vetoes…"),
    synonyms=QT_TRANSLATE_NOOP("Recipes", "did my vetoes help experiment branch compare line all pairs ablation"),
    baseline=QT_TRANSLATE_NOOP("Recipes", "with them"),
    answers={
        "better": QT_TRANSLATE_NOOP("Recipes", "Your vetoes made the model worse"),
        "worse": QT_TRANSLATE_NOOP("Recipes", "Your vetoes helped"),
        "unclear": QT_TRANSLATE_NOOP("Recipes", "It is not clear whether your vetoes helped"),
    },
    choices=lambda start: StageOptions(start=start, pairs_line=MAIN, vetoes=False),
    stages=train_and_examine,
    ignores_vetoes=True,
)
