"""A word on the desktop when the queue has come to rest and nobody looks at the window."""

from __future__ import annotations

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

SHOWN_MS = 10_000


class Notifier:
    """Shows messages through the system tray; where there is none, it does nothing."""

    def __init__(self, window: QWidget, icon: QIcon) -> None:
        self._window = window
        self._icon = icon
        self._tray: QSystemTrayIcon | None = None

    def tell(self, title: str, text: str) -> bool:
        """Shows a message unless the window is in front; returns whether it was shown."""
        if self._window.window().isActiveWindow() or not QSystemTrayIcon.isSystemTrayAvailable():
            return False
        if not QSystemTrayIcon.supportsMessages():
            return False
        if self._tray is None:
            self._tray = QSystemTrayIcon(self._icon, self._window)
            self._tray.messageClicked.connect(self._come_to_front)
        self._tray.show()
        self._tray.showMessage(title, text, QSystemTrayIcon.MessageIcon.Information, SHOWN_MS)
        QApplication.alert(self._window.window())
        return True

    def hide(self) -> None:
        """Takes the sign out of the tray."""
        if self._tray is not None:
            self._tray.hide()

    def _come_to_front(self) -> None:
        window = self._window.window()
        window.show()
        window.raise_()
        window.activateWindow()
        self.hide()
