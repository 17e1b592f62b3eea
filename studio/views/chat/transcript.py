"""What was said: questions and answers one below the other, the latest in view, while it is being written."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from studio.services.chatting.types import Turn
from studio.text import number, one_line
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.labels import PlainLabel

MARGIN = 48
"""By which questions are shorter than answers."""
NEAR_END = 24
"""Pixels from the end within which a reader counts as being at the end, which is then kept in view."""


class TurnView(QWidget):
    """A question and its answer; of the first turn score and explanation."""

    def __init__(self, turn: Turn, version: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.turn = turn
        self.question = PlainLabel(turn.question, wrap=True)
        self.who = PlainLabel(one_line(version), role="subtitle")
        self.facts = PlainLabel(role="muted", wrap=True)
        self.answer = PlainLabel(wrap=True)
        self.reason = PlainLabel(role="reason", wrap=True)
        for label in (self.question, self.answer, self.reason):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._lay_out()
        self.show_turn(turn)

    def show_turn(self, turn: Turn) -> None:
        """Show the turn as it is stored now."""
        self.turn = turn
        self.facts.setText(self._facts(turn))
        self.facts.setVisible(bool(self.facts.text()))
        self.show_text(turn.explanation if turn.is_first and turn.keeps_format else turn.answer)
        self.reason.setText(turn.reason)
        self.reason.setVisible(bool(turn.reason))

    def show_text(self, text: str) -> None:
        """Show the answer as far as it has come."""
        waiting = self.turn.state == "open" and not text.strip()
        self.answer.setText(self.tr("…") if waiting else text.strip())
        self.answer.setVisible(bool(self.answer.text()))

    def as_text(self) -> str:
        """Return the turn as plain text, for the clipboard."""
        parts = [self.tr("You: {0}").format(self.turn.question)] if self.turn.question else []
        facts = f" ({self.facts.text()})" if self.facts.text() else ""
        said = "\n".join(text for text in (self.answer.text(), self.turn.reason) if text)
        return "\n\n".join([*parts, f"{self.who.text()}{facts}: {said}"])

    def _facts(self, turn: Turn) -> str:
        parts = []
        if turn.is_first and turn.state != "open":
            if turn.score is not None:
                parts.append(self.tr("score {0}").format(number(turn.score, 2)))
            if turn.label is not None:
                parts.append(self.tr("label {0} (0 to 9)").format(turn.label))
            if turn.answer and not turn.keeps_format:
                parts.append(self.tr("answer not in the requested format"))
        if turn.state == "length":
            parts.append(self.tr("cut off at the token limit"))
        if turn.state == "stopped":
            parts.append(self.tr("stopped"))
        if turn.state == "failed":
            parts.append(self.tr("no answer") if not turn.answer.strip() else self.tr("answer broken off"))
        return " · ".join(parts)

    def _lay_out(self) -> None:
        asked = QFrame()
        asked.setProperty("role", "question")
        inside = QVBoxLayout(asked)
        inside.setContentsMargins(10, 7, 10, 8)
        inside.addWidget(self.question)
        asked.setVisible(bool(self.turn.question))
        line = FlowLayout()
        line.addSpacing(MARGIN)
        line.addWidget(asked, 1)
        said = QFrame()
        said.setProperty("role", "card")
        head = FlowLayout()
        head.addWidget(self.who)
        head.addWidget(self.facts, 1)
        column = QVBoxLayout(said)
        column.setContentsMargins(10, 6, 10, 8)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.answer)
        column.addWidget(self.reason)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        whole.addLayout(line)
        whole.addWidget(said)


class Transcript(QScrollArea):
    """The turns of one conversation."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.turns: list[TurnView] = []
        self._version = ""
        self._at_end = True
        self._column = QVBoxLayout()
        self._column.setContentsMargins(0, 0, 8, 0)
        self._column.setSpacing(10)
        self._column.addStretch(1)
        inside = QWidget()
        inside.setProperty("role", "page")
        inside.setLayout(self._column)
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Conversation"))
        bar = self.verticalScrollBar()
        bar.valueChanged.connect(self._on_moved)
        bar.rangeChanged.connect(self._on_range)

    def show_turns(self, turns: tuple[Turn, ...], version: str) -> None:
        """Show another conversation from its end."""
        for view in self.turns:
            self._column.removeWidget(view)
            view.hide()
            view.deleteLater()
        self.turns, self._version, self._at_end = [], version, True
        for turn in turns:
            self.put(turn)

    def put(self, turn: Turn) -> None:
        """Show a turn that is new or has changed; the first one has no number before it is stored."""
        for known in self.turns:
            if known.turn.id == turn.id or (turn.is_first and not known.turn.id):
                known.show_turn(turn)
                return
        view = TurnView(turn, self._version)
        self.turns.append(view)
        self._column.insertWidget(self._column.count() - 1, view)
        self._at_end = True

    def show_text(self, turn_id: int, text: str) -> None:
        """Show how far an answer has come."""
        for view in self.turns:
            if view.turn.id == turn_id and view.turn.state == "open":
                view.show_text(text)

    def as_text(self) -> str:
        """Return the whole conversation as plain text."""
        return "\n\n".join(view.as_text() for view in self.turns)

    def _on_moved(self, value: int) -> None:
        self._at_end = value >= self.verticalScrollBar().maximum() - NEAR_END

    def _on_range(self, _low: int, high: int) -> None:
        if self._at_end:
            self.verticalScrollBar().setValue(high)
