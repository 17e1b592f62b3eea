"""Overview: everything that was measured of one version."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.models import measure_table as columns
from studio.models.measure_table import MeasuresModel
from studio.services.recipes.version_names import BASE
from studio.services.versions.measures import measure_rows
from studio.services.versions.types import OverviewRows, VersionRow
from studio.text import one_line
from studio.widgets.combos import CalmCombo
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.labels import PlainLabel
from studio.widgets.table_saving import csv_button
from studio.widgets.tables import make_table, sorted_by_column
from studio.widgets.text_size import scaled


class MeasuresPanel(QWidget):
    """A version to choose, and the table of its measures; at first the latest version of the main line."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = MeasuresModel(self)
        self.table = make_table(
            sorted_by_column(self.model, self), self.tr("Measures of a version"), stretch=columns.COL_PREVIOUS
        )
        self.table.setSortingEnabled(True)
        self.table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        for place, width in zip(range(columns.COL_PREVIOUS), (112, 248, 168, 54, 250), strict=True):
            self.table.setColumnWidth(place, scaled(width))
        self.version = CalmCombo()
        self.version.setAccessibleName(self.tr("Version"))
        self.version.activated.connect(lambda _place: self._show())
        self.previous = PlainLabel(role="muted")
        self._rows: OverviewRows | None = None
        self._lay_out()

    def show_rows(self, rows: OverviewRows) -> None:
        """Offer the measured versions, and fill the table."""
        self._rows = rows
        names = [row.name for row in rows.versions if row.metrics]
        if [self.version.itemData(place) for place in range(self.version.count())] != names:
            chosen, was_last = self.version.currentData(), self._is_last
            self.version.clear()
            for name in names:
                self.version.addItem(one_line(name), name)
            last = next((name for name in reversed(rows.main) if name in names), names[-1] if names else None)
            wanted = last if was_last or chosen not in names else chosen
            self.version.setCurrentIndex(names.index(wanted) if wanted in names else -1)
        self._show()

    @property
    def _is_last(self) -> bool:
        return self.version.currentIndex() in (-1, self.version.count() - 1)

    def _show(self) -> None:
        found = self._row
        if found is None or self._rows is None:
            self.model.set_rows(())
            self.previous.setText("")
            return
        verdict = self._rows.verdicts.get(found.name)
        previous = verdict.other if verdict is not None else None
        self.model.set_rows(measure_rows(found, BASE if found.name != BASE else None, previous))
        note = self.tr("p is not corrected for the number of measures; the verdict's is.")
        self.previous.setText(f"{self.tr('Previous: {0}').format(one_line(previous))}. {note}" if previous else "")

    @property
    def _row(self) -> VersionRow | None:
        rows = () if self._rows is None else self._rows.versions
        return next((row for row in rows if row.name == self.version.currentData()), None)

    def _lay_out(self) -> None:
        head = FlowLayout()
        head.addWidget(PlainLabel(self.tr("Version"), role="muted"))
        head.addWidget(self.version)
        head.addSpacing(12)
        head.addWidget(self.previous)
        head.addStretch(1)
        head.addWidget(csv_button(self.table))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.addLayout(head)
        layout.addWidget(self.table, 1)
