"""The actions of the Models page: what can be done with the chosen version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from studio.views.actions.definition import ActionDefinition

if TYPE_CHECKING:
    from studio.views.models.models_page import ModelsPage

translate = QCoreApplication.translate


def version_actions(page: ModelsPage) -> list[ActionDefinition]:
    """Return everything that can be done on the page."""
    inner = translate("Actions", "Selected version")
    return [
        ActionDefinition(
            id="models.export",
            text=translate("Actions", "Export…"),
            phrase=translate("Actions", "Export version…"),
            run=page.export,
            menu="project",
            section=10,
            submenu=inner,
            submenu_icon="models",
            icon="export",
            synonyms=translate("Actions", "save download adapter peft hub push merged"),
            enabled=lambda: page.can_export,
        ),
        ActionDefinition(
            id="models.compare",
            text=translate("Actions", "Compare with base"),
            phrase=translate("Actions", "Compare version with base"),
            run=page.compare,
            menu="project",
            section=10,
            submenu=inner,
            icon="compare",
            synonyms=translate("Actions", "difference side by side answers"),
            enabled=lambda: page.can_compare,
        ),
        ActionDefinition(
            id="models.pin",
            text=translate("Actions", "Pin"),
            phrase=translate("Actions", "Pin version"),
            help=translate("Actions", "A pinned version cannot be deleted"),
            run=page.toggle_pin,
            menu="project",
            section=10,
            submenu=inner,
            icon="pin",
            synonyms=translate("Actions", "protect keep lock unpin"),
            enabled=lambda: page.can_pin,
            label=lambda: page.pin_text,
        ),
        ActionDefinition(
            id="models.delete",
            text=translate("Actions", "Delete…"),
            phrase=translate("Actions", "Delete version…"),
            run=page.delete,
            menu="project",
            section=10,
            submenu=inner,
            icon="delete",
            synonyms=translate("Actions", "remove free disk space discard"),
            enabled=lambda: page.can_delete,
        ),
        ActionDefinition(
            id="models.discard",
            text=translate("Actions", "Discard line…"),
            phrase=translate("Actions", "Discard line or iteration…"),
            run=page.discard,
            menu="project",
            section=10,
            submenu=inner,
            icon="delete",
            synonyms=translate("Actions", "remove delete branch experiment free disk space"),
            enabled=lambda: page.can_discard,
            label=lambda: page.discard_text,
        ),
        ActionDefinition(
            id="models.undo",
            text=translate("Actions", "Undo delete"),
            run=page.undo,
            menu="edit",
            section=0,
            keys=("Ctrl+Z",),
            icon="undo",
            synonyms=translate("Actions", "restore recover trash version"),
            enabled=lambda: page.can_undo,
            label=lambda: page.undo_text,
            only_here=True,
        ),
    ]
