"""The line above the pairs: how far the review is, its pace, what was done last, the button that starts training."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QProgressBar, QPushButton, QWidget

from studio.plural import plural
from studio.services.review.pace import ReviewPace
from studio.services.review.types import PairCounts
from studio.text import duration, number
from studio.views.pairs.no_pairs import is_reviewed, reviewed_text
from studio.widgets.combos import CalmCombo
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.labels import ElidedLabel, PlainLabel
from studio.widgets.text_size import keep_size


class PairHead(QWidget):
    """Shows counts and pace of the review of one iteration."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.progress = PlainLabel(role="subtitle")
        self.bar = QProgressBar()
        self.pace_label, self.feedback = PlainLabel(role="muted"), ElidedLabel(role="muted")
        self.late = ElidedLabel(role="muted")
        self.reviewer = CalmCombo()
        self.train_button = QPushButton()
        self.pace = ReviewPace()
        self.bar.setTextVisible(False)
        keep_size(self.bar, width=90, height=8)
        self.bar.setAccessibleName(self.tr("Review progress"))
        self.train_button.setProperty("role", "primary")
        self.train_button.hide()
        row = FlowLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(PlainLabel(self.tr("Pairs"), role="title"))
        row.addSpacing(12)
        row.addWidget(self.reviewer)
        for widget in (self.progress, self.bar, self.pace_label):
            row.addWidget(widget)
        for label in (self.late, self.feedback):
            label.mode = Qt.TextElideMode.ElideRight
        row.addWidget(self.late, 3)
        row.addWidget(self.feedback, 2)
        row.addWidget(self.train_button)

    def show_late(self, begun: bool) -> None:
        """Say that training has begun without what is changed now."""
        self.late.setText(self.tr("Training has started. Changes need a retraining.") if begun else "")
        self.late.setToolTip(
            self.tr("What you change now counts in Project, Retrain with the current decisions…") if begun else ""
        )
        self.late.setVisible(begun)
        self.pace_label.setVisible(not begun)

    def note_verdict(self) -> None:
        """A pair was reviewed now."""
        self.pace.note(time.monotonic())

    def show_counts(self, counts: PairCounts) -> None:
        """Show these counts, and what they mean at the present pace."""
        text = self.tr("{0} of {1} reviewed, {2} vetoed")
        done = is_reviewed(counts)
        self.progress.setText(
            reviewed_text(counts) if done else text.format(counts.reviewed, counts.total, counts.vetoed)
        )
        self.bar.setRange(0, max(1, counts.total))
        self.bar.setValue(counts.reviewed)
        left, pace = counts.total - counts.reviewed, self.pace.a_minute
        seconds = self.pace.seconds_for(left)
        parts = [plural("PairHead", "{n} left", "{n} left", left)] if left else []
        if pace is not None and seconds is not None and left:
            speed = self.tr("{0} a minute, about {1} left")
            parts.append(speed.format(number(pace, 1 if pace < 10 else 0), duration(seconds)))
        self.pace_label.setText(" · ".join(parts))
