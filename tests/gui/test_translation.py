"""Ready for translation: with a translator installed no fixed text of the window stays English."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from support.trial import menu_actions

from studio import app
from studio.views.window.shortcut_sheet import key_sections
from studio.views.wizard.wizard import Wizard
from studio.window_settings import AppSettings

MARK = "¿"


class Marking(QTranslator):
    """Marks every text that goes through it."""

    def isEmpty(self) -> bool:
        """It has every text."""
        return False

    def translate(self, context: str, text: str, disambiguation: str | None = None, n: int = -1) -> str:
        """The text with a mark in front."""
        return MARK + text


@pytest.fixture
def marking(qapp: QApplication) -> Iterator[None]:
    translator = Marking()
    qapp.installTranslator(translator)
    yield
    qapp.removeTranslator(translator)


def unmarked(page: QWidget) -> list[str]:
    return [
        button.text()
        for button in page.findChildren(QPushButton)
        if any(letter.isalpha() for letter in button.text()) and MARK not in button.text()
    ]


def test_that_start_page_wizard_and_key_sheet_are_translated(
    qtbot: QtBot, marking: None, settings: AppSettings
) -> None:
    window = app.build_window(settings)
    qtbot.addWidget(window)
    wizard = Wizard(window._background, ())
    qtbot.addWidget(wizard)
    for page in (window.start, wizard):
        assert unmarked(page) == []
    sections = key_sections(window.action_sets)
    titles = [section.title for section in sections]
    meanings = [line.meaning for section in sections for line in section.lines]
    assert all(text.startswith(MARK) for text in [*titles, *meanings])
    menus = window.menu_bar.menus.values()
    texts = [menu.title() for menu in menus] + [action.text() for menu in menus for action in menu_actions(menu)]
    assert len(texts) > 20 and all(text.startswith(MARK) for text in texts)
    window._background.close()
