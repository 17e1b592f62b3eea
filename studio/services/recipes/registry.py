"""The recipes for lines beside the main line. No Qt, no torch."""

from __future__ import annotations

from studio.services.errors import StudioError
from studio.services.recipes.ablations import ABLATIONS
from studio.services.recipes.present_decisions import PRESENT_DECISIONS
from studio.services.recipes.recipe import Recipe
from studio.services.recipes.variations import VARIATIONS
from studio.services.recipes.without_vetoes import WITHOUT_VETOES

RECIPES: tuple[Recipe, ...] = (WITHOUT_VETOES, PRESENT_DECISIONS, *ABLATIONS, *VARIATIONS)


def is_known(name: str) -> bool:
    """Return whether there is a recipe of that name."""
    return any(one.name == name for one in RECIPES)


def recipe(name: str) -> Recipe:
    """Return the recipe of that name.

    Raises:
        StudioError: there is no recipe of this name; lists the existing ones.
    """
    found = next((one for one in RECIPES if one.name == name), None)
    if found is None:
        raise StudioError(
            f"There is no recipe {name!r}.", f"Recipes of this version: {', '.join(one.name for one in RECIPES)}."
        )
    return found
