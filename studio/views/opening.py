"""Opening folders, files and pages of the web with the programs that the system has for them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices


def open_file(file: Path) -> bool:
    """Open a file with the program that the system has for it; returns whether there is one."""
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(file)))


def open_folder(folder: Path) -> bool:
    """Show a folder in the file manager; returns whether the system has one."""
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def open_page(address: str) -> bool:
    """Open a page of the web in the browser; returns whether the system has one."""
    return QDesktopServices.openUrl(QUrl(address))
