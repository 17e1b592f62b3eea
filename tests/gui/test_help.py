"""Help: what About tells."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from studio.services import about
from studio.views.window.about import AboutWindow
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
