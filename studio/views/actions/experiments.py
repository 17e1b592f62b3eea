"""The actions of the Experiments page: what can be started, and using what was best."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from studio.views.actions.definition import ActionDefinition

if TYPE_CHECKING:
    from studio.views.experiments.experiments_page import ExperimentsPage

translate = QCoreApplication.translate


def experiment_actions(page: ExperimentsPage) -> list[ActionDefinition]:
    """Return everything that can be done on the page."""
    inner = translate("Actions", "Experiments")
    return [
        ActionDefinition(
            id="experiments.new",
            text=translate("Actions", "New experiments…"),
            help=translate("Actions", "Trains ablations and variations beside the main line"),
            run=page.ask_new,
            menu="project",
            section=20,
            submenu=inner,
            submenu_icon="experiments",
            icon="train",
            synonyms=translate("Actions", "ablation sft supervised dpo once radius fresh start table 3 paper"),
        ),
        ActionDefinition(
            id="experiments.merges",
            text=translate("Actions", "Compare merges…"),
            help=translate("Actions", "Merges finished adapters by several methods and densities, without training"),
            run=page.ask_merges,
            menu="project",
            section=20,
            submenu=inner,
            icon="compare",
            synonyms=translate("Actions", "sweep ties dare linear svd density weights merge methods"),
        ),
        ActionDefinition(
            id="experiments.search",
            text=translate("Actions", "Search settings…"),
            help=translate("Actions", "Tries learning rates, betas and ranks on the validation images"),
            run=page.ask_search,
            menu="project",
            section=20,
            submenu=inner,
            icon="search",
            synonyms=translate("Actions", "tune hyperparameters grid optuna optimise learning rate beta rank"),
        ),
        ActionDefinition(
            id="experiments.apply",
            text=translate("Actions", "Use best settings…"),
            help=translate("Actions", "Writes the best merge or trial by validation into the project settings"),
            run=page.ask_apply,
            menu="project",
            section=20,
            submenu=inner,
            icon="settings",
            synonyms=translate("Actions", "apply best values write merge search result"),
            enabled=lambda: page.best is not None,
            reason=lambda: page.apply_reason,
        ),
    ]
