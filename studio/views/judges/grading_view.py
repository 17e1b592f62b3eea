"""Grading by hand: one explanation at a time, three scales, by keyboard alone, blind to the version."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from studio.models.agreement_tables import grade_words, scale_name
from studio.plural import plural
from studio.services.judging.grading import Gradings, GradingState
from studio.views.actions.action import ActionSet
from studio.views.actions.buttons import bind_button
from studio.views.image_window import ImageWindow
from studio.views.workspace import Workspace
from studio.widgets.diff_text import DiffText
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.folding_splitter import FoldingSplitter
from studio.widgets.image_view import ImageView
from studio.widgets.labels import PlainLabel

ASK, TELL = range(2)
GRADES = 5


class ScaleRow(QFrame):
    """One scale: its question, and five buttons from bad to excellent."""

    def __init__(self, name: str, question: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.title = PlainLabel(name, role="subtitle")
        self.buttons = [QPushButton() for _ in range(GRADES)]
        words = QVBoxLayout()
        words.addWidget(self.title)
        words.addWidget(PlainLabel(question, role="muted", wrap=True))
        layout = FlowLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.addLayout(words, 1)
        for place, button in enumerate(self.buttons):
            button.setText(f"{place + 1} {grade_words()[place]}")
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setCheckable(True)
            button.setAccessibleName(f"{name}: {grade_words()[place]}")
            layout.addWidget(button)

    def show_grade(self, grade: int | None, *, current: bool) -> None:
        """Mark the grade that was given, and whether this scale is next."""
        for place, button in enumerate(self.buttons):
            button.setChecked(place == grade)
            button.setEnabled(current)
        self.setProperty("current", current)
        self.style().polish(self)


class GradingView(QWidget):
    """Signal ``left``: back to the judges. Each grade is stored before the next one is asked for."""

    left = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._gradings = Gradings(workspace.project)
        self._busy = False
        self.state: GradingState | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Grading"))
        self.image = ImageView(workspace.images)
        ImageWindow.open_from(self.image, self, workspace.images)
        self.score = PlainLabel(role="number")
        self.text = DiffText("accent", self.tr("Explanation"))
        self.progress, self.result = PlainLabel(role="muted", wrap=True), PlainLabel(wrap=True)
        self.rows = [
            ScaleRow(scale_name("consistency"), self.tr("Does the text justify this score?")),
            ScaleRow(scale_name("usefulness"), self.tr("Would it help somebody to improve the picture?")),
            ScaleRow(scale_name("general"), self.tr("Is it well written and free of mistakes?")),
        ]
        self.image_button, self.skip_button, self.undo_button = QPushButton(), QPushButton(), QPushButton()
        self.more_button, self.back_button = QPushButton(), QPushButton()
        self._actions: ActionSet | None = None
        self._lay_out()

    def use(self, actions: ActionSet) -> None:
        """Bind the buttons to these actions."""
        self._actions = actions
        for row in self.rows:
            for place, button in enumerate(row.buttons):
                button.clicked.connect(lambda _checked, place=place: self.grade(place))
        for button, name, text in (
            (self.image_button, "image", self.tr("Image (I)")),
            (self.skip_button, "skip", self.tr("Skip (S)")),
            (self.undo_button, "undo", self.tr("Undo (U)")),
            (self.more_button, "more", ""),
            (self.back_button, "leave", self.tr("Back")),
        ):
            bind_button(button, actions[f"grading.{name}"], text)

    @property
    def is_asking(self) -> bool:
        """Return whether an explanation is to be graded."""
        return self.isVisible() and self.state is not None and self.state.card is not None

    @property
    def can_undo(self) -> bool:
        """Return whether a grade can be taken back."""
        state = self.state
        if not self.isVisible() or state is None:
            return False
        return state.done > 0 or (state.card is not None and state.card.scale > 0)

    @property
    def can_go_on(self) -> bool:
        """Return whether another round can begin."""
        state = self.state
        return self.isVisible() and state is not None and state.card is None and state.done < state.total

    def begin(self, name: str) -> None:
        """Go on with this person's grades."""
        self.state = None
        self._show()
        self._do(lambda: self._gradings.begin(name))

    def grade(self, grade: int) -> None:
        """Store a grade, 0 to 4, on the next scale."""
        card = self.state.card if self.state is not None else None
        if card is not None:
            self._do(lambda: self._gradings.grade(card.prediction_id, grade))

    def skip(self) -> None:
        """Leave this explanation without a grade."""
        card = self.state.card if self.state is not None else None
        if card is not None:
            self._do(lambda: self._gradings.skip(card.prediction_id))

    def undo(self) -> None:
        """Take the latest grade back."""
        if self.state is not None:
            self._do(self._gradings.undo)

    def go_on(self) -> None:
        """Begin another round."""
        self._do(self._gradings.go_on)

    def toggle_image(self) -> None:
        """Show or hide the image."""
        self.image.setVisible(self.image.isHidden())

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

    def _do(self, work: Callable[[], GradingState]) -> None:
        if self._busy:  # a key pressed before the next explanation is shown would grade it unseen
            return
        self._busy = True
        self._workspace.background.write(work, self._on_state, self._on_problem)

    def _on_state(self, state: GradingState) -> None:
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
        if card is None:
            return
        self.image.show_path(card.image_path)
        self.score.setText(self.tr("Score {0} of 9").format(card.label))
        self.text.show_text(card.text, ())
        for place, (row, grade) in enumerate(zip(self.rows, card.grades, strict=True)):
            row.show_grade(grade, current=place == card.scale)

    def _progress(self) -> str:
        state = self.state
        if state is None:
            return self.tr("Loading explanations…")
        text = self.tr("{0}: {1} of {2} explanations graded.")
        return text.format(state.grader, f"{state.done:,}", f"{state.goal:,}")

    def _result(self) -> str:
        state = self.state
        if state is None or state.card is not None:
            return ""
        if state.done >= state.total:
            return self.tr("All explanations are graded. Go back to see how far you agree with the other judges.")
        many, one = "{n} explanations are graded, thank you.", "{n} explanation is graded, thank you."
        thanks = plural("GradingView", many, one, state.done)
        more = self.tr(
            "Go back to see how far you agree with the other judges, or grade more: agreement gets more certain with "
            "every explanation."
        )
        return f"{thanks}\n{more}"

    def _lay_out(self) -> None:
        head = FlowLayout()
        head.addWidget(PlainLabel(self.tr("Grade Explanations"), role="title"))
        head.addSpacing(12)
        head.addWidget(self.progress, 1)
        for button in (self.image_button, self.skip_button, self.undo_button, self.more_button, self.back_button):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            head.addWidget(button)
        hint = self.tr(
            "Press 1 (bad) to 5 (excellent), once for each scale. You do not see which version wrote the text. A "
            "language model judges text and score alone; press I to see the image."
        )
        said = QFrame()
        said.setProperty("role", "card")
        inner = QVBoxLayout(said)
        inner.setContentsMargins(14, 10, 14, 12)
        inner.addWidget(self.score)
        inner.addWidget(self.text, 1)
        upper = FoldingSplitter()
        upper.setChildrenCollapsible(False)
        upper.addWidget(said)
        upper.addWidget(self.image)
        upper.setSizes([600, 480])
        self.image.hide()
        asking = QWidget()
        below = QVBoxLayout(asking)
        below.setContentsMargins(0, 0, 0, 0)
        below.addWidget(PlainLabel(hint, role="muted", wrap=True))
        below.addWidget(upper, 1)
        for row in self.rows:
            below.addWidget(row)
        self.result.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.body = QStackedWidget()
        self.body.addWidget(asking)
        self.body.addWidget(self.result)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(head)
        layout.addWidget(self.body, 1)
