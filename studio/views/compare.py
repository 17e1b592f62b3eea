"""Compare: what two versions say about the same test image."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSplitter, QStackedWidget, QWidget

from studio.models import comparison as columns
from studio.models.comparison import ComparisonModel
from studio.services import comparison
from studio.services.rows import ComparedImage
from studio.views.compare_detail import CompareDetail
from studio.views.page import Page
from studio.views.workspace import Workspace
from studio.widgets.delegates import THUMBNAIL, ThumbnailDelegate
from studio.widgets.labels import PlainLabel
from studio.widgets.tables import make_table

Found = tuple[list[str], str, str, list[ComparedImage]]


class ComparePage(Page):
    """Left version (at first the base) against right version (at first the latest)."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, "Compare", parent)
        self.model = ComparisonModel(self)
        self.table = make_table(self.model, self.tr("Test images"), stretch=columns.COL_IMAGE, row_height=THUMBNAIL + 6)
        self.table.setItemDelegateForColumn(columns.COL_IMAGE, ThumbnailDelegate(workspace.images, self.table))
        self.table.selectionModel().currentRowChanged.connect(self._show_current)
        self.left, self.right, self.order = QComboBox(), QComboBox(), QComboBox()
        self.detail = CompareDetail(workspace.images)
        self.count = PlainLabel(role="muted")
        self._shown: tuple[Any, ...] = ()
        self._fill_controls()
        self._lay_out()
        self._bind_keys()
        workspace.results_changed.connect(self.refresh_soon)

    @property
    def current(self) -> ComparedImage | None:
        """The image that is shown."""
        index = self.table.currentIndex()
        return self.model.row(index.row()) if index.isValid() else None

    def refresh(self) -> None:
        """Reads the versions with predictions and the compared images."""
        project, order = self.project, self.order.currentData()
        wanted_left, wanted_right = self.left.currentData(), self.right.currentData()

        def work() -> Found:
            names = [row.name for row in comparison.versions(project) if row.metrics]
            left = wanted_left if wanted_left in names else next(iter(names), "")
            right = wanted_right if wanted_right in names[1:] else next(reversed(names), "")
            rows = comparison.compare(project, [left, right], sort=order) if len(names) > 1 else []
            return names, left, right, rows

        self.workspace.background.read("compare", work, self._on_rows)

    def step(self, step: int) -> None:
        """Goes up or down the list; stays at its ends."""
        place = self.table.currentIndex().row() + step
        if 0 <= place < self.model.rowCount():
            self.table.setCurrentIndex(self.model.index(place, 0))

    def take_focus(self) -> None:
        """The list has the arrows."""
        self.table.setFocus()

    def _on_rows(self, found: Found) -> None:
        names, left, right, rows = found
        self._offer(self.left, names, left)
        self._offer(self.right, names, right)
        self.count.setText(self.tr("{0} test images").format(len(rows)) if rows else "")
        self.stack.setCurrentIndex(1 if rows else 0)
        if self._shown == (left, right, rows):
            return
        self._shown = (left, right, rows)
        kept = self.current.image_id if self.current and self.model.rows else None
        self.model.show(rows, left, right)
        for column in (columns.COL_TRUTH, columns.COL_LEFT, columns.COL_RIGHT, columns.COL_GAIN):
            title = str(self.model.headerData(column, Qt.Orientation.Horizontal))
            self.table.setColumnWidth(column, max(66, self.table.fontMetrics().horizontalAdvance(title) + 34))
        place = self.model.find(kept) if kept is not None else None
        if rows:
            self.table.setCurrentIndex(self.model.index(place or 0, 0))
        self._show_current()

    def _show_current(self, *_indexes: QModelIndex) -> None:
        self.detail.show_image(self.current, self.left.currentText(), self.right.currentText())

    def _offer(self, combo: QComboBox, names: list[str], chosen: str) -> None:
        combo.blockSignals(True)
        if [combo.itemData(place) for place in range(combo.count())] != names:
            combo.clear()
            for name in names:
                combo.addItem(name, name)
        combo.setCurrentIndex(combo.findData(chosen))
        combo.blockSignals(False)

    def _on_control(self, _place: int) -> None:
        self.refresh()
        self.table.setFocus()

    def _fill_controls(self) -> None:
        for text, data in (
            (self.tr("Largest change"), "change"),
            (self.tr("Largest error"), "error"),
            (self.tr("Name"), "name"),
        ):
            self.order.addItem(text, data)
        self.left.setAccessibleName(self.tr("Left version"))
        self.right.setAccessibleName(self.tr("Right version"))
        self.order.setAccessibleName(self.tr("Order of the images"))
        for combo in (self.left, self.right, self.order):
            combo.setMinimumWidth(140)
            combo.currentIndexChanged.connect(self._on_control)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(PlainLabel(self.tr("Compare"), role="title"))
        head.addSpacing(12)
        head.addWidget(self.left)
        head.addWidget(PlainLabel(self.tr("with"), role="muted"))
        head.addWidget(self.right)
        head.addSpacing(12)
        head.addWidget(PlainLabel(self.tr("Sort by"), role="muted"))
        head.addWidget(self.order)
        head.addStretch(1)
        head.addWidget(self.count)
        self.column.addLayout(head)
        empty = PlainLabel(
            self.tr(
                "Comparing needs two measured versions. After the first iteration this page shows what the base and a "
                "trained version say about the same test image."
            ),
            role="empty",
            wrap=True,
        )
        empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        splitter = QSplitter()
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.table)
        splitter.addWidget(self.detail)
        splitter.setSizes([540, 560])
        splitter.setStretchFactor(1, 1)
        self.stack = QStackedWidget()
        self.stack.addWidget(empty)
        self.stack.addWidget(splitter)
        self.column.addWidget(self.stack, 1)

    def _bind_keys(self) -> None:
        for key, step in (("Left", -1), ("Right", 1)):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.activated.connect(lambda step=step: self.step(step))
