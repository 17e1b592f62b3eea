"""The guide window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QLocale, Qt, QUrl
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QPushButton, QTextBrowser, QVBoxLayout, QWidget

import resources
from studio.services.glossary import glossary_markdown
from studio.views.opening import open_page

FOLDER = Path(resources.__file__).parent / "guide"
GLOSSARY = "<!-- glossary -->"
"""Where the glossary's terms are in the guide."""
SIZE = (820, 680)


def guide_file(language: str) -> Path:
    """Return the guide in a language (such as "de"), or in English where it is not translated."""
    translated = FOLDER / f"guide_{language}.md"
    return translated if translated.is_file() else FOLDER / "guide.md"


def guide_text(language: str) -> str:
    """Return the guide with the glossary in its place, as Markdown."""
    return guide_file(language).read_text("utf-8").replace(GLOSSARY, glossary_markdown(language))


class GuideWindow(QDialog):
    """Non-modal, at most one. Shows only the program's own file."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.setWindowTitle(self.tr("Guide – Score Studio"))
        self.text = QTextBrowser()
        self.text.setAccessibleName(self.tr("Guide"))
        self.text.setOpenLinks(False)
        self.text.anchorClicked.connect(self._follow)
        self.text.document().setDocumentMargin(18)
        language = QLocale.system().name().split("_")[0]
        self.text.setMarkdown(guide_text(language))
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Find in the guide"))
        self.search.setAccessibleName(self.tr("Find in the guide"))
        self.search.setClearButtonEnabled(True)
        self.search.setMaximumWidth(280)
        self.search.textChanged.connect(self._find_first)
        self.search.returnPressed.connect(self.find_next)
        close = QPushButton(self.tr("Close"))
        close.setAutoDefault(False)
        close.clicked.connect(self.close)
        foot = QHBoxLayout()
        foot.addWidget(self.search, 1)
        foot.addStretch(1)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.addWidget(self.text, 1)
        column.addLayout(foot)
        self.resize(*SIZE)

    @classmethod
    def show_in(cls, window: QWidget) -> GuideWindow:
        """Show it beside the window; raise one that is open."""
        shown = next((each for each in window.findChildren(cls) if each.isVisible()), None) or cls(window)
        shown.show()
        shown.raise_()
        shown.activateWindow()
        return shown

    def find_next(self) -> None:
        """Go to the next place, from the last one to the first."""
        wanted = self.search.text()
        if wanted and not self.text.find(wanted):
            self.text.moveCursor(self.text.textCursor().MoveOperation.Start)
            self.text.find(wanted, QTextDocument.FindFlag(0))

    def _find_first(self, _text: str) -> None:
        self.text.moveCursor(self.text.textCursor().MoveOperation.Start)
        self.find_next()

    def _follow(self, link: QUrl) -> None:
        if link.scheme() == "https":
            open_page(link.toString())
