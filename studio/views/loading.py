"""Lazy loading of page modules: Qt users in the window's thread, the rest on a worker thread.

PySide6 makes its types when a module first names them, and two threads that do so at once end the process with a
segmentation fault; so no worker thread imports a module that uses Qt. Services take most of the time, know no Qt and
are loaded on a thread; the pages follow, one per event loop turn, so that the window stays responsive.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, QTimer

_loading = threading.Lock()
"""Two threads that import modules which import one another may each see a half of them."""


def load_services_of_pages() -> None:
    """What the pages of a project are built on. Any thread, one at a time; a second the first time."""
    with _loading:
        _load_services_of_pages()


def _load_services_of_pages() -> None:
    import studio.jobs.image_check
    import studio.jobs.queue_watcher
    import studio.pictures
    import studio.services.base_models.model_files
    import studio.services.estimates
    import studio.services.images.browsing
    import studio.services.judging.blind_tests
    import studio.services.loop.job_facts
    import studio.services.review.pair_list
    import studio.services.review.review_steps
    import studio.services.scoring.browsing
    import studio.services.scoring.scoring_runs
    import studio.services.settings.toml_edit  # noqa: F401


def load_services_of_wizard() -> None:
    """What the wizard is built on. Any thread."""
    import studio.services.base_models.hub_models
    import studio.services.imports.preview
    import studio.services.imports.score_source
    import studio.services.projects.create_and_open  # noqa: F401


def load_services_of_archives() -> None:
    """What opens an archive. Any thread."""
    import studio.services.archiving  # noqa: F401


def pages_in_steps() -> Iterator[None]:
    """Return the pages of a project, for :class:`Steps`."""
    import studio.views.workspace

    yield
    from studio.views.window.pages import page_definitions

    for page in page_definitions():
        page.load()
        yield
    import studio.views.window.shell  # noqa: F401


def wizard_in_steps() -> Iterator[None]:
    """Return the wizard, for :class:`Steps`."""
    import studio.views.wizard.data_page

    yield
    import studio.views.wizard.model_page

    yield
    import studio.views.wizard.wizard  # noqa: F401


class Steps(QObject):
    """Takes one step at each turn of the event loop. Window's thread."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: deque[tuple[Iterator[None], Callable[[], object]]] = deque()
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._go_on)

    def run(self, steps: Iterator[None], done: Callable[[], object]) -> None:
        """Take these steps after those that wait already, then calls ``done``."""
        self._waiting.append((steps, done))
        self._timer.start()

    def stop(self) -> None:
        """Take no further step and calls nothing."""
        self._timer.stop()
        self._waiting.clear()

    def _go_on(self) -> None:
        steps, done = self._waiting[0]
        try:
            next(steps)
        except StopIteration:
            self._end_first()
            done()
        except BaseException:
            self._end_first()
            raise

    def _end_first(self) -> None:
        self._waiting.popleft()
        if not self._waiting:
            self._timer.stop()
