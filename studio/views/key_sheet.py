"""The sheet of keys that ``?`` opens."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QVBoxLayout, QWidget

from studio.widgets.labels import PlainLabel


class KeySheet(QDialog):
    """Shown with ``open()``; Escape closes it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keys"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        keys = (
            ("Ctrl+1 … Ctrl+4", self.tr("Overview, Pairs, Compare, Jobs")),
            ("V", self.tr("Pairs: veto, the pair is left out of training")),
            ("K", self.tr("Pairs: keep")),
            ("U", self.tr("Pairs: undo the latest decision")),
            ("← →", self.tr("Pairs, Compare: previous, next")),
            (self.tr("Wheel"), self.tr("Image: zoom; drag moves it")),
            ("Ctrl+O", self.tr("Open another project")),
            ("Ctrl+W", self.tr("Close the project")),
            ("Ctrl+Q", self.tr("Quit")),
            ("?", self.tr("This sheet")),
        )
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        for row, (key, meaning) in enumerate(keys):
            grid.addWidget(PlainLabel(key, role="subtitle"), row, 0)
            grid.addWidget(PlainLabel(meaning), row, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.addLayout(grid)
        layout.addSpacing(12)
        layout.addWidget(PlainLabel(self.tr("Single keys are off while a text field has the focus."), role="muted"))
        layout.addWidget(buttons)
