"""Driving the window in tests."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from studio.views.window.main_window import MainWindow


def open_in(qtbot: QtBot, window: MainWindow, root: Path) -> None:
    """Opens a project and waits until it is there."""
    window.open_project(root)
    qtbot.waitUntil(lambda: window.shell is not None, timeout=10_000)
