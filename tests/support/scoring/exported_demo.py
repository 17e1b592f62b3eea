"""The built-in demo model as an exported model: a whole model that scores without a project."""

from __future__ import annotations

import shutil
from pathlib import Path

import resources
from engine.contract.artifacts import seal
from studio.services.exports.scoring_recipe import ScoringRecipe, write_recipe
from studio.services.settings.prompt import prompt_spec
from studio.services.settings.schema import PromptSettings

REFERENCE = tuple(float(label) for label in range(10))


def export_demo_model(folder: Path) -> Path:
    """Write the demo model into a folder as ``score-studio export --merged`` would a version of it."""
    shutil.copytree(Path(resources.__file__).parent / "demo" / "model", folder)
    recipe = ScoringRecipe(
        version="iter1/score",
        form="merged",
        base="demo",
        revision=None,
        dtype="float32",
        attention="auto",
        quantization="none",
        prompt=prompt_spec(PromptSettings()),
        longest_side=64,
        max_new_tokens=24,
        batch_size=4,
        reference=REFERENCE,
        calibration="bin_means",
        edges=tuple(label + 0.5 for label in range(9)),
    )
    write_recipe(folder, recipe)
    seal(folder)
    return folder
