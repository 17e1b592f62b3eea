"""Score format and columns: the detected format, the column roles, and which scores are better."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QVBoxLayout, QWidget

from studio.services.imports.formats.column_names import NEEDED, NO_COLUMN
from studio.services.imports.preview import formats, score_direction
from studio.services.imports.types import Columns
from studio.text import one_line
from studio.widgets.combos import CalmCombo
from studio.widgets.labels import PlainLabel
from studio.widgets.path_field import PathField


class ColumnsChoice(QWidget):
    """Signal ``changed``: another column. ``format_changed``: another format, which has other columns."""

    changed = Signal()
    format_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.format = CalmCombo()
        self.why = PlainLabel(role="muted", wrap=True)
        self.lists = PathField(self.tr("Folder with AVA split lists (optional)"), "folder")
        self.ratings = PathField(self.tr("Individual ratings: image, rater, score (optional)"), "table")
        self.combos = {name: CalmCombo() for name in ("image", "score", "split", "group", "sd", "votes")}
        self.scales = PlainLabel(role="muted", wrap=True)
        self.direction = CalmCombo()
        self.direction_why = PlainLabel(role="muted", wrap=True)
        self._found: Columns | None = None
        self._lay_out()
        self.format.currentIndexChanged.connect(self.format_changed)
        for name, combo in self.combos.items():
            combo.currentIndexChanged.connect(self._suggest_direction if name == "score" else self.changed)
        self.direction.currentIndexChanged.connect(self.changed)
        for field in (self.lists, self.ratings):
            field.changed.connect(self.changed)

    @property
    def importer(self) -> str | None:
        """Return the selected format; None: detected from the files."""
        chosen: str | None = self.format.currentData()
        return chosen

    def chosen(self) -> dict[str, Any]:
        """Return the selected columns by role, which scores are better, and additional files.

        A data set's own format has no columns, and higher scores are better.
        """
        fields = {"lists": self.lists, "ratings": self.ratings}
        more = {name: str(one.path) for name, one in fields.items() if not one.isHidden() and one.path is not None}
        if not self.combos["image"].isEnabled():
            return more
        columns = {name: combo.currentData() for name, combo in self.combos.items() if combo.currentData()}
        return more | columns | {"lower_is_better": bool(self.direction.currentData())}

    @property
    def missing(self) -> str:
        """Return what to choose before the table can be read; "" if nothing is missing."""
        if not self.combos["image"].isEnabled():
            return ""
        hint = self._found.hint if self._found is not None else ""
        if self.combos["image"].currentData() is None:
            return f"{self.tr('Choose the column with the image files.')} {hint}".strip()
        if self.combos["score"].currentData() is None:
            return f"{self.tr('Choose the column with the scores.')} {hint}".strip()
        return ""

    def show_columns(self, found: Columns) -> None:
        """Offer the columns of a table, with the guess chosen; emits nothing."""
        self._found = found
        self.why.setText(
            self.tr("Detected format: {0} ({1})").format(one_line(found.title), found.known_by)
            if self.importer is None
            else ""
        )
        self.why.setVisible(self.importer is None)
        for place, field in enumerate((self.lists, self.ratings)):
            wanted = found.format == "ava" if field is self.lists else found.choosable
            self._titles[place].setVisible(wanted)
            field.setVisible(wanted)
        for name, combo in self.combos.items():
            combo.blockSignals(True)
            combo.clear()
            guess = {"image": found.image, "score": found.score, "split": found.split, "group": found.group,
                     "sd": found.sd, "votes": found.votes}[name]  # fmt: skip
            if name not in NEEDED:
                combo.addItem(self.tr("none"), NO_COLUMN)
            scales = dict(found.scores) if name == "score" else {}
            for column, scale in scales.items():
                combo.addItem(f"{one_line(column)} ({scale})", column)
            for column in found.names if found.choosable else ():
                if column not in scales:
                    combo.addItem(one_line(column), column)
            place = combo.findData(guess)
            combo.setCurrentIndex(place if name in NEEDED else max(0, place))  # a wrong score is worse than none
            combo.setEnabled(found.choosable)
            combo.blockSignals(False)
        several = " · ".join(f"{name}: {scale}" for name, scale in found.scores)
        self.scales.setText(
            self.tr("This data set has its scores on two scales; choose one. {0}").format(one_line(several))
        )
        self.scales.setVisible(len(found.scores) > 1)
        self._show_direction()

    def _suggest_direction(self) -> None:
        """Choose what the new score column's name says."""
        self._show_direction()
        self.changed.emit()

    def _show_direction(self) -> None:
        if self._found is None:
            return
        found = score_direction(self._found, self.combos["score"].currentData() or "")
        self.direction.blockSignals(True)
        self.direction.setCurrentIndex(self.direction.findData(found.lower_is_better))
        self.direction.blockSignals(False)
        self.direction.setEnabled(self._found.choosable)
        self.direction_why.setText(self.tr("Recognised by {0}. Check that it is right.").format(one_line(found.reason)))
        self.direction_why.setVisible(bool(found.reason))

    def _lay_out(self) -> None:
        self.format.setAccessibleName(self.tr("Score format"))
        self.format.addItem(self.tr("Automatic"), None)
        for name, title in formats():
            if name != "folder":
                self.format.addItem(title, name)
        names = {
            "image": self.tr("Image (path in folder)"),
            "score": self.tr("Score"),
            "split": self.tr("Split (train, val, test)"),
            "group": self.tr("Group (kept in one split)"),
            "sd": self.tr("Standard deviation of votes"),
            "votes": self.tr("Number of votes"),
        }
        grid = QGridLayout()
        grid.setVerticalSpacing(4)
        grid.setHorizontalSpacing(10)
        for name in NEEDED:
            self.combos[name].setPlaceholderText(self.tr("Choose a column"))
        for place, (name, combo) in enumerate(self.combos.items()):
            combo.setAccessibleName(self.tr("Column: {0}").format(names[name]))
            combo.setEnabled(False)
            row, column = divmod(place, 2)
            grid.addWidget(PlainLabel(names[name]), 2 * row, column)
            grid.addWidget(combo, 2 * row + 1, column)
        for column in range(2):
            grid.setColumnStretch(column, 1)
        self.direction.setAccessibleName(self.tr("Which scores are better"))
        self.direction.addItem(self.tr("Higher scores are better"), False)
        self.direction.addItem(self.tr("Lower scores are better (such as DMOS)"), True)
        self.direction.setEnabled(False)
        for combo in (self.format, self.direction, *self.combos.values()):
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        for hidden in (self.why, self.scales, self.direction_why):
            hidden.hide()
        column_layout = QVBoxLayout(self)
        column_layout.setContentsMargins(0, 0, 0, 0)
        column_layout.setSpacing(4)
        column_layout.addWidget(PlainLabel(self.tr("Score format")))
        column_layout.addWidget(self.format)
        column_layout.addWidget(self.why)
        column_layout.addSpacing(4)
        column_layout.addLayout(grid)
        column_layout.addWidget(self.scales)
        column_layout.addSpacing(4)
        column_layout.addWidget(PlainLabel(self.tr("Which scores are better")))
        column_layout.addWidget(self.direction)
        column_layout.addWidget(self.direction_why)
        self._titles = []
        for title, field in (
            (self.tr("Folder with AVA split lists (optional)"), self.lists),
            (self.tr("Individual ratings: image, rater, score (optional)"), self.ratings),
        ):
            self._titles.append(PlainLabel(title))
            for widget in (self._titles[-1], field):
                column_layout.addWidget(widget)
                widget.hide()
