"""What the Pairs page shows in the place of an empty list: why it is empty, and what can be done next."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from studio.plural import plural
from studio.services.review.types import PairCounts, PairFilter
from studio.views.actions.action import StudioAction
from studio.views.actions.buttons import bind_button
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.labels import PlainLabel


class NoPairs(QWidget):
    """The filter lists nothing: because everything is reviewed, or because nothing matches.

    Signal ``all_wanted``: show all pairs of the iteration.
    """

    all_wanted = Signal()

    def __init__(self, train: StudioAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = PlainLabel(role="empty", wrap=True)
        self.text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.train_button = QPushButton()
        self.train_button.setProperty("role", "primary")
        bind_button(self.train_button, train, with_icon=False)
        self.all_button = QPushButton(self.tr("Show all pairs"))
        self.all_button.clicked.connect(self.all_wanted)
        buttons = FlowLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.train_button)
        buttons.addWidget(self.all_button)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.addStretch(1)
        layout.addWidget(self.text)
        layout.addSpacing(8)
        layout.addLayout(buttons)
        layout.addStretch(1)

    def explain(self, wanted: PairFilter, counts: PairCounts, *, trains: bool) -> None:
        """Say why nothing is listed; ``trains``: training waits for the review."""
        done = is_reviewed(counts) and wanted == PairFilter(wanted.iteration, "unreviewed")
        self.text.setText(reviewed_text(counts) if done else self.tr("No pairs match the filter."))
        self.train_button.setVisible(done and trains)


def is_reviewed(counts: PairCounts) -> bool:
    """Return whether there are pairs, and all have a verdict."""
    return 0 < counts.total == counts.reviewed


def reviewed_text(counts: PairCounts) -> str:
    """Return the sentence for a finished review."""
    text = plural(
        "NoPairs", "All {n} pairs reviewed, {0} vetoed.", "The only pair is reviewed, {0} vetoed.", counts.total
    )
    return text.format(counts.vetoed)
