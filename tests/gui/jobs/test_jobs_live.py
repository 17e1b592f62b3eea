"""What the Jobs page tells while a job runs and when the queue has come to rest, and jobs that are dragged."""

from __future__ import annotations

import dataclasses
import stat
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget
from pytestqt.qtbot import QtBot
from support.fake_engine import run_fake_jobs_until
from support.fake_worker import use_fake_worker
from support.projects import rows, write_photos
from support.window import open_in

from engine.contract.events import AnswerSamples, Started
from studio.models.job_table import JobsModel
from studio.services.loop import next_action
from studio.services.projects import create_and_open
from studio.views.jobs.jobs_page import JobsPage
from studio.views.window.main_window import MainWindow
from studio.widgets.desktop_notification import Notifier

HOSTILE = "<b>holiday</b>\n<img src='file:///etc/hostname'> \x1b[31m\u202e"


def make_project(tmp_path: Path, *, waiting: int = 0) -> Path:
    """A project with its first jobs in the queue, or one whose first training is next."""
    scores = write_photos(tmp_path / "data")
    folder = tmp_path / "project"
    create_and_open.create_project(folder, images=scores.parent / "images", scores=scores, model="some/model")
    project = create_and_open.open_project(folder, exclusive=True)
    if waiting:
        run_fake_jobs_until(project, waiting, stage="train")
    else:
        next_action.enqueue_next(project, 0)
    project.close()
    return folder


def jobs_page(qtbot: QtBot, window: MainWindow, root: Path) -> JobsPage:
    open_in(qtbot, window, root)
    assert window.shell is not None
    window.shell.show_page("jobs")
    page = window.shell.jobs
    qtbot.waitUntil(lambda: page.model.rowCount() > 0)
    return page


def test_that_phase_speed_and_memory_are_told_live_and_kept(
    qtbot: QtBot, empty_window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_fake_worker(monkeypatch, "slow")
    root = make_project(tmp_path)
    page = jobs_page(qtbot, empty_window, root)
    line = page.detail.facts
    qtbot.waitUntil(page.start_button.isEnabled)
    qtbot.mouseClick(page.start_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "loading the model" in line.text(), timeout=10_000)
    qtbot.waitUntil(lambda: "2.00 images/s" in line.text() and "120 tokens/s" in line.text(), timeout=10_000)
    assert "loading the model" not in line.text()
    assert line.text().startswith("on cpu  ·  ") and "items/s" not in line.text()
    for part in ("memory 2.5 GB", "device peak 3.0 GB", "reserved peak 4.0 GB", "20.0 GB of 24.0 GB free"):
        assert part in line.text()
    page.workspace.stop_queue()
    qtbot.waitUntil(lambda: page.model.rows[0].state == "cancelled" and not page.workspace.running, timeout=20_000)
    told = rows(root, "SELECT count(*) FROM job_event WHERE kind = 'Throughput'")[0][0]
    assert told >= 1
    page.table.setCurrentIndex(page.model.index(1, 0))
    qtbot.waitUntil(lambda: "tokens/s" not in line.text())
    page.table.setCurrentIndex(page.model.index(0, 0))
    qtbot.waitUntil(lambda: "2.00 images/s  ·  120 tokens/s" in line.text())


def test_that_a_job_that_was_shown_before_it_started_has_its_device_and_its_unit(
    qtbot: QtBot, empty_window: MainWindow, tmp_path: Path
) -> None:
    page = jobs_page(qtbot, empty_window, make_project(tmp_path))
    line = page.detail.facts
    line.show_job(dataclasses.replace(page.model.rows[0], id=99, state="running", unit=""))
    line.on_event(Started("train", 64, "steps", device="cuda:0"))
    line.render_line(1.35)
    assert line.text() == "on cuda:0  ·  1.35 steps/s"
    line.on_event(AnswerSamples(10, 8, 1, 64.0))
    line.render_line(1.35)
    assert line.text().endswith("sampled answers at step 10: 1 of 8 in the required format, 64 tokens on average")


def test_that_a_failed_job_offers_retry_and_a_stopped_one_resume(
    qtbot: QtBot, empty_window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_fake_worker(monkeypatch, "fail")
    page = jobs_page(qtbot, empty_window, make_project(tmp_path))
    qtbot.waitUntil(page.start_button.isEnabled)
    qtbot.mouseClick(page.start_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.model.rows[0].state == "failed" and page.resume_button.isEnabled(), timeout=20_000)
    assert page.resume_button.text() == "Retry"
    assert page.detail.error_card.isVisible() and page.detail.error.text() == "The model is tired. Let it sleep."
    use_fake_worker(monkeypatch, "slow")
    qtbot.mouseClick(page.resume_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.model.rows[0].state == "running" and page.model.rows[0].done > 5, timeout=20_000)
    assert not page.detail.error_card.isVisible()
    qtbot.mouseClick(page.cancel_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.model.rows[0].state == "cancelled" and page.resume_button.isEnabled(), timeout=20_000)
    assert page.resume_button.text() == "Resume"


def drag(page: JobsPage, source: str, before: str) -> None:
    """Drops a job just above another one, through the view's own events."""
    titles = [row.title for row in page.model.rows]
    data = page.model.mimeData([page.model.index(titles.index(source), 1)])
    drop(page, data, page.table.visualRect(page.model.index(titles.index(before), 1)).topLeft().toPointF())


def drop(page: JobsPage, data: QMimeData, at: QPointF) -> None:
    act, button, keys = Qt.DropAction.MoveAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    port = page.table.viewport()
    at = at + QPointF(20, 1)
    for event in (
        QDragEnterEvent(at, act, data, button, keys),
        QDragMoveEvent(at, act, data, button, keys),
        QDropEvent(at, act, data, button, keys),
    ):
        QApplication.sendEvent(port, event)


def test_that_a_waiting_job_is_dragged_as_far_as_it_may(qtbot: QtBot, empty_window: MainWindow, tmp_path: Path) -> None:
    root = make_project(tmp_path, waiting=2)
    page = jobs_page(qtbot, empty_window, root)
    page.table.setMinimumHeight(900)  # every row on the screen
    qtbot.waitUntil(lambda: page.table.height() >= 900)
    titles = [row.title for row in page.model.rows]
    measure, generate = "Measure iter1/score", "Generate the pairs of iteration 2"
    assert titles.index(measure) < titles.index(generate)
    drag(page, measure, titles[titles.index(generate) + 1])
    qtbot.waitUntil(lambda: order(page, measure) == order(page, generate) + 1)
    assert [title for (title,) in rows(root, "SELECT title FROM job ORDER BY position, id")] == [
        row.title for row in page.model.rows
    ]
    drag(page, measure, titles[0])  # it measures what is judged before it
    qtbot.waitUntil(lambda: order(page, measure) == order(page, "Judge iter1/score") + 1)
    before = [row.title for row in page.model.rows]
    drag(page, "Train iter1/score", titles[-1])
    assert empty_window.shell is not None
    message = empty_window.shell.message
    qtbot.waitUntil(message.isVisible)
    assert "cannot come after" in message.label.text()
    assert [row.title for row in page.model.rows] == before


def order(page: JobsPage, title: str) -> int:
    return [row.title for row in page.model.rows].index(title)


def test_that_only_waiting_jobs_of_this_very_queue_can_be_dragged(
    qtbot: QtBot, empty_window: MainWindow, tmp_path: Path
) -> None:
    page = jobs_page(qtbot, empty_window, make_project(tmp_path, waiting=1))
    other = JobsModel()
    tester = QAbstractItemModelTester(other, QAbstractItemModelTester.FailureReportingMode.Fatal)
    other.set_rows(page.model.rows)
    first, last = page.model.index(0, 0), page.model.index(page.model.rowCount() - 1, 0)
    assert page.model.rows[0].state == "done"
    assert not page.model.flags(first) & Qt.ItemFlag.ItemIsDragEnabled
    assert page.model.flags(last) & Qt.ItemFlag.ItemIsDragEnabled
    nowhere = page.model.index(-1, -1)
    act = Qt.DropAction.MoveAction
    assert page.model.canDropMimeData(page.model.mimeData([last]), act, 0, 0, nowhere)
    foreign = other.mimeData([other.index(other.rowCount() - 1, 0)])
    assert not page.model.canDropMimeData(foreign, act, 0, 0, nowhere)
    assert not page.model.canDropMimeData(page.model.mimeData([first]), act, 0, 0, nowhere)
    with qtbot.assertNotEmitted(page.model.dropped):
        page.model.dropMimeData(foreign, act, 0, 0, nowhere)
    assert tester.model() is other


class Tray:
    """A system tray that writes down what it is to show."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.shown: list[tuple[str, str]] = []
        monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: True)
        monkeypatch.setattr(QSystemTrayIcon, "supportsMessages", lambda: True)
        monkeypatch.setattr(QSystemTrayIcon, "showMessage", lambda _icon, *what: self.shown.append(what[:2]))


def test_that_the_desktop_is_told_when_the_queue_is_done_and_nobody_looks(
    qtbot: QtBot, empty_window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tray = Tray(monkeypatch)
    monkeypatch.setattr(QWidget, "isActiveWindow", lambda _window: False)
    use_fake_worker(monkeypatch, "fail")
    page = jobs_page(qtbot, empty_window, make_project(tmp_path))
    qtbot.waitUntil(page.start_button.isEnabled)
    qtbot.mouseClick(page.start_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: tray.shown == [("project", "A job failed.")], timeout=20_000)


def test_that_a_window_in_front_needs_no_notification(
    qtbot: QtBot, empty_window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    tray = Tray(monkeypatch)
    monkeypatch.setattr(QWidget, "isActiveWindow", lambda _window: True)
    assert not Notifier(empty_window, empty_window.windowIcon()).notify("project", "All jobs are done.")
    assert tray.shown == []


def test_that_without_a_tray_the_desktops_service_is_asked_and_its_markup_escaped(
    qtbot: QtBot, empty_window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = tmp_path / "heard"
    program = tmp_path / "bin" / "notify-send"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > "{heard}.part"\nmv "{heard}.part" "{heard}"\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: False)
    monkeypatch.setattr(QWidget, "isActiveWindow", lambda _window: False)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    assert Notifier(empty_window, empty_window.windowIcon()).notify(HOSTILE, HOSTILE)
    qtbot.waitUntil(heard.exists, timeout=10_000)
    lines = heard.read_text("utf-8").splitlines()
    assert lines[-3] == "--"
    assert lines[-2].startswith("<b>holiday</b> <img")  # a title is never read as markup
    assert lines[-1].startswith("&lt;b&gt;holiday") and "<" not in lines[-1]
    assert not set("\x1b\u202e") & set("".join(lines))


def test_that_without_tray_and_service_nothing_goes_wrong(
    empty_window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: False)
    monkeypatch.setattr(QWidget, "isActiveWindow", lambda _window: False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not Notifier(empty_window, empty_window.windowIcon()).notify("project", "All jobs are done.")
