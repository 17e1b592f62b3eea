"""The Pairs page: keyboard review. Changes are saved immediately and can be undone, also after a restart."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QProgressBar, QPushButton, QSplitter, QStackedWidget, QWidget

from studio.models import pair_list as columns
from studio.models.pair_list import PairsModel, scope_words
from studio.plural import plural
from studio.services.review import pair_list
from studio.services.review.gate import review_gate
from studio.services.review.types import PairCounts, PairRow, PairVerdict, ReviewedRow, ReviewGate, VetoScope
from studio.text import one_line
from studio.views.actions.buttons import action_button, bind_button, icon_button
from studio.views.actions.menus import offer_context_menu
from studio.views.actions.pairs import pair_actions
from studio.views.image_window import ImageWindow
from studio.views.page import Page
from studio.views.pairs.no_pairs import NoPairs, is_reviewed, reviewed_text
from studio.views.pairs.pair_actions import PairActions
from studio.views.pairs.pair_bars import NoteBar, QuestionBar
from studio.views.pairs.pair_detail import PairDetail
from studio.views.pairs.pair_editor import PairEditor
from studio.views.pairs.pair_filter_bar import PairFilterBar
from studio.views.pairs.pair_loader import AGAIN_MS, AROUND, Listed, RowReading, place_of, read_list
from studio.views.workspace import Workspace
from studio.widgets.delegates import StateDelegate
from studio.widgets.labels import ElidedLabel, PlainLabel
from studio.widgets.tables import make_table

WIDTHS = {columns.COL_VERDICT: 122, columns.COL_TRUTH: 92, columns.COL_SCORES: 66, columns.COL_WHY: 160}


class PairsPage(Page):
    """The review. A changed pair stays in the list until the next read, so that undo is visible."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, "Pairs", parent)
        self.model = PairsModel(self)
        self.table = make_table(self.model, self.tr("Pairs"), stretch=columns.COL_IMAGE)
        self.table.setItemDelegateForColumn(columns.COL_VERDICT, StateDelegate(self.table))
        for column, width in WIDTHS.items():
            self.table.setColumnWidth(column, width)
        self.detail = PairDetail(workspace.images, self.model.words)
        self.controls = PairFilterBar()
        self.pair_actions = PairActions(workspace, self)
        self.reading = RowReading(workspace, self.model, self.pair_actions)
        self.note_bar, self.question = NoteBar(), QuestionBar()
        self.progress = PlainLabel(role="subtitle")
        self.bar = QProgressBar()
        self.feedback, self.late = ElidedLabel(role="muted"), PlainLabel(role="muted")
        self.train_button = QPushButton()
        self.scope = QComboBox()
        self._gate: ReviewGate | None = None
        self._approved: int | None = None
        self.training_text = ""
        self._fill_scope()
        self.commands = self.add_action_set(self.tr("Pairs"), pair_actions(self))
        self.nothing = NoPairs(self.commands["pairs.train"])
        self._wanted: int | None = None
        self._flags_renewed = self._unread = False
        self._from_top = False
        self._lay_out()
        self._connect()
        self.pair_actions.read_history()

    @property
    def current(self) -> PairRow | None:
        """Return the pair that is shown."""
        index = self.table.currentIndex()
        return self.model.row_at(index.row()) if index.isValid() else None

    @property
    def veto_scope(self) -> VetoScope:
        """Return what a veto applies to."""
        scope: VetoScope = self.scope.currentData()
        return scope

    def refresh(self) -> None:
        """Read iterations, counts and the filtered list."""
        project, wanted, order, state = (
            self.project,
            self.controls.filter,
            self.controls.sorting,
            self.pair_actions.state,
        )
        kept, near = self._kept, self.table.currentIndex().row()
        if not self._flags_renewed:
            self._flags_renewed = True
            self.workspace.background.write(
                lambda: pair_list.renew_flags(project), lambda n: self.refresh() if n else None
            )

        def done(result: Listed) -> None:
            if self.pair_actions.is_current(state):
                self._on_rows(result)
            else:  # A change was being made or saved meanwhile: these rows may be older than those shown.
                QTimer.singleShot(AGAIN_MS, self, self.refresh)

        self.workspace.background.read("pairs", lambda: read_list(project, wanted, order, kept, near), done)

    def decide(self, verdict: PairVerdict) -> None:
        """Set the verdict of the current pair and go to the next one."""
        row = self.current
        if row is not None:
            self.pair_actions.decide(row, verdict, self.veto_scope if verdict == "veto" else "both")
            self._show_feedback(row, self.model.words[verdict].lower())
            self.step(1)

    def edit(self) -> None:
        """Open the texts of the shown pair for writing."""
        if self.current is not None:
            self.detail.edit(self.current)
            self.update_actions()

    def annotate(self) -> None:
        """Open the line for a note on the shown pair."""
        if self.current is not None:
            self.note_bar.open(self.current)

    def regenerate(self) -> None:
        """Regenerate the current pair's rejected answer and go to the next one."""
        row = self.current
        if row is not None:
            self.pair_actions.regenerate(row)
            self.step(1)

    def decide_all(self, verdict: PairVerdict) -> None:
        """Ask to set the verdict of all pairs shown; the answer applies to exactly this list."""
        ids, scope = self.model.ids.tolist(), self.veto_scope if verdict == "veto" else "both"
        if not ids:
            return
        count = len(ids)
        if verdict == "veto":
            question = plural("PairsPage", "Veto all {n} pairs shown ({0})?", "Veto the {n} pair shown ({0})?", count)
            question = question.format(self.scope.currentText())
            answer = plural("PairsPage", "Veto {n} pairs", "Veto {n} pair", count)
        else:
            question = plural("PairsPage", "Keep all {n} pairs shown?", "Keep the {n} pair shown?", count)
            answer = plural("PairsPage", "Keep {n} pairs", "Keep {n} pair", count)
        self.question.ask(question, answer, lambda: self.pair_actions.decide_all(ids, verdict, scope))

    def step(self, step: int) -> None:
        """Go up or down the list; stays at its ends."""
        place = self.table.currentIndex().row() + step
        if 0 <= place < self.model.rowCount():
            self.table.setCurrentIndex(self.model.index(place, 0))

    @property
    def can_train(self) -> bool:
        """Return whether training waits for the review and has at least one pair."""
        return self._gate is not None and self._gate.score > 0 and self._gate.iteration != self._approved

    def train(self) -> None:
        """Approve the review: training of the iteration starts."""
        if self._gate is not None and self.can_train:
            self.table.setFocus()  # the button hides, and the focus would move to the filters
            self._approved = self._gate.iteration
            self.update_actions()
            self.workspace.approve_review(self._gate.iteration)
            self.refresh_soon()

    def save_or_train(self) -> None:
        """Save the texts being edited; if none are, start training."""
        if self.detail.editor.row is not None:
            self.detail.editor.save()
        else:
            self.train()

    def open_image(self) -> None:
        """Show the pair's image in a window of its own."""
        if self.current is not None:
            row = self.current
            ImageWindow.show_for(self, self.workspace.images, row.image_path, row.image_name, self.step)

    def show_on_images_page(self) -> None:
        """Go to the pair's image on the Images page."""
        if self.current is not None:
            self.image_wanted.emit(self.current.image_id)

    def _fill_scope(self) -> None:
        for scope, words in scope_words().items():
            self.scope.addItem(words, scope)
        self.scope.setAccessibleName(self.tr("Veto applies to"))
        self.scope.setToolTip(self.tr("Veto applies to (C)"))

    def take_focus(self) -> None:
        """The list has the arrows."""
        self.table.setFocus()

    @property
    def _kept(self) -> int | None:
        """Return the pair to show after reading the list; None: the first one."""
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
        self.late.setText(
            self.tr("Training has started; changes no longer affect this iteration.") if result.begun else ""
        )
        self._show_gate(result.gate)
        self.nothing.explain(self.controls.filter, result.counts, trains=result.gate is not None)
        self.stack.setCurrentIndex(0 if not result.known else 1 if not len(result.ids) else 2)

    def _on_rows_read(self) -> None:
        if self._unread and self.current is not None:
            self._show_current()

    def _show_current(self, *_indexes: QModelIndex) -> None:
        row = self.current
        self._unread = row is None
        place = self.table.currentIndex().row()
        self.model.request_range(place - AROUND // 2, place + AROUND // 2)
        panels: tuple[PairEditor | NoteBar, ...] = (self.detail.editor, self.note_bar)
        for panel in panels:
            if panel.row is not None and (row is None or panel.row.id != row.id):
                panel.leave()
        self.detail.show_pair(row)
        if row is not None:
            ImageWindow.follow(self, row.image_path, row.image_name)
        self.update_actions()

    def _on_shown(self, row: PairRow) -> None:
        self.model.put(row)
        if self.current is not None and self.current.id == row.id:
            self.detail.show_pair(row)

    def _on_saved(self, counts: PairCounts) -> None:
        self._show_counts(counts)
        iteration = self.controls.filter.iteration
        if self._gate is not None and iteration is not None:
            project, state = self.project, self.pair_actions.state
            self.workspace.background.read(
                "gate",
                lambda: review_gate(project, iteration),
                lambda gate: self._show_gate(gate) if self.pair_actions.is_current(state) else None,
            )

    def _on_many(self, count: int) -> None:
        self.feedback.setText(plural("PairsPage", "{n} pairs updated. Undo (U)", "{n} pair updated. Undo (U)", count))
        self.refresh()

    def _on_reviewed(self, what: str, found: ReviewedRow | None) -> None:
        undone = what == "undo"
        if found is None:
            self.feedback.setText(self.tr("Nothing to undo.") if undone else self.tr("Nothing to redo."))
            return
        what_changed = (
            one_line(found.pair.image_name)
            if found.count == 1
            else plural("PairsPage", "{n} pairs", "{n} pair", found.count)
        )
        self.feedback.setText((self.tr("Undone: {0}") if undone else self.tr("Redone: {0}")).format(what_changed))
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
        done = is_reviewed(counts)
        self.progress.setText(
            reviewed_text(counts) if done else text.format(counts.reviewed, counts.total, counts.vetoed)
        )
        self.bar.setRange(0, max(1, counts.total))
        self.bar.setValue(counts.reviewed)

    def _show_gate(self, gate: ReviewGate | None) -> None:
        self._gate = gate
        self.train_button.setVisible(gate is not None)
        self.training_text, self._approved = "", None
        if gate is None:
            self.update_actions()
            return
        self.training_text = (
            plural("PairsPage", "Train on {n} pairs", "Train on {n} pair", gate.score)
            if gate.score
            else self.tr("No pairs left to train on")
        )
        self.update_actions()
        both = self.tr("Pairs in the score set: {0}, in the consistency set: {1} (Ctrl+Return)")
        one = self.tr("Training of iteration {0} is waiting for your review (Ctrl+Return)").format(gate.iteration)
        self.train_button.setToolTip(one if gate.consistency is None else both.format(gate.score, gate.consistency))

    def _show_feedback(self, row: PairRow, what: str) -> None:
        self.feedback.setText(self.tr("{0}: {1}").format(one_line(row.image_name), what))

    def _on_note(self, row: PairRow, note: str) -> None:
        self.pair_actions.annotate(row, note)
        self._show_feedback(row, self.tr("note saved"))

    def _on_edit(self, row: PairRow, chosen: str, rejected: str) -> None:
        self.pair_actions.edit(row, chosen, rejected)
        self._show_feedback(row, self.tr("edited (the original texts are kept)"))

    def _on_editor_closed(self) -> None:
        self.detail.show_texts()
        self.update_actions()
        self.table.setFocus()

    def _on_control(self) -> None:
        self.refresh()
        if not self.controls.search.hasFocus():
            self.table.setFocus()

    def _show_all(self) -> None:
        iteration = self.controls.filter.iteration
        if iteration is not None:
            self.controls.show_all_of(iteration)
        self._on_control()

    def _on_order(self, _place: int) -> None:
        self._from_top = True

    def _connect(self) -> None:
        self.table.selectionModel().currentRowChanged.connect(self._show_current)
        self.reading.arrived.connect(self._on_rows_read)
        self.controls.changed.connect(self._on_control)
        self.controls.order.currentIndexChanged.connect(self._on_order)
        self.controls.done.connect(self.table.setFocus)
        self.nothing.all_wanted.connect(self._show_all)
        self.pair_actions.shown.connect(self._on_shown)
        self.pair_actions.saved.connect(self._on_saved)
        self.pair_actions.many.connect(self._on_many)
        self.pair_actions.reviewed.connect(self._on_reviewed)
        queued = self.tr("Regenerating the rejected answer…")
        self.pair_actions.queued.connect(lambda: self.feedback.setText(queued))
        self.note_bar.written.connect(self._on_note)
        self.note_bar.closed.connect(self.table.setFocus)
        self.question.closed.connect(self.table.setFocus)
        self.detail.editor.edited.connect(self._on_edit)
        self.detail.editor.closed.connect(self._on_editor_closed)
        bind_button(self.train_button, self.commands["pairs.train"], with_icon=False)
        self.pair_actions.history_changed.connect(self.update_actions)
        self.scope.currentIndexChanged.connect(lambda _place: self.update_actions())
        self.table.doubleClicked.connect(lambda _index: self.open_image())
        self.detail.image.canvas.opened.connect(self.open_image)
        actions = self.commands
        offer_context_menu(
            self.table,
            [
                *(actions[f"pairs.{name}"] for name in ("veto", "keep", "edit", "regenerate", "note")),
                None,
                *(actions[f"pairs.{name}"] for name in ("undo", "redo")),
                None,
                *(actions[f"pairs.{name}"] for name in ("open-image", "show-image")),
            ],
        )
        self.workspace.results_changed.connect(self.refresh_soon)
        self.workspace.jobs_changed.connect(self.refresh_soon)

    def _lay_out(self) -> None:
        self.bar.setTextVisible(False)
        self.bar.setFixedSize(140, 8)
        self.bar.setAccessibleName(self.tr("Review progress"))
        self.train_button.setProperty("role", "primary")
        self.train_button.hide()
        head = QHBoxLayout()
        head.addWidget(PlainLabel(self.tr("Pairs"), role="title"))
        head.addSpacing(12)
        head.addWidget(self.progress)
        head.addWidget(self.bar)
        head.addWidget(self.late)
        head.addWidget(self.feedback, 1)
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
            "No pairs yet. When an iteration runs, the model writes two explanations for each training image, one for "
            "the true score and one for a wrong score. You can review them here."
        )
        self.stack = QStackedWidget()
        self.stack.addWidget(_sentence(nothing))
        self.stack.addWidget(self.nothing)
        self.stack.addWidget(splitter)
        self.column.addWidget(self.stack, 1)
        self.column.addWidget(self.note_bar)
        self.column.addWidget(self.question)
        self.column.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        actions = self.commands
        self.veto_button = action_button(actions["pairs.veto"], self.tr("Veto (V)"))
        self.keep_button = action_button(actions["pairs.keep"], self.tr("Keep (K)"))
        self.edit_button = action_button(actions["pairs.edit"], self.tr("Edit (E)"))
        self.regenerate_button = action_button(actions["pairs.regenerate"], self.tr("Regenerate (R)"))
        self.note_button = action_button(actions["pairs.note"], self.tr("Note (N)"))
        self.undo_button = icon_button(actions["pairs.undo"], self.tr("Undo"))
        self.redo_button = icon_button(actions["pairs.redo"], self.tr("Redo"))
        self.veto_all_button = action_button(actions["pairs.veto-all"], self.tr("Veto all shown…"), with_icon=False)
        self.keep_all_button = action_button(actions["pairs.keep-all"], self.tr("Keep all shown…"), with_icon=False)
        row = QHBoxLayout()
        row.setSpacing(4)
        for widget in (
            *(self.veto_button, self.scope, self.keep_button, self.edit_button, self.regenerate_button),
            *(self.note_button, self.undo_button, self.redo_button),
        ):
            row.addWidget(widget)
        row.addStretch(1)
        for button in (self.veto_all_button, self.keep_all_button):
            row.addWidget(button)
        return row


def _sentence(text: str) -> PlainLabel:
    label = PlainLabel(text, role="empty", wrap=True)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return label
