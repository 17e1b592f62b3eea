"""The line above the list that says what the order by doubt is worth, and how far a session is."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QFrame, QPushButton, QWidget

from engine.contract.statistics.intervals import wilson_interval
from studio.plural import plural
from studio.services.review.triage.ranking import FIRST, Triage
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.labels import ElidedLabel, PlainLabel

translate = QCoreApplication.translate


class TriageBar(QFrame):
    """Hidden until there is something to say. ``end_button`` ends a session."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session, self.quality = PlainLabel(role="subtitle"), ElidedLabel(role="muted")
        self.end_button = QPushButton(self.tr("End session"))
        self.quality.mode = Qt.TextElideMode.ElideRight
        row = FlowLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.session)
        row.addWidget(self.quality, 1)
        row.addWidget(self.end_button)
        self.show_session(0, None)
        self.hide()

    def show_quality(self, text: str) -> None:
        """Show what the order is worth, or why there is none."""
        self.quality.setText(text)
        self.quality.setToolTip(text)

    def show_session(self, size: int, left: int | None) -> None:
        """Show how many of a session's pairs are left; None: there is no session."""
        text = "" if left is None else self.tr("{0} most doubtful: {1} left").format(size, left)
        self.session.setText(text)
        self.session.setVisible(bool(text))
        self.end_button.setVisible(bool(text))


def quality_text(ranking: Triage) -> str:
    """Return what a ranking is worth, in words."""
    if not ranking.is_enough:
        parts = []
        if ranking.missing_verdicts:
            parts.append(plural("TriageBar", "{n} more verdicts", "{n} more verdict", ranking.missing_verdicts))
        if ranking.missing_vetoes:
            parts.append(plural("TriageBar", "{n} more vetoes", "{n} more veto", ranking.missing_vetoes))
        if ranking.missing_kept:
            parts.append(plural("TriageBar", "{n} more kept pairs", "{n} more kept pair", ranking.missing_kept))
        return translate("TriageBar", "Too few verdicts to learn from: {0} needed.").format(", ".join(parts))
    if not ranking.has_pattern:
        text = translate(
            "TriageBar", "No pattern found in {0} vetoes among {1} verdicts; pairs are listed as generated."
        )
        return text.format(ranking.vetoes, ranking.verdicts)
    text = translate(
        "TriageBar",
        "The first {0}% in this order contained {1} of {2} vetoes, {3}% [{4}, {5}] (chance: {0}%; cross-validated on "
        "{6} reviewed pairs).",
    )
    found = round(ranking.found * ranking.vetoes)
    share = found / ranking.vetoes
    percents = (round(100 * each) for each in (share, *wilson_interval(share, ranking.vetoed_images)))
    return text.format(round(100 * FIRST), found, ranking.vetoes, *percents, ranking.verdicts)
