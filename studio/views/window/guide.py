"""The guide window: the chapters and a search over all of them, and the text with its pictures."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QEvent, QLocale, Qt, QTimer, QUrl
from PySide6.QtGui import QCloseEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from studio.services.guide import chapters
from studio.services.guide.chapters import read_guide
from studio.services.guide.searching import search
from studio.services.guide.types import Guide, GuideHit, GuidePage
from studio.text import one_line
from studio.views.opening import open_page
from studio.views.tasks.task_runner import TaskRunner
from studio.views.window.guide_text import GuideText, TextPlace
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.folding_splitter import FoldingSplitter
from studio.widgets.icons import icon
from studio.widgets.labels import PlainLabel
from studio.widgets.studio_dialog import StudioDialog
from studio.widgets.text_size import keep_size, scaled
from studio.widgets.theme import THEME_EVENTS
from studio.window_settings import AppSettings

SIZE = (1080, 740)
LIST_WIDTH = 236
TYPING_MS = 120
"""Pause in typing after which is searched."""
CHAPTER_OF_PAGE = {
    "overview": chapters.CHARTS,
    "images": chapters.FIRST_PROJECT,
    "pairs": chapters.REVIEWING,
    "compare": chapters.CHARTS,
    "score": chapters.SCORING,
    "judges": chapters.CHARTS,
    "jobs": chapters.QUESTIONS,
    "models": chapters.EXPORTING,
    "experiments": chapters.CHARTS,
    "settings": chapters.MODELS,
    "wizard": chapters.FIRST_PROJECT,
    "wizard-model": chapters.MODELS,
}
"""Which chapter fits a page of the window, or a step of the wizard."""
_PLACE = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class GuidePlace:
    """A place in the guide: a page and what is read there."""

    page: str
    text: TextPlace


class GuideWindow(StudioDialog):
    """Non-modal, at most one. Shows only the program's own files, which are read in the background."""

    def __init__(self, background: TaskRunner, settings: AppSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.setWindowTitle(self.tr("Guide – Score Studio"))
        self._settings = settings
        self._background = background.for_owner(self)
        self._guide: Guide | None = None
        self._wanted = settings.guide_page
        self._before: list[GuidePlace] = []
        self._after: list[GuidePlace] = []
        self.page: GuidePage | None = None
        self.text = GuideText()
        self.text.setAccessibleName(self.tr("Guide"))
        self.text.anchorClicked.connect(self.follow)
        self.search = QLineEdit()
        self.list = QListWidget()
        self.found = PlainLabel(role="muted", wrap=True)
        self.back_button, self.next_button = QPushButton(), QPushButton()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(TYPING_MS)
        self._pause.timeout.connect(self._show_list)
        self._fill()
        self._lay_out()
        self._read()

    @classmethod
    def show_in(cls, window: QWidget, background: TaskRunner, settings: AppSettings, page: str = "") -> GuideWindow:
        """Show it beside the window, or raise one that is open.

        Args:
            window: the parent.
            background: reads the files.
            settings: keep the page and the size.
            page: the page to open; "" is the one that was shown last.
        """
        shown = next((each for each in window.findChildren(cls) if each.isVisible()), None)
        if shown is None:
            shown = cls(background, settings, window)
        if page:
            shown.open_page_of(page)
        shown.show()
        shown.raise_()
        shown.activateWindow()
        return shown

    def open_page_of(self, name: str, anchor: str = "", words: tuple[str, ...] = ()) -> None:
        """Open a page, if there is one of this name; the present place is kept for going back.

        Args:
            name: such as ``guide/01-first-project.md``.
            anchor: a heading of the page; "" is its beginning.
            words: to mark and to go to, below the heading.
        """
        if self._guide is None:
            self._wanted = name
            return
        page = self._guide.page(name)
        if page is None:
            return
        if self.page is not None and (page is not self.page or anchor):
            self._before.append(self._place)
            self._after.clear()
        self._show_page(page)
        self.text.go_to(anchor, words)
        self._update_buttons()

    def go_back(self) -> None:
        """Go to the place from which this one was reached."""
        self._move(self._before, self._after)

    def go_on(self) -> None:
        """Go again to the place from which was gone back."""
        self._move(self._after, self._before)

    def follow(self, link: QUrl) -> None:
        """Open a link: a page of the guide here, any other in the browser."""
        if link.scheme() in ("https", "http"):
            open_page(link.toString())
        elif self.page is not None and not link.scheme():
            whole = QUrl(self.page.name).resolved(link)
            self.open_page_of(whole.path(), whole.fragment())

    def find_next(self) -> None:
        """Open the next section in which the words are found, after the last one the first."""
        if self._pause.isActive():
            self._pause.stop()
            self._show_list()
        if self.list.count() and self.search.text().strip():
            self.list.setCurrentRow((self.list.currentRow() + 1) % self.list.count())

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of a new theme."""
        super().changeEvent(event)
        if event.type() in THEME_EVENTS and hasattr(self, "_pause"):
            self.back_button.setIcon(icon("previous"))
            self.next_button.setIcon(icon("next"))

    def showEvent(self, event: QShowEvent) -> None:
        """Put the keyboard into the text, which is read first."""
        super().showEvent(event)
        self.text.setFocus()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep size and page."""
        self._keep()
        super().closeEvent(event)

    def reject(self) -> None:
        """Close with Escape."""
        self._keep()
        super().reject()

    @property
    def _place(self) -> GuidePlace:
        return GuidePlace(self.page.name if self.page is not None else "", self.text.place)

    def _keep(self) -> None:
        self._settings.set_layout("guide", self.saveGeometry())
        if not self.splitter.folded:
            self._settings.set_sizes("guide", tuple(self.splitter.sizes()))
        if self.page is not None:
            self._settings.guide_page = self.page.name

    def _read(self) -> None:
        language = QLocale.system().name().split("_")[0]
        self._background.read("guide", partial(read_guide, language), self._on_guide, self._on_problem)

    def _on_guide(self, guide: Guide) -> None:
        self._guide = guide
        self.text.set_pictures(guide.pictures)
        self._show_list()
        self.open_page_of(self._wanted if guide.page(self._wanted) is not None else guide.pages[0].name)

    def _on_problem(self, text: str) -> None:
        self.text.setPlainText(one_line(text))

    def _show_page(self, page: GuidePage) -> None:
        self.page = page
        self.text.show_page(page)
        self._mark_page()

    def _move(self, origin: list[GuidePlace], other: list[GuidePlace]) -> None:
        if not origin or self._guide is None:
            return
        place = origin.pop()
        page = self._guide.page(place.page)
        assert page is not None  # it was shown
        other.append(self._place)
        self._show_page(page)
        self.text.scroll_to(place.text)
        self._update_buttons()

    def _show_list(self) -> None:
        """Show the pages, or where the words are found."""
        if self._guide is None:
            return
        words = self.search.text()
        hits = search(self._guide, words)
        self.list.blockSignals(True)
        self.list.clear()
        if words.strip():
            for hit in hits:
                self._add(f"{hit.section.heading}\n{hit.page.title}: {hit.excerpt}", hit)
        else:
            for page in self._guide.pages:
                if page.name == chapters.DOCUMENTS[0]:
                    self._add_heading(self.tr("Details"))
                self._add(page.title, page)
        self.list.blockSignals(False)
        self.list.setAccessibleName(self.tr("Places found") if words.strip() else self.tr("Chapters"))
        self.found.setText(self.tr("Nothing found in the guide.") if words.strip() and not hits else "")
        self.found.setVisible(bool(self.found.text()))
        self.text.mark(tuple(words.split()))
        self._mark_page()

    def _add(self, text: str, place: GuidePage | GuideHit) -> None:
        item = QListWidgetItem(text)
        item.setData(_PLACE, place)
        self.list.addItem(item)

    def _add_heading(self, text: str) -> None:
        item = QListWidgetItem(text)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        self.list.addItem(item)

    def _mark_page(self) -> None:
        """Select the shown page in the list of pages."""
        if self.search.text().strip():
            return
        self.list.blockSignals(True)
        for row in range(self.list.count()):
            if self.list.item(row).data(_PLACE) is self.page:
                self.list.setCurrentRow(row)
        self.list.blockSignals(False)

    def _on_item(self, item: QListWidgetItem | None) -> None:
        place = item.data(_PLACE) if item is not None else None
        if isinstance(place, GuideHit):
            self.open_page_of(place.page.name, place.section.anchor, tuple(self.search.text().split()))
        elif isinstance(place, GuidePage):
            self.open_page_of(place.name)

    def _update_buttons(self) -> None:
        self.back_button.setEnabled(bool(self._before))
        self.next_button.setEnabled(bool(self._after))

    def _fill(self) -> None:
        words = self.tr("Search all chapters")
        self.search.setPlaceholderText(words)
        self.search.setAccessibleName(words)
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lambda _text: self._pause.start())
        self.search.returnPressed.connect(self.find_next)
        self.list.setWordWrap(True)
        self.list.setObjectName("chapters")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentItemChanged.connect(lambda item, _before: self._on_item(item))
        self.list.itemClicked.connect(self._on_click)
        for button, name, words, keys, run in (
            (self.back_button, "previous", self.tr("Back"), "Alt+Left", self.go_back),
            (self.next_button, "next", self.tr("Forward"), "Alt+Right", self.go_on),
        ):
            button.setIcon(icon(name))
            button.setProperty("role", "icon")
            button.setAccessibleName(words)
            button.setToolTip(f"{words} ({keys})")
            button.setShortcut(QKeySequence(keys))
            button.setAutoDefault(False)
            button.setEnabled(False)
            button.clicked.connect(lambda _checked, run=run: run())

    def _on_click(self, item: QListWidgetItem) -> None:
        """Go to an item's place once more: it is the current one already."""
        place = item.data(_PLACE)
        if isinstance(place, GuidePage) and place is self.page:
            self.text.scroll_to(TextPlace())
        elif isinstance(place, GuideHit) and place.page is self.page:
            self.text.go_to(place.section.anchor, tuple(self.search.text().split()))

    def _lay_out(self) -> None:
        close = QPushButton(self.tr("Close"))
        close.setAutoDefault(False)
        close.clicked.connect(self.close)
        head = FlowLayout()
        head.setSpacing(6)
        head.addWidget(self.back_button)
        head.addWidget(self.next_button)
        head.addStretch(1)
        head.addWidget(close)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.search)
        column.addWidget(self.found)
        column.addWidget(self.list, 1)
        self.found.hide()
        self.splitter = FoldingSplitter()
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(left)
        self.splitter.addWidget(self.text)
        self.splitter.setStretchFactor(1, 1)
        first = [scaled(LIST_WIDTH), scaled(SIZE[0] - LIST_WIDTH)]
        self.splitter.setSizes(list(self._settings.sizes("guide")) or first)
        keep_size(left, least_width=180)
        keep_size(self.text, least_width=300)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.addWidget(self.splitter)
        if not self.restoreGeometry(self._settings.layout("guide")):
            self.set_size(*SIZE)
