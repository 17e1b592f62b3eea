"""The list of known models: searched by name, sorted by column, with what is here and what fits this machine."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QModelIndex, QRegularExpression, Qt, Signal
from PySide6.QtWidgets import QLineEdit, QPushButton, QTableView, QVBoxLayout, QWidget

from studio.jobs.engine_commands import this_machine
from studio.models.base_models import model_list as columns
from studio.models.base_models.model_list import SEARCH_ROLE, BaseModelsModel
from studio.models.table import OBJECT_ROLE
from studio.services.base_models.catalogue import catalogue
from studio.services.base_models.listing import ModelChoice, choices, confirmed
from studio.services.settings.schema import Settings
from studio.views.tasks.task_runner import Task, TaskRunner
from studio.widgets.delegates import StateDelegate
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.labels import PlainLabel
from studio.widgets.studio_dialog import StudioDialog
from studio.widgets.tables import make_table, sorted_by_column
from studio.widgets.text_size import scaled

WIDTHS = {
    columns.COL_SIZE: 116,
    columns.COL_FITS: 206,
    columns.COL_DOWNLOAD: 132,
    columns.COL_LICENCE: 180,
    columns.COL_FAMILY: 120,
}
SIZE = (1020, 560)


class ModelPicker(QWidget):
    """Reads the list when it is first shown. Signal ``chosen(str)``: a hub id that a person has picked.

    Args:
        background: for the files, the device and the hub.
        settings: returns the settings by which memory is estimated; None while they are invalid.
    """

    chosen = Signal(str)

    def __init__(
        self, background: TaskRunner, settings: Callable[[], Settings | None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._settings = settings
        self._asking: Task | None = None
        self._current = ""
        self.model = BaseModelsModel(self)
        self.proxy = sorted_by_column(self.model, self)
        self.proxy.setFilterRole(SEARCH_ROLE)
        self.proxy.setFilterKeyColumn(columns.COL_MODEL)
        self.table: QTableView = make_table(self.proxy, self.tr("Known models"), stretch=columns.COL_MODEL)
        self.table.setSortingEnabled(True)
        self.table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.table.setItemDelegateForColumn(columns.COL_FITS, StateDelegate(self.table))
        for column, width in WIDTHS.items():
            self.table.setColumnWidth(column, scaled(width))
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Find a model by name, family or licence"))
        self.search.setAccessibleName(self.tr("Find a model"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._on_search)
        self.count = PlainLabel(role="muted")
        self.table.clicked.connect(self._on_picked)
        self.table.activated.connect(self._on_picked)
        row = FlowLayout()
        row.addWidget(self.search, 1)
        row.addWidget(self.count)
        column_layout = QVBoxLayout(self)
        column_layout.setContentsMargins(0, 0, 0, 0)
        column_layout.setSpacing(6)
        column_layout.addLayout(row)
        column_layout.addWidget(self.table, 1)

    def load(self) -> None:
        """Read what is on this machine and what fits it; ask the hub for sizes once."""
        settings = self._settings()
        if settings is None:
            return
        if not self.model.rows:
            self._show([ModelChoice(model, False, model.bytes, model.gated) for model in catalogue()])
        self._background.read("models:list", lambda: choices(settings, this_machine()), self._on_choices)

    def show_chosen(self, name: str) -> None:
        """Select the row of this id, if it is listed, also once the list is read."""
        self._current = name
        place = self.model.find(name)
        if place is None:
            self.table.clearSelection()
            self.table.setCurrentIndex(QModelIndex())
            return
        index = self.proxy.mapFromSource(self.model.index(place, 0))
        self.table.setCurrentIndex(index)
        self.table.scrollTo(index)

    def _on_choices(self, found: list[ModelChoice]) -> None:
        known = {choice.model.id: choice for choice in self.model.rows if choice.confirmed}
        self._show([_with_hub(choice, known.get(choice.model.id)) for choice in found])
        if self._asking is None:
            self._asking = self._background.run(
                lambda control: confirmed(found, lambda: control.cancelled), self._show_confirmed, lambda _text: None
            )

    def _show_confirmed(self, found: list[ModelChoice]) -> None:
        answered = {choice.model.id: choice for choice in found if choice.confirmed}
        self._show([_with_hub(choice, answered.get(choice.model.id)) for choice in self.model.rows])

    def _show(self, found: list[ModelChoice]) -> None:
        was_empty = not self.model.rows
        self.model.set_rows(found)
        if was_empty:
            self.show_chosen(self._current)
        self._count()

    def _on_search(self, text: str) -> None:
        words = "".join(f"(?=.*{re.escape(word)})" for word in text.split())
        option = QRegularExpression.PatternOption.CaseInsensitiveOption
        self.proxy.setFilterRegularExpression(QRegularExpression(words, option))
        self._count()

    def _count(self) -> None:
        shown, there = self.proxy.rowCount(), self.model.rowCount()
        self.count.setText("" if shown == there else self.tr("{0} of {1} models").format(shown, there))

    def _on_picked(self, index: QModelIndex) -> None:
        choice = index.data(OBJECT_ROLE)
        if isinstance(choice, ModelChoice):
            self.chosen.emit(choice.model.id)


class ModelPickerWindow(StudioDialog):
    """The list in a window of its own. Signal ``chosen(str)``; the window closes then."""

    chosen = Signal(str)

    def __init__(
        self,
        background: TaskRunner,
        settings: Callable[[], Settings | None],
        current: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.setWindowTitle(self.tr("Choose a Base Model"))
        self.picker = ModelPicker(background.for_owner(self), settings)
        self.use_button = QPushButton(self.tr("Use model"))
        self.use_button.setProperty("role", "primary")
        self.use_button.setEnabled(False)
        self.use_button.clicked.connect(self._use)
        cancel = QPushButton(self.tr("Cancel"))
        cancel.clicked.connect(self.close)
        for button in (self.use_button, cancel):
            button.setAutoDefault(False)
        foot = FlowLayout()
        words = self.tr("Any other model: type its id or the path of its folder in the field.")
        foot.addWidget(PlainLabel(words, role="muted", wrap=True), 1)
        foot.addWidget(cancel)
        foot.addWidget(self.use_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(10)
        column.addWidget(self.picker, 1)
        column.addLayout(foot)
        self._picked = current
        self.picker.chosen.connect(self._on_picked)
        self.picker.table.doubleClicked.connect(lambda _index: self._use())
        self.set_size(*SIZE)
        self.picker.load()
        self.picker.show_chosen(current)
        self.picker.search.setFocus()

    def _on_picked(self, name: str) -> None:
        self._picked = name
        self.use_button.setEnabled(True)

    def _use(self) -> None:
        if self.use_button.isEnabled():
            self.chosen.emit(self._picked)
            self.close()


def _with_hub(choice: ModelChoice, answered: ModelChoice | None) -> ModelChoice:
    if answered is None or choice.here:
        return choice
    return replace(choice, bytes=answered.bytes, gated=answered.gated, confirmed=True)
