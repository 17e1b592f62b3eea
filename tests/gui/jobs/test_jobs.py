"""The queue in the window, with real child processes that pretend to predict."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QPushButton
from pytestqt.qtbot import QtBot
from support.fake_queue_daemon import ended, use_fake_worker_in_daemon
from support.fake_worker import use_fake_worker
from support.projects import SPLITS, rows, write_photos
from support.window import open_in

from studio import app
from studio.jobs import queue_daemon
from studio.services.projects import create_and_open
from studio.views.jobs.jobs_page import JobsPage
from studio.views.window.main_window import MainWindow
from studio.window_settings import AppSettings

EXPECTED = SPLITS["val"] + SPLITS["test"]


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """A project on which nothing has run."""
    scores = write_photos(tmp_path / "data")
    root = tmp_path / "project"
    create_and_open.create_project(root, images=scores.parent / "images", scores=scores, model="some/model")
    return root


@pytest.fixture
def opened(qtbot: QtBot, empty_window: MainWindow, fresh: Path) -> MainWindow:
    """The window on the fresh project."""
    open_in(qtbot, empty_window, fresh)
    return empty_window


def press_next_step(qtbot: QtBot, window: MainWindow) -> JobsPage:
    assert window.shell is not None
    overview = window.shell.overview
    window.shell.show_page("overview")
    qtbot.waitUntil(overview.button.isEnabled)
    qtbot.mouseClick(overview.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.shell is not None and window.shell.jobs.model.rowCount() > 0)
    return window.shell.jobs


def states(root: Path) -> list[str]:
    return [state for (state,) in rows(root, "SELECT state FROM job ORDER BY position, id")]


def test_that_the_button_starts_the_queue_and_shows_the_jobs(
    qtbot: QtBot, opened: MainWindow, fresh: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_fake_worker(monkeypatch, "slow")
    page = press_next_step(qtbot, opened)
    qtbot.waitUntil(lambda: page.model.rows[0].state == "running" and page.model.rows[0].done > 3, timeout=10_000)
    assert page.isVisible()
    assert page.current is not None and page.current.state == "running"
    assert page.cancel_button.isEnabled() and not page.resume_button.isEnabled()
    qtbot.waitUntil(lambda: "hello from the child" in page.detail.log.toPlainText(), timeout=10_000)
    qtbot.waitUntil(lambda: "One <b>image</b> is odd." in page.detail.notes.toPlainText())
    assert opened.shell is not None
    opened.shell.show_page("overview")
    qtbot.waitUntil(lambda: "unning" in opened.shell.overview.button.text() + opened.shell.overview.sentence.text())
    assert not opened.shell.overview.button.isEnabled()


def test_that_a_cancelled_job_can_be_resumed(
    qtbot: QtBot, opened: MainWindow, fresh: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_fake_worker(monkeypatch, "slow")
    page = press_next_step(qtbot, opened)
    qtbot.waitUntil(lambda: page.model.rows[0].done > 3, timeout=10_000)
    qtbot.mouseClick(page.cancel_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.model.rows[0].state == "cancelled" and not page.workspace.running, timeout=20_000)
    assert 0 < rows(fresh, "SELECT count(*) FROM prediction")[0][0] < EXPECTED
    use_fake_worker(monkeypatch, "well")
    qtbot.waitUntil(page.resume_button.isEnabled)
    qtbot.mouseClick(page.resume_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.model.rows[0].state == "done", timeout=20_000)
    assert rows(fresh, "SELECT count(*) FROM prediction") == [(EXPECTED,)]


def test_that_a_child_killed_by_a_fault_leaves_the_window_alive_with_a_failed_job(
    qtbot: QtBot, opened: MainWindow, fresh: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_fake_worker(monkeypatch, "crash")
    page = press_next_step(qtbot, opened)
    qtbot.waitUntil(lambda: page.model.rows[0].state == "failed" and not page.workspace.running, timeout=20_000)
    assert states(fresh)[0] == "failed"
    qtbot.waitUntil(lambda: "SIGSEGV" in page.detail.error.text())
    assert opened.shell is not None
    assert not opened.shell.message.isVisible(), "the page says it once, with the job"
    opened.shell.show_page("pairs")
    assert opened.shell.pairs.isVisible()
    opened.shell.show_page("jobs")
    use_fake_worker(monkeypatch, "well")
    qtbot.waitUntil(page.resume_button.isEnabled)
    qtbot.mouseClick(page.resume_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.model.rows[0].state == "done", timeout=20_000)


def test_that_the_message_of_a_failed_job_goes_once_the_page_shows_that_job(
    qtbot: QtBot, opened: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_fake_worker(monkeypatch, "slow")
    page = press_next_step(qtbot, opened)
    qtbot.waitUntil(lambda: page.model.rows[0].state == "running", timeout=10_000)
    shell = opened.shell
    assert shell is not None
    page.table.setCurrentIndex(page.model.index(1, 0))
    page.workspace.job_failed.emit(page.model.rows[0].id, "It ended by SIGSEGV.")
    assert shell.message.isVisible()
    page.table.setCurrentIndex(page.model.index(0, 0))
    assert not shell.message.isVisible()


def test_that_a_waiting_job_can_be_taken_out_of_the_queue(
    qtbot: QtBot, opened: MainWindow, fresh: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_fake_worker(monkeypatch, "slow")
    page = press_next_step(qtbot, opened)
    qtbot.waitUntil(lambda: page.model.rows[0].state == "running", timeout=10_000)
    last = page.model.rowCount() - 1
    page.table.setCurrentIndex(page.model.index(last, 0))
    qtbot.mouseClick(page.cancel_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.model.rows[last].state == "cancelled", timeout=10_000)
    assert page.workspace.running
    assert page.current is not None and page.current.id == page.model.rows[last].id  # what was chosen stays chosen


def test_that_closing_asks_and_staying_keeps_the_job(
    qtbot: QtBot, opened: MainWindow, fresh: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_fake_worker(monkeypatch, "slow")
    page = press_next_step(qtbot, opened)
    qtbot.waitUntil(lambda: page.workspace.running and page.model.rows[0].done > 0, timeout=10_000)
    opened.close()
    answer(qtbot, opened, "Don't close")
    assert opened.isVisible() and page.workspace.running
    opened.close()
    answer(qtbot, opened, "Cancel job and close")
    qtbot.waitUntil(lambda: not opened.isVisible(), timeout=20_000)
    assert states(fresh)[0] == "cancelled"
    again = create_and_open.open_project(fresh, exclusive=True)  # the lock is free
    again.close()


def test_that_pausing_on_the_way_out_keeps_everything(
    qtbot: QtBot, opened: MainWindow, fresh: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_fake_worker(monkeypatch, "slow")
    page = press_next_step(qtbot, opened)
    qtbot.waitUntil(lambda: page.workspace.running and page.model.rows[0].done > 0, timeout=10_000)
    opened.close()
    opened.close()  # the question is there only once, and holds up nothing
    boxes = [box for box in opened.findChildren(QMessageBox) if box.isVisible()]
    assert len(boxes) == 1 and not boxes[0].isModal()
    answer(qtbot, opened, "Pause job and close")
    qtbot.waitUntil(lambda: not opened.isVisible(), timeout=20_000)
    assert states(fresh)[:2] == ["paused", "queued"]
    create_and_open.open_project(fresh, exclusive=True).close()


def test_that_a_job_goes_on_in_the_background_and_is_found_again(
    qtbot: QtBot, opened: MainWindow, settings: AppSettings, fresh: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_fake_worker(monkeypatch, "slow")
    use_fake_worker_in_daemon(monkeypatch, "slow")
    page = press_next_step(qtbot, opened)
    qtbot.waitUntil(lambda: page.workspace.running and page.model.rows[0].done > 0, timeout=10_000)
    with ended(fresh):
        opened.close()
        answer(qtbot, opened, "Keep running in the background")
        qtbot.waitUntil(lambda: not opened.isVisible(), timeout=20_000)
        qtbot.waitUntil(lambda: queue_daemon.runner_pid(fresh) is not None, timeout=20_000)
        qtbot.waitUntil(lambda: states(fresh)[0] == "running", timeout=20_000)

        again = app.build_window(settings)
        qtbot.addWidget(again)
        again.show()
        open_in(qtbot, again, fresh)
        assert again.shell is not None
        found = again.shell.jobs
        again.shell.show_page("jobs")
        qtbot.waitUntil(lambda: found.model.rowCount() > 0 and found.model.rows[0].state == "running")
        assert found.workspace.following and "background" in again.shell.state.text()
        before = found.model.rows[0].done
        qtbot.waitUntil(lambda: found.model.rows[0].done > before + 2, timeout=20_000)
        qtbot.mouseClick(found.cancel_button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: found.model.rows[0].state == "cancelled", timeout=20_000)
        qtbot.waitUntil(lambda: not found.workspace.running, timeout=20_000)
        assert queue_daemon.runner_pid(fresh) is None
        use_fake_worker(monkeypatch, "well")  # from now on the queue is this window's
        qtbot.waitUntil(found.resume_button.isEnabled)
        qtbot.mouseClick(found.resume_button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: found.model.rows[0].state == "done", timeout=20_000)
        assert rows(fresh, "SELECT count(*) FROM prediction") == [(EXPECTED,)]
        again.workspace.stop_queue() if again.workspace else None
        qtbot.waitUntil(lambda: not found.workspace.running, timeout=20_000)
        again.close()


def test_that_a_window_that_looks_on_closes_without_a_question(
    qtbot: QtBot, opened: MainWindow, settings: AppSettings, fresh: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_fake_worker(monkeypatch, "slow")
    use_fake_worker_in_daemon(monkeypatch, "slow")
    page = press_next_step(qtbot, opened)
    qtbot.waitUntil(lambda: page.workspace.running and page.model.rows[0].done > 0, timeout=10_000)
    with ended(fresh):
        opened.close()
        answer(qtbot, opened, "Keep running in the background")
        qtbot.waitUntil(lambda: queue_daemon.runner_pid(fresh) is not None, timeout=20_000)
        again = app.build_window(settings)
        qtbot.addWidget(again)
        again.show()
        open_in(qtbot, again, fresh)
        again.close()
        assert not again.isVisible()
        assert queue_daemon.runner_pid(fresh) is not None


def answer(qtbot: QtBot, window: MainWindow, text: str) -> None:
    qtbot.waitUntil(lambda: any(box.isVisible() for box in window.findChildren(QMessageBox)))
    box = next(box for box in window.findChildren(QMessageBox) if box.isVisible())
    button = next(button for button in box.buttons() if button.text() == text)
    assert isinstance(button, QPushButton)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
