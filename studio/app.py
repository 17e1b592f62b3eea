"""The composition root of the window: the only place that connects its services, supervisor and pages.

Services are imported on the thread that opens a project, so that the window appears before they are loaded.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication

from studio.gc_policy import collect_when_quiet
from studio.pyside_refcount_workaround import make_singletons_last
from studio.services.errors import StudioError
from studio.views.tasks.closing import wait_until_closed
from studio.views.window.main_window import MainWindow, WindowServices
from studio.widgets.file_dialogs import keep_folder_in
from studio.widgets.theme import follow_system, show_appearance, show_text_size
from studio.widgets.translation import translate_window
from studio.window_settings import AppSettings
from studio.worker_threads import join_all

if TYPE_CHECKING:
    from studio.services.projects.project import Project
    from studio.views.workspace import Workspace

INTERRUPTED = 130
"""Exit code after Ctrl-C in the terminal."""
TASKS_END_S = 10.0
"""Maximum wait for cancelled work at the end of the program, without a window."""
SIGNAL_MS = 300
"""Interval at which Qt's event loop lets Python process signals; it runs no Python code by itself."""


def run(project_root: Path | None, *, start_loop: bool = False, iterations: int | None = None) -> int:
    """Open the window on a project (None: the last one, or the start page) and return when it is closed.

    Args:
        project_root: the project folder.
        start_loop: queue all unfinished stages and start them, with the Jobs page in front.
        iterations: the number of iterations; None uses the project's settings.

    Returns:
        The exit code.
    """
    application = QApplication(sys.argv[:1])
    application.setApplicationName("score-studio")
    translate_window(application)
    settings = AppSettings()
    follow_system(application, lambda: settings.appearance, settings.text_percent)
    window = build_window(settings)
    collect_when_quiet(window)
    _leave_on_interrupt(application, window)
    window.show()
    root = project_root if project_root is not None else last_project(settings)
    if root is not None:
        window.open_project(root.absolute(), start_loop=start_loop, iterations=iterations)
    else:
        window.prepare()
    code: int = application.exec()
    end(window)
    return code


def end(window: MainWindow) -> None:
    """End what still runs, and take the closed window apart while Qt's application is there. GUI thread.

    Left to the end of Python, the order would be a matter of chance, and some orders end the process with a fault.
    """
    join_all(TASKS_END_S)  # a cancelled download terminates its child process
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def build_window(settings: AppSettings) -> MainWindow:
    """Return the window with its services."""
    make_singletons_last()
    application = QApplication.instance()
    assert isinstance(application, QApplication), "the application must exist before its window"

    def keep(folder: Path) -> None:
        settings.last_folder = folder

    keep_folder_in(lambda: settings.last_folder, keep)
    return MainWindow(
        WindowServices(
            open_exclusively,
            make_workspace,
            make_demo,
            make_scoring_project,
            make_finished_demo,
            open_another_window,
            lambda mode: show_appearance(application, mode),
            lambda percent: show_text_size(application, percent),
        ),
        settings,
    )


def open_exclusively(root: Path) -> Project:
    """Open the project exclusively; jobs whose process died become interrupted. Any thread.

    A project whose queue runs in the background is opened without its lock, and the window follows that process until
    it ends.
    Raises:
        StudioError: not a project, its settings are broken, or another process has it open.
    """
    from studio.jobs import queue_daemon
    from studio.jobs.runner import reclaim
    from studio.services.projects import create_and_open

    wait_until_closed(root)  # this process may have closed it just before
    followed = queue_daemon.runner_pid(root) is not None
    project = create_and_open.open_project(root, exclusive=not followed)
    try:
        _ = project.settings  # a file edited by hand may be broken: said here, before any page needs it
        if not followed:
            reclaim(project)
    except StudioError:
        project.close()
        raise
    return project


def make_workspace(project: Project) -> Workspace:
    """Return the workspace that the pages of an open project share. GUI thread."""
    from studio.jobs.supervisor import Supervisor
    from studio.views.workspace import Workspace

    supervisor = Supervisor(project)
    workspace = Workspace(project, supervisor)
    supervisor.setParent(workspace)
    if not project.holds_lock:
        workspace.start_queue()
    return workspace


def make_demo() -> Path:
    """Return the demo project in the user's data folder, creating it if necessary. Any thread; takes seconds.

    Raises:
        StudioError: it cannot be created.
    """
    from platformdirs import user_data_path

    from studio.jobs.demos.demo_project import is_made, make_demo_project

    folder = user_data_path("score-studio") / "demo-project"
    if not is_made(folder):
        make_demo_project(folder, seed=0, on_line=lambda _line: None)
    return folder


def make_finished_demo() -> Path:
    """Return the copy of the finished demo in the user's data folder, unpacking it if necessary. Any thread.

    Raises:
        StudioError: it cannot be unpacked there.
    """
    from platformdirs import user_data_path

    from studio.jobs.demos.finished_demo import finished_demo

    return finished_demo(user_data_path("score-studio"))


def open_another_window(root: Path) -> None:
    """Open a project in a window of its own, a process that does not end with this one. Any thread.

    Raises:
        OSError: the process cannot be started.
    """
    from studio.jobs.another_window import open_window_on

    open_window_on(root)


def make_scoring_project() -> Path:
    """Return the project in the user's data folder that has only collections, creating it if necessary. Any thread.

    Raises:
        StudioError: it cannot be created.
    """
    from platformdirs import user_data_path

    from studio.services.projects import create_and_open
    from studio.services.projects.project import DATABASE_NAME

    folder = user_data_path("score-studio") / "scored-images"
    if not (folder / DATABASE_NAME).exists():
        create_and_open.create_scoring_project(folder, "Scored images")
    return folder


def last_project(settings: AppSettings) -> Path | None:
    """Return the last project if it still exists."""
    recent = settings.recent
    return recent[0] if recent and (recent[0] / "project.sqlite").exists() else None


def _leave_on_interrupt(application: QApplication, window: MainWindow) -> None:
    signal.signal(signal.SIGINT, lambda _number, _frame: window.leave_at_once(lambda: application.exit(INTERRUPTED)))
    timer = QTimer(application)
    timer.timeout.connect(lambda: None)
    timer.start(SIGNAL_MS)
