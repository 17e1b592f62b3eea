"""A real window on real projects, without a screen."""

from __future__ import annotations

import gc
import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from support.qt_in_threads import watched_threads
from support.reviewed import make_reviewed_project
from support.window import open_in

from studio import app
from studio.jobs.supervisor import Supervisor
from studio.pyside_refcount_workaround import make_singletons_last
from studio.views.tasks.closing import wait_until_closed
from studio.views.window.main_window import MainWindow
from studio.window_settings import AppSettings

make_singletons_last()

for _wait in (QtBot.waitUntil, QtBot.waitSignal, QtBot.waitSignals, QtBot.waitExposed, QtBot.waitActive):
    _wait.__kwdefaults__["timeout"] = 20_000  # a wait ends when its condition holds; a busy machine needs more than 5 s


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder opens widgets."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.gui)


@pytest.fixture(scope="module", autouse=True)
def modules_are_no_garbage() -> Iterator[None]:
    """What is imported before a file's first window is not looked through after each test: half a million objects."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(autouse=True)
def no_style_sheet_afterwards() -> Iterator[None]:
    """A theme is for the test that shows it: with a style sheet, every window after it would take several times as
    long. The sheet is taken away when nothing is left that has it: Qt may crash otherwise."""
    yield
    application = QApplication.instance()
    if not isinstance(application, QApplication) or not application.styleSheet():
        return
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect()
    if not any(each.isVisible() for each in application.topLevelWidgets()):
        application.setStyleSheet("")


@pytest.fixture
def settings(tmp_path: Path) -> AppSettings:
    """Settings of a first start."""
    return AppSettings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))


@pytest.fixture
def reviewed(tmp_path: Path) -> Path:
    """A project after one iteration."""
    return make_reviewed_project(tmp_path / "project", tmp_path / "data")


@pytest.fixture
def empty_window(qtbot: QtBot, settings: AppSettings) -> Iterator[MainWindow]:
    """The window at its start page."""
    window = app.build_window(settings)
    window.resize(1280, 720)
    window.show()
    qtbot.waitExposed(window)
    yield window
    if window.workspace is not None:
        window.workspace.stop_queue()
        qtbot.waitUntil(lambda: window.workspace is None or not window.workspace.running, timeout=20_000)
    window.leave_at_once(lambda: None)  # asks nothing
    window.close()
    assert wait_until_closed(seconds=30)
    app.end(window)  # the last test's window would be left to the end of Python, which may then crash


@pytest.fixture
def window(qtbot: QtBot, empty_window: MainWindow, reviewed: Path) -> MainWindow:
    """The window with the project open."""
    open_in(qtbot, empty_window, reviewed)
    return empty_window


@pytest.fixture(autouse=True)
def no_thread_uses_qt() -> Iterator[None]:
    """Whatever a test of the window does, its worker threads use nothing of Qt."""
    with watched_threads(Supervisor) as found:
        yield
    assert not found, found[0]
