"""Leaving a project and closing the window, in a process of its own: exit code, silent stderr, the right thread."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from support.projects import write_photos

from studio.services.loop import next_action
from studio.services.projects import create_and_open

TESTS = Path(__file__).parents[2]
LEAVING = """
import sys, threading
from pathlib import Path
from support.reviewer import wait_until
from PySide6.QtCore import QObject, QSettings, Qt
from PySide6.QtWidgets import QApplication
from engine.contract.events import Rows
from support.fake_worker import WORKER
from studio import app
from studio.gc_policy import collect_when_quiet
from studio.jobs import runner
from studio.jobs.process import ChildProcess
from studio.window_settings import AppSettings

def child(folder):
    return ChildProcess(folder, [sys.executable, "-c", WORKER, str(folder.path), "slow"], grace=10)

def watch():
    for part in (window.workspace, window.shell):
        for thing in (part, *part.findChildren(QObject)):
            thing.destroyed.connect(lambda: gone.append(threading.current_thread()), Qt.ConnectionType.DirectConnection)

reviewed, waiting, settings = (Path(argument) for argument in sys.argv[1:])
runner.ChildProcess = child
gone, heard = [], []
application = QApplication([])
window = app.build_window(AppSettings(QSettings(str(settings), QSettings.Format.IniFormat)))
collect_when_quiet(window)
window.show()
window.open_project(reviewed)
wait_until(lambda: window.shell is not None)
for name in window.shell.pages:
    window.shell.show_page(name)
watch()
window.close_project()  # while every page is being read
wait_until(lambda: gone)
window.open_project(waiting, start_loop=True)
wait_until(lambda: window.workspace is not None)
window.workspace.job_event.connect(lambda _job, event: heard.append(event))
wait_until(lambda: any(isinstance(event, Rows) for event in heard))
watch()
before = len(gone)
window.leave_at_once(lambda: heard.append("left"))  # while a job runs
wait_until(lambda: heard[-1] == "left" and len(gone) > before + 100)
window.close()
app.end(window)
print("GONE", before > 100, len(gone) - before > 100, {thread.name for thread in gone})
"""


def test_that_leaving_ends_silently_with_all_of_qt_taken_apart_in_the_windows_thread(
    reviewed: Path, tmp_path: Path
) -> None:
    scores = write_photos(tmp_path / "photos")
    waiting = tmp_path / "waiting"
    create_and_open.create_project(waiting, images=scores.parent / "images", scores=scores, model="some/model")
    project = create_and_open.open_project(waiting, exclusive=True)
    next_action.enqueue_next(project, 0)
    project.close()
    done = subprocess.run(
        [sys.executable, "-c", LEAVING, str(reviewed), str(waiting), str(tmp_path / "s.ini")],
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(TESTS), str(TESTS.parent)))},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "GONE True True {'MainThread'}\n"
