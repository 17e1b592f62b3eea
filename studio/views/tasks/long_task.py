"""One long piece of work at a time, with progress and a way to stop it: exports, archives.

Knows no service: it is given the work as a function that reports its progress.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from studio.views.tasks.task_runner import Lanes, Task, TaskControl, TaskRunner

Result = TypeVar("Result")
OnProgress = Callable[[int, int], None]


class LongTask(QObject):
    """Signals ``busy_changed(bool)`` and ``progressed(int)`` (thousandths). Window's thread only."""

    busy_changed = Signal(bool)
    progressed = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = TaskRunner(self)
        self._task: Task | None = None

    @property
    def busy(self) -> bool:
        """Return whether a task runs."""
        return self._task is not None

    @property
    def lanes(self) -> Lanes:
        """Return its threads, to be joined off the window's thread."""
        return self._runner.lanes

    def start(
        self, work: Callable[[OnProgress], Result], done: Callable[[Result], object], failed: Callable[[str], object]
    ) -> None:
        """Run ``work`` on a thread, then ``done`` or ``failed`` here; ignored while another task runs."""
        if self._task is not None:
            return

        def run(control: TaskControl) -> Result:
            return work(control.progress)

        def on_done(result: Result) -> None:
            self._end()
            done(result)

        def on_failed(text: str) -> None:
            self._end()
            failed(text)

        self._task = self._runner.run(
            run,
            on_done,
            on_failed,
            progress=self._on_progress,
            stopped=lambda: on_failed(self.tr("Stopped. No partial files were left.")),
        )
        if self._task is not None:
            self.progressed.emit(0)
            self.busy_changed.emit(True)

    def stop(self) -> None:
        """Ask the task to stop, which leaves no partial files; ``failed`` follows."""
        if self._task is not None:
            self._task.stop()

    def close(self) -> None:
        """Cancel the work without waiting for it; nothing is delivered any more."""
        self._runner.close()

    def _on_progress(self, done: int, total: int | None) -> None:
        self.progressed.emit(done * 1000 // total if total else 0)

    def _end(self) -> None:
        self._task = None
        self.busy_changed.emit(False)
