"""The wizard's first page: a folder of images, a table of scores, and what would come of them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from studio.services.importers.duplicates import Digests
from studio.services.previewing import preview, read_columns
from studio.services.rows_start import Columns, Preview
from studio.services.settings import ImportSettings, SplitSettings
from studio.views.background import Background
from studio.views.wizard_preview import PreviewPane
from studio.widgets.labels import PlainLabel, one_line, printable
from studio.widgets.path_field import PathField

READ_MS = 300
NO_COLUMN = "(none)"
"""What [import] says of an optional column that is not to be used."""
FORM_WIDTH = 430


class DataStep(QWidget):
    """Signal ``changed``: paths, columns or preview are others."""

    changed = Signal()

    def __init__(self, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self.images = PathField(self.tr("Folder of images"), "folder")
        self.scores = PathField(self.tr("Table of scores (CSV)"), "table")
        self.combos = {name: QComboBox() for name in ("image", "score", "split", "group")}
        self.reason = PlainLabel(role="reason", wrap=True)
        self.pane = PreviewPane()
        self.preview: Preview | None = None
        self._columns: tuple[Path, Columns] | None = None
        self._shares = SplitSettings()
        self._seed = 0
        self._digests = Digests()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(READ_MS)
        self._timer.timeout.connect(self._read)
        self._lay_out()
        self.images.changed.connect(self._on_images)
        self.scores.changed.connect(self._soon)
        for combo in self.combos.values():
            combo.currentIndexChanged.connect(self._soon)

    @property
    def problem(self) -> str:
        """Why this page cannot be left yet; "" if it can."""
        if self.images.path is None or self.scores.path is None:
            return self.tr("Choose a folder of images and a table of scores.")
        if self.preview is None:
            return self.reason.text() or self.tr("Reading…")
        return self.preview.problem

    def columns(self) -> ImportSettings:
        """The chosen columns."""
        chosen = {name: combo.currentData() for name, combo in self.combos.items() if combo.currentData()}
        return ImportSettings(**chosen)

    def set_shares(self, shares: SplitSettings, seed: int) -> None:
        """How images without a split are drawn; the preview is made anew if that matters."""
        if (shares, seed) != (self._shares, self._seed):
            self._shares, self._seed = shares, seed
            self._soon()

    def start_with(self, folder: Path | None) -> None:
        """Fills in what a folder suggests: its images and the one table in it or beside it."""
        self.images.line.clear()
        self.scores.line.clear()
        if folder is None:
            return
        inner = folder / "images"
        self.images.set_path(inner if inner.is_dir() else folder)

    def _on_images(self) -> None:
        folder = self.images.path
        if folder is not None and self.scores.path is None and folder.is_dir():
            found = next((table for place in (folder, folder.parent) if (table := _only_table(place))), None)
            if found is not None:
                self.scores.set_path(found)
        self._soon()

    def _soon(self) -> None:
        self.preview = None
        self._timer.start()
        self.changed.emit()

    def _read(self) -> None:
        images, scores = self.images.path, self.scores.path
        self.reason.setText("")
        if images is None or scores is None:
            self.pane.show_waiting()
            return
        self.pane.show_reading()
        if self._columns is None or self._columns[0] != scores:
            self._background.read(
                "columns", lambda: read_columns(scores), lambda found: self._on_columns(scores, found), self._on_failed
            )
            return
        columns, shares, seed = self.columns(), self._shares, self._seed
        self._background.read(
            "preview",
            lambda: preview(images, scores, columns, shares, seed, self._digests),
            self._on_preview,
            self._on_failed,
        )

    def _on_columns(self, scores: Path, found: Columns) -> None:
        self._columns = (scores, found)
        guesses = {"image": found.image, "score": found.score, "split": found.split, "group": found.group}
        for name, combo in self.combos.items():
            combo.blockSignals(True)
            combo.clear()
            if name in ("split", "group"):
                combo.addItem(self.tr("none"), NO_COLUMN)
            for column in found.names:
                combo.addItem(one_line(column), column)
            combo.setCurrentIndex(max(0, combo.findData(guesses[name])))
            combo.setEnabled(True)
            combo.blockSignals(False)
        self._read()

    def _on_preview(self, found: Preview) -> None:
        self.preview = found
        self.reason.setText(printable(found.problem))
        self.pane.show_preview(found)
        self.changed.emit()

    def _on_failed(self, text: str) -> None:
        self.reason.setText(printable(text))
        self.pane.show_waiting()
        self.changed.emit()

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        form.setVerticalSpacing(8)
        form.addRow(PlainLabel(self.tr("Folder of images")), self.images)
        form.addRow(PlainLabel(self.tr("Table of scores (CSV, one row an image)")), self.scores)
        names = {
            "image": self.tr("Column: image (path in the folder)"),
            "score": self.tr("Column: score (any scale; higher is better)"),
            "split": self.tr("Column: split (optional: train, val, test)"),
            "group": self.tr("Column: group (optional; never torn apart)"),
        }
        for name, combo in self.combos.items():
            combo.setAccessibleName(names[name])
            combo.setEnabled(False)
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            form.addRow(PlainLabel(names[name]), combo)
        left = QVBoxLayout()
        left.addLayout(form)
        left.addSpacing(6)
        left.addWidget(self.reason)
        left.addStretch(1)
        holder = QWidget()
        holder.setFixedWidth(FORM_WIDTH)
        holder.setLayout(left)
        card = QFrame()
        card.setProperty("role", "card")
        inner = QVBoxLayout(card)
        inner.addWidget(self.pane)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(18)
        row.addWidget(holder, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(card, 1)


def _only_table(folder: Path) -> Path | None:
    """``scores.csv``, or the only table in the folder."""
    if (folder / "scores.csv").is_file():
        return folder / "scores.csv"
    tables = [path for path in folder.glob("*.csv") if path.name != "ratings.csv"]
    return tables[0] if len(tables) == 1 else None
