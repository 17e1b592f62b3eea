"""The menu of recent projects, filled each time it opens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtWidgets import QMenu, QWidget

from studio.text import button_text
from studio.widgets.icons import icon


class RecentMenu(QMenu):
    """One entry for each project that was opened lately, the latest first."""

    def __init__(
        self,
        recent: Callable[[], Sequence[Path]],
        open_project: Callable[[Path], object],
        clear: Callable[[], object],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._recent, self._open, self._clear = recent, open_project, clear
        self.setTitle(self.tr("Open recent"))
        self.setIcon(icon("recent"))
        self.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        """List the projects as they are known now."""
        self.clear()
        self.setIcon(icon("recent"))
        for root in self._recent():
            text = self.tr("{0}    {1}").format(root.name, root.parent)
            self.addAction(button_text(text)).triggered.connect(lambda _on=False, root=root: self._open(root))
        if self.isEmpty():
            self.addAction(self.tr("No recent projects")).setEnabled(False)
            return
        self.addSeparator()
        self.addAction(self.tr("Clear list")).triggered.connect(lambda _on=False: self._clear())
