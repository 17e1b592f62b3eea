"""Tree model of versions: each one below the version it was trained from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, Qt

from studio.models.table import OBJECT_ROLE, Index, term_tips
from studio.services.versions.types import ModelRow
from studio.text import NOTHING, byte_text, clock, number, one_line, tool_tip, with_interval

COL_NAME, COL_PARENTS, COL_SRCC, COL_PLCC, COL_CONSISTENCY, COL_PAIRS, COL_SIZE, COL_MADE = range(8)
NUMERIC = (COL_SRCC, COL_PLCC, COL_CONSISTENCY, COL_PAIRS, COL_SIZE)


class VersionTree(QAbstractItemModel):
    """Rows are set by :meth:`set_rows`. An index carries the row's position in that list."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = (
            self.tr("Version"),
            self.tr("Derived from"),
            self.tr("SRCC [95% CI]"),
            self.tr("PLCC"),
            self.tr("Consistency"),
            self.tr("Pairs used"),
            self.tr("Size on disk"),
            self.tr("Created"),
        )
        self._tips = term_tips({COL_SRCC: "srcc", COL_PLCC: "plcc", COL_CONSISTENCY: "word_tone"})
        self._judged = False
        self._rows: list[ModelRow] = []
        self._above: list[int | None] = []
        self._below: dict[int | None, list[int]] = {}

    def set_rows(self, rows: Sequence[ModelRow]) -> None:
        """Show these versions, oldest first; with their consistency, or word tone where no judge has graded any."""
        judged = any(row.version.judge for row in rows)
        if judged != self._judged:
            self._judged = judged
            self._tips |= term_tips({COL_CONSISTENCY: "consistency" if judged else "word_tone"})
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, COL_CONSISTENCY, COL_CONSISTENCY)
        if [row.version.name for row in rows] == [row.version.name for row in self._rows]:
            self._update(list(rows))
            return
        self.beginResetModel()
        self._rows = list(rows)
        places = {row.version.name: place for place, row in enumerate(rows)}
        self._above = [places.get(row.version.parents[0]) if row.version.parents else None for row in rows]
        self._below = {}
        for place, above in enumerate(self._above):
            self._below.setdefault(above, []).append(place)
        self.endResetModel()

    @property
    def _grade(self) -> str:
        return "consistency" if self._judged else "word_tone"

    @property
    def rows(self) -> Sequence[ModelRow]:
        """Return all versions, oldest first."""
        return tuple(self._rows)

    def find(self, name: str) -> QModelIndex:
        """Return the index of a version; an invalid index if the name is unknown."""
        place = next((place for place, row in enumerate(self._rows) if row.version.name == name), None)
        return QModelIndex() if place is None else self._at(place, 0)

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:
        """Return the cell at this place under a parent."""
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, self._children(parent)[row])

    def parent(self, index: Index = QModelIndex()) -> QModelIndex:  # type: ignore[override]
        """Return the parent version."""
        above = self._above[index.internalId()] if index.isValid() else None
        return QModelIndex() if above is None else self._at(above, 0)

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        """Return the number of child versions."""
        return 0 if parent.column() > 0 else len(self._children(parent))

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        """Return named columns."""
        return len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return text, alignment and the row itself."""
        if not index.isValid():
            return None
        row = self._rows[index.internalId()]
        if role == OBJECT_ROLE:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return one_line(self._text(row, index.column()))
        if role == Qt.ItemDataRole.ToolTipRole and index.column() in (COL_NAME, COL_PARENTS):
            return tool_tip(one_line(self._text(row, index.column())))
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() in NUMERIC:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return column names, aligned as their column is."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.tr("Word tone") if section == COL_CONSISTENCY and not self._judged else self.columns[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section in NUMERIC else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tips.get(section)
        return None

    def _text(self, row: ModelRow, column: int) -> str:
        version = row.version
        match column:
            case 0:
                return self.tr("{0} (pinned)").format(version.name) if row.pinned else version.name
            case 1:
                return ", ".join(version.parents) or NOTHING
            case 2:
                return with_interval(version.metrics.get("srcc"))
            case 3 | 4:
                metric = version.metrics.get("plcc" if column == COL_PLCC else self._grade)
                return number(metric.value if metric else None)
            case 5:
                return NOTHING if row.pairs is None else str(row.pairs)
            case 6:
                return byte_text(row.bytes) if row.bytes else NOTHING
            case _:
                return clock(version.created_at)

    def _update(self, rows: list[ModelRow]) -> None:
        changed = [place for place, (old, new) in enumerate(zip(self._rows, rows, strict=True)) if old != new]
        self._rows = rows
        for place in changed:
            self.dataChanged.emit(self._at(place, 0), self._at(place, len(self.columns) - 1))

    def _children(self, parent: Index) -> list[int]:
        return self._below.get(parent.internalId() if parent.isValid() else None, [])

    def _at(self, place: int, column: int) -> QModelIndex:
        return self.createIndex(self._below[self._above[place]].index(place), column, place)
