"""Pairs: review by keyboard. V vetoes, K keeps, U undoes, arrows move; every decision is saved at once."""

from __future__ import annotations

from typing import Any, Literal

from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QPushButton, QSplitter, QStackedWidget, QWidget

from studio.models import pairs as columns
from studio.models.pairs import PairsModel
from studio.services import pairs, reviewing
from studio.services.rows import PairCounts, PairFilter, PairRow, Verdict
from studio.views.page import Page
from studio.views.pair_detail import PairDetail
from studio.views.workspace import Workspace
from studio.widgets.delegates import StateDelegate
from studio.widgets.labels import PlainLabel, one_line
from studio.widgets.tables import make_table

SEARCH_MS = 250
Shown = Literal["unreviewed", "keep", "veto"] | None
Listed = tuple[list[int], int | None, PairCounts, list[PairRow]]
WIDTHS = {columns.COL_VERDICT: 118, columns.COL_TRUTH: 60, columns.COL_CHOSEN: 74, columns.COL_REJECTED: 84}


class PairsPage(Page):
    """The review flow. What was just decided stays in the list until it is read anew, so that U can be seen."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, "Pairs", parent)
        self.model = PairsModel(self)
        self.table = make_table(self.model, self.tr("Pairs"), stretch=columns.COL_IMAGE)
        self.table.setItemDelegateForColumn(columns.COL_VERDICT, StateDelegate(self.table))
        for column, width in WIDTHS.items():
            self.table.setColumnWidth(column, width)
        self.table.selectionModel().currentRowChanged.connect(self._show_current)
        self.detail = PairDetail(workspace.images, self.model.words)
        self.iteration = QComboBox()
        self.filter = QComboBox()
        self.search = QLineEdit()
        self.progress = PlainLabel(role="subtitle")
        self.said = PlainLabel(role="muted")
        self._wanted: int | None = None
        self._edits = 0
        self._fill_controls()
        self._lay_out()
        self._bind_keys()
        workspace.results_changed.connect(self.refresh_soon)

    @property
    def current(self) -> PairRow | None:
        """The pair that is shown."""
        index = self.table.currentIndex()
        return self.model.row(index.row()) if index.isValid() else None

    def refresh(self) -> None:
        """Reads iterations, counts and the filtered list."""
        project, chosen = self.project, self.iteration.currentData()
        verdict: Shown = self.filter.currentData()
        text, edits = self.search.text(), self._edits

        def done(result: Listed) -> None:
            if edits == self._edits:
                self._on_rows(result)
            else:  # A decision was made or saved meanwhile: these rows may be older than the screen.
                self.refresh()

        def work() -> Listed:
            known = pairs.iterations(project)
            iteration = chosen if chosen in known else (known[-1] if known else None)
            rows = pairs.list_pairs(project, PairFilter(iteration=iteration, state=verdict, text=text))
            return known, iteration, pairs.counts(project, iteration), rows

        self.workspace.background.read("pairs", work, done)

    def decide(self, verdict: Verdict) -> None:
        """Shows the decision at once, saves it in the background, and goes to the next pair."""
        row = self.current
        if row is None:
            return
        project = self.project
        self.model.set_verdict(row.id, verdict)
        self.detail.show_verdict(verdict)
        self.said.setText(self.tr("{0}: {1}").format(one_line(row.image_name), self.model.words[verdict].lower()))
        self.step(1)
        self._edits += 1

        def work() -> PairCounts:
            reviewing.decide(project, row.id, verdict)
            return pairs.counts(project, row.iteration)

        def done(counts: PairCounts) -> None:
            self._edits += 1
            self._show_counts(counts)

        def failed(text: str) -> None:
            self._edits += 1
            self.model.set_verdict(row.id, row.verdict)
            self.workspace.problem.emit(text)

        self.workspace.background.write(work, done, failed)

    def undo(self) -> None:
        """Takes back the latest decision and goes to its pair."""
        project = self.project

        def work() -> tuple[PairRow, PairCounts] | None:
            undone = reviewing.undo(project)
            return (undone.pair, pairs.counts(project, undone.pair.iteration)) if undone else None

        self.workspace.background.write(work, self._on_undone)

    def step(self, step: int) -> None:
        """Goes up or down the list; stays at its ends."""
        place = self.table.currentIndex().row() + step
        if 0 <= place < self.model.rowCount():
            self.table.setCurrentIndex(self.model.index(place, 0))

    def _on_undone(self, result: tuple[PairRow, PairCounts] | None) -> None:
        if result is None:
            self.said.setText(self.tr("There is nothing to undo."))
            return
        row, counts = result
        self._edits += 1
        self.said.setText(self.tr("Undone for {0}").format(one_line(row.image_name)))
        place = self.model.find(row.id)
        if place is not None:
            self.model.replace(place, row)
            self.table.setCurrentIndex(self.model.index(place, 0))
            self.detail.show_pair(row)
            self._show_counts(counts)
            return
        self._wanted = row.id  # It is hidden by the filter or in another iteration: show where it is.
        self._choose(self.iteration, row.iteration)
        self._choose(self.filter, None)
        self.search.clear()
        self.refresh()

    def take_focus(self) -> None:
        """The list has the arrows."""
        self.table.setFocus()

    def _on_rows(self, result: Listed) -> None:
        known, iteration, counts, rows = result
        self._offer(known, iteration)
        kept = self._wanted if self._wanted is not None else (self.current.id if self.current else None)
        self._wanted = None
        self.model.set_rows(rows)
        place = self.model.find(kept) if kept is not None else None
        if rows:
            self.table.setCurrentIndex(self.model.index(place or 0, 0))
        self._show_current()
        self._show_counts(counts)
        self.stack.setCurrentIndex(0 if not known else 1 if not rows else 2)

    def _show_current(self, *_indexes: QModelIndex) -> None:
        self.detail.show_pair(self.current)
        has = self.current is not None
        for button in (self.veto_button, self.keep_button):
            button.setEnabled(has)

    def _show_counts(self, counts: PairCounts) -> None:
        text = self.tr("{0} of {1} reviewed, {2} vetoed")
        self.progress.setText(text.format(counts.reviewed, counts.total, counts.vetoed))

    def _offer(self, known: list[int], iteration: int | None) -> None:
        offered = [self.iteration.itemData(place) for place in range(self.iteration.count())]
        if offered != known:
            self.iteration.blockSignals(True)
            self.iteration.clear()
            for number in known:
                self.iteration.addItem(self.tr("Iteration {0}").format(number), number)
            self.iteration.blockSignals(False)
        self._choose(self.iteration, iteration)

    def _choose(self, combo: QComboBox, data: object) -> None:
        combo.blockSignals(True)
        combo.setCurrentIndex(max(0, combo.findData(data)) if combo.count() else -1)
        combo.blockSignals(False)

    def _on_control(self, *_values: Any) -> None:
        self.refresh()
        if not self.search.hasFocus():
            self.table.setFocus()

    def _fill_controls(self) -> None:
        self.iteration.setAccessibleName(self.tr("Iteration"))
        self.iteration.setMinimumWidth(120)
        self.filter.setAccessibleName(self.tr("Which pairs"))
        self.filter.setMinimumWidth(130)
        for text, data in (
            (self.tr("All"), None),
            (self.tr("Unreviewed"), "unreviewed"),
            (self.tr("Vetoed"), "veto"),
            (self.tr("Kept"), "keep"),
        ):
            self.filter.addItem(text, data)
        self.search.setPlaceholderText(self.tr("Search in texts and names"))
        self.search.setAccessibleName(self.tr("Search in texts and names"))
        self.search.setClearButtonEnabled(True)
        self.search.setFixedWidth(230)
        self._search_timer = QTimer(self)
        self._search_timer.setSingleShot(True)
        self._search_timer.setInterval(SEARCH_MS)
        self._search_timer.timeout.connect(self.refresh)
        self.search.textChanged.connect(lambda _text: self._search_timer.start())
        self.search.returnPressed.connect(self.table.setFocus)
        self.iteration.currentIndexChanged.connect(self._on_control)
        self.filter.currentIndexChanged.connect(self._on_control)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(PlainLabel(self.tr("Pairs"), role="title"))
        head.addSpacing(12)
        for widget in (self.iteration, self.filter, self.search):
            head.addWidget(widget)
        head.addStretch(1)
        head.addWidget(self.progress)
        self.column.addLayout(head)
        splitter = QSplitter()
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.table)
        splitter.addWidget(self.detail)
        splitter.setSizes([480, 620])
        splitter.setStretchFactor(1, 1)
        nothing = self.tr(
            "No pair is made yet. When an iteration runs, the model writes two explanations for each training image, "
            "one for the true score and one for a wrong one; they can be reviewed here."
        )
        self.stack = QStackedWidget()
        self.stack.addWidget(_sentence(nothing))
        self.stack.addWidget(_sentence(self.tr("No pair matches the filter.")))
        self.stack.addWidget(splitter)
        self.column.addWidget(self.stack, 1)
        self.column.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        self.veto_button = self._button(self.tr("Veto (V)"), lambda: self.decide("veto"))
        self.keep_button = self._button(self.tr("Keep (K)"), lambda: self.decide("keep"))
        self.undo_button = self._button(self.tr("Undo (U)"), self.undo)
        self.back_button = self._button(self.tr("← Previous"), lambda: self.step(-1))
        self.next_button = self._button(self.tr("Next →"), lambda: self.step(1))
        row = QHBoxLayout()
        for button in (self.veto_button, self.keep_button, self.undo_button):
            row.addWidget(button)
        row.addSpacing(12)
        row.addWidget(self.said, 1)
        row.addWidget(self.back_button)
        row.addWidget(self.next_button)
        return row

    def _button(self, text: str, action: Any) -> QPushButton:
        button = QPushButton(text)
        button.clicked.connect(lambda _checked: action())
        return button

    def _bind_keys(self) -> None:
        """For the whole window while the page is shown; a text field with the focus claims its keys before them."""
        actions = {
            "V": lambda: self.decide("veto"),
            "K": lambda: self.decide("keep"),
            "U": self.undo,
            "Left": lambda: self.step(-1),
            "Right": lambda: self.step(1),
        }
        for key, action in actions.items():
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.activated.connect(action)


def _sentence(text: str) -> PlainLabel:
    label = PlainLabel(text, role="empty", wrap=True)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return label
