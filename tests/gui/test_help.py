"""Help: the guide, and what About tells."""

from __future__ import annotations

import re

from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot
from support.trial import all_actions

from studio.services import about
from studio.views.window.about import AboutWindow
from studio.views.window.guide import GuideWindow, guide_file
from studio.views.window.main_window import MainWindow


def test_that_about_shows_licences_and_copies_the_system_information(qtbot: QtBot, empty_window: MainWindow) -> None:
    empty_window.show_about()
    empty_window.show_about()
    (shown,) = empty_window.findChildren(AboutWindow)
    qtbot.waitUntil(shown.copy_button.isEnabled, timeout=10_000)
    names = [shown.table.item(row, 0).text() for row in range(shown.table.rowCount())]
    assert "torch" in names and "PySide6_Essentials" in names and len(names) == len(about.parts())
    shown.copy_button.click()
    text = QGuiApplication.clipboard().text()
    assert text.startswith("Score Studio: ") and "Python: 3." in text and "Qt: 6." in text and "torch: " in text
    shown.close()
    qtbot.waitUntil(lambda: not empty_window.findChildren(AboutWindow))


def test_that_the_guide_opens_and_is_searched(qtbot: QtBot, empty_window: MainWindow) -> None:
    empty_window.show_guide()
    (shown,) = empty_window.findChildren(GuideWindow)
    assert "A project in five steps" in shown.text.toPlainText()
    qtbot.keyClicks(shown.search, "margin")
    first = shown.text.textCursor().position()
    assert shown.text.textCursor().selectedText().lower() == "margin"
    shown.search.setText("veto")
    found = shown.text.textCursor().position()
    shown.find_next()
    assert shown.text.textCursor().position() > found and first > 0
    shown.close()


def test_that_the_guide_names_menus_and_pages_as_the_window_does(qtbot: QtBot, window: MainWindow) -> None:
    assert window.shell is not None
    text = guide_file("en").read_text("utf-8")
    assert guide_file("xx") == guide_file("en")
    for title, _page in window.shell.pages.values():
        assert f"**{title}**" in text
    known = {action.plain_text for action in all_actions(window).values()}
    known |= {action.definition.text for action in all_actions(window).values()}
    for menu, name in re.findall(r"\*(File|Help), ([^*]+)\*", text):
        assert name in known, (menu, name)
