"""The Pairs page: keyboard review. Changes are saved immediately and can be undone, also after a restart."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtWidgets import QComboBox, QMenu, QPushButton, QSplitter, QStackedWidget, QWidget

from studio.models import pair_list as columns
from studio.models.pair_list import PairsModel, scope_words
from studio.plural import plural
from studio.services.review import pair_list, veto_reasons
from studio.services.review.gate import review_gate
from studio.services.review.types import FilterCounts, PairCounts, PairRow, PairVerdict, ReviewedRow, VetoScope
from studio.services.review.veto_reasons import MOST
from studio.text import one_line
from studio.views.actions.buttons import action_button, bind_button, icon_button
from studio.views.actions.menus import offer_context_menu
from studio.views.actions.pairs import pair_actions
from studio.views.image_window import ImageWindow
from studio.views.page import Page
from studio.views.pairs.gate_control import GateControl
from studio.views.pairs.no_pairs import NoPairs
from studio.views.pairs.pair_actions import PairActions
from studio.views.pairs.pair_bars import NoteBar, QuestionBar
from studio.views.pairs.pair_detail import PairDetail
from studio.views.pairs.pair_editor import PairEditor
from studio.views.pairs.pair_filter_bar import PairFilterBar
from studio.views.pairs.pair_head import PairHead
from studio.views.pairs.pair_loader import AGAIN_MS, AROUND, Listed, RowReading, place_of, read_list
from studio.views.pairs.review_summary import ReviewSummaryWindow
from studio.views.pairs.veto_reasons_window import VetoReasonsWindow
from studio.views.workspace import Workspace
from studio.widgets.delegates import StateDelegate
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.labels import PlainLabel
from studio.widgets.tables import make_table

WIDTHS = {columns.COL_VERDICT: 122, columns.COL_TRUTH: 92, columns.COL_SCORES: 66, columns.COL_WHY: 160}

COUNT_MS = 400
"""Pause after which the choices of the filters are counted."""


class PairsPage(Page):
    """The review. A changed pair stays in the list until the next read, so that undo is visible."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, "Pairs", parent)
        self.model = PairsModel(self)
        self.table = make_table(self.model, self.tr("Pairs"), stretch=columns.COL_IMAGE)
        self.table.setItemDelegateForColumn(
            columns.COL_VERDICT, StateDelegate(self.table, elide=Qt.TextElideMode.ElideRight)
        )
        for column, width in WIDTHS.items():
            self.table.setColumnWidth(column, width)
        self.detail = PairDetail(workspace.images, self.model.words)
        self.controls = PairFilterBar()
        self.pair_actions = PairActions(workspace, self)
        self.reading = RowReading(workspace, self.model, self.pair_actions)
        self.note_bar, self.question = NoteBar(), QuestionBar()
        self.head = PairHead()
        self.progress, self.feedback, self.late = self.head.progress, self.head.feedback, self.head.late
        self.train_button = self.head.train_button
        self.gate = GateControl(self.train_button, self)
        self.scope = QComboBox()
        self.reasons: tuple[str, ...] = ()
        self._counting = QTimer(self)
        self._fill_scope()
        self.commands = self.add_action_set(self.tr("Pairs"), pair_actions(self))
        self.nothing = NoPairs(self.commands["pairs.train"])
        self._wanted: int | None = None
        self._flags_renewed = self._unread = False
        self._from_top = False
        self._lay_out()
        self._connect()
        self.pair_actions.read_history()
        self.read_reasons()

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

    def decide(self, verdict: PairVerdict, reason: str = "") -> None:
        """Set the verdict of the current pair and go to the next one."""
        row = self.current
        if row is not None:
            if row.verdict == "none":
                self.head.note_verdict()
            self.pair_actions.decide(row, verdict, self.veto_scope if verdict == "veto" else "both", reason)
            word = self.model.words[verdict].lower()
            self._show_feedback(row, self.tr("{0} ({1})").format(word, reason) if reason else word)
            self.step(1)

    def veto_for(self, number: int) -> None:
        """Veto the current pair for the reason on this key, 1 to 9, and go to the next one."""
        if number <= len(self.reasons):
            self.decide("veto", self.reasons[number - 1])

    def read_reasons(self) -> None:
        """Read the project's reasons of vetoes."""
        project = self.project
        self.workspace.background.read("reasons", lambda: veto_reasons.veto_reasons(project), self._on_reasons)

    def edit_reasons(self) -> None:
        """Open the window for the project's reasons."""
        window = VetoReasonsWindow(self.workspace, self.reasons, self)
        window.saved.connect(self._on_reasons)
        window.show()

    def show_summary(self) -> None:
        """Open the window with the reasons of the vetoes, counted."""
        ReviewSummaryWindow(self.workspace, self.controls.filter.iteration, self).show()

    def next_unreviewed(self) -> None:
        """Go to the next pair of the list without a verdict, from its end on from its beginning."""
        place = self.table.currentIndex().row()
        for number in range(place + 1, self.model.rowCount()):
            row = self.model.row_at(number)
            if row is None:
                break
            if row.verdict == "none":
                self.table.setCurrentIndex(self.model.index(number, 0))
                return
        self._look_for_unreviewed(place)

    def _look_for_unreviewed(self, place: int) -> None:
        project, ids, state = self.project, self.model.ids, self.pair_actions.state
        iteration = self.controls.filter.iteration

        def done(found: int | None) -> None:
            if not self.pair_actions.is_current(state):  # what was being saved meanwhile may be one of them
                QTimer.singleShot(AGAIN_MS, self, lambda: self._look_for_unreviewed(place))
            elif self.model.ids is not ids:
                return  # another list is shown by now
            elif found is None:
                self.feedback.setText(self.tr("All pairs of this list are reviewed."))
            else:
                self.table.setCurrentIndex(self.model.index(found, 0))

        find = pair_list.next_unreviewed
        self.workspace.background.read("unreviewed", lambda: find(project, ids, place, iteration), done)

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

    def train(self) -> None:
        """Approve the review: training of the iteration starts."""
        if self.gate.is_open:
            self.table.setFocus()  # the button hides, and the focus would move to the filters
            iteration = self.gate.approve()
            assert iteration is not None
            self.workspace.approve_review(iteration)
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
        self.head.show_counts(result.counts)
        self._count_soon()
        self.head.show_late(result.begun)
        self.gate.show_gate(result.gate)
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
        self.head.show_counts(counts)
        self._count_soon()
        iteration = self.controls.filter.iteration
        if self.gate.gate is not None and iteration is not None:
            project, state = self.project, self.pair_actions.state
            self.workspace.background.read(
                "gate",
                lambda: review_gate(project, iteration),
                lambda gate: self.gate.show_gate(gate) if self.pair_actions.is_current(state) else None,
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

    def _count_soon(self) -> None:
        """Count what each choice of the filters would list, once there is a pause."""
        self._counting.start()

    def _count(self) -> None:
        project, wanted = self.project, self.controls.filter

        def done(counts: FilterCounts) -> None:
            if wanted == self.controls.filter:
                self.controls.show_counts(counts)

        self.workspace.background.read("pairs:counts", lambda: pair_list.filter_counts(project, wanted), done)

    def _on_reasons(self, reasons: tuple[str, ...]) -> None:
        self.reasons = reasons
        self.controls.offer_reasons(reasons)
        self._count_soon()
        self.update_actions()

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
        self.update_actions()
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
        self.gate.changed.connect(self.update_actions)
        self._counting.setSingleShot(True)
        self._counting.setInterval(COUNT_MS)
        self._counting.timeout.connect(self._count)
        queued = self.tr("Regenerating the rejected answer…")
        self.pair_actions.queued.connect(lambda: self.feedback.setText(queued))
        self.note_bar.written.connect(self._on_note)
        self.note_bar.closed.connect(self.table.setFocus)
        self.question.closed.connect(self.table.setFocus)
        self.detail.editor.edited.connect(self._on_edit)
        self.detail.editor.closed.connect(self._on_editor_closed)
        bind_button(self.controls.more_button, self.commands["pairs.more-filters"], with_icon=False)
        bind_button(self.controls.clear_button, self.commands["pairs.clear-filters"], with_icon=False)
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
        self.column.addWidget(self.head)
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

    def _buttons(self) -> FlowLayout:
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
        self.reason_button = QPushButton(self.tr("Reason"))
        menu = QMenu(self.reason_button)
        for number in range(1, MOST + 1):
            menu.addAction(actions[f"pairs.reason-{number}"])
        menu.addSeparator()
        menu.addAction(actions["pairs.edit-reasons"])
        self.reason_button.setMenu(menu)
        self.reason_button.setToolTip(self.tr("Veto for a reason (1 to 9)"))
        row = FlowLayout(spacing=4)
        for widget in (
            *(self.veto_button, self.reason_button, self.scope, self.keep_button, self.edit_button),
            *(self.regenerate_button, self.note_button, self.undo_button, self.redo_button),
            *(self.veto_all_button, self.keep_all_button),
        ):
            row.addWidget(widget)
        return row


def _sentence(text: str) -> PlainLabel:
    label = PlainLabel(text, role="empty", wrap=True)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return label
