"""Driving the window in tests."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from studio.views.window.main_window import MainWindow


def open_in(qtbot: QtBot, window: MainWindow, root: Path) -> None:
    """Opens a project and waits until it is there."""
    window.open_project(root)
    qtbot.waitUntil(lambda: window.shell is not None, timeout=10_000)


def let_it_read(qtbot: QtBot, window: MainWindow, quiet: int = 150) -> None:
    """Waits until the window has read in the background whatever it wanted, and nothing more for ``quiet`` ms."""
    workspace = window.workspace
    assert workspace is not None
    still = 0
    while still < 3:
        qtbot.waitUntil(lambda: not workspace.background.busy)
        qtbot.wait(quiet // 3)
        still = 0 if workspace.background.busy else still + 1
