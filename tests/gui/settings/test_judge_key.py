"""The judge's key: typed once, kept for one address, never in the project."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from engine.contract.judge_types import JUDGE_KEY, JUDGE_KEY_ORIGIN
from studio.services.judging import keys
from studio.views.settings.judge_key_window import JudgeKeyWindow
from studio.views.window.main_window import MainWindow

KEY = "sk-sentinel-0123456789"
OPENAI = "https://api.openai.com/v1"


@pytest.fixture(autouse=True)
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (JUDGE_KEY, JUDGE_KEY_ORIGIN):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(keys, "_session", {})
    monkeypatch.setattr(keys, "_given", [])


@pytest.fixture
def shown(qtbot: QtBot, window: MainWindow) -> JudgeKeyWindow:
    """The window, opened as a person would, once it knows whether there is a key."""
    assert window.shell is not None
    window.shell.show_page("settings")
    page = window.shell.settings
    page.commands["settings.judge-key"].trigger()
    qtbot.waitUntil(lambda: len(window.findChildren(JudgeKeyWindow)) == 1)
    (found,) = window.findChildren(JudgeKeyWindow)
    qtbot.waitUntil(lambda: bool(found.state.text()))
    return found


def test_that_a_key_is_saved_for_the_address_and_deleted_again(
    qtbot: QtBot, shown: JudgeKeyWindow, reviewed: Path
) -> None:
    assert shown.state.text().startswith("There is no key for this address.")
    assert shown.field.echoMode() == QLineEdit.EchoMode.Password
    assert not shown.save_button.isEnabled() and shown.delete_button.isHidden()
    qtbot.keyClicks(shown.field, f" {KEY} ")
    qtbot.keyClick(shown.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "until the program ends" in shown.state.text())  # the tests' machine has no keyring
    assert keys.key_of(OPENAI) == (KEY, "session") and keys.key_of("https://api.openai.org/v1") is None
    assert not shown.field.text() and not shown.delete_button.isHidden()
    assert not any(KEY.encode() in file.read_bytes() for file in reviewed.rglob("*") if file.is_file())
    qtbot.mouseClick(shown.delete_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: shown.state.text().startswith("There is no key"))
    assert keys.key_of(OPENAI) is None


def test_that_it_may_be_closed_while_the_keyring_is_asked(
    qtbot: QtBot, window: MainWindow, shown: JudgeKeyWindow
) -> None:
    qtbot.keyClicks(shown.field, KEY)
    shown.save()
    with qtbot.waitSignal(shown.destroyed):
        shown.close()
    qtbot.waitUntil(lambda: keys.key_of(OPENAI) is not None)
    assert not window.findChildren(JudgeKeyWindow)
