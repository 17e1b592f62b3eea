"""The system's change between light and dark, live: every page, its charts, and windows that are open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot
from support.window import let_it_read, open_in

from studio import app
from studio.views.window.main_window import MainWindow
from studio.widgets.theme import apply_theme, follow_system, load_theme
from studio.window_settings import AppSettings

GROUNDS = ("window", "base", "alternate", "rail", "accent_soft", "success_soft", "danger_soft", "warning_soft")
MOST = 0.002
"""Share of pixels that may have such a colour by chance, as in a photograph."""


Following = Callable[[QApplication, AppSettings], None]


@pytest.fixture
def following(qapp: QApplication) -> Iterator[Following]:
    """Follows the system until the test ends; light before and after."""
    apply_theme(qapp, dark=False)
    connections = []
    yield lambda app_, chosen: connections.append(follow_system(app_, lambda: chosen.appearance))
    for connection in connections:
        QObject.disconnect(connection)
    qapp.styleHints().unsetColorScheme()
    apply_theme(qapp, dark=False)


def share_of(widget: QWidget, dark: bool) -> float:
    """Return the share of the widget's pixels that have a ground colour of one theme."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1)[:, : image.width()] & 0xFFFFFF
    colours = [QColor(load_theme(dark).colours[name]).rgb() & 0xFFFFFF for name in GROUNDS]
    return float(np.isin(pixels, np.array(colours, np.uint32)).mean())


def test_that_all_pages_and_open_windows_follow_the_system(
    qtbot: QtBot,
    qapp: QApplication,
    following: Following,
    settings: AppSettings,
    empty_window: MainWindow,
    reviewed: Path,
) -> None:
    window = empty_window
    assert settings.appearance == "system"
    following(qapp, settings)
    open_in(qtbot, window, reviewed)
    shell = window.shell
    assert shell is not None
    for name in shell.pages:
        shell.show_page(name)
        let_it_read(qtbot, window, 30)
    shell.show_page("overview")
    qtbot.waitUntil(lambda: shell.overview.charts_ready)
    window.show_keys()
    window.show_about()
    shell.overview.judge_versions()
    qtbot.waitUntil(lambda: sum(each.isVisible() for each in window.findChildren(QDialog)) == 3)
    let_it_read(qtbot, window, 30)
    opened = [each for each in window.findChildren(QDialog) if each.isVisible()]
    for scheme, dark in ((Qt.ColorScheme.Dark, True), (Qt.ColorScheme.Light, False)):
        qapp.styleHints().colorSchemeChanged.emit(scheme)
        QApplication.processEvents()
        wrong = {type(each).__name__: share_of(each, not dark) for each in opened}
        for name in shell.pages:
            shell.show_page(name)
            let_it_read(qtbot, window, 30)
            wrong[name] = share_of(window, not dark)
            assert share_of(window, dark) > 0.3, name
        assert {name: share for name, share in wrong.items() if share > MOST} == {}
    for each in opened:
        each.close()


def test_that_a_chosen_appearance_does_not_follow_the_system(
    qapp: QApplication, following: Following, settings: AppSettings
) -> None:
    settings.appearance = "light"
    following(qapp, settings)
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    window = app.build_window(settings)
    assert share_of(window, dark=False) > 0.3 and share_of(window, dark=True) < MOST
    window.close()
    window.deleteLater()
