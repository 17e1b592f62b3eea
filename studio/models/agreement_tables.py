"""Tables of judges: what each has graded, how far each two agree, and their grades against one another."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, Qt

from studio.models.table import SORT_ROLE, RowTableModel
from studio.services.judging.agreement import JudgePair, JudgeSummary
from studio.services.judging.grading import Scale
from studio.services.judging.judge_names import is_estimate, short_name
from studio.text import number

COL_JUDGE, COL_KIND, COL_GRADED, COL_CONSISTENCY, COL_USEFULNESS, COL_GENERAL = range(6)
COL_FIRST, COL_SECOND, COL_SCALE, COL_N, COL_KAPPA, COL_SPEARMAN, COL_SAME = range(7)
translate = QCoreApplication.translate


def judge_label(judge: str) -> str:
    """Return a judge's name on the screen."""
    return translate("Judges", "Word tone (estimate)") if is_estimate(judge) else short_name(judge)


def scale_name(scale: Scale) -> str:
    """Return what a scale is called."""
    return {
        "consistency": translate("Judges", "Consistency"),
        "usefulness": translate("Judges", "Usefulness"),
        "general": translate("Judges", "Writing"),
    }[scale]


def grade_words() -> tuple[str, ...]:
    """Return the words of the grades 0 to 4."""
    return (
        translate("Judges", "bad"),
        translate("Judges", "poor"),
        translate("Judges", "fair"),
        translate("Judges", "good"),
        translate("Judges", "excellent"),
    )


class JudgesModel(RowTableModel[JudgeSummary]):
    """One row for each judge."""

    numeric = frozenset({COL_GRADED, COL_CONSISTENCY, COL_USEFULNESS, COL_GENERAL})

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = (
            self.tr("Judge"),
            self.tr("Kind"),
            self.tr("Explanations graded"),
            self.tr("Consistency (0–4)"),
            self.tr("Usefulness (0–4)"),
            self.tr("Writing (0–4)"),
        )
        self.tips = {
            COL_GRADED: self.tr("Of all versions together; the means are of these"),
            COL_CONSISTENCY: self.tr(
                "Word tone has no consistency: its figure says how well the tone of the words fits the score"
            ),
        }

    def identity(self, row: JudgeSummary) -> object:
        """The judge."""
        return row.judge

    def cell(self, row: JudgeSummary, column: int, role: int) -> Any:
        """Return text, sort value and tool tip."""
        if role == Qt.ItemDataRole.ToolTipRole and column == COL_JUDGE:
            return row.judge
        if role not in (Qt.ItemDataRole.DisplayRole, SORT_ROLE):
            return None
        for_sorting = role == SORT_ROLE
        if column == COL_JUDGE:
            return judge_label(row.judge)
        if column == COL_KIND:
            return {
                "model": self.tr("language model"),
                "person": self.tr("person"),
                "estimate": self.tr("estimate from words"),
            }[row.kind]
        if column == COL_GRADED:
            asked = self.tr("{0} of {1}").format(f"{row.graded:,}", f"{row.asked:,}")
            return row.graded if for_sorting else f"{row.graded:,}" if row.graded == row.asked else asked
        mean = row.means[column - COL_CONSISTENCY]
        return (-1.0 if mean is None else mean) if for_sorting else number(mean, 2)


class AgreementModel(RowTableModel[JudgePair]):
    """One row for each two judges and scale."""

    numeric = frozenset({COL_N, COL_KAPPA, COL_SPEARMAN, COL_SAME})

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = (
            self.tr("Judge"),
            self.tr("Compared with"),
            self.tr("Scale"),
            self.tr("n"),
            self.tr("Kappa [95% CI]"),
            self.tr("Spearman"),
            self.tr("Same"),
        )
        self.tips = {
            COL_N: self.tr("Explanations that both have graded"),
            COL_KAPPA: self.tr(
                "Weighted kappa. 1: always the same grade; 0: as by chance. A grade that is far off counts more "
                "(quadratic weights). There is no interval without any disagreement"
            ),
            COL_SPEARMAN: self.tr("Rank correlation of the two judges' grades"),
            COL_SAME: self.tr("Share of explanations that got the same grade from both"),
        }

    def identity(self, row: JudgePair) -> object:
        """Both judges and the scale."""
        return row.first, row.second, row.scale

    def cell(self, row: JudgePair, column: int, role: int) -> Any:
        """Return text, sort value and tool tip."""
        if role == Qt.ItemDataRole.ToolTipRole and column in (COL_FIRST, COL_SECOND):
            return row.first if column == COL_FIRST else row.second
        if role == SORT_ROLE:
            return self._sort(row, column)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        match column:
            case 0 | 1:
                return judge_label(row.first if column == COL_FIRST else row.second)
            case 2:
                return scale_name(row.scale)
            case 3:
                return f"{row.n:,}"
            case 4:
                interval = "" if row.lo is None or row.hi is None else f" [{row.lo:.2f}, {row.hi:.2f}]"
                return number(row.kappa, 2) + interval
            case 5:
                return number(row.spearman, 2)
            case _:
                return f"{100 * row.same:.0f}%"

    def _sort(self, row: JudgePair, column: int) -> float | str:
        figures = {COL_N: row.n, COL_KAPPA: row.kappa, COL_SPEARMAN: row.spearman, COL_SAME: row.same}
        if column in figures:
            value = figures[column]
            return float("-inf") if value is None else float(value)
        return str(self.cell(row, column, Qt.ItemDataRole.DisplayRole))


class ConfusionModel(RowTableModel[int]):
    """How often the first judge gave a grade (rows) where the second gave another (columns), best first."""

    numeric = frozenset(range(1, 6))

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pair: JudgePair | None = None
        self.columns = ("", "5", "4", "3", "2", "1")

    def show(self, pair: JudgePair | None) -> None:
        """Show the counts of two judges."""
        self._pair = pair
        self.set_rows(())
        self.set_rows(() if pair is None else (4, 3, 2, 1, 0))

    def identity(self, row: int) -> object:
        """The first judge's grade."""
        return row

    def cell(self, row: int, column: int, role: int) -> Any:
        """Return text and sort value."""
        if self._pair is None or role not in (Qt.ItemDataRole.DisplayRole, SORT_ROLE):
            return None
        if column == 0:
            return f"{row + 1} {grade_words()[row]}" if role == Qt.ItemDataRole.DisplayRole else row
        count = self._pair.matrix[row][len(grade_words()) - column]
        return count if role == SORT_ROLE else f"{count:,}"
