"""No worker thread uses Qt: it can freeze the window for ever (ARCHITECTURE.md says how)."""

from __future__ import annotations

import runpy
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QCoreApplication, QObject, QThread, QTimer, Signal
from PySide6.QtGui import QImageReader
from pytestqt.qtbot import QtBot
from support.qt_in_threads import watched_threads
from support.window import open_in

from studio.jobs.supervisor import Supervisor
from studio.services.images.thumbnail_cache import ThumbnailFolder
from studio.views.window.main_window import MainWindow
from studio.widgets.image_loader import ImageLoader
from studio.widgets.thumbnails import ThumbnailLoader


class Thing(QObject):
    """With a signal."""

    happened = Signal(int)


def emit() -> None:
    thing = Thing()
    thing.happened.emit(1)


def connect() -> None:
    thing = Thing()
    thing.happened.connect(print)


@pytest.mark.parametrize(
    ("work", "named"),
    [
        (lambda: QImageReader("x.png").size(), "QImageReader.size"),
        (emit, "SignalInstance.emit"),
        (connect, "SignalInstance.connect"),
        (lambda: Thing().tr("text"), "Thing.tr"),
        (lambda: QCoreApplication.translate("context", "text"), "QCoreApplication.translate"),
        (lambda: QTimer().stop(), "QTimer.stop"),
    ],
)
def test_that_a_worker_that_uses_qt_is_found(qtbot: QtBot, work: Callable[[], object], named: str) -> None:
    with watched_threads() as found:
        work()
        assert found == []  # in the window's thread it may
        thread = threading.Thread(target=work, name="planted")
        thread.start()
        thread.join()
    assert [call.splitlines()[0] for call in found] == [f"planted: {named}"]


def test_that_a_worker_that_imports_a_module_of_the_window_is_found(qtbot: QtBot, tmp_path: Path) -> None:
    with watched_threads() as found:
        for name, content in (("planted", "from PySide6.QtGui import QColor"), ("harmless", "import json")):
            (tmp_path / f"{name}.py").write_text(content)
            thread = threading.Thread(target=runpy.run_path, args=(str(tmp_path / f"{name}.py"),), name="planted")
            thread.start()
            thread.join()
    assert [call.splitlines()[0] for call in found] == ["planted: import of <run_path>"]


def test_that_a_thread_of_qt_that_uses_qt_is_found(qtbot: QtBot) -> None:
    class Planted(QThread):
        def run(self) -> None:
            emit()

    with watched_threads(Planted) as found:
        thread = Planted()
        thread.start()
        assert thread.wait(5000)
    assert len(found) == 1 and "SignalInstance.emit" in found[0]


def test_that_pictures_and_thumbnails_are_read_without_qt(qtbot: QtBot, tmp_path: Path) -> None:
    files = [tmp_path / f"{number}.{'jpg' if number % 2 else 'png'}" for number in range(40)]
    for number, file in enumerate(files):
        Image.new("RGB", (300, 200), (number, 0, 0)).save(file)
    files.append(tmp_path / "missing.jpg")
    with watched_threads() as found:
        images, thumbnails = ImageLoader(), ThumbnailLoader(ThumbnailFolder(tmp_path / "project"))
        try:
            for _ in range(2):  # from the files, then from the disk cache
                thumbnails.want(files, 96)
                for file in files:
                    images.pixmap(file)
                qtbot.waitUntil(lambda: thumbnails.idle, timeout=20_000)
                qtbot.waitUntil(lambda: all(images.pixmap(file) for file in files[:-1]), timeout=20_000)
                qtbot.waitUntil(lambda: images.problem(files[-1]) != "", timeout=20_000)
                thumbnails._cache.clear()
        finally:
            images.close()
            thumbnails.close()
    assert not found, found[0]


def test_that_every_page_of_a_project_is_read_without_qt(
    qtbot: QtBot, empty_window: MainWindow, reviewed: Path
) -> None:
    with watched_threads(Supervisor) as found:
        open_in(qtbot, empty_window, reviewed)
        assert empty_window.shell is not None and empty_window.workspace is not None
        for name in empty_window.shell.pages:
            empty_window.shell.show_page(name)
            qtbot.wait(300)
        assert empty_window.workspace.image_check is not None
        with qtbot.waitSignal(empty_window.workspace.image_check.ended, timeout=20_000):
            empty_window.workspace.image_check.start()
        empty_window.close_project()
        qtbot.wait(300)
    assert not found, found[0]
