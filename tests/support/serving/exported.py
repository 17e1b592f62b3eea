"""The demo model as an exported, merged model, which can be served without a project."""

from __future__ import annotations

import shutil
from pathlib import Path

from engine.contract.artifacts import seal
from engine.contract.resources import resource_path
from studio.services.exports.scoring_recipe import ScoringRecipe, write_recipe
from studio.services.settings.prompt import prompt_spec
from studio.services.settings.schema import PromptSettings

REFERENCE = tuple(1.0 + label for label in range(10))


def make_export(folder: Path, *, max_new_tokens: int = 80, batch_size: int = 4) -> Path:
    """Make an export of the demo model, whose labels stand for the scores 1 to 10, and return its folder."""
    shutil.copytree(resource_path("demo", "model"), folder)
    recipe = ScoringRecipe(
        version="demo/base", form="merged", base="demo", revision=None, dtype="float32", attention="sdpa",
        quantization="none", prompt=prompt_spec(PromptSettings(resource="demo")), longest_side=384,
        max_new_tokens=max_new_tokens, batch_size=batch_size, reference=REFERENCE, calibration="a test's",
        edges=tuple(1.5 + label for label in range(9)),
    )  # fmt: skip
    write_recipe(folder, recipe)
    seal(folder)
    return folder
