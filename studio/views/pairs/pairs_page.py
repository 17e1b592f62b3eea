"""The Pairs page: keyboard review. Changes are saved immediately and can be undone, also after a restart."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from studio.models import pair_list as columns
from studio.models.pair_list import PairsModel, scope_words
from studio.plural import plural
from studio.services.review import pair_list
from studio.services.review.gate import review_gate
from studio.services.review.types import PairCounts, PairRow, PairVerdict, ReviewedRow, VetoScope
from studio.text import one_line
from studio.views.actions.buttons import bind_button
from studio.views.actions.menus import offer_context_menu
from studio.views.actions.pairs import pair_actions
from studio.views.image_window import ImageWindow
from studio.views.page import Page, leave_blank
from studio.views.pairs.gate_control import GateControl
from studio.views.pairs.no_pairs import NoPairs
from studio.views.pairs.pair_actions import PairActions
from studio.views.pairs.pair_bars import NoteBar, QuestionBar
from studio.views.pairs.pair_buttons import PairButtons, ReasonBar
from studio.views.pairs.pair_detail import PairDetail
from studio.views.pairs.pair_editor import PairEditor
from studio.views.pairs.pair_filter_bar import PairFilterBar
from studio.views.pairs.pair_focus import PairFocus
from studio.views.pairs.pair_head import PairHead
from studio.views.pairs.pair_loader import AGAIN_MS, AROUND, Listed, RowReading, Sorting, place_of, read_list
from studio.views.pairs.pair_selection import PairSelection
from studio.views.pairs.review_tools import ReviewTools
from studio.views.pairs.reviewers.reviewer_choice import ReviewerChoice
from studio.views.pairs.triage.triage_bar import TriageBar
from studio.views.pairs.triage.triage_tools import TriageTools
from studio.views.workspace import Workspace
from studio.widgets.combos import CalmCombo
from studio.widgets.delegates import StateDelegate
from studio.widgets.diff_text import difference
from studio.widgets.folding_splitter import FoldingSplitter
from studio.widgets.labels import PlainLabel
from studio.widgets.page_area import InnerArea
from studio.widgets.tables import make_table
from studio.widgets.text_size import keep_size, scaled

WIDTHS = {columns.COL_VERDICT: 122, columns.COL_TRUTH: 92, columns.COL_SCORES: 66, columns.COL_WHY: 160}
UPPER_HEIGHT = 160
"""Least pixels at 100% of what scrolls above the buttons."""
AHEAD_MS = 120
"""Pause after which the next pair's image is read: whoever is faster sees it read when its turn comes."""


class PairsPage(Page):
    """The review. A changed pair stays in the list until the next read, so that undo is visible.

    Verdicts apply to all selected pairs, as one step; everything else to the current one, which is shown.

    Signal ``focus_changed(bool)``: focus review has begun or ended.
    """

    focus_changed = Signal(bool)

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, "Pairs", parent)
        self.model = PairsModel(self)
        self.table = make_table(self.model, self.tr("Pairs"), stretch=columns.COL_IMAGE)
        self.table.whole = True
        self.table.setItemDelegateForColumn(
            columns.COL_VERDICT, StateDelegate(self.table, elide=Qt.TextElideMode.ElideRight)
        )
        for column, width in WIDTHS.items():
            self.table.setColumnWidth(column, scaled(width))
        self.selection = PairSelection(self.table, self.model)
        self.detail = PairDetail(workspace.images, self.model.words)
        self.focus = PairFocus(workspace.images, self.model.words)
        self.controls = PairFilterBar()
        self.pair_actions = PairActions(workspace, self)
        self.reading = RowReading(workspace, self.model, self.pair_actions)
        self.note_bar, self.question = NoteBar(), QuestionBar()
        self.head = PairHead()
        self.progress, self.feedback, self.late = self.head.progress, self.head.feedback, self.head.late
        self.train_button = self.head.train_button
        self.gate = GateControl(self.train_button, self)
        self.scope = CalmCombo()
        self.tools = ReviewTools(self)
        self.triage = TriageTools(self, TriageBar())
        self.reviewers = ReviewerChoice(self, self.head.reviewer)
        self._ahead = QTimer(self)
        self._ahead.setSingleShot(True)
        self._ahead.setInterval(AHEAD_MS)
        self._ahead.timeout.connect(self._read_ahead)
        self.focused = False
        self._fill_scope()
        self.commands = self.add_action_set(self.tr("Pairs"), pair_actions(self))
        self.nothing = NoPairs(self.commands["pairs.train"])
        self.buttons = PairButtons(self.commands, self.scope)
        self.reason_bar = ReasonBar(self.commands)
        self._wanted: int | None = None
        self._flags_renewed = self._unread = False
        self._known: bool | None = None
        self._from_top = False
        self._lay_out()
        self._connect()
        self.pair_actions.read_history()
        self.tools.read_reasons()
        self.reviewers.read()

    @property
    def current(self) -> PairRow | None:
        """Return the pair that is shown."""
        index = self.table.currentIndex()
        return self.model.row_at(index.row()) if index.isValid() else None

    @property
    def selected(self) -> list[int]:
        """Return the pairs that a verdict applies to, if they are others than the current one alone."""
        current = self.table.currentIndex().row()
        return [] if self.focused or self.selection.places == [current] else self.selection.ids

    @property
    def view(self) -> PairDetail:
        """Return what shows the pair: beside the list, or alone."""
        return self.focus if self.focused else self.detail

    def show_focus(self, on: bool) -> None:
        """Begin or end focus review: the current pair alone and large, with the same keys."""
        if on != self.focused and not (on and self.current is None):
            self.view.editor.leave()
            self.focused = on
            self.controls.setVisible(not on)
            self.reason_bar.setVisible(on)
            self.buttons.show_for_one(on)
            self._show_stack()
            self._show_current()
            self.take_focus()
            self.focus_changed.emit(on)

    @property
    def reviewer(self) -> str:
        """Return whose review is shown; "" is the first reviewer, who decides for training."""
        return self.pair_actions.reviewer

    def show_reviewer(self, reviewer: str) -> None:
        """Show this reviewer's review of the same pairs, and nothing of another one's."""
        self.view.editor.leave()
        self.note_bar.leave()
        self._wanted = self._kept
        self.pair_actions.set_reviewer(reviewer)
        self.triage.forget()
        self.controls.reviewer = reviewer
        self.model.set_ids(self.model.ids[:0])
        self.feedback.setText("")
        self.triage.follow()
        self.refresh()

    @property
    def veto_scope(self) -> VetoScope:
        """Return what a veto applies to."""
        scope: VetoScope = self.scope.currentData()
        return scope

    def refresh(self) -> None:
        """Read iterations, counts and the filtered list."""
        project, wanted, state = self.project, self.controls.filter, self.pair_actions.state
        session = self.triage.session
        only = None if session is None else (session.iteration, session.ids)
        sorting = Sorting(self.controls.sorting, self.triage.order, only)
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

        self.workspace.background.read("pairs", lambda: read_list(project, wanted, sorting, kept, near), done)

    def decide(self, verdict: PairVerdict, reason: str = "") -> None:
        """Set the verdict of the current pair and go to the next one, or that of all selected pairs and stay there."""
        row, scope = self.current, self.veto_scope if verdict == "veto" else "both"
        if ids := self.selected:
            self.pair_actions.decide_selected(ids, self.model.read_rows(ids), verdict, scope, reason)
            self.feedback.setText(_decided(len(ids), verdict, reason))
        elif row is not None:
            if row.verdict == "none":
                self.head.note_verdict()
            self.pair_actions.decide(row, verdict, scope, reason)
            word = self.model.words[verdict].lower()
            self._show_feedback(row, self.tr("{0} ({1})").format(word, reason) if reason else word)
            self.step(1)

    def veto_these(self, ids: list[int], reason: str = "") -> None:
        """Veto these pairs, listed or not, as one step."""
        self.pair_actions.decide_selected(ids, self.model.read_rows(ids), "veto", self.veto_scope, reason)
        self.feedback.setText(_decided(len(ids), "veto", reason))

    def veto_for(self, number: int) -> None:
        """Veto the current pair for the reason on this key, 1 to 9, and go to the next one."""
        if number <= len(self.tools.reasons):
            self.decide("veto", self.tools.reasons[number - 1])

    def edit(self) -> None:
        """Open the texts of the shown pair for writing."""
        if self.current is not None:
            self.view.edit(self.current)
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
        self.go_to(self.table.currentIndex().row() + step)

    def go_to(self, place: int) -> None:
        """Show the pair at this place of the list, if there is one."""
        if 0 <= place < self.model.rowCount():
            self.selection.go_to(place)

    def train(self) -> None:
        """Approve the review: training of the iteration starts."""
        if self.gate.is_open:
            self.take_focus()  # the button hides, and the focus would move to the filters
            iteration = self.gate.approve()
            assert iteration is not None
            self.workspace.approve_review(iteration)
            self.refresh_soon()

    def save_or_train(self) -> None:
        """Save the texts being edited; if none are, start training."""
        if self.view.editor.row is not None:
            self.view.editor.save()
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
        """The list has the arrows; in focus review the page has them."""
        (self if self.focused else self.table).setFocus()

    @property
    def _kept(self) -> int | None:
        """Return the pair to show after reading the list; None: the first one."""
        if self._wanted is not None:
            return self._wanted
        index = self.table.currentIndex()
        return int(self.model.ids[index.row()]) if index.isValid() and not self._from_top else None

    def _on_rows(self, result: Listed) -> None:
        self.controls.offer(result.known, result.iteration)
        kept, near, selected = self._kept, self.table.currentIndex().row(), self.selection.ids
        self.model.set_ids(result.ids, result.rows)
        place = 0 if self._from_top and self._wanted is None else place_of(result.ids, kept, near)
        self._wanted, self._from_top = None, False
        if len(result.ids):
            self.selection.restore(selected, place)
        self.table.share_room()
        self._show_current()
        self.head.show_counts(result.counts)
        self.tools.count_soon()
        self.head.show_late(result.begun)
        self.gate.show_gate(result.gate)
        self.nothing.explain(self.controls.filter, result.counts, trains=result.gate is not None)
        self._known = bool(result.known)
        self._show_stack()

    def _on_rows_read(self) -> None:
        self.table.share_room()
        if self._unread and self.current is not None:
            self._show_current()

    def _show_current(self, *_indexes: QModelIndex) -> None:
        row = self.current
        self._unread = row is None
        place = self.table.currentIndex().row()
        self.model.request_range(place - AROUND // 2, place + AROUND // 2)
        panels: tuple[PairEditor | NoteBar, ...] = (self.view.editor, self.note_bar)
        for panel in panels:
            if panel.row is not None and (row is None or panel.row.id != row.id):
                panel.leave()
        self.view.show_pair(row)
        self._ahead.start()
        if row is not None:
            ImageWindow.follow(self, row.image_path, row.image_name)
        self.update_actions()

    def _read_ahead(self) -> None:
        """Read the next pair's image and compare its texts, so that both are there when its turn comes."""
        place = self.table.currentIndex().row() + 1
        row = self.model.row_at(place) if place < self.model.rowCount() else None
        if row is not None:
            self.workspace.images.pixmap(row.image_path)
            difference(row.chosen_text, row.rejected_text)

    def _show_stack(self) -> None:
        """Show the list, the pair alone, or why there is none; nothing before the list has been read."""
        if self._known is None:
            return
        listed = self._known and self.model.rowCount() > 0
        self.stack.setCurrentIndex(0 if not self._known else 2 if listed else 1)
        self.stack.setVisible(not (listed and self.focused))
        self.focus.setVisible(listed and self.focused)

    def _on_shown(self, row: PairRow) -> None:
        self.model.put(row)
        if self.current is not None and self.current.id == row.id:
            self.view.show_pair(row)

    def _on_shown_many(self, rows: list[PairRow]) -> None:
        self.model.put_all(rows)
        if (row := self.current) is not None:
            self.view.show_pair(row)

    def _on_foreseen(self, what: str, row: PairRow) -> None:
        """Show at once what an undo or redo is about to do."""
        place = self.model.find(row.id)
        if place is not None:
            self.model.put(row)
            self.go_to(place)
            self.view.show_pair(row)
            self._say_undone(what, one_line(row.image_name))

    def _is_listed(self, pair_id: int) -> bool:
        place = self.model.find(pair_id)
        return place is not None and self.model.row_at(place) is not None

    def _say_undone(self, what: str, changed: str) -> None:
        text = self.tr("Undone: {0}") if what == "undo" else self.tr("Redone: {0}")
        self.feedback.setText(text.format(changed))

    def _on_saved(self, counts: PairCounts) -> None:
        self.head.show_counts(counts)
        self.tools.count_soon()
        self.triage.count()
        iteration = self.controls.filter.iteration
        if self.gate.gate is not None and iteration is not None:
            project, state = self.project, self.pair_actions.state
            self.workspace.background.read(
                "gate",
                lambda: review_gate(project, iteration),
                lambda gate: self.gate.show_gate(gate) if self.pair_actions.is_current(state) else None,
            )

    def _on_many(self, verdict: PairVerdict, count: int) -> None:
        if count:
            self.feedback.setText(_decided(count, verdict, ""))
        self.refresh()

    def _on_selected(self, count: int) -> None:
        if count > 1 and not self.focused:
            self.feedback.setText(plural("PairsPage", "{n} pairs selected", "{n} pair selected", count))

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
        self._say_undone(what, what_changed)
        place = self.model.find(found.pair.id)
        if place is not None and found.count == 1:
            self.model.put(found.pair)
            self.go_to(place)
            self.view.show_pair(found.pair)
            return
        if place is None:  # It is hidden by the filter or in another iteration: show where it is.
            self.controls.show_all_of(found.pair.iteration)
        self._wanted = found.pair.id
        self.refresh()

    def _on_reasons(self) -> None:
        self.reason_bar.show_reasons(self.tools.reasons)
        self.update_actions()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """In focus review, Escape ends it, and the arrows scroll the texts."""
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -8, Qt.Key.Key_PageDown: 8}
        key = Qt.Key(event.key())
        if self.focused and key == Qt.Key.Key_Escape:
            self.show_focus(False)
        elif self.focused and key in steps:
            self.focus.scroll_texts(steps[key])
        else:
            super().keyPressEvent(event)

    def _show_feedback(self, row: PairRow, what: str) -> None:
        self.feedback.setText(self.tr("{0}: {1}").format(one_line(row.image_name), what))

    def _on_note(self, row: PairRow, note: str) -> None:
        self.pair_actions.annotate(row, note)
        self._show_feedback(row, self.tr("note saved"))

    def _on_edit(self, row: PairRow, chosen: str, rejected: str) -> None:
        self.pair_actions.edit(row, chosen, rejected)
        self._show_feedback(row, self.tr("edited (the original texts are kept)"))

    def _on_editor_closed(self) -> None:
        self.view.show_texts()
        self.update_actions()
        self.take_focus()

    def _on_control(self) -> None:
        self.update_actions()
        self.triage.follow()
        self.refresh()
        if not self.controls.search.hasFocus():
            self.take_focus()

    def _show_all(self) -> None:
        iteration = self.controls.filter.iteration
        if iteration is not None:
            self.controls.show_all_of(iteration)
        self._on_control()

    def _on_order(self, _place: int) -> None:
        self._from_top = True
        if self.controls.sorting == "doubt":
            self.triage.learn()
        else:
            self.triage.leave_order()

    def _on_triage(self) -> None:
        self._from_top = True
        self.refresh()

    def _connect(self) -> None:
        self.table.selectionModel().currentRowChanged.connect(self._show_current)
        self.selection.changed.connect(self._on_selected)
        self.reading.arrived.connect(self._on_rows_read)
        self.controls.changed.connect(self._on_control)
        self.controls.order.currentIndexChanged.connect(self._on_order)
        self.controls.done.connect(self.take_focus)
        self.nothing.all_wanted.connect(self._show_all)
        self.pair_actions.shown.connect(self._on_shown)
        self.pair_actions.shown_many.connect(self._on_shown_many)
        self.pair_actions.is_listed = self._is_listed
        self.pair_actions.foreseen.connect(self._on_foreseen)
        self.pair_actions.saved.connect(self._on_saved)
        self.pair_actions.many.connect(self._on_many)
        self.pair_actions.reviewed.connect(self._on_reviewed)
        self.gate.changed.connect(self.update_actions)
        self.triage.changed.connect(self._on_triage)
        self.tools.reasons_changed.connect(self._on_reasons)
        queued = self.tr("Regenerating the rejected answer…")
        self.pair_actions.queued.connect(lambda: self.feedback.setText(queued))
        self.note_bar.written.connect(self._on_note)
        self.note_bar.closed.connect(self.take_focus)
        self.question.closed.connect(self.take_focus)
        for view in (self.detail, self.focus):
            view.editor.edited.connect(self._on_edit)
            view.editor.closed.connect(self._on_editor_closed)
            view.image.canvas.opened.connect(self.open_image)
        bind_button(self.controls.more_button, self.commands["pairs.more-filters"], with_icon=False)
        bind_button(self.controls.clear_button, self.commands["pairs.clear-filters"], with_icon=False)
        bind_button(self.train_button, self.commands["pairs.train"], with_icon=False)
        self.pair_actions.history_changed.connect(self.update_actions)
        self.scope.currentIndexChanged.connect(lambda _place: self.update_actions())
        self.table.doubleClicked.connect(lambda _index: self.open_image())
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
        self.workspace.results_changed.connect(self.pair_actions.forget)
        self.workspace.results_changed.connect(self.refresh_soon)
        self.workspace.jobs_changed.connect(self.refresh_soon)

    def _lay_out(self) -> None:
        upper = QWidget()
        column = QVBoxLayout(upper)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self.column.spacing())
        column.addWidget(self.head)
        column.addWidget(self.controls)
        column.addWidget(self.triage.bar)
        splitter = FoldingSplitter()
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.table)
        splitter.addWidget(self.detail)
        splitter.setSizes([596, 504])
        splitter.setStretchFactor(1, 1)
        nothing = self.tr(
            "No pairs yet. When an iteration runs, the model writes two explanations for each training image, one for "
            "the true score and one for a wrong score. You can review them here."
        )
        self.stack = QStackedWidget()
        self.stack.addWidget(_sentence(nothing))
        self.stack.addWidget(self.nothing)
        self.stack.addWidget(splitter)
        leave_blank(self.stack)
        column.addWidget(self.stack, 1)
        column.addWidget(self.focus, 1)  # not in the stack, which changes the order of its panes
        self.focus.hide()
        area = InnerArea(upper)  # scrolls by itself where it is low: the buttons below stay in view
        keep_size(area, least_height=UPPER_HEIGHT)
        self.column.addWidget(area, 1)
        self.column.addWidget(self.note_bar)
        self.column.addWidget(self.question)
        self.column.addWidget(self.reason_bar)
        self.column.addWidget(self.buttons)
        self.reason_bar.hide()


def _sentence(text: str) -> PlainLabel:
    label = PlainLabel(text, role="empty", wrap=True)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return label


def _decided(count: int, verdict: PairVerdict, reason: str) -> str:
    """Return what was done to so many pairs at once, in words."""
    match verdict:
        case "veto":
            text = plural("PairsPage", "{n} pairs vetoed{0}. Undo (U)", "{n} pair vetoed{0}. Undo (U)", count)
        case "keep":
            text = plural("PairsPage", "{n} pairs kept{0}. Undo (U)", "{n} pair kept{0}. Undo (U)", count)
        case _:
            text = plural("PairsPage", "{n} pairs updated{0}. Undo (U)", "{n} pair updated{0}. Undo (U)", count)
    return text.format(f" ({one_line(reason)})" if reason else "")
