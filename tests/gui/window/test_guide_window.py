"""The guide: what it names is on the screen, and its window shows, links, searches and remembers."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QSettings, QSize, Qt, QUrl
from PySide6.QtGui import QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot
from support.trial import all_actions

from engine.contract.resources import resource_path
from studio.services.guide import chapters
from studio.services.guide.chapters import documents_folder
from studio.views.actions.menus import menu_titles
from studio.views.window import guide as guide_module
from studio.views.window.guide import CHAPTER_OF_PAGE, GuideWindow
from studio.views.window.main_window import MainWindow
from studio.widgets.studio_dialog import StudioDialog
from studio.widgets.text_size import NORMAL, set_text_percent
from studio.widgets.theme import apply_theme, load_theme, show_text_size
from studio.window_settings import AppSettings

PAGES = sorted((documents_folder() / "guide").glob("*.md"))
LEAST_LITERAL = 6
"""Letters that a text with a placeholder has besides it; fewer would fit everything."""


def opened(qtbot: QtBot, window: MainWindow, page: str = "") -> GuideWindow:
    window.show_guide()
    shown = next(each for each in window.findChildren(GuideWindow) if each.isVisible())
    qtbot.waitUntil(lambda: shown.page is not None)
    if page:
        shown.open_page_of(page)
    qtbot.waitUntil(lambda: shown.text.drawn and shown.isActiveWindow())
    return shown


def screen_texts() -> set[str]:
    """Every text that can be translated, as it is on the screen."""
    tree = ElementTree.parse(resource_path("translations", "score-studio.ts"))
    found = {source.text or "" for source in tree.iter("source")}
    return {text.replace("&&", "\0").replace("&", "").replace("\0", "&") for text in found}


def is_on_the_screen(text: str, known: set[str]) -> bool:
    if text in known:
        return True
    patterns = (each for each in known if "{" in each and len(re.sub(r"\{\w*\}|\W", "", each)) >= LEAST_LITERAL)
    return any(re.fullmatch(re.sub(r"\\\{\w*\\\}", ".+", re.escape(each)), text) for each in patterns)


def test_that_every_label_of_the_guide_is_on_the_screen(window: MainWindow) -> None:
    assert window.shell is not None
    actions = all_actions(window).values()
    known = {action.plain_text for action in actions} | {action.definition.text for action in actions}
    known |= {title for title, _page in window.shell.pages.values()} | screen_texts()
    menus = {title.replace("&", ""): name for name, title in menu_titles().items()}
    in_menus = {
        (action.definition.menu, text) for action in actions for text in (action.plain_text, action.definition.text)
    }
    found, wrong = 0, []
    for page in PAGES:
        for label in re.findall(r"\*\*([^*]+)\*\*", page.read_text("utf-8").replace("\n", " ")):
            found += 1
            if page.name == "README.md" and label == "Bold":
                continue
            menu, arrow, name = label.partition(" → ")
            is_there = (menus.get(menu), name) in in_menus if arrow else is_on_the_screen(label, known)
            wrong += [] if is_there else [(page.name, label)]
    assert wrong == []
    assert found > 150


def test_that_a_label_that_is_not_there_would_be_found() -> None:
    known = {"Run iteration {0}", "{0}, {1}", "Keep"}
    assert is_on_the_screen("Run iteration 3", known) and is_on_the_screen("Keep", known)
    assert not is_on_the_screen("Discard, everything", known) and not is_on_the_screen("Run everything", known)


def test_that_every_page_of_the_window_has_a_chapter(qtbot: QtBot, window: MainWindow) -> None:
    assert window.shell is not None
    assert set(CHAPTER_OF_PAGE) == {*window.shell.pages, "wizard", "wizard-model"}
    for name, chapter in (
        ("pairs", chapters.REVIEWING),
        ("overview", chapters.CHARTS),
        ("score", chapters.SCORING),
        ("models", chapters.EXPORTING),
        ("settings", chapters.MODELS),
    ):
        window.shell.show_page(name)
        shown = opened(qtbot, window)
        qtbot.waitUntil(lambda shown=shown, chapter=chapter: shown.page.name == chapter)  # type: ignore[misc]
    assert len([each for each in window.findChildren(GuideWindow) if each.isVisible()]) == 1


def test_that_the_wizard_opens_the_chapter_of_its_step(qtbot: QtBot, empty_window: MainWindow) -> None:
    empty_window.new_project()
    qtbot.waitUntil(lambda: empty_window.wizard is not None)
    wizard = empty_window.wizard
    assert wizard is not None
    shown = opened(qtbot, empty_window)
    qtbot.waitUntil(lambda: shown.page is not None and shown.page.name == chapters.FIRST_PROJECT)
    wizard.stack.setCurrentIndex(wizard.steps.index(wizard.model))
    again = opened(qtbot, empty_window)
    qtbot.waitUntil(lambda: again.page is not None and again.page.name == chapters.MODELS)


def test_that_escape_closes_it_and_the_chapter_is_remembered(
    qtbot: QtBot, empty_window: MainWindow, settings: AppSettings
) -> None:
    shown = opened(qtbot, empty_window)
    assert shown.page is not None and shown.page.name == chapters.CONTENTS
    shown.open_page_of(chapters.GPUS)
    QTest.keyClick(shown.text, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not empty_window.findChildren(GuideWindow))
    assert settings.guide_page == chapters.GPUS
    shown = opened(qtbot, empty_window)
    assert shown.page is not None and shown.page.name == chapters.GPUS


def test_that_a_page_that_is_gone_is_not_remembered(
    qtbot: QtBot, empty_window: MainWindow, settings: AppSettings
) -> None:
    settings.guide_page = "guide/99-gone.md"
    shown = opened(qtbot, empty_window)
    assert shown.page is not None and shown.page.name == chapters.CONTENTS


def test_that_links_lead_to_chapters_and_back(
    qtbot: QtBot, empty_window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages: list[str] = []
    monkeypatch.setattr(guide_module, "open_page", pages.append)
    shown = opened(qtbot, empty_window, chapters.FIRST_PROJECT)
    assert not shown.next_button.isEnabled()
    shown.text.verticalScrollBar().setValue(200)
    shown.follow(QUrl("02-reading-the-charts.md#when-to-stop"))
    assert shown.page is not None and shown.page.name == chapters.CHARTS
    assert shown.text.verticalScrollBar().value() > 200
    shown.follow(QUrl("../MODELS.md"))
    assert shown.page.name == "MODELS.md" and shown.list.currentItem().text() == "Models"
    shown.follow(QUrl("guide/08-questions.md"))
    assert shown.page.name == chapters.QUESTIONS
    for name in ("MODELS.md", chapters.CHARTS, chapters.FIRST_PROJECT):
        QTest.keyClick(shown.text, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
        qtbot.waitUntil(lambda name=name: shown.page.name == name)  # type: ignore[misc]
    assert shown.text.verticalScrollBar().value() == 200
    QTest.keyClick(shown.text, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: shown.page.name == chapters.CHARTS)
    shown.follow(QUrl("https://arxiv.org/abs/2506.02708"))
    shown.follow(QUrl("file:///etc/passwd"))
    shown.follow(QUrl("no-such-page.md"))
    assert pages == ["https://arxiv.org/abs/2506.02708"] and shown.page.name == chapters.CHARTS


def test_that_all_chapters_are_searched(qtbot: QtBot, empty_window: MainWindow) -> None:
    shown = opened(qtbot, empty_window, chapters.GPUS)
    chapters_listed = shown.list.count()
    qtbot.keyClicks(shown.search, "raw file")
    qtbot.keyClick(shown.search, Qt.Key.Key_Return)
    assert shown.page is not None and shown.page.name == chapters.SCORING
    assert {word.lower() for word in shown.text.marked} == {"raw", "file"}
    first = shown.list.currentRow()
    shown.find_next()
    assert shown.list.currentRow() == (first + 1) % shown.list.count()
    shown.search.setText("xyzzy")
    qtbot.waitUntil(shown.found.isVisible)
    assert shown.list.count() == 0
    shown.search.clear()
    qtbot.waitUntil(lambda: shown.list.count() == chapters_listed)
    assert not shown.found.isVisible() and not shown.text.marked


def test_that_pictures_are_never_wider_than_the_page(qtbot: QtBot, empty_window: MainWindow) -> None:
    shown = opened(qtbot, empty_window, chapters.SCORING)
    for width in (700, 1400):
        shown.resize(QSize(width, 600))
        qtbot.waitUntil(lambda: shown.text.drawn)
        qtbot.wait(150)
        qtbot.waitUntil(lambda: shown.text.drawn)
        document = shown.text.document()
        assert shown.text.horizontalScrollBar().maximum() == 0
        picture = document.resource(QTextDocument.ResourceType.ImageResource, QUrl("pictures/score.png"))
        assert 300 < picture.width() <= min(1000, shown.text.viewport().width())
        assert shown.width() == width


@pytest.fixture
def styled(qapp: QApplication) -> Iterator[QApplication]:
    """The application in its light style, at 100% before and after."""
    qapp.setStyle("Fusion")
    apply_theme(qapp, dark=False)
    yield qapp
    set_text_percent(NORMAL)
    show_text_size(qapp, NORMAL)
    apply_theme(qapp, dark=False)


def renderings(shown: GuideWindow) -> list[int]:
    """Return a list to which the length of each page is added that is rendered from now on."""
    found: list[int] = []
    shown.text.document().contentsChange.connect(
        lambda _place, removed, added: found.append(added) if added > removed + 1000 else None
    )
    return found


def first_line(shown: GuideWindow) -> str:
    """Return the paragraph that is read at the top."""
    return shown.text.cursorForPosition(QPoint(30, 4)).block().text()


def settled(qtbot: QtBot, shown: GuideWindow) -> None:
    qtbot.wait(150)
    qtbot.waitUntil(lambda: shown.text.drawn)


def test_that_another_size_of_texts_renders_once_and_keeps_what_is_read(
    qtbot: QtBot, styled: QApplication, empty_window: MainWindow
) -> None:
    shown = opened(qtbot, empty_window, chapters.CHARTS)
    settled(qtbot, shown)
    bar = shown.text.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    line, length, rendered = first_line(shown), bar.maximum(), renderings(shown)
    assert len(line) > 5
    for count, percent in enumerate((150, 80, NORMAL), start=1):
        width = shown.width()
        show_text_size(styled, percent)
        settled(qtbot, shown)
        assert first_line(shown) == line and len(rendered) == count
        assert percent != 150 or bar.maximum() > length + 500
        assert percent != 80 or shown.width() < width  # like every window over the main one


def test_that_another_theme_renders_once_and_keeps_what_is_read(
    qtbot: QtBot, styled: QApplication, empty_window: MainWindow
) -> None:
    shown = opened(qtbot, empty_window, chapters.CHARTS)
    settled(qtbot, shown)
    shown.text.verticalScrollBar().setValue(900)
    rendered = renderings(shown)
    apply_theme(styled, dark=True)
    settled(qtbot, shown)
    assert shown.text.verticalScrollBar().value() == 900 and len(rendered) == 1
    apply_theme(styled, dark=True)
    settled(qtbot, shown)
    assert len(rendered) == 1  # nothing has changed


def test_that_another_width_keeps_what_is_read(qtbot: QtBot, empty_window: MainWindow) -> None:
    shown = opened(qtbot, empty_window, chapters.CHARTS)
    settled(qtbot, shown)
    bar = shown.text.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    line, rendered = first_line(shown), renderings(shown)
    for width in (700, 1500, 900):
        shown.resize(QSize(width, 600))
        settled(qtbot, shown)
        assert first_line(shown) == line
    assert rendered == []


def test_that_a_page_opened_while_the_size_changes_is_at_its_own_place(
    qtbot: QtBot, styled: QApplication, empty_window: MainWindow
) -> None:
    shown = opened(qtbot, empty_window, chapters.CHARTS)
    settled(qtbot, shown)
    shown.text.verticalScrollBar().setValue(2000)
    line = first_line(shown)
    show_text_size(styled, 150)
    shown.open_page_of(chapters.QUESTIONS)
    settled(qtbot, shown)
    assert shown.text.verticalScrollBar().value() == 0
    show_text_size(styled, NORMAL)
    shown.open_page_of(chapters.CHARTS, "when-to-stop")
    settled(qtbot, shown)
    assert first_line(shown) == "When to stop"
    shown.go_back()
    shown.go_back()
    assert first_line(shown) == line


def test_that_it_is_like_every_window_over_the_main_one_and_keeps_its_size(
    qtbot: QtBot, empty_window: MainWindow, settings: AppSettings
) -> None:
    shown: QDialog = opened(qtbot, empty_window)
    assert isinstance(shown, StudioDialog)
    shown.resize(QSize(723, 511))
    shown.close()
    qtbot.waitUntil(lambda: not empty_window.findChildren(GuideWindow))
    assert not settings.layout("guide").isEmpty() and opened(qtbot, empty_window).size() == QSize(723, 511)


@pytest.mark.parametrize("dark", [False, True])
def test_that_it_takes_the_colours_of_a_theme(qtbot: QtBot, empty_window: MainWindow, dark: bool) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    shown = opened(qtbot, empty_window, chapters.QUESTIONS)
    try:
        apply_theme(application, dark)
        qtbot.waitUntil(lambda: load_theme(dark).colours["accent"] in shown.text.document().toHtml())
        assert load_theme(not dark).colours["accent"] not in shown.text.document().toHtml()
    finally:
        apply_theme(application, False)


def test_that_a_damaged_installation_is_told(
    qtbot: QtBot, empty_window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(chapters, "documents_folder", lambda: tmp_path)
    empty_window.show_guide()
    (shown,) = empty_window.findChildren(GuideWindow)
    qtbot.waitUntil(lambda: "README.md" in shown.text.toPlainText())
    shown.close()


def test_that_size_and_page_are_kept(tmp_path: Path) -> None:
    store = AppSettings(QSettings(str(tmp_path / "kept.ini"), QSettings.Format.IniFormat))
    assert store.guide_page == ""
    store.guide_page = chapters.GPUS
    assert store.guide_page == chapters.GPUS
