"""The steps of an iteration in a row, each with state icon, name and progress."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, QEvent, Signal
from PySide6.QtWidgets import QPushButton, QWidget

from studio.services.loop.types import Step
from studio.services.stages.registry import step_names
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.labels import PlainLabel
from studio.widgets.state_icons import state_icon
from studio.widgets.text_size import keep_size
from studio.widgets.theme import THEME_EVENTS, current_theme

translate = QCoreApplication.translate
REVIEW = "review"
"""The step between generation and training that is no job."""


class Stepper(QWidget):
    """Signals ``chosen(int)``, the job of the step that was pressed, and ``review_wanted``: the review was."""

    chosen = Signal(int)
    review_wanted = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.buttons: list[QPushButton] = []
        self._steps: list[Step] = []
        self._words = {name: translate("Stages", label) for name, label in step_names().items()}
        self._words[REVIEW] = self.tr("Review")
        self._state_words: dict[str, str] = {
            "queued": self.tr("queued"),
            "running": self.tr("running"),
            "interrupted": self.tr("interrupted"),
            "paused": self.tr("paused"),
            "done": self.tr("done"),
            "failed": self.tr("failed"),
            "cancelled": self.tr("cancelled"),
        }
        self.caption = PlainLabel(role="key")
        self._row = FlowLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(3)
        self._row.addWidget(self.caption)
        self._row.addStretch(1)

    def set_steps(self, caption: str, steps: Sequence[Step]) -> None:
        """Show these steps; nothing moves if only their states are others."""
        self.caption.setText(caption)
        if [step.name for step in steps] != [step.name for step in self._steps]:
            self._rebuild(steps)
        self._steps = list(steps)
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        """Take the new theme's colours."""
        super().changeEvent(event)
        if event.type() in THEME_EVENTS:
            self._show()

    def _rebuild(self, steps: Sequence[Step]) -> None:
        while (item := self._row.takeAt(1)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        self.buttons = []
        for place in range(len(steps)):
            if place:
                self._row.addWidget(PlainLabel("›", role="muted"))
            button = QPushButton()
            button.setProperty("role", "quiet")
            keep_size(button, icon=14)
            button.clicked.connect(self._pressing(place))
            self.buttons.append(button)
            self._row.addWidget(button)
        self._row.addStretch(1)

    def _pressing(self, place: int) -> Callable[[], None]:
        def press() -> None:
            job = self._steps[place].job_id
            if job is not None:
                self.chosen.emit(job)
            elif self._steps[place].name == REVIEW:
                self.review_wanted.emit()

        return press

    def _show(self) -> None:
        colours = current_theme().colours
        for button, step in zip(self.buttons, self._steps, strict=True):
            word = self._words.get(step.name, step.name)
            count = f" {step.done}/{step.total}" if step.total > 1 else ""
            button.setText(word + count)
            button.setIcon(state_icon(step.state or "none", colours))
            button.setEnabled(step.job_id is not None or step.name == REVIEW)
            state = self._state_words[step.state] if step.state else self.tr("not queued yet")
            if step.name == REVIEW:
                state = self.tr("training is waiting for it")
            button.setAccessibleName(f"{word}{count}: {state}")
            button.setToolTip(f"{word}: {state}")
