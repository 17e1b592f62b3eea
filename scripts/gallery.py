"""Screenshots of every page of a finished project: ``python scripts/gallery.py PROJECT OUT``.

Opens the real window (offscreen unless QT_QPA_PLATFORM says otherwise), goes through its pages in light and dark and in
each size, and saves what it shows as PNG.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QSettings, QTimer
from PySide6.QtWidgets import QApplication

from studio.app import build_window
from studio.settings import AppSettings
from studio.views.main_window import MainWindow
from studio.widgets.theme import apply_theme

SIZES = ((1280, 720), (2560, 1440))
OPENING_SECONDS = 30.0
SETTLE_SECONDS = 1.5


def main() -> int:
    """Take the screenshots and print their paths."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("project", type=Path)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    application = QApplication([])
    application.setStyle("Fusion")
    with tempfile.TemporaryDirectory() as folder:
        settings = AppSettings(QSettings(str(Path(folder) / "gallery.ini"), QSettings.Format.IniFormat))
        for dark in (False, True):
            apply_theme(application, dark)
            window = build_window(settings)
            window.show()
            _take(window, arguments.project.absolute(), arguments.out, "dark" if dark else "light")
            window.close()
            _wait(0.2)
    return 0


def _take(window: MainWindow, project: Path, out: Path, theme: str) -> None:
    for width, height in SIZES:
        window.resize(width, height)
        _wait(SETTLE_SECONDS)
        _save(window, out / f"start-{theme}-{width}x{height}.png")
    window.open_project(project)
    waited = 0.0
    while window.shell is None:
        _wait(0.1)
        waited += 0.1
        if waited > OPENING_SECONDS:
            raise SystemExit(f"{project} did not open: {window.start.message.text()}")
    for width, height in SIZES:
        window.resize(width, height)
        for name in window.shell.pages:
            window.shell.show_page(name)
            _wait(SETTLE_SECONDS)
            _save(window, out / f"{name}-{theme}-{width}x{height}.png")


def _save(window: MainWindow, path: Path) -> None:
    if not window.grab().save(str(path)):
        raise SystemExit(f"cannot write {path}")
    print(path)


def _wait(seconds: float) -> None:
    loop = QEventLoop()
    QTimer.singleShot(int(seconds * 1000), loop.quit)
    loop.exec()


if __name__ == "__main__":
    raise SystemExit(main())
