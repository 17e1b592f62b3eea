"""The actions of the start page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from studio.views.actions.definition import ActionDefinition

if TYPE_CHECKING:
    from studio.views.window.start_page import StartPage

translate = QCoreApplication.translate


def start_actions(page: StartPage) -> list[ActionDefinition]:
    """Return what can be done with the list of recent projects."""
    return [
        ActionDefinition(
            id="start.open",
            text=translate("Actions", "Open selected project"),
            run=page.open_selected,
            menu="file",
            section=20,
            icon="open",
            synonyms=translate("Actions", "load recent continue"),
            enabled=lambda: page.has_selection,
            only_here=True,
        ),
        ActionDefinition(
            id="start.remove",
            text=translate("Actions", "Remove from list"),
            phrase=translate("Actions", "Remove selected project from the list"),
            help=translate("Actions", "Remove only this entry; the project files are kept"),
            run=page.remove_selected,
            menu="file",
            section=21,
            keys=("Del",),
            icon="delete",
            synonyms=translate("Actions", "forget delete recent"),
            enabled=lambda: page.has_selection,
            only_here=True,
        ),
    ]
