"""The actions that start lines of versions beside the main one, one for each recipe, and resume them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from studio.services.recipes.recipe import Recipe
from studio.services.recipes.registry import RECIPES
from studio.views.actions.definition import ActionDefinition

if TYPE_CHECKING:
    from studio.views.models.line_starter import LineStarter

translate = QCoreApplication.translate


def line_actions(starter: LineStarter) -> list[ActionDefinition]:
    """What can be done with lines."""
    resume = ActionDefinition(
        id="lines.resume",
        text=translate("Actions", "Resume line…"),
        help=translate("Actions", "Continues a line that stopped before all its versions were measured"),
        run=starter.ask_resume,
        menu="project",
        section=20,
        icon="resume",
        synonyms=translate("Actions", "continue line experiment branch unfinished failed paused"),
        enabled=lambda: starter.can_resume,
        reason=lambda: starter.reason_not_to_resume,
    )
    return [*(_start(starter, recipe) for recipe in RECIPES if recipe.in_menu), resume]


def _start(starter: LineStarter, recipe: Recipe) -> ActionDefinition:
    def of(ask: Callable[[str], str]) -> Callable[[], str]:
        return lambda: ask(recipe.name)

    return ActionDefinition(
        id=f"lines.{recipe.name}",
        text=translate("Recipes", recipe.action),
        help=translate("Recipes", recipe.description),
        run=lambda: starter.ask(recipe.name),
        menu="project",
        section=20,
        icon="train",
        synonyms=translate("Recipes", recipe.synonyms),
        enabled=lambda: not starter.reason(recipe.name),
        reason=of(starter.reason),
    )
