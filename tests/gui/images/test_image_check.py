"""The window opens a project's images once by itself, tells what cannot be used, and can be closed meanwhile."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot
from support.window import open_in

from studio.services.projects import create_and_open
from studio.views.window.main_window import MainWindow


def first_image(root: Path) -> Path:
    project = create_and_open.open_project(root)
    file = sorted(project.images_root().iterdir())[0]
    project.close()
    return file


def test_that_an_image_that_cannot_be_used_is_told_in_the_window(
    qtbot: QtBot, empty_window: MainWindow, reviewed: Path
) -> None:
    broken = first_image(reviewed)
    broken.write_bytes(b"no image")
    open_in(qtbot, empty_window, reviewed)
    assert empty_window.workspace is not None and empty_window.workspace.image_check is not None
    check = empty_window.workspace.image_check
    told: list[str] = []
    empty_window.workspace.problem.connect(told.append)
    with qtbot.waitSignal(check.ended, timeout=20_000) as ended:
        check.start()
    assert ended.args is not None and ended.args[0].opened > 1
    assert told and broken.name in told[0] and "1 image cannot be used" in told[0]


def test_that_a_window_that_is_closed_ends_the_check(qtbot: QtBot, empty_window: MainWindow, reviewed: Path) -> None:
    open_in(qtbot, empty_window, reviewed)
    assert empty_window.workspace is not None and empty_window.workspace.image_check is not None
    check = empty_window.workspace.image_check
    check.start()
    check.close()
    assert check.lanes.tasks.join(10)
