"""The Images page: a grid of all images with filters, search and sorting, and details of the selected one."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QModelIndex, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QGridLayout,
    QSlider,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from studio.models.image_list import ImagesModel
from studio.services.images import browsing, saved_filters
from studio.services.images.browsing import Selection
from studio.services.images.image_columns import ImageColumns
from studio.services.images.relocation import is_missing
from studio.services.images.types import Histogram, ImageCell, SavedImageFilter, TagCount
from studio.text import one_line
from studio.views.actions.images import image_actions
from studio.views.actions.menus import offer_context_menu
from studio.views.chat.chat_window import ChatWindow
from studio.views.image_window import ImageWindow
from studio.views.images.filter_bar import ImageFilterBar
from studio.views.images.image_detail import ImageDetailPane
from studio.views.images.relocator import Relocator
from studio.views.opening import open_folder
from studio.views.page import REFRESH_MS, Page
from studio.views.workspace import Workspace
from studio.widgets.combos import CalmDoubleSpin
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.folding_splitter import FoldingSplitter
from studio.widgets.image_grid import SIDES, ImageGrid
from studio.widgets.labels import PlainLabel
from studio.widgets.message_bar import MessageBar
from studio.widgets.range_histogram import RangeHistogram
from studio.widgets.text_size import keep_size

RELOAD_PART = 0.05
"""While results arrive, reloading the index may take at most this share of the time."""
DETAIL_WIDTH = 300
Extras = tuple[list[TagCount], list[SavedImageFilter]]


class ImagesPage(Page):
    """The index of all images is read when the project is opened, and again when results have changed.

    Signals:
        selected: the grid shows the result of filter and order.
    """

    selected = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, "Images", parent)
        self.index: ImageColumns | None = None
        self._stale = True
        self._selection = 0
        self._wanted: int | None = None
        self.model = ImagesModel(self)
        self.grid = ImageGrid(self.model, workspace.thumbnails)
        self.bar = ImageFilterBar()
        self.histogram = RangeHistogram()
        self.low, self.high = CalmDoubleSpin(), CalmDoubleSpin()
        self.size_slider = QSlider(Qt.Orientation.Horizontal)
        self.detail = ImageDetailPane(workspace.images)
        self.count = PlainLabel(role="subtitle")
        self.stack = QStackedWidget()
        self.message = MessageBar()
        self.relocator = Relocator(workspace, self)
        self._fill()
        self._connect()
        self._lay_out()
        self._add_actions()
        self.refresh()  # so that the index is loaded when the page is shown

    @property
    def current_id(self) -> int | None:
        """Return the image that is chosen."""
        place = self.grid.currentIndex()
        return self.model.id_at(place.row()) if place.isValid() else None

    def refresh(self) -> None:
        """Reload the index if results have changed, then apply the filter."""
        if not self._stale:
            self.select()  # which the end of a pending read does too
            return
        self._stale = False
        self.workspace.background.read("images-folder", partial(is_missing, self.project), self._on_missing)
        project, began = self.project, time.perf_counter()

        def done(index: ImageColumns) -> None:
            self._timer.setInterval(max(REFRESH_MS, round((time.perf_counter() - began) * 1000 / RELOAD_PART)))
            self.index = index
            self.bar.offer(index.versions)
            self.select()
            self._read_extras()

        self.workspace.background.read("images-index", lambda: browsing.load_index(project), done)

    def select(self) -> None:
        """Apply filter and order."""
        index, project = self.index, self.project
        if index is None:
            return
        wanted, sort = self.bar.filter, self.bar.sort
        self._selection += 1
        number = self._selection

        def work() -> Selection | None:
            return browsing.select(project, index, wanted, sort) if number == self._selection else None

        self.workspace.background.read("images-selection", work, self._on_selection)

    def relocate(self) -> None:
        """Ask where the images are now, after their folder was moved or renamed."""
        self.relocator.ask()

    def _on_missing(self, missing: bool) -> None:
        if missing:
            text = self.tr("The image folder {0} does not exist. If it was moved, say where it is now.")
            folder = one_line(str(self.project.images_root()))
            self.message.show_message(text.format(folder), "error", (self.tr("Relocate folder…"), self.relocate))
        else:
            self.message.hide()

    def show_image(self, image_id: int) -> None:
        """Select an image as soon as the grid has it, unless it is filtered out."""
        self._wanted = image_id
        self._go_to_wanted()

    @property
    def current_path(self) -> Path | None:
        """Return the file of the chosen image; None until it is read."""
        cell = self.model.row_at(self.grid.currentIndex().row()) if self.grid.currentIndex().isValid() else None
        return cell.path if cell is not None else None

    def open_image(self) -> None:
        """Show the chosen image in a window of its own."""
        path = self.current_path
        if path is not None:
            ImageWindow.show_for(self, self.workspace.images, path, path.name, self.step, self.chat)

    def chat(self) -> None:
        """Talk about the chosen image, with the newest final version at first."""
        chosen = self.current_id
        if chosen is not None and self.can_chat:
            ChatWindow.show_for(self.workspace, self, chosen)

    def show_prompt(self) -> None:
        """Show the prompt about the chosen image."""
        chosen = self.current_id
        if chosen is not None:
            self.prompt_wanted.emit(chosen)

    @property
    def can_chat(self) -> bool:
        """Return whether an image is chosen; the base can talk before anything has run."""
        return self.current_path is not None

    def step(self, step: int) -> None:
        """Go to another image of the grid; stays at its ends."""
        place = self.grid.currentIndex().row() + step
        if 0 <= place < self.model.rowCount():
            self.grid.go_to(place)

    def show_in_folder(self) -> None:
        """Show the folder of the chosen image in the file manager."""
        if self.current_path is not None:
            open_folder(self.current_path.parent)

    def copy_path(self) -> None:
        """Put the path of the chosen image on the clipboard."""
        if self.current_path is not None:
            QGuiApplication.clipboard().setText(str(self.current_path))

    def take_focus(self) -> None:
        """The grid has the arrows."""
        self.grid.setFocus()

    def _on_results(self) -> None:
        self._stale = True
        self.refresh_soon()

    def _read_extras(self) -> None:
        project = self.project

        def done(extras: Extras) -> None:
            self.bar.offer_tags(extras[0])
            self.bar.offer_saved(extras[1])

        def work() -> Extras:
            return browsing.tag_counts(project), saved_filters.saved_filters(project)

        self.workspace.background.read("images-extras", work, done)

    def _on_selection(self, selection: Selection | None) -> None:
        if selection is None or self.index is None:
            return
        if self._wanted is None:
            self._wanted = self.current_id
        self.model.set_ids(selection.ids)
        self.count.setText(self.tr("{0} of {1}").format(f"{len(selection.ids):,}", f"{len(self.index):,}"))
        self._show_histogram(selection.histogram)
        self.stack.setCurrentIndex(1 if len(selection.ids) else 0)
        self._go_to_wanted()
        if not self.grid.currentIndex().isValid() and len(selection.ids):
            self.grid.go_to(0)
        self._show_current()
        self.selected.emit()

    def _go_to_wanted(self) -> None:
        row = self.model.find(self._wanted) if self._wanted is not None else None
        if row is not None:
            self._wanted = None
            self.grid.go_to(row)
        elif self.model.rowCount():
            self._wanted = None

    def _on_cells_wanted(self, ids: list[int]) -> None:
        index, project = self.index, self.project
        if index is None:
            self.model.forget_asked()
            return

        def done(cells: list[ImageCell]) -> None:
            self.model.add_rows({cell.id: cell for cell in cells})
            self.update_actions()

        def failed(text: str) -> None:
            self.model.forget_asked()
            self.workspace.problem.emit(text)

        self.workspace.background.read("images-cells", lambda: browsing.cells(project, index, ids), done, failed)

    def _show_current(self, *_indexes: QModelIndex) -> None:
        index, project, chosen = self.index, self.project, self.current_id
        self.update_actions()
        if (path := self.current_path) is not None:
            ImageWindow.follow(self, path, path.name)
        if index is None or chosen is None:
            self.detail.show_image(None)
            return
        self.workspace.background.read(
            "images-detail", lambda: browsing.detail(project, index, chosen), self.detail.show_image
        )

    def _show_histogram(self, histogram: Histogram) -> None:
        wanted = self.bar.filter
        self.histogram.show_histogram(histogram)
        self.histogram.show_range(wanted.low, wanted.high)
        if not histogram.edges:
            return
        low, high = histogram.edges[0], histogram.edges[-1]
        for field, value, end in ((self.low, wanted.low, low), (self.high, wanted.high, high)):
            with QSignalBlocker(field):
                field.setRange(low, high)
                field.setSingleStep((high - low) / 20)
                field.setValue(end if value is None else value)

    def _on_fields(self, *_values: float) -> None:
        low, high = self.low.value(), self.high.value()
        none_below, none_above = low <= self.low.minimum(), high >= self.high.maximum()
        self.bar.set_range(None if none_below else low, None if none_above else high)

    def _on_brushed(self, low: float | None, high: float | None) -> None:
        self.histogram.show_range(low, high)
        self.bar.set_range(low, high)

    def _save(self, name: str) -> None:
        saved, project = SavedImageFilter(name, self.bar.filter, self.bar.sort), self.project
        self._change_saved(lambda: saved_filters.save_filter(project, saved))

    def _remove(self, name: str) -> None:
        project = self.project
        self._change_saved(lambda: saved_filters.forget_filter(project, name))

    def _change_saved(self, change: Callable[[], None]) -> None:
        project = self.project

        def work() -> list[SavedImageFilter]:
            change()
            return saved_filters.saved_filters(project)

        self.workspace.background.write(work, self.bar.offer_saved)

    def _resize_cells(self, place: int) -> None:
        self.grid.side = SIDES[place]

    def _fill(self) -> None:
        for field, name in ((self.low, self.tr("Lowest score")), (self.high, self.tr("Highest score"))):
            field.setAccessibleName(name)
            field.setToolTip(name)
            field.setDecimals(2)
            keep_size(field, width=88)
            field.lineEdit().setTextMargins(5, 0, 0, 0)  # which a style sheet cannot give it
        self.size_slider.setAccessibleName(self.tr("Thumbnail size"))
        self.size_slider.setRange(0, len(SIDES) - 1)
        self.size_slider.setPageStep(1)
        self.size_slider.setValue(SIDES.index(self.grid.side))
        keep_size(self.size_slider, width=84)

    def _add_actions(self) -> None:
        self.commands = self.add_action_set(self.tr("Images"), image_actions(self))
        actions = [
            self.commands[f"images.{name}"] for name in ("open", "chat", "prompt", "show-in-folder", "copy-path")
        ]
        sizes = [self.commands[f"images.{name}"] for name in ("larger", "smaller")]
        offer_context_menu(self.grid, [*actions, None, *sizes])
        self.grid.activated.connect(lambda _index: self.open_image())
        self.detail.image.canvas.opened.connect(self.open_image)

    def _connect(self) -> None:
        self.workspace.results_changed.connect(self._on_results)
        self.relocator.relocated.connect(lambda _folder: self.refresh())
        self.model.rows_wanted.connect(self._on_cells_wanted)
        self.grid.selectionModel().currentChanged.connect(self._show_current)
        self.bar.changed.connect(self.select)
        self.bar.left.connect(self.grid.setFocus)
        self.bar.save_wanted.connect(self._save)
        self.bar.remove_wanted.connect(self._remove)
        self.histogram.brushed.connect(self._on_brushed)
        self.low.valueChanged.connect(self._on_fields)
        self.high.valueChanged.connect(self._on_fields)
        self.size_slider.valueChanged.connect(self._resize_cells)

    def _lay_out(self) -> None:
        head = FlowLayout()
        head.addWidget(PlainLabel(self.tr("Images"), role="title"))
        head.addSpacing(12)
        head.addWidget(self.count)
        head.addStretch(1)
        head.addWidget(PlainLabel(self.tr("Size"), role="muted"))
        head.addWidget(self.size_slider)
        scores = FlowLayout()
        fields = QGridLayout()
        fields.setSpacing(4)
        for line, (word, field) in enumerate(((self.tr("from"), self.low), (self.tr("to"), self.high))):
            fields.addWidget(PlainLabel(word, role="muted"), line, 0)
            fields.addWidget(field, line, 1)
        scores.addWidget(self.histogram, 1)
        scores.addLayout(fields)
        nothing = PlainLabel(
            self.tr("No images match the filter. Select Clear filters to show all images."), role="empty", wrap=True
        )
        nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.stack.addWidget(nothing)
        self.stack.addWidget(self.grid)
        self.stack.setCurrentIndex(1)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.bar)
        column.addLayout(scores)
        column.addWidget(self.stack, 1)
        splitter = FoldingSplitter()
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(left)
        splitter.addWidget(self.detail)
        splitter.setHandleWidth(14)
        keep_size(self.detail, least_width=DETAIL_WIDTH)
        splitter.setSizes([740, 360])
        splitter.setStretchFactor(0, 1)
        self.column.addLayout(head)
        self.column.addWidget(splitter, 1)
        self.column.addWidget(self.message)
