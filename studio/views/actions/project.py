"""Actions of an open project, available on every page: page navigation, export."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction

from studio.views.actions.definition import ActionDefinition

if TYPE_CHECKING:
    from studio.views.window.shell import Shell

translate = QCoreApplication.translate


def project_actions(shell: Shell) -> list[ActionDefinition]:
    """Return the actions of an open project."""
    exports = [] if shell.scoring_only else _exports(shell)
    return [*_pages(shell), *exports, _settings(shell)]


def _pages(shell: Shell) -> list[ActionDefinition]:
    go = translate("Actions", "Go to {0}")

    def show(name: str) -> Callable[[], None]:
        return lambda: shell.show_page(name)

    def is_shown(name: str) -> Callable[[], bool]:
        return lambda: shell.page_name == name

    return [
        ActionDefinition(
            id=f"project.go-{page.name}",
            text=page.title,
            phrase=go.format(page.title),
            run=show(page.name),
            menu="view",
            section=0,
            keys=(f"Ctrl+{place % 10}",),
            icon=page.icon or page.name,
            synonyms=page.synonyms,
            checked=is_shown(page.name),
        )
        for place, page in enumerate(shell.page_definitions, start=1)
    ]


def _exports(shell: Shell) -> list[ActionDefinition]:
    inner = translate("Actions", "Export data")

    def ask(name: str) -> Callable[[], None]:
        return lambda: shell.ask_export(name)

    return [
        ActionDefinition(
            id="project.export",
            text=translate("Actions", "Export…"),
            run=shell.export,
            menu="file",
            section=10,
            keys=("Ctrl+E",),
            icon="export",
            synonyms=translate("Actions", "save download share push hub adapter model pairs csv"),
            help=translate("Actions", "Export a model version, pairs, predictions, metrics or the whole project"),
        ),
        ActionDefinition(
            id="project.report",
            text=translate("Actions", "Report…"),
            run=ask("report"),
            menu="file",
            section=10,
            keys=("Ctrl+Shift+E",),
            icon="report",
            synonyms=translate("Actions", "pdf html print publish paper tables charts summary reviewer share"),
            help=translate("Actions", "Save everything that was measured as one HTML or PDF file"),
        ),
        ActionDefinition(
            id="project.export-pairs",
            text=translate("Actions", "Pairs…"),
            phrase=translate("Actions", "Export pairs…"),
            run=ask("pairs"),
            menu="file",
            section=11,
            submenu=inner,
            submenu_icon="export",
            synonyms=translate("Actions", "save parquet jsonl TRL preference data"),
        ),
        ActionDefinition(
            id="project.export-predictions",
            text=translate("Actions", "Predictions…"),
            phrase=translate("Actions", "Export predictions…"),
            run=ask("predictions"),
            menu="file",
            section=11,
            submenu=inner,
            synonyms=translate("Actions", "save scores csv table"),
        ),
        ActionDefinition(
            id="project.export-metrics",
            text=translate("Actions", "Metrics…"),
            phrase=translate("Actions", "Export metrics…"),
            run=ask("metrics"),
            menu="file",
            section=11,
            submenu=inner,
            synonyms=translate("Actions", "save results csv table SRCC"),
        ),
        ActionDefinition(
            id="project.export-review-log",
            text=translate("Actions", "Review log…"),
            phrase=translate("Actions", "Export review log…"),
            help=translate("Actions", "Every decision on pairs ever made: who, when, from, to, reason, undone"),
            run=ask("review-log"),
            menu="file",
            section=11,
            submenu=inner,
            synonyms=translate("Actions", "audit trail history decisions csv table vetoes"),
        ),
        ActionDefinition(
            id="project.import-pairs",
            text=translate("Actions", "Import edited pairs…"),
            run=ask("edited"),
            menu="file",
            section=12,
            icon="import",
            synonyms=translate("Actions", "read load parquet jsonl"),
        ),
        ActionDefinition(
            id="project.archive",
            text=translate("Actions", "Archive project…"),
            run=ask("archive"),
            menu="file",
            section=13,
            icon="archive",
            synonyms=translate("Actions", "zip backup save export move whole project"),
            help=translate("Actions", "Save the whole project as one file"),
        ),
    ]


def _settings(shell: Shell) -> ActionDefinition:
    return ActionDefinition(
        id="project.settings",
        text=translate("Actions", "Project settings…"),
        run=lambda: shell.show_page("settings"),
        menu="project",
        section=90,
        keys=("Ctrl+,",),
        icon="settings",
        synonyms=translate("Actions", "preferences options configuration learning rate model"),
        role=QAction.MenuRole.PreferencesRole,
    )
