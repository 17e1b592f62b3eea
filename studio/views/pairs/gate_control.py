"""The review gate on the Pairs page: the button that ends the review and starts training."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QPushButton

from studio.plural import plural
from studio.services.review.types import ReviewGate


class GateControl(QObject):
    """Knows the gate that is shown, and whether it was approved here already. Signal ``changed``."""

    changed = Signal()

    def __init__(self, button: QPushButton, parent: QObject) -> None:
        super().__init__(parent)
        self._button = button
        self._approved: int | None = None
        self.gate: ReviewGate | None = None
        self.text = ""

    @property
    def is_open(self) -> bool:
        """Return whether training waits for the review and has at least one pair."""
        return self.gate is not None and self.gate.score > 0 and self.gate.iteration != self._approved

    def approve(self) -> int | None:
        """Return the iteration whose training starts, once; None if none waits."""
        if self.gate is None or not self.is_open:
            return None
        self._approved = self.gate.iteration
        self.changed.emit()
        return self._approved

    def show_gate(self, gate: ReviewGate | None) -> None:
        """Show this gate; None: none is closed."""
        self.gate = gate
        self._button.setVisible(gate is not None)
        self.text, self._approved = "", None
        if gate is not None:
            self.text = (
                plural("PairsPage", "Train on {n} pairs", "Train on {n} pair", gate.score)
                if gate.score
                else self.tr("No pairs left to train on")
            )
        self.changed.emit()
        if gate is not None:  # after the button took the action's own tool tip
            both = self.tr("Pairs in the score set: {0}, in the consistency set: {1} (Ctrl+Return)")
            one = self.tr("Training of iteration {0} is waiting for your review (Ctrl+Return)").format(gate.iteration)
            counts = both.format(gate.score, gate.consistency)
            self._button.setToolTip(one if gate.consistency is None else counts)
