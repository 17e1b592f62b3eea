"""Predicting with an exported model where there is no project. No Qt, no torch."""

from __future__ import annotations

from pathlib import Path

from studio.services.base_models.suitability import DEMO, check_model
from studio.services.errors import StudioError
from studio.services.exports.scoring_recipe import read_recipe
from studio.services.imports.formats.path_index import walk_images
from studio.services.versions.prediction import Predictor


def exported_predictor(folder: Path, base: str | None = None) -> Predictor:
    """An exported adapter or merged model, ready to predict as it did in its project.

    Args:
        folder: what ``score-studio export`` wrote.
        base: where an adapter's base model is on this machine, if not where it was.

    Raises:
        StudioError: no such export, or an adapter whose base model is not where it was.
    """
    recipe = read_recipe(folder)
    if recipe.form == "merged" and base is not None:
        raise StudioError(f"{folder} is a whole model and needs no base model.", "Leave --base out.")
    if recipe.form == "adapter" and base is None:
        place = Path(recipe.base)
        if recipe.base != DEMO and place.is_absolute() and not place.is_dir():
            raise StudioError(
                f"The adapter's base model {place} is not on this machine.", "Name it with --base FOLDER."
            )
    known = None if base is None else check_model(base)
    return Predictor(recipe.version, recipe.spec(folder.absolute(), known), recipe.reference)


def find_images(targets: list[Path]) -> list[Path]:
    """The images that are named, and all below folders that are named, in order, absolute.

    Raises:
        StudioError: there is none.
    """
    found: list[Path] = []
    for target in targets:
        home = target.absolute()
        found += [home / path for path in walk_images(home)] if home.is_dir() else [home]
    if not found:
        named = ", ".join(str(target) for target in targets) or "what was given"
        raise StudioError(f"There is no image in {named}.", "Name images, or a folder that holds some.")
    return found
