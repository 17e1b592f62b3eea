"""Table model of reviewers and how far they agree with the first one."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Qt

from studio.models.table import SORT_ROLE, RowTableModel
from studio.services.review.reviewers import ReviewerAgreement
from studio.text import number

COL_NAME, COL_REVIEWED, COL_BOTH, COL_SAME, COL_AGREEMENT, COL_DIFFERENT = range(6)
MISSING = "–"


class ReviewersModel(RowTableModel[ReviewerAgreement]):
    """One row for each named reviewer."""

    numeric = frozenset({COL_REVIEWED, COL_BOTH, COL_SAME, COL_AGREEMENT, COL_DIFFERENT})

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = (
            self.tr("Reviewer"),
            self.tr("Reviewed"),
            self.tr("Reviewed by both"),
            self.tr("Same verdict [95% CI]"),
            self.tr("Kappa [95% CI]"),
            self.tr("Different"),
        )
        self.tips = {
            COL_BOTH: self.tr("Pairs on which this reviewer and the first one have decided for themselves"),
            COL_SAME: self.tr(
                "A verdict taken over with “Use this decision” does not count: the one given before is compared"
            ),
            COL_DIFFERENT: self.tr("Pairs whose verdicts are different now"),
            COL_AGREEMENT: self.tr(
                "Cohen's kappa of keep and veto. 1: always the same verdict; 0: as by chance. Not defined if all "
                "verdicts of both are the same. There is no interval without any disagreement."
            ),
        }

    def identity(self, row: ReviewerAgreement) -> str:
        """Return the name."""
        return row.reviewer

    def cell(self, row: ReviewerAgreement, column: int, role: int) -> Any:
        """Return text or sort value."""
        if role == Qt.ItemDataRole.DisplayRole:
            return (
                row.reviewer,
                f"{row.reviewed:,}",
                f"{row.n:,}",
                _percent(row.same, row.same_lo, row.same_hi),
                _figure(row.kappa, row.lo, row.hi),
                f"{row.disagreements:,}" if row.n else MISSING,
            )[column]
        if role == SORT_ROLE:
            values = (row.reviewed, row.n, row.same, row.kappa, row.disagreements)
            return row.reviewer.casefold() if column == COL_NAME else values[column - 1]
        return None


def _percent(value: float | None, lo: float | None, hi: float | None) -> str:
    if value is None or lo is None or hi is None:
        return MISSING
    return f"{100 * value:.0f}% [{100 * lo:.0f}, {100 * hi:.0f}]"


def _figure(value: float | None, lo: float | None, hi: float | None) -> str:
    if value is None:
        return MISSING
    return number(value, 2) + (f" [{number(lo, 2)}, {number(hi, 2)}]" if lo is not None and hi is not None else "")
