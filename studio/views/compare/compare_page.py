"""The Compare page: answers of two to four versions for the same test image."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import (
    QLayout,
    QMenu,
    QSplitter,
    QStackedWidget,
    QTabBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from studio.models import comparison_table as columns
from studio.models.comparison_table import ComparisonModel
from studio.plural import plural
from studio.services.errors import StudioError
from studio.services.reports.comparison_page import SavedComparison, gather, write_html
from studio.services.versions import comparison
from studio.services.versions.comparison import MOST_VERSIONS
from studio.services.versions.types import ColumnOrder, Comparison, ComparisonOrder, ComparisonRow
from studio.text import number, one_line, tool_tip
from studio.views.actions.buttons import action_button
from studio.views.actions.compare import blind_actions, compare_actions
from studio.views.actions.menus import offer_context_menu
from studio.views.chat.chat_window import ChatWindow
from studio.views.compare.blind_test import BlindView
from studio.views.compare.scatter_plots import Points, ScatterPanel, points_of
from studio.views.compare.version_cards import AnswerCards
from studio.views.image_window import ImageWindow
from studio.views.page import Page, leave_blank
from studio.views.workspace import Workspace
from studio.widgets.combos import CalmCombo, choose
from studio.widgets.comparison_picture import save_comparison
from studio.widgets.delegates import THUMBNAIL, ChangeDelegate, ThumbnailDelegate
from studio.widgets.file_dialogs import ask_save_file, file_name_of
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.folding_splitter import FittingSplitter, FoldingSplitter
from studio.widgets.image_view import ImageView
from studio.widgets.labels import ElidedLabel, PlainLabel
from studio.widgets.lazy_charts import import_numbers, import_result_charts
from studio.widgets.notices import confirm_on
from studio.widgets.score_bar import ScoreBarDelegate
from studio.widgets.table_saving import csv_button
from studio.widgets.tables import make_table
from studio.widgets.text_size import keep_size
from studio.widgets.word_diff import diff_words

EMPTY, LIST, BLIND = range(3)
SORT_ROOM = 48
"""Pixels of a header beside its title, with the sign of the order."""
Found = tuple[Comparison, Points] | None


class ComparePage(Page):
    """The other columns are compared with the first; initially base and the latest version."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, "Compare", parent)
        self.model = ComparisonModel(self)
        self.table = make_table(self.model, self.tr("Test images"), stretch=columns.COL_IMAGE, row_height=THUMBNAIL + 6)
        self.table.horizontalHeader().setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.table.setItemDelegate(ScoreBarDelegate(self.table))
        self.table.setItemDelegateForColumn(columns.COL_IMAGE, ThumbnailDelegate(workspace.images, self.table))
        self._changes, self._bars = ChangeDelegate(self.table), self.table.itemDelegate()
        self._make_headers_sort()
        self.table.selectionModel().currentRowChanged.connect(self._show_current)
        self.pickers = [CalmCombo() for _ in range(MOST_VERSIONS)]
        self.order = CalmCombo()
        self._sorting: ComparisonOrder | ColumnOrder = "change"
        self.image = ImageView(workspace.images)
        self.name, self.truth = ElidedLabel(role="subtitle"), PlainLabel(role="muted")
        self.cards, self.scatter = AnswerCards(), ScatterPanel()
        self.modes, self.panels = QTabBar(), QStackedWidget()
        self.count = ElidedLabel(role="muted")
        self.count.mode = Qt.TextElideMode.ElideRight
        self.blind = BlindView(workspace)
        self.stack = QStackedWidget()
        self._wanted: list[str] = []
        self.commands = self.add_action_set(self.tr("Compare"), compare_actions(self))
        self.blind.use(self.add_action_set(self.tr("Blind test"), blind_actions(self.blind, MOST_VERSIONS)))
        self.blind_button = action_button(self.commands["compare.blind"], self.tr("Blind test"))
        self.save_button = QToolButton()
        self._fill_controls()
        self._lay_out()
        self._bind()

    @property
    def current(self) -> ComparisonRow | None:
        """Return the image that is shown."""
        index = self.table.currentIndex()
        return self.model.row(index.row()) if index.isValid() else None

    def choose(self, versions: Sequence[str]) -> None:
        """Show these versions, if there are two or more, and leave a blind test."""
        if len(versions) > 1:
            self._wanted = list(versions)
        if self.stack.currentIndex() == BLIND:
            self.stack.setCurrentIndex(LIST if self.model.rowCount() else EMPTY)
        self.refresh()

    def load_charts(self) -> None:
        """Load the charts."""

        def done(_none: None) -> None:
            self._on_charts(import_result_charts())

        self.workspace.background.read("charts:compare", import_numbers, done)

    def refresh(self) -> None:
        """Read the versions with predictions and the compared images."""
        project, wanted, order, shown = self.project, list(self._wanted), self._sorting, self.model.contrast

        def work() -> Found:
            found = comparison.contrast(project, wanted, order)
            return None if found == shown else (found, points_of(found))

        self.workspace.background.read("compare", work, self._on_rows)

    def step(self, step: int) -> None:
        """Go up or down the list; stays at its ends."""
        place = self.table.currentIndex().row() + step
        if 0 <= place < self.model.rowCount() and self.stack.currentIndex() == LIST:
            self.table.setCurrentIndex(self.model.index(place, 0))

    def select_image(self, image_id: int) -> None:
        """Go to an image of the list."""
        place = self.model.find(image_id)
        if place is not None:
            self.table.setCurrentIndex(self.model.index(place, 0))
            self.table.scrollTo(self.model.index(place, 0))

    def take_focus(self) -> None:
        """The list has the arrows."""
        (self.blind if self.stack.currentIndex() == BLIND else self.table).setFocus()

    def _on_rows(self, found: Found) -> None:
        if found is not None:
            contrast, points = found
            kept = self.current.image_id if self.current else None
            self.model.show(contrast)
            self._fit_columns()
            self._offer(contrast)
            self.scatter.show_points(contrast, points)
            self._show_order(contrast)
            place = self.model.find(kept) if kept is not None else None
            if contrast.count:
                self.table.setCurrentIndex(self.model.index(place or 0, 0))
            self._show_current()
        if self.stack.currentIndex() != BLIND:
            self.stack.setCurrentIndex(LIST if self.model.rowCount() else EMPTY)

    def _show_order(self, contrast: Comparison) -> None:
        self.count.setText(
            plural(
                "ComparePage",
                "{n} test images: {0} closer to the true score, {1} further",
                "{n} test image: {0} closer to the true score, {1} further",
                contrast.count,
            ).format(contrast.better, contrast.worse)
        )
        if contrast.count:
            tip = self.tr("With {0}, compared with {1}").format(contrast.versions[-1], contrast.versions[0])
            self.count.setToolTip(tool_tip(one_line(f"{self.count.text()}. {tip}.")))
        header, found = self.table.horizontalHeader(), self.model.sorted_column()
        header.setSortIndicator(*(found or (-1, Qt.SortOrder.DescendingOrder)))
        order = contrast.order
        choose(self.order, None if isinstance(order, ColumnOrder) else order)

    def sort_by(self, column: int) -> None:
        """Sort by a column; the other way round if it is sorted by it already."""
        name, found = self.model.column_name(column), self.model.sorted_column()
        descending = found[1] == Qt.SortOrder.AscendingOrder if found and found[0] == column else name != "name"
        self._sorting = (
            "improved"
            if name == "gain" and descending
            else "worsened"
            if name == "gain"
            else ColumnOrder(name, descending)
        )
        self.refresh()
        self.table.setFocus()

    def _make_headers_sort(self) -> None:
        header = self.table.horizontalHeader()
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(True)
        header.setSortIndicator(-1, Qt.SortOrder.DescendingOrder)
        header.sectionClicked.connect(self.sort_by)

    def _fit_columns(self) -> None:
        most = {2: 160, 3: 112}.get(len(self.model.contrast.versions), 90)
        for column in range(columns.COL_TRUTH, self.model.columnCount()):
            title = str(self.model.headerData(column, Qt.Orientation.Horizontal))
            wanted = max(66, self.table.fontMetrics().horizontalAdvance(title) + SORT_ROOM)
            is_score = columns.COL_FIRST <= column < self.model.gain_column
            self.table.setColumnWidth(column, min(most, max(90, wanted)) if is_score else wanted)
            is_gain = column == self.model.gain_column
            self.table.setItemDelegateForColumn(column, self._changes if is_gain else self._bars)

    def _show_current(self, *_indexes: QModelIndex) -> None:
        row, contrast = self.current, self.model.contrast
        self.image.show_path(row.image_path if row else None)
        self.name.setText(row.image_name if row else "")
        text = self.tr("True score {0} (bin {1})").format(number(row.truth, 2), row.bin) if row else ""
        self.truth.setText(text)
        self.truth.setToolTip(self.tr("The line on each bar"))
        self.cards.show_row(row, contrast)
        self.scatter.choose(row.image_id if row else None)
        self.update_actions()
        if row is not None:
            ImageWindow.follow(self, row.image_path, row.image_name)
            project, image_id = self.project, row.image_id
            self.workspace.background.read(
                "compare:texts",
                lambda: comparison.texts(project, image_id, contrast.versions),
                lambda texts: self._on_texts(image_id, contrast, texts),
            )

    def _on_texts(self, image_id: int, contrast: Comparison, texts: tuple[str, ...]) -> None:
        if self.current is not None and self.current.image_id == image_id and self.model.contrast is contrast:
            self.cards.show_texts(texts)

    def _offer(self, contrast: Comparison) -> None:
        self._wanted = list(contrast.versions)
        for place, picker in enumerate(self.pickers):
            picker.blockSignals(True)
            picker.clear()
            if place > 1:
                picker.addItem(self.tr("no version"), "")
            for name in contrast.known:
                picker.addItem(one_line(name), name)
            chosen = contrast.versions[place] if place < len(contrast.versions) else ""
            picker.setCurrentIndex(picker.findData(chosen))
            picker.setEnabled(place <= len(contrast.versions))
            picker.blockSignals(False)
        self.update_actions()

    def _on_picked(self, _place: int) -> None:
        picked = [str(picker.currentData() or "") for picker in self.pickers]
        changed = next((place for place, name in enumerate(picked) if name != self._column(place)), None)
        if changed is not None and picked[changed] in self._wanted:  # selected twice: swap the two columns
            picked[self._wanted.index(picked[changed])] = self._column(changed)
        self._wanted = [name for name in picked if name]
        self.refresh()
        self.table.setFocus()

    def _column(self, place: int) -> str:
        return self._wanted[place] if place < len(self._wanted) else ""

    def _on_order(self, place: int) -> None:
        if place < 0:  # sorted by a column
            return
        self._sorting = self.order.itemData(place)
        self.refresh()
        self.table.setFocus()

    def _on_mode(self, mode: int) -> None:
        self.panels.setCurrentIndex(1 if mode == 2 else 0)
        if mode != 2:
            self.cards.set_mode("merged" if mode == 1 else "beside")

    @property
    def is_listing(self) -> bool:
        """Return whether the list of images is shown, and not the blind test."""
        return self.stack.currentIndex() == LIST

    @property
    def can_test(self) -> bool:
        """Return whether there are versions to test and no test is shown."""
        return len(self.model.contrast.versions) > 1 and self.stack.currentIndex() != BLIND

    def open_image(self) -> None:
        """Show the chosen image in a window of its own."""
        row = self.current
        if row is not None:
            ImageWindow.show_for(self, self.workspace.images, row.image_path, row.image_name, self.step, self.chat)

    def chat(self, column: int = -1) -> None:
        """Talk about the chosen image with the version of a column; by default the last one."""
        row, versions = self.current, self.model.contrast.versions
        if row is not None and versions:
            ChatWindow.show_for(self.workspace, self, row.image_id, versions[column])

    def show_prompt(self) -> None:
        """Show the prompt about the chosen image."""
        if self.current is not None:
            self.prompt_wanted.emit(self.current.image_id)

    def show_on_images_page(self) -> None:
        """Go to the chosen image on the Images page."""
        if self.current is not None:
            self.image_wanted.emit(self.current.image_id)

    def save_picture(self) -> None:
        """Ask for a file, and save the comparison that is shown as a picture."""
        row = self.current
        if row is not None:
            name = f"{file_name_of(row.image_name)}.png"
            ask_save_file(
                self, self.tr("Save comparison as picture"), name, ["PNG (*.png)"], self.save_picture_to, "png"
            )

    def save_picture_to(self, file: Path) -> None:
        """Save the comparison that is shown as a picture, read in the background and painted here."""
        contrast, place, project = self.model.contrast, self.table.currentIndex().row(), self.project

        def painted(found: list[SavedComparison]) -> None:
            try:
                save_comparison(found[0], (contrast.lowest, contrast.highest), file)
            except StudioError as error:
                self.workspace.problem.emit(str(error))
                return
            confirm_on(self.save_button, self.tr("Saved"))

        self.workspace.background.run(
            lambda _control: gather(project, contrast, [place], diff_words), painted, self.workspace.problem.emit
        )

    def save_html(self, listed: int = 0) -> None:
        """Ask for a file, and save the comparison that is shown, or the first ``listed`` ones, as HTML."""
        row = self.current
        if row is None:
            return
        place, count = self.table.currentIndex().row(), self.model.rowCount()
        places = list(range(min(listed, count))) if listed else [place]
        name = f"{file_name_of(self.tr('comparison')) if listed else file_name_of(row.image_name)}.html"
        title = self.tr("Save comparison as HTML")
        ask_save_file(self, title, name, ["HTML (*.html)"], lambda file: self.save_html_to(file, places), "html")

    def save_html_to(self, file: Path, places: Sequence[int]) -> None:
        """Save the images in these places of the list as HTML."""
        contrast, project = self.model.contrast, self.project

        def saved(_none: None) -> None:
            confirm_on(self.save_button, self.tr("Saved"))

        self.workspace.background.write(
            lambda: write_html(project, contrast, places, diff_words, file), saved, self.workspace.problem.emit
        )

    def begin_blind(self) -> None:
        """Start or resume the blind test of the compared versions."""
        self.stack.setCurrentIndex(BLIND)
        self.blind.begin(self.model.contrast.versions)
        self.blind.setFocus()

    def _end_blind(self) -> None:
        self.stack.setCurrentIndex(LIST if self.model.rowCount() else EMPTY)
        self.refresh()
        self.table.setFocus()

    def _on_charts(self, module: ModuleType) -> None:
        self.scatter.add_charts(module)

    def _fill_controls(self) -> None:
        for text, data in (
            (self.tr("Most improved"), "improved"),
            (self.tr("Most worsened"), "worsened"),
            (self.tr("Largest change"), "change"),
            (self.tr("Largest error"), "error"),
            (self.tr("Largest disagreement"), "disagreement"),
            (self.tr("Name"), "name"),
        ):
            self.order.addItem(text, data)
        self.order.setAccessibleName(self.tr("Image order"))
        self.order.setPlaceholderText(self.tr("By column"))
        choose(self.order, "change")
        for place, picker in enumerate(self.pickers, start=1):
            picker.setAccessibleName(self.tr("Version in column {0}").format(place))
            keep_size(picker, least_width=130)
        for text in (self.tr("Side by side"), self.tr("In one text"), self.tr("Scatter")):
            self.modes.addTab(text)
        self._fill_save_button()
        self.modes.setAccessibleName(self.tr("Comparison view"))
        self.modes.setDrawBase(False)

    def _fill_save_button(self) -> None:
        button = self.save_button
        button.setText(self.tr("Save…"))
        button.setAccessibleName(self.tr("Save comparison"))
        button.setProperty("role", "menu")
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        menu = QMenu(button)
        for name in ("save-picture", "save-html", "save-listed"):
            menu.addAction(self.commands[f"compare.{name}"])
        button.setMenu(menu)

    def _bind(self) -> None:
        for picker in self.pickers:
            picker.currentIndexChanged.connect(self._on_picked)
        self.order.currentIndexChanged.connect(self._on_order)
        self.modes.currentChanged.connect(self._on_mode)
        self.scatter.clicked.connect(self.select_image)
        self.stack.currentChanged.connect(lambda _place: self.update_actions())
        self.table.doubleClicked.connect(lambda _index: self.open_image())
        self.image.canvas.opened.connect(self.open_image)
        offer_context_menu(
            self.table, [self.commands[f"compare.{name}"] for name in ("open-image", "chat", "prompt", "show-image")]
        )
        self.blind.left.connect(self._end_blind)
        self.cards.chat_wanted.connect(self.chat)
        self.workspace.results_changed.connect(self.refresh_soon)

    def _lay_out(self) -> None:
        head = FlowLayout()
        head.addWidget(PlainLabel(self.tr("Compare"), role="title"))
        head.addSpacing(12)
        head.addWidget(self.pickers[0])
        head.addWidget(PlainLabel(self.tr("with"), role="muted"))
        for picker in self.pickers[1:]:
            head.addWidget(picker)
        head.addStretch(1)
        head.addWidget(self.blind_button)
        empty = PlainLabel(
            self.tr(
                "Comparison needs two measured versions. After the first iteration, this page shows the answers of the "
                "base model and a trained version for the same test image."
            ),
            role="empty",
            wrap=True,
        )
        empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        shown = QWidget()
        column = QVBoxLayout(shown)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self._body(), 1)
        for page in (empty, shown, self.blind):
            self.stack.addWidget(page)
        leave_blank(self.stack)
        self.column.addWidget(self.stack, 1)

    def _body(self) -> QSplitter:
        sorting = FlowLayout()
        sorting.addWidget(PlainLabel(self.tr("Sort by"), role="muted"))
        sorting.addWidget(self.order)
        sorting.addWidget(self.count, 1)
        sorting.addWidget(self.save_button)
        sorting.addWidget(csv_button(self.table))
        upper = FoldingSplitter()
        upper.setChildrenCollapsible(False)
        upper.addWidget(_column(sorting, self.table))
        facts = FlowLayout()
        facts.addWidget(self.name, 1)
        facts.addWidget(self.truth)
        upper.addWidget(_column(facts, self.image))
        upper.setHandleWidth(12)
        upper.setSizes([700, 400])
        self.panels.addWidget(self.cards)
        self.panels.addWidget(self.scatter)
        modes = FlowLayout()
        modes.addWidget(self.modes)
        modes.addStretch(1)
        body = FittingSplitter()
        body.setChildrenCollapsible(False)
        body.addWidget(upper)
        body.addWidget(_column(modes, self.panels))
        body.setSizes([320, 290])
        return body


def _column(head: QLayout, body: QWidget) -> QWidget:
    widget = QWidget()
    layout = QVBoxLayout(widget)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(6)
    layout.addLayout(head)
    layout.addWidget(body, 1)
    return widget
