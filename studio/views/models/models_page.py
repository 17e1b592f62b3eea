"""The Models page: the tree of versions with settings and metrics; export, pin, delete and undo."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, QLocale, QModelIndex, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QMessageBox,
    QPlainTextEdit,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from studio.models import version_tree as columns
from studio.models.table import OBJECT_ROLE
from studio.models.version_tree import VersionTree
from studio.plural import plural
from studio.services.settings.flat import flat
from studio.services.settings.setting_help import setting_help
from studio.services.versions import version_lifecycle
from studio.services.versions.types import ModelRow, Trashed
from studio.text import byte_text, percent_with_interval, printable, with_interval
from studio.views.actions.action import StudioAction
from studio.views.actions.buttons import action_button
from studio.views.actions.menus import offer_context_menu
from studio.views.actions.models import version_actions
from studio.views.models.discarder import Discarder
from studio.views.page import Page
from studio.views.workspace import Workspace
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.folding_splitter import FittingSplitter
from studio.widgets.labels import PlainLabel
from studio.widgets.long_text import fill
from studio.widgets.notices import question_box
from studio.widgets.text_size import scaled

WIDTHS = {
    columns.COL_PARENTS: 210,
    columns.COL_SRCC: 170,
    columns.COL_PLCC: 66,
    columns.COL_CONSISTENCY: 112,
    columns.COL_PAIRS: 100,
    columns.COL_SIZE: 106,
    columns.COL_MADE: 126,
}
LEAST_COLUMN = 60
METRICS = ("srcc", "plcc", "rmse", "consistency", "word_tone", "format_failures")


class ModelsPage(Page):
    """One version is selected at a time; initially the newest.

    Signals:
        export_wanted(str): export this version.
        compare_wanted(list): compare these versions.
    """

    export_wanted = Signal(str)
    compare_wanted = Signal(list)

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, "Models", parent)
        self.setAccessibleName(self.tr("Models"))
        self.model = VersionTree(self)
        self.tree = self._make_tree()
        self.detail = QPlainTextEdit()
        self.detail.setReadOnly(True)
        self.detail.setTabChangesFocus(True)
        self.detail.setAccessibleName(self.tr("Version details"))
        self.detail.setPlaceholderText(self.tr("Select a version to see its details."))
        self.reason = PlainLabel(role="muted", wrap=True)
        self.summary = PlainLabel(role="muted")
        self._last: Trashed | None = None
        self.discarder = Discarder(workspace, self)
        self.commands = self.add_action_set(self.tr("Models"), version_actions(self))
        self._make_buttons()
        self._lay_out()
        self.tree.selectionModel().currentChanged.connect(self._on_current)
        workspace.results_changed.connect(self.refresh_soon)
        workspace.jobs_changed.connect(self.refresh_soon)

    @property
    def current(self) -> ModelRow | None:
        """Return the version that is chosen."""
        row: ModelRow | None = self.tree.currentIndex().data(OBJECT_ROLE)
        return row

    def refresh(self) -> None:
        """Read the versions."""
        project = self.project
        self.workspace.background.read(
            "models",
            lambda: (version_lifecycle.list_models(project), version_lifecycle.trashed(project)),
            self._on_rows,
        )

    @property
    def can_export(self) -> bool:
        """Return whether the chosen version has an adapter."""
        return self.current is not None and self.current.version.adapter is not None

    @property
    def can_discard(self) -> bool:
        """Whether the chosen version belongs to a line or an iteration that could be discarded."""
        return self.current is not None and self.current.version.kind != "base"

    @property
    def discard_text(self) -> str:
        """What would be discarded: an iteration of the main line, or another line."""
        on_main = self.current is None or self.current.version.line == "main"
        return self.tr("Discard iteration…") if on_main else self.tr("Discard line…")

    @property
    def can_compare(self) -> bool:
        """Return whether the chosen version was measured and is not the base itself."""
        row = self.current
        return row is not None and row.version.kind != "base" and bool(row.version.metrics)

    @property
    def can_pin(self) -> bool:
        """Return whether the chosen version can be protected."""
        return self.current is not None and self.current.version.kind != "base"

    @property
    def pin_text(self) -> str:
        """Return the label of the pin action."""
        return self.tr("Unpin") if self.current is not None and self.current.pinned else self.tr("Pin")

    @property
    def can_delete(self) -> bool:
        """Return whether the selected version can be deleted."""
        return self.current is not None and not self.current.holders

    @property
    def can_undo(self) -> bool:
        """Return whether a deleted version can be restored."""
        return self._last is not None

    @property
    def undo_text(self) -> str:
        """Return the label of the undo action."""
        last = self._last
        return self.tr("Undo delete of {0}").format(last.name) if last is not None else self.tr("Undo delete")

    def compare(self) -> None:
        """Put the chosen version beside the base."""
        row = self.current
        base = self.tree.model().index(0, 0).data(OBJECT_ROLE)
        if row is not None and isinstance(base, ModelRow) and self.can_compare:
            self.compare_wanted.emit([base.version.name, row.version.name])

    def take_focus(self) -> None:
        """The tree has the arrows."""
        self.tree.setFocus()

    def toggle_pin(self) -> None:
        """Pin or unpin the selected version."""
        row, project = self.current, self.project
        if row is not None:
            name, pinned = row.version.name, not row.pinned
            self._act(lambda: version_lifecycle.set_pinned(project, name, pinned))

    def export(self) -> None:
        """Request the export panel with the selected version."""
        row = self.current
        if row is not None and row.version.adapter is not None:
            self.export_wanted.emit(row.version.name)

    def delete(self) -> None:
        """Delete the selected version after a question that states the freed space."""
        row = self.current
        if row is None or row.holders:
            return
        name, project = row.version.name, self.project
        self._ask(
            self.tr("Delete version"),
            self.tr("Delete {0}? This will free {1} of disk space.").format(name, byte_text(row.bytes)),
            self.tr(
                "Its adapter, predictions and metrics are deleted. You can undo this until the project is closed; "
                "after that, the version would have to be trained again."
            ),
            self.tr("Delete"),
            lambda: version_lifecycle.delete(project, name),
        )

    def discard(self) -> None:
        """Ask, stating the disk space, and discard the line of the selected version; on the main line its iteration."""
        row = self.current
        if row is None or row.version.kind == "base":
            return
        version = row.version
        name = f"iter{version.iteration}" if version.line == "main" else version.line
        self.discarder.ask(name)

    def _ask(self, title: str, question: str, details: str, yes_text: str, work: Callable[[], object]) -> None:
        box = question_box(self, title, printable(question))
        box.setInformativeText(details)
        yes = box.addButton(yes_text, QMessageBox.ButtonRole.DestructiveRole)
        cancel = box.addButton(self.tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(cancel)
        box.setEscapeButton(cancel)
        yes.clicked.connect(lambda: self._act(work))
        yes.clicked.connect(box.close)
        box.show()

    def undo(self) -> None:
        """Restore the version deleted last."""
        last, project = self._last, self.project
        if last is not None:
            self._act(lambda: version_lifecycle.restore(project, last.number))

    def _act(self, work: Callable[[], object]) -> None:
        def done(_result: object) -> None:
            self.refresh()
            self.workspace.results_changed.emit()
            self.workspace.jobs_changed.emit()

        self.workspace.background.write(work, done)

    def _on_rows(self, result: tuple[list[ModelRow], list[Trashed]]) -> None:
        rows, deleted = result
        chosen = self.current
        kept = chosen.version.name if chosen is not None else ""
        self.model.set_rows(rows)
        self.tree.expandAll()
        target = self.model.find(kept)
        if not target.isValid() and rows:
            target = self.model.find(rows[-1].version.name)
        self.tree.setCurrentIndex(target)
        self._last = deleted[0] if deleted else None
        freed = sum(item.bytes for item in deleted)
        text = plural("ModelsPage", "{n} versions", "{n} version", len(rows))
        waiting = self.tr("{0}; {1} will be freed when the project is closed").format(text, byte_text(freed))
        self.summary.setText(waiting if deleted else text)
        self._show()

    def _on_current(self, _now: QModelIndex, _before: QModelIndex) -> None:
        self._show()

    def _show(self) -> None:
        row = self.current
        self.update_actions()
        fill(self.detail, self._describe(row) if row is not None else "")
        kept = row is not None and row.version.kind != "base" and row.holders
        self.reason.setText(
            self.tr("Cannot delete: {0}.").format("; ".join(row.holders)) if row is not None and kept else ""
        )

    def _describe(self, row: ModelRow) -> str:
        version = row.version
        lines = [version.name, ""]
        names = {
            "srcc": "SRCC",
            "plcc": "PLCC",
            "rmse": "RMSE",
            "consistency": self.tr("Consistency"),
            "word_tone": self.tr("Word tone"),
            "format_failures": self.tr("Format failures"),
        }
        lines += [
            f"{names[name]}: {(percent_with_interval if name == 'format_failures' else with_interval)(value)}"
            for name in METRICS
            if (value := version.metrics.get(name)) is not None
        ]
        measured = version.metrics.get("srcc")
        if measured is not None:
            lines.append(
                plural(
                    "ModelsPage",
                    "on {n} test images, with 95% confidence intervals",
                    "on {n} test image, with 95% confidence intervals",
                    measured.n,
                )
            )
        else:
            lines.append(self.tr("Not measured yet."))
        if row.pairs is not None:
            chosen = version.hyperparameters.get("recipe")
            kept_vetoes = isinstance(chosen, dict) and chosen.get("vetoes") is False
            text = (
                plural(
                    "ModelsPage",
                    "{n} pairs from iteration {0}, including vetoed pairs.",
                    "{n} pair from iteration {0}, including vetoed pairs.",
                    row.pairs,
                )
                if kept_vetoes
                else plural(
                    "ModelsPage",
                    "{n} pairs from iteration {0}, excluding vetoed pairs.",
                    "{n} pair from iteration {0}, excluding vetoed pairs.",
                    row.pairs,
                )
            )
            lines += ["", text.format(version.iteration)]
        if version.hyperparameters:
            lines += [
                "",
                self.tr("Settings"),
                *(f"{_title(name)}: {_shown(value)}" for name, value in flat(version.hyperparameters)),
            ]
        if version.digest:
            lines += ["", self.tr("Digest of its files (SHA-256): {0}").format(version.digest)]
        return printable("\n".join(lines))

    def _make_tree(self) -> QTreeView:
        tree = QTreeView()
        tree.setModel(self.model)
        tree.setAccessibleName(self.tr("Versions"))
        tree.setAlternatingRowColors(True)
        tree.setUniformRowHeights(True)
        tree.setItemsExpandable(False)
        tree.setRootIsDecorated(False)
        tree.setIndentation(18)
        tree.setTabKeyNavigation(False)
        tree.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        header = tree.header()
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(scaled(LEAST_COLUMN))
        header.setSectionResizeMode(columns.COL_NAME, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(columns.COL_PARENTS, QHeaderView.ResizeMode.Stretch)
        for column, width in WIDTHS.items():
            tree.setColumnWidth(column, scaled(width))
        return tree

    def _lay_out(self) -> None:
        head = FlowLayout()
        head.addWidget(PlainLabel(self.tr("Models"), role="title"))
        head.addSpacing(12)
        head.addWidget(self.summary, 1)
        buttons = (self.export_button, self.pin_button, self.delete_button, self.discard_button, self.undo_button)
        for button in buttons:
            head.addWidget(button)
        self.column.addLayout(head)
        below = QWidget()
        lower = QVBoxLayout(below)
        lower.setContentsMargins(0, 0, 0, 0)
        lower.setSpacing(6)
        lower.addWidget(self.reason)
        lower.addWidget(self.detail, 1)
        splitter = FittingSplitter()
        splitter.setObjectName("models")
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.tree)
        splitter.addWidget(below)
        splitter.setSizes([330, 270])
        self.column.addWidget(splitter, 1)

    def _make_buttons(self) -> None:
        actions = self.commands
        self.export_button = action_button(actions["models.export"])
        self.pin_button = action_button(actions["models.pin"])
        self.delete_button = action_button(actions["models.delete"])
        self.discard_button = action_button(actions["models.discard"])
        self.undo_button = action_button(actions["models.undo"])
        names = ("export", "compare", "pin", "", "delete", "discard", "undo")
        self._context: list[StudioAction | None] = [actions[f"models.{name}"] if name else None for name in names]
        offer_context_menu(self.tree, self._context)

    def add_line_actions(self, actions: Sequence[StudioAction]) -> None:
        """Add actions that start and resume lines to the context menu of the versions."""
        self._context += [None, *actions]


def _title(name: str) -> str:
    """Return the plain title of a recorded value, with its key as in ``studio.toml`` where it is a setting."""
    key, texts = name.rpartition(".")[2], setting_help(QLocale().name()[:2])
    if key == "learning_rate":  # the setting is that of iteration 1, the recorded one that of this iteration
        return QCoreApplication.translate("ModelsPage", "Learning rate (learning_rate)")
    for section in ("training", "merge", "model"):
        if f"{section}.{key}" in texts:
            return f"{texts[f'{section}.{key}'].title} ({key})"
    return key.replace("_", " ").capitalize()


def _shown(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:g}"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
