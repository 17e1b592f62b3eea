"""Predict with an exported model without a project. No Qt, no torch."""

from __future__ import annotations

from pathlib import Path

from studio.services.base_models.suitability import DEMO, check_model
from studio.services.errors import StudioError
from studio.services.exports.scoring_recipe import read_recipe
from studio.services.imports.formats.path_index import walk_images
from studio.services.versions.prediction import Predictor


def exported_predictor(folder: Path, base: str | None = None) -> Predictor:
    """Return an exported adapter or merged model, ready to predict as in its project.

    Args:
        folder: written by ``score-studio export``.
        base: where an adapter's base model is on this machine, if its place has changed.

    Raises:
        StudioError: not an export, or an adapter whose base model cannot be found.
    """
    recipe = read_recipe(folder)
    if recipe.form == "merged" and base is not None:
        raise StudioError(f"{folder} is a whole model and needs no base model.", "Omit --base.")
    if recipe.form == "adapter" and base is None:
        place = Path(recipe.base)
        if recipe.base != DEMO and place.is_absolute() and not place.is_dir():
            raise StudioError(
                f"The adapter's base model {place} is not on this machine.", "Set its folder with --base FOLDER."
            )
    known = None if base is None else check_model(base)
    return Predictor(recipe.version, recipe.spec(folder.absolute(), known), recipe.reference, recipe.lower_is_better)


def find_images(targets: list[Path]) -> list[Path]:
    """Return the given images and all images in the given folders, in order, as absolute paths.

    Raises:
        StudioError: there are none.
    """
    found: list[Path] = []
    for target in targets:
        home = target.absolute()
        found += [home / path for path in walk_images(home)] if home.is_dir() else [home]
    if not found:
        named = ", ".join(str(target) for target in targets) or "the arguments"
        raise StudioError(f"No images found in {named}.", "Choose images, or a folder that contains some.")
    return found
