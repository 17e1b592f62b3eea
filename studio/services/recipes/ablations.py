"""The ablations of the paper: supervised training, and DPO once (arXiv 2506.02708, section 5.2 and Table 3).

All begin with the base model and the main line's pairs and settings of iteration 1, and are compared with the main
line's last version. DPO once trains no score adapter of its own: the main line's first one is exactly that.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from engine.contract.specs import Objective
from studio.services.recipes.planned_stage import Stage
from studio.services.recipes.recipe import Recipe
from studio.services.recipes.self_training import examine
from studio.services.recipes.stage_options import StageOptions
from studio.services.recipes.version_names import BASE, MAIN, version_name
from studio.services.stages.definition import QT_TRANSLATE_NOOP

_SYNONYMS = QT_TRANSLATE_NOOP("Recipes", "ablation table 3 compare supervised fine-tuning sft experiment line baseline")
_ANSWERS = {
    "better": QT_TRANSLATE_NOOP("Recipes", "It scores better than the loop"),
    "worse": QT_TRANSLATE_NOOP("Recipes", "It scores worse than the loop"),
    "unclear": QT_TRANSLATE_NOOP("Recipes", "It is not clear whether it scores better than the loop"),
}
_BASELINE = QT_TRANSLATE_NOOP("Recipes", "in the loop")


def _supervised(iteration: int, line: str, choices: StageOptions) -> Iterator[Stage]:
    version = version_name(iteration, "score", line)
    yield Stage("train", iteration, version, line, choices)
    yield from examine([version], iteration, line, choices)


def _dpo_once(iteration: int, line: str, choices: StageOptions) -> Iterator[Stage]:
    consistency, merged = (version_name(iteration, kind, line) for kind in ("consistency", "merged"))
    yield Stage("train", iteration, consistency, line, choices)
    parts = (version_name(iteration, "score"), consistency)
    yield Stage("merge", iteration, merged, line, dataclasses.replace(choices, parts=parts))
    yield from examine([consistency, merged], iteration, line, choices)


def _recipe(name: str, title: str, description: str, action: str, objective: Objective) -> Recipe:
    return Recipe(
        name=name,
        title=title,
        description=description,
        action=action,
        synonyms=_SYNONYMS,
        baseline=_BASELINE,
        answers=_ANSWERS,
        choices=lambda _start: StageOptions(start=BASE, pairs_line=MAIN, objective=objective),
        stages=_dpo_once if objective == "preference" else _supervised,
        needs_other_pairs=False,
        own_iteration=1,
        final=True,
        in_menu=False,
    )


SFT_SCORE = _recipe(
    "sft-score",
    QT_TRANSLATE_NOOP("Recipes", "SFT on scores"),
    QT_TRANSLATE_NOOP(
        "Recipes", "Supervised training on the true scores alone: best at scoring, but does it still explain?"
    ),
    QT_TRANSLATE_NOOP("Recipes", "Train on scores alone…"),
    "score",
)
SFT_SCORE_TEXT = _recipe(
    "sft-score-text",
    QT_TRANSLATE_NOOP("Recipes", "SFT on scores and texts"),
    QT_TRANSLATE_NOOP("Recipes", "Supervised training on the chosen answers: is it the preference that helps?"),
    QT_TRANSLATE_NOOP("Recipes", "Train on chosen answers…"),
    "answer",
)
DPO_ONCE = _recipe(
    "dpo-once",
    QT_TRANSLATE_NOOP("Recipes", "DPO once"),
    QT_TRANSLATE_NOOP(
        "Recipes",
        "Score and consistency training on the base model's pairs, merged once: is it the iteration that helps?",
    ),
    QT_TRANSLATE_NOOP("Recipes", "Train and merge once…"),
    "preference",
)
ABLATIONS = (SFT_SCORE, SFT_SCORE_TEXT, DPO_ONCE)
"""In the order of the paper's Table 3; its last row is the main line."""
