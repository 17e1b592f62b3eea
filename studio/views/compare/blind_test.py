"""Blind test: rate explanations without knowing which version wrote them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from studio.models.review import blind_result_table as columns
from studio.models.review.blind_result_table import BlindResultModel
from studio.plural import plural
from studio.services.judging.blind_tests import BlindTests
from studio.services.judging.types import BlindState
from studio.services.versions.comparison import MOST_VERSIONS
from studio.views.actions.action import ActionSet
from studio.views.actions.buttons import bind_button
from studio.views.image_window import ImageWindow
from studio.views.workspace import Workspace
from studio.widgets.diff_text import DiffText
from studio.widgets.flow_layout import EvenLayout, FlowLayout
from studio.widgets.folding_splitter import FittingSplitter
from studio.widgets.image_view import ImageView
from studio.widgets.labels import PlainLabel
from studio.widgets.lazy_charts import Bar, import_interval_charts, import_numbers
from studio.widgets.table_saving import csv_button
from studio.widgets.tables import make_table
from studio.widgets.text_size import keep_size, scaled

if TYPE_CHECKING:
    from studio.widgets.interval_chart import IntervalChart

ASK, TELL = range(2)
TABLE_HEIGHT = 34 + 30 * MOST_VERSIONS
"""Pixels for the head and a row for each version."""
WIDTHS = {columns.COL_LO: 116, columns.COL_IMAGES: 124}


class BlindAnswerPanel(QFrame):
    """One numbered explanation."""

    def __init__(self, place: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.text = DiffText("accent", self.tr("Explanation {0}").format(place))
        self.button = QPushButton()
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 10)
        layout.addWidget(PlainLabel(str(place), role="number"))
        layout.addWidget(self.text, 1)
        layout.addWidget(self.button)


class BlindView(QWidget):
    """Signal ``left``: back to the comparison. Each vote is stored before the next image is shown."""

    left = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._tests = BlindTests(workspace.project)
        self._versions: tuple[str, ...] = ()
        self._busy = False
        self.state: BlindState | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Blind test"))
        self.image = ImageView(workspace.images)
        ImageWindow.open_from(self.image, self, workspace.images)
        self.cards = [BlindAnswerPanel(place) for place in range(1, MOST_VERSIONS + 1)]
        self.progress = PlainLabel(role="muted", wrap=True)
        self.result = PlainLabel(role="title", wrap=True)
        self.ties = PlainLabel(role="muted", wrap=True)
        self.model = BlindResultModel(self)
        self.table = make_table(self.model, self.tr("Result of the blind test"), stretch=columns.COL_VERSION)
        for column, width in WIDTHS.items():
            self.table.setColumnWidth(column, scaled(width))
        keep_size(self.table, height=TABLE_HEIGHT)
        self.rates = QWidget()
        self.chart: IntervalChart | None = None
        self.tie, self.undo_button, self.reveal_button = QPushButton(), QPushButton(), QPushButton()
        self.anew_button, self.back_button = QPushButton(), QPushButton()
        self._actions: ActionSet | None = None
        self._lay_out()

    def use(self, actions: ActionSet) -> None:
        """Bind the buttons to these actions."""
        self._actions = actions
        for place, card in enumerate(self.cards, start=1):
            bind_button(card.button, actions[f"blind.prefer-{place}"], self.tr("{0} is better").format(place))
        for button, name, text in (
            (self.tie, "tie", self.tr("Tie (0)")),
            (self.undo_button, "undo", self.tr("Undo (U)")),
            (self.reveal_button, "reveal", ""),
            (self.anew_button, "anew", ""),
            (self.back_button, "leave", self.tr("Back")),
        ):
            bind_button(button, actions[f"blind.{name}"], text)

    def may_vote(self, place: int) -> bool:
        """Return whether the image shown has an explanation at this position; 0 is a tie."""
        card = self.state.card if self.state is not None else None
        return self.isVisible() and card is not None and 0 <= place <= len(card.texts)

    @property
    def has_open_votes(self) -> bool:
        """Return whether there are votes that are not revealed yet."""
        state = self.state
        return self.isVisible() and state is not None and state.revealed_at is None and state.voted > 0

    @property
    def can_begin_anew(self) -> bool:
        """Return whether the current test has any votes."""
        state = self.state
        return self.isVisible() and state is not None and (state.voted > 0 or state.revealed_at is not None)

    def begin_anew(self) -> None:
        """Begin another test of the same versions."""
        self.begin(self._versions, anew=True)

    def showEvent(self, event: QShowEvent) -> None:
        """The actions can be done now."""
        super().showEvent(event)
        self._update_actions()

    def hideEvent(self, event: QHideEvent) -> None:
        """The actions cannot be done any more."""
        super().hideEvent(event)
        self._update_actions()

    def _update_actions(self) -> None:
        if self._actions is not None:
            self._actions.update()

    def begin(self, versions: Sequence[str], *, anew: bool = False) -> None:
        """Resume the test of these versions, or start one."""
        self._versions = tuple(versions)
        self.state = None
        self._show()
        self._do(lambda: self._tests.begin(self._versions, anew=anew))

    def vote(self, place: int) -> None:
        """Store a vote for the explanation at this position; 0 is a tie."""
        state = self.state
        if state is None or state.card is None or not 0 <= place <= len(state.card.texts):
            return
        test_id, image_id = state.test_id, state.card.image_id
        self._do(lambda: self._tests.vote(test_id, image_id, place))

    def undo(self) -> None:
        """Undo the latest vote."""
        if self.state is not None and self.state.revealed_at is None and self.state.voted:
            test_id = self.state.test_id
            self._do(lambda: self._tests.undo(test_id))

    def reveal(self) -> None:
        """End the test and show the result."""
        if self.state is not None and self.state.revealed_at is None and self.state.voted:
            test_id = self.state.test_id
            self._do(lambda: self._tests.reveal(test_id))

    def _do(self, work: Callable[[], BlindState]) -> None:
        if self._busy:  # a key pressed before the next image is shown would rate it unseen
            return
        self._busy = True
        self._workspace.background.write(work, self._on_state, self._on_problem)

    def _on_state(self, state: BlindState) -> None:
        self._busy = False
        self.state = state
        self._show()

    def _on_problem(self, text: str) -> None:
        self._busy = False
        self._workspace.problem.emit(text)
        if self.state is None:
            self.left.emit()

    def _show(self) -> None:
        state = self.state
        card = state.card if state else None
        self.body.setCurrentIndex(ASK if card else TELL)
        self._update_actions()
        self.progress.setText(self._progress())
        self.result.setText(self._result())
        self._show_rates()
        if card is None:
            return
        self.image.show_path(card.image_path)
        for each, text in zip(self.cards, (*card.texts, *[None] * MOST_VERSIONS), strict=False):
            each.setVisible(text is not None)
            each.text.show_text(text or "", ())

    def _progress(self) -> str:
        state = self.state
        if state is None:
            return self.tr("Loading explanations…")
        text = self.tr("{0} of {1} images rated.").format(state.voted, state.total)
        if state.alike:
            text += " " + plural(
                "BlindView",
                "{n} more images were skipped because their explanations are identical.",
                "{n} more image was skipped because its explanations are identical.",
                state.alike,
            )
        return text

    def _result(self) -> str:
        state = self.state
        if state is None or state.card is not None:
            return ""
        if state.revealed_at is None:
            return self.tr("All images rated. Finish to see which versions you preferred.")
        chance, best = 1 / len(state.versions), state.rates[0]
        if best.lo > chance:
            verdict = self.tr("You preferred {0}: its 95% interval is entirely above {1}, the rate expected by chance.")
            return verdict.format(best.version, f"{chance:.2f}")
        verdict = self.tr("No clear difference: the best 95% interval includes {0}, the same as chance.")
        return verdict.format(f"{chance:.2f}")

    def _show_rates(self) -> None:
        """Show the table and the chart of a revealed test."""
        state = self.state
        revealed = state is not None and state.revealed_at is not None and bool(state.rates)
        self.rates.setVisible(revealed)
        if state is None or not revealed:
            return
        self.model.show_state(state)
        self.ties.setText(self.tr("Ties: {0}; each tie is shared equally by all versions.").format(state.ties))
        if self.chart is None:
            self._workspace.background.read("charts:blind", import_numbers, lambda _none: self._on_charts())
        else:
            chance = Bar(self.tr("by chance"), 1 / len(state.versions), colour="muted", main=True)
            self.chart.set_bars([*(Bar(rate.version, rate.rate, rate.lo, rate.hi) for rate in state.rates), chance])

    def _on_charts(self) -> None:
        if self.chart is None:
            made: IntervalChart = import_interval_charts().IntervalChart(
                self.tr("Win rate"), self.tr("Share of images")
            )
            self.chart = made
            self._chart_place.addWidget(made, 1)
        self._show_rates()

    def _lay_out(self) -> None:
        head = FlowLayout()
        head.addWidget(PlainLabel(self.tr("Blind test"), role="title"))
        head.addSpacing(12)
        head.addWidget(self.progress, 1)
        for button in (self.undo_button, self.reveal_button, self.anew_button, self.back_button):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            head.addWidget(button)
        hint = FlowLayout()
        words = self.tr("Which explanation fits the image better? Press its number, 0 for a tie, U to undo.")
        hint.addWidget(PlainLabel(words, role="muted", wrap=True), 1)
        hint.addWidget(self.tie)
        self.tie.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        cards = QWidget()
        row = EvenLayout(cards, least_width=200)
        row.setContentsMargins(0, 0, 0, 0)
        for card in self.cards:
            row.addWidget(card, 1)
        asking = FittingSplitter()
        asking.setChildrenCollapsible(False)
        asking.addWidget(self.image)
        lower = QWidget()
        below = QVBoxLayout(lower)
        below.setContentsMargins(0, 6, 0, 0)
        below.addLayout(hint)
        below.addWidget(cards, 1)
        asking.addWidget(lower)
        asking.setSizes([330, 280])
        asking.setStretchFactor(0, 1)
        self.result.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.body = QStackedWidget()
        self.body.addWidget(asking)
        self.body.addWidget(self._result_page())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(head)
        layout.addWidget(self.body, 1)

    def _result_page(self) -> QWidget:
        foot = FlowLayout()
        foot.addWidget(self.ties, 1)
        foot.addWidget(csv_button(self.table))
        card = QFrame()
        card.setProperty("role", "card")
        self._chart_place = QVBoxLayout(card)
        rates = QVBoxLayout(self.rates)
        rates.setContentsMargins(0, 0, 0, 0)
        rates.addWidget(card, 1)
        rates.addWidget(self.table)
        rates.addLayout(foot)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        column.addStretch(0)
        column.addWidget(self.result)
        column.addWidget(self.rates, 1)
        return page
