"""Pairs: review by keyboard. Every act is shown at once, saved at once, and can be undone, also after a restart."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QProgressBar, QPushButton, QSplitter, QStackedWidget, QWidget

from studio.models import pair_list as columns
from studio.models.pair_list import PairsModel, scope_words
from studio.services.review import pair_list
from studio.services.review.gate import review_gate
from studio.services.review.types import PairCounts, PairRow, PairVerdict, ReviewedRow, ReviewGate, VetoScope
from studio.text import one_line
from studio.views.page import Page
from studio.views.pairs.pair_actions import PairActs
from studio.views.pairs.pair_bars import NoteBar, QuestionBar
from studio.views.pairs.pair_detail import PairDetail
from studio.views.pairs.pair_editor import PairEditor
from studio.views.pairs.pair_filter_bar import PairControls
from studio.views.pairs.pair_loader import AROUND, Listed, RowReading, place_of, read_list
from studio.views.workspace import Workspace
from studio.widgets.delegates import StateDelegate
from studio.widgets.labels import ElidedLabel, PlainLabel
from studio.widgets.tables import make_table

WIDTHS = {columns.COL_VERDICT: 122, columns.COL_TRUTH: 58, columns.COL_SCORES: 66, columns.COL_WHY: 168}
ZOOM_STEP = 1.25


class PairsPage(Page):
    """The review flow. What was just decided stays in the list until it is read anew, so that U can be seen."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, "Pairs", parent)
        self.model = PairsModel(self)
        self.table = make_table(self.model, self.tr("Pairs"), stretch=columns.COL_IMAGE)
        self.table.setItemDelegateForColumn(columns.COL_VERDICT, StateDelegate(self.table))
        for column, width in WIDTHS.items():
            self.table.setColumnWidth(column, width)
        self.detail = PairDetail(workspace.images, self.model.words)
        self.controls = PairControls()
        self.acts = PairActs(workspace, self)
        self.reading = RowReading(workspace, self.model, self.acts)
        self.note_bar, self.question = NoteBar(), QuestionBar()
        self.progress = PlainLabel(role="subtitle")
        self.bar = QProgressBar()
        self.said, self.late = ElidedLabel(role="muted"), PlainLabel(role="muted")
        self.train_button = QPushButton(self.tr("Train"))
        self.scope = QComboBox()
        self._gate: ReviewGate | None = None
        self._wanted: int | None = None
        self._flags_renewed = self._unread = False
        self._from_top = False
        self._lay_out()
        self._connect()
        self._bind_keys()

    @property
    def current(self) -> PairRow | None:
        """The pair that is shown."""
        index = self.table.currentIndex()
        return self.model.row_at(index.row()) if index.isValid() else None

    @property
    def veto_scope(self) -> VetoScope:
        """What a veto covers."""
        scope: VetoScope = self.scope.currentData()
        return scope

    def refresh(self) -> None:
        """Reads iterations, counts and the filtered list."""
        project, wanted, order, changes = self.project, self.controls.filter, self.controls.sorting, self.acts.changes
        kept, near = self._kept, self.table.currentIndex().row()
        if not self._flags_renewed:
            self._flags_renewed = True
            self.workspace.background.write(
                lambda: pair_list.renew_flags(project), lambda n: self.refresh() if n else None
            )

        def done(result: Listed) -> None:
            if changes == self.acts.changes:
                self._on_rows(result)
            else:  # A decision was made or saved meanwhile: these rows may be older than the screen.
                self.refresh()

        self.workspace.background.read("pairs", lambda: read_list(project, wanted, order, kept, near), done)

    def decide(self, verdict: PairVerdict) -> None:
        """Gives the shown pair a verdict and goes to the next one."""
        row = self.current
        if row is not None:
            self.acts.decide(row, verdict, self.veto_scope if verdict == "veto" else "both")
            self._tell(row, self.model.words[verdict].lower())
            self.step(1)

    def edit(self) -> None:
        """Opens the texts of the shown pair for writing."""
        if self.current is not None:
            self.detail.edit(self.current)

    def annotate(self) -> None:
        """Opens the line for a note on the shown pair."""
        if self.current is not None:
            self.note_bar.open(self.current)

    def redraw(self) -> None:
        """Asks for another wrong score for the shown pair and goes to the next one."""
        row = self.current
        if row is not None:
            self.acts.redraw(row)
            self.step(1)

    def decide_all(self, verdict: PairVerdict) -> None:
        """Asks whether all listed pairs shall get the verdict; the answer goes by this very list."""
        ids, scope = self.model.ids.tolist(), self.veto_scope if verdict == "veto" else "both"
        if not ids:
            return
        count = len(ids)
        if verdict == "veto":
            question = self.tr("Veto all {0} listed pairs ({1})?").format(count, self.scope.currentText())
            answer = self.tr("Veto {0} pairs").format(count)
        else:
            question, answer = (
                self.tr("Keep all {0} listed pairs?").format(count),
                self.tr("Keep {0} pairs").format(count),
            )
        self.question.ask(question, answer, lambda: self.acts.decide_all(ids, verdict, scope))

    def step(self, step: int) -> None:
        """Goes up or down the list; stays at its ends."""
        place = self.table.currentIndex().row() + step
        if 0 <= place < self.model.rowCount():
            self.table.setCurrentIndex(self.model.index(place, 0))

    def train(self) -> None:
        """Opens the review gate: the iteration goes on with its training."""
        if self._gate is not None and self._gate.score and self.train_button.isEnabled():
            self.table.setFocus()  # the button goes, and the keyboard would go to the filters with it
            self.train_button.setEnabled(False)
            self.workspace.approve_review(self._gate.iteration)
            self.refresh_soon()

    def save_or_train(self) -> None:
        """Saves the texts that are being edited; with none, goes on to training."""
        if self.detail.editor.row is not None:
            self.detail.editor.save()
        else:
            self.train()

    def take_focus(self) -> None:
        """The list has the arrows."""
        self.table.setFocus()

    @property
    def _kept(self) -> int | None:
        """The pair to be shown after the list was read; None: the first one."""
        if self._wanted is not None:
            return self._wanted
        index = self.table.currentIndex()
        return int(self.model.ids[index.row()]) if index.isValid() and not self._from_top else None

    def _on_rows(self, result: Listed) -> None:
        self.controls.offer(result.known, result.iteration)
        kept, near = self._kept, self.table.currentIndex().row()
        self.model.set_ids(result.ids, result.rows)
        place = 0 if self._from_top and self._wanted is None else place_of(result.ids, kept, near)
        self._wanted, self._from_top = None, False
        if len(result.ids):
            self.table.setCurrentIndex(self.model.index(place, 0))
        self._show_current()
        self._show_counts(result.counts)
        self.late.setText(self.tr("Training has begun; deciding no longer changes it.") if result.begun else "")
        self._show_gate(result.gate)
        self.stack.setCurrentIndex(0 if not result.known else 1 if not len(result.ids) else 2)

    def _on_rows_read(self) -> None:
        if self._unread and self.current is not None:
            self._show_current()

    def _show_current(self, *_indexes: QModelIndex) -> None:
        row = self.current
        self._unread = row is None
        place = self.table.currentIndex().row()
        self.model.look_at(place - AROUND // 2, place + AROUND // 2)
        panels: tuple[PairEditor | NoteBar, ...] = (self.detail.editor, self.note_bar)
        for panel in panels:
            if panel.row is not None and (row is None or panel.row.id != row.id):
                panel.leave()
        self.detail.show_pair(row)
        for button in (*self._pair_buttons, *self._list_buttons):
            button.setEnabled(row is not None)

    def _on_shown(self, row: PairRow) -> None:
        self.model.put(row)
        if self.current is not None and self.current.id == row.id:
            self.detail.show_pair(row)

    def _on_saved(self, counts: PairCounts) -> None:
        self._show_counts(counts)
        iteration = self.controls.filter.iteration
        if self._gate is not None and iteration is not None:
            project, changes = self.project, self.acts.changes
            self.workspace.background.read(
                "gate",
                lambda: review_gate(project, iteration),
                lambda gate: self._show_gate(gate) if changes == self.acts.changes else None,
            )

    def _on_many(self, count: int) -> None:
        self.said.setText(self.tr("{0} pairs decided; U takes all of them back at once").format(count))
        self.refresh()

    def _on_reviewed(self, what: str, found: ReviewedRow | None) -> None:
        undone = what == "undo"
        if found is None:
            self.said.setText(self.tr("There is nothing to undo.") if undone else self.tr("There is nothing to redo."))
            return
        whom = one_line(found.pair.image_name) if found.count == 1 else self.tr("{0} pairs").format(found.count)
        self.said.setText((self.tr("Undone for {0}") if undone else self.tr("Done again for {0}")).format(whom))
        place = self.model.find(found.pair.id)
        if place is not None and found.count == 1:
            self.model.put(found.pair)
            self.table.setCurrentIndex(self.model.index(place, 0))
            self.detail.show_pair(found.pair)
            return
        if place is None:  # It is hidden by the filter or in another iteration: show where it is.
            self.controls.show_all_of(found.pair.iteration)
        self._wanted = found.pair.id
        self.refresh()

    def _show_counts(self, counts: PairCounts) -> None:
        text = self.tr("{0} of {1} reviewed, {2} vetoed")
        self.progress.setText(text.format(counts.reviewed, counts.total, counts.vetoed))
        self.bar.setRange(0, max(1, counts.total))
        self.bar.setValue(counts.reviewed)

    def _show_gate(self, gate: ReviewGate | None) -> None:
        self._gate = gate
        self.train_button.setVisible(gate is not None)
        if gate is None:
            return
        self.train_button.setText(
            self.tr("Train on {0} pairs").format(gate.score) if gate.score else self.tr("No pair left to train on")
        )
        self.train_button.setEnabled(gate.score > 0)
        both = self.tr("Score set: {0} pairs, consistency set: {1} pairs (Ctrl+Return)")
        one = self.tr("Training of iteration {0} waits for your review (Ctrl+Return)").format(gate.iteration)
        self.train_button.setToolTip(one if gate.consistency is None else both.format(gate.score, gate.consistency))

    def _tell(self, row: PairRow, what: str) -> None:
        self.said.setText(self.tr("{0}: {1}").format(one_line(row.image_name), what))

    def _on_note(self, row: PairRow, note: str) -> None:
        self.acts.annotate(row, note)
        self._tell(row, self.tr("noted"))

    def _on_edit(self, row: PairRow, chosen: str, rejected: str) -> None:
        self.acts.edit(row, chosen, rejected)
        self._tell(row, self.tr("edited, the generated texts are kept"))

    def _on_editor_closed(self) -> None:
        self.detail.show_texts()
        self.table.setFocus()

    def _on_control(self) -> None:
        self.refresh()
        if not self.controls.search.hasFocus():
            self.table.setFocus()

    def _on_order(self, _place: int) -> None:
        self._from_top = True

    def _connect(self) -> None:
        self.table.selectionModel().currentRowChanged.connect(self._show_current)
        self.reading.arrived.connect(self._on_rows_read)
        self.controls.changed.connect(self._on_control)
        self.controls.order.currentIndexChanged.connect(self._on_order)
        self.controls.done.connect(self.table.setFocus)
        self.acts.shown.connect(self._on_shown)
        self.acts.saved.connect(self._on_saved)
        self.acts.many.connect(self._on_many)
        self.acts.reviewed.connect(self._on_reviewed)
        queued = self.tr("Another wrong score is queued; it comes as a new pair")
        self.acts.queued.connect(lambda: self.said.setText(queued))
        self.note_bar.written.connect(self._on_note)
        self.note_bar.closed.connect(self.table.setFocus)
        self.question.closed.connect(self.table.setFocus)
        self.detail.editor.edited.connect(self._on_edit)
        self.detail.editor.closed.connect(self._on_editor_closed)
        self.train_button.clicked.connect(lambda _checked: self.train())
        self.workspace.results_changed.connect(self.refresh_soon)
        self.workspace.jobs_changed.connect(self.refresh_soon)

    def _lay_out(self) -> None:
        self.bar.setTextVisible(False)
        self.bar.setFixedSize(140, 8)
        self.bar.setAccessibleName(self.tr("Reviewed pairs"))
        self.train_button.setProperty("role", "primary")
        self.train_button.hide()
        head = QHBoxLayout()
        head.addWidget(PlainLabel(self.tr("Pairs"), role="title"))
        head.addSpacing(12)
        head.addWidget(self.progress)
        head.addWidget(self.bar)
        head.addWidget(self.late)
        head.addWidget(self.said, 1)
        head.addWidget(self.train_button)
        self.column.addLayout(head)
        self.column.addWidget(self.controls)
        splitter = QSplitter()
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.table)
        splitter.addWidget(self.detail)
        splitter.setSizes([570, 530])
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
        self.column.addWidget(self.note_bar)
        self.column.addWidget(self.question)
        self.column.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        self.veto_button = _button(self.tr("Veto (V)"), lambda: self.decide("veto"))
        self.keep_button = _button(self.tr("Keep (K)"), lambda: self.decide("keep"))
        self.edit_button = _button(self.tr("Edit (E)"), self.edit)
        self.redraw_button = _button(self.tr("Redraw (R)"), self.redraw)
        self.redraw_button.setToolTip(self.tr("Another wrong score: a job writes another rejected explanation"))
        self.note_button = _button(self.tr("Note (N)"), self.annotate)
        self.undo_button = _button(self.tr("Undo (U)"), self.acts.undo)
        self.redo_button = _button(self.tr("Redo"), self.acts.redo)
        self.redo_button.setToolTip(self.tr("Shift+U or Ctrl+Shift+Z"))
        self.veto_all_button = _button(self.tr("Veto all…"), lambda: self.decide_all("veto"))
        self.keep_all_button = _button(self.tr("Keep all…"), lambda: self.decide_all("keep"))
        self._pair_buttons = (
            *(self.veto_button, self.keep_button, self.edit_button, self.redraw_button, self.note_button),
        )
        self._list_buttons = (self.veto_all_button, self.keep_all_button)
        for scope, words in scope_words().items():
            self.scope.addItem(words, scope)
        self.scope.setAccessibleName(self.tr("What a veto covers"))
        self.scope.setToolTip(self.tr("What a veto covers (C)"))
        row = QHBoxLayout()
        row.setSpacing(6)
        for widget in (self.veto_button, self.scope, *self._pair_buttons[1:], self.undo_button, self.redo_button):
            row.addWidget(widget)
        row.addStretch(1)
        for button in self._list_buttons:
            row.addWidget(button)
        return row

    def _bind_keys(self) -> None:
        """For the whole window while the page is shown; a text field with the focus claims its keys before them."""
        canvas = self.detail.image.canvas
        actions: dict[str, Callable[[], object]] = {
            "V": lambda: self.decide("veto"),
            "K": lambda: self.decide("keep"),
            "E": self.edit,
            "R": self.redraw,
            "N": self.annotate,
            "U": self.acts.undo,
            "Ctrl+Z": self.acts.undo,
            "Shift+U": self.acts.redo,
            "Ctrl+Shift+Z": self.acts.redo,
            "Left": lambda: self.step(-1),
            "Right": lambda: self.step(1),
            "C": lambda: self.scope.setCurrentIndex((self.scope.currentIndex() + 1) % self.scope.count()),
            "F": lambda: self.controls.next_state(1),
            "Shift+F": lambda: self.controls.next_state(-1),
            "W": self.controls.next_flag,
            "S": self.controls.next_order,
            "/": self.controls.search.setFocus,
            "Shift+V": lambda: self.decide_all("veto"),
            "Shift+K": lambda: self.decide_all("keep"),
            "Z": lambda: canvas.actual_size() if canvas.fitted else canvas.fit(),
            "+": lambda: canvas.zoom(ZOOM_STEP),
            "-": lambda: canvas.zoom(1 / ZOOM_STEP),
            "Ctrl+Return": self.save_or_train,
        }
        for key, action in actions.items():
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.activated.connect(action)


def _button(text: str, action: Callable[[], object]) -> QPushButton:
    button = QPushButton(text)
    button.clicked.connect(lambda _checked: action())
    return button


def _sentence(text: str) -> PlainLabel:
    label = PlainLabel(text, role="empty", wrap=True)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return label
