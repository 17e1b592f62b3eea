"""Predict with an exported model without a project. No Qt, no torch."""

from __future__ import annotations

from pathlib import Path

from engine.contract.hub_cache import HUB_ID
from studio.services.base_models.suitability import DEMO, check_model
from studio.services.errors import StudioError
from studio.services.exports.known_bases import remembered_base
from studio.services.exports.scoring_recipe import read_recipe
from studio.services.imports.formats.image_walk import ImageWalk, left_out, walk_images
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
    known = None if base is None else check_model(base)
    if recipe.form == "adapter" and base is None:
        known = _known_base(folder, recipe.base)
    return Predictor(recipe.version, recipe.spec(folder.absolute(), known), recipe.reference, recipe.lower_is_better)


def _known_base(folder: Path, base: str) -> str | None:
    """Return the folder of an adapter's base model on this machine; None for one that is found by its name."""
    if base == DEMO or HUB_ID.fullmatch(base):
        return None
    remembered = remembered_base(folder)
    if remembered is not None:
        return str(remembered)
    if Path(base).is_absolute() and Path(base).is_dir():  # an export of an earlier program
        return base
    raise StudioError(
        f"The folder of the adapter's base model {Path(base).name} is not known on this machine.",
        "Set it with --base FOLDER.",
    )


def find_images(targets: list[Path]) -> tuple[list[Path], list[str]]:
    """Return the given images and all images in the given folders, in order, as absolute paths.

    With them, in sentences, what is in these folders and was left out.

    Raises:
        StudioError: there are none.
    """
    found: list[Path] = []
    walks: list[ImageWalk] = []
    for target in targets:
        home = target.absolute()
        if home.is_dir():
            walks.append(walk_images(home))
            found += [home / path for path in walks[-1].paths]
        else:
            found.append(home)
    notes = left_out(walks)
    if not found:
        named = ", ".join(str(target) for target in targets) or "the arguments"
        remedy = "Choose images, or a folder that contains some."
        raise StudioError(" ".join((f"No images found in {named}.", *notes)), remedy)
    return found, notes
