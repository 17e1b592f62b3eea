"""Desktop notification when the queue has stopped and the window is not in front."""

from __future__ import annotations

import html

from PySide6.QtCore import QProcess, QStandardPaths
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

from studio.text import one_line

SHOWN_MS = 10_000
SENDER = "notify-send"
"""Command of the desktop's notification service, for desktops without a tray (GNOME)."""


class Notifier:
    """Shows messages through the system tray, or through the desktop's own service; always marks the window."""

    def __init__(self, window: QWidget, icon: QIcon) -> None:
        self._window = window
        self._icon = icon
        self._tray: QSystemTrayIcon | None = None

    def notify(self, title: str, text: str) -> bool:
        """Show a message unless the window is in front; returns whether it could be shown."""
        if self._window.window().isActiveWindow():
            return False
        QApplication.alert(self._window.window())
        title, text = one_line(title), one_line(text)
        return self._through_tray(title, text) or self._through_service(title, text)

    def hide(self) -> None:
        """Remove the tray icon."""
        if self._tray is not None:
            self._tray.hide()

    def _through_tray(self, title: str, text: str) -> bool:
        if not QSystemTrayIcon.isSystemTrayAvailable() or not QSystemTrayIcon.supportsMessages():
            return False
        if self._tray is None:
            self._tray = QSystemTrayIcon(self._icon, self._window)
            self._tray.messageClicked.connect(self._come_to_front)
        self._tray.show()
        self._tray.showMessage(title, text, QSystemTrayIcon.MessageIcon.Information, SHOWN_MS)
        return True

    def _through_service(self, title: str, text: str) -> bool:
        """Return the service may read markup in the body (never in the title), so that is escaped."""
        program = QStandardPaths.findExecutable(SENDER)
        if not program:
            return False
        options = ["--app-name=Score Studio", f"--expire-time={SHOWN_MS}", "--"]
        started, _pid = QProcess.startDetached(program, [*options, title, html.escape(text, quote=False)], "")
        return bool(started)

    def _come_to_front(self) -> None:
        window = self._window.window()
        window.show()
        window.raise_()
        window.activateWindow()
        self.hide()
