"""An open project for the pages: the project, its queue and change signals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal

from engine.contract.events import Rows
from studio.jobs.image_check import CheckEnd
from studio.jobs.supervisor import JobEnd, Supervisor, hand_over
from studio.services.experiments import catalogue, merging, searching
from studio.services.experiments.types import MergeVariant, SearchSpace
from studio.services.images.thumbnail_cache import ThumbnailFolder
from studio.services.judging import judge_again
from studio.services.loop import job_order, next_action, queue
from studio.services.probing import probe_runs
from studio.services.projects.project import Project
from studio.services.recipes import discarding, lines, measure_again
from studio.services.scoring import scoring_runs
from studio.services.scoring.types import ScorerChoice, ScoringOptions
from studio.services.settings.toml_edit import set_review
from studio.services.suggesting import suggestion_runs
from studio.services.versions import version_lifecycle
from studio.views.chat.chat_link import ChatLink
from studio.views.images.image_check import ImageCheck
from studio.views.tasks.closing import Pending, close_later
from studio.views.tasks.long_task import LongTask
from studio.views.tasks.task_runner import TaskRunner
from studio.widgets.image_loader import ImageLoader
from studio.widgets.thumbnails import ThumbnailLoader

Then = Callable[[], object]


def _nothing() -> None:
    """What follows where nothing should."""


class Workspace(QObject):
    """Made by the composition root on opening a project, closed with it. GUI thread only.

    Signals:
        jobs_changed: the queue's jobs or states have changed; read it again.
        results_changed: pairs, predictions, metrics or versions may be new.
        job_event(int, Event): passed on from the supervisor.
        problem(str): a message for the user.
        job_failed(int or None, str): the queue has stopped at this job, and why; the Jobs page shows that with the job.
        rested: the queue has stopped and does not start again by itself.
    """

    jobs_changed = Signal()
    results_changed = Signal()
    job_event = Signal(int, object)
    problem = Signal(str)
    job_failed = Signal(object, str)
    rested = Signal()

    def __init__(self, project: Project, supervisor: Supervisor, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.project = project
        self.background = TaskRunner(self)
        self.outgoing = LongTask(self)
        self.images = ImageLoader(self)
        self.thumbnails = ThumbnailLoader(ThumbnailFolder(project.root), self)
        self.chat = ChatLink(project, self)
        self._supervisor = supervisor
        self._again = False
        self._closing = False
        self._before_run: Callable[[Then], object] = _at_once
        self._handing: Callable[[], object] | None = None
        self._goal = 0
        self._search = ""
        self._advancing = self._look_again = False
        self.background.failed.connect(self.problem)
        self.image_check = ImageCheck(project, self.thumbnails.readers.busy, self) if project.holds_lock else None
        if self.image_check is not None:
            self.image_check.ended.connect(self._on_images_checked)
            self.image_check.failed.connect(self.problem)
        supervisor.job_changed.connect(self._on_job_changed)
        supervisor.job_event.connect(self._on_event)
        supervisor.finished.connect(self._on_finished)

    @property
    def running(self) -> bool:
        """Return whether the queue is running."""
        return self._supervisor.isRunning()

    @property
    def following(self) -> bool:
        """Return whether a background process runs the queue and this window only watches it."""
        return self._supervisor.following

    @property
    def end(self) -> JobEnd | None:
        """Return how the queue ended last."""
        return self._supervisor.end

    def ask_before_run(self, question: Callable[[Then], object]) -> None:
        """Set a ``question`` asked before stages start; it calls its argument to continue."""
        self._before_run = question

    def enqueue(self, iterations: int | None, then: Then | None = None) -> None:
        """Queue what is missing up to this iteration (None: the settings' last one) and starts the queue.

        ``then`` is called once started; the user may be asked first.
        """
        project = self.project

        def begin() -> None:
            def work() -> None:
                self._goal = project.settings.loop.iterations if iterations is None else iterations
                next_action.enqueue_next(project, self._goal)

            self._act(work)
            if then is not None:
                then()

        self._before_run(begin)

    def set_review(self, wanted: bool, then: Callable[[], object]) -> None:
        """Save whether iterations pause for review; ``then`` follows, also on failure."""
        root = self.project.root

        def done(_result: None) -> None:
            then()

        def failed(reason: str) -> None:
            self.problem.emit(reason)
            then()

        self.background.write(lambda: set_review(root, wanted), done, failed)

    def approve_review(self, iteration: int) -> None:
        """Open the review gate of an iteration, queue what follows and start the queue.

        What follows is the rest of the iteration, and what ``enqueue`` was asked to run beyond it.
        """

        def work() -> None:
            next_action.approve_review(self.project, iteration)
            next_action.enqueue_next(self.project, max(iteration, self._goal))

        self._before_run(lambda: self._act(work))

    def start_line(self, recipe: str, iteration: int, start: str | None = None, then: Then = _nothing) -> None:
        """Queue an iteration in another way, beside the main line, and start the queue; ``then`` as in ``enqueue``."""
        self._run(lambda: lines.start_line(self.project, recipe, iteration, start), then)

    def resume_line(self, name: str, then: Then = _nothing) -> None:
        """Queue the unfinished jobs of a line again and start the queue; ``then`` as in ``enqueue``."""
        self._run(lambda: lines.resume_line(self.project, name), then)

    def start_experiments(self, names: Sequence[str], then: Then = _nothing) -> None:
        """Queue experiments by name beside the main line and start the queue; ``then`` as in ``enqueue``."""
        project = self.project

        def work() -> None:
            for name in names:
                catalogue.start(project, name)

        self._run(work, then)

    def start_merges(self, iteration: int, wanted: Sequence[MergeVariant], then: Then = _nothing) -> None:
        """Queue merges of an iteration's adapters and start the queue; ``then`` as in ``enqueue``."""
        self._run(lambda: merging.start(self.project, iteration, wanted), then)

    def score_collection(
        self, collection: int, choice: ScorerChoice, options: ScoringOptions, then: Then = _nothing
    ) -> None:
        """Queue what is left to score of a collection and start the queue; ``then`` as in ``enqueue``."""
        self._run(lambda: scoring_runs.enqueue(self.project, collection, choice, options), then)

    def explain_in_collection(self, collection: int, scorer: int, images: Sequence[int]) -> None:
        """Queue explanations of images of a collection by a model that has scored them, and start the queue."""
        self._run(lambda: scoring_runs.explain(self.project, collection, scorer, images), _nothing)

    def start_search(self, space: SearchSpace, trials: int, then: Then = _nothing) -> None:
        """Start or continue a search, whose trials follow one another as long as this window is open."""
        project = self.project

        def work() -> None:
            name = searching.begin(project, space, trials)
            searching.resume(project, name)
            self._search = name

        self._run(work, then)

    def continue_search(self) -> None:
        """Queue the next trial of the search that was started here, once the one before has ended."""
        name, project = self._search, self.project
        if not name or self._closing:
            return
        if self._advancing:
            self._look_again = True
            return
        self._advancing, self._look_again = True, False

        def work() -> bool:
            return searching.next_trial(project, name)

        def done(queued: bool) -> None:
            self._advancing = False
            if queued:
                self.start_queue()
            elif self._look_again:
                self.continue_search()

        def failed(reason: str) -> None:
            self._advancing, self._search = False, ""
            self.problem.emit(reason)

        self.background.write(work, done, failed)

    def judge_versions(self, changes: Mapping[str, object], then: Then = _nothing, *, read: bool = False) -> None:
        """Queue the grading of all explanations by a language model, and measurements; start the queue.

        Args:
            changes: settings of [judge] for this time.
            then: as in ``enqueue``.
            read: the judge also reads a score from each explanation alone.
        """
        project = self.project

        def work() -> None:
            settings = judge_again.with_judge(project, changes)
            judge_again.enqueue(project, judge_again.judged_versions(project, ()), settings, read=read)

        self._run(work, then)

    def reread_versions(self, then: Then = _nothing) -> None:
        """Queue that all versions read scores from their own explanations, and measurements; start the queue."""
        self._run(lambda: measure_again.reread_again(self.project), then)

    def measure_again(self, then: Then = _nothing) -> None:
        """Queue the measurement of all versions, with the grades that there are now; start the queue."""
        self._run(lambda: measure_again.measure_again(self.project), then)

    def probe_versions(self, names: Sequence[str], changes: Mapping[str, object], then: Then = _nothing) -> None:
        """Queue the probes of these versions and of the base, and start the queue.

        Args:
            names: the versions; empty: the newest main one.
            changes: settings of [probe] for this time.
            then: as in ``enqueue``.
        """
        project = self.project

        def work() -> None:
            settings = probe_runs.with_probe(project, changes)
            probe_runs.enqueue(project, probe_runs.probed_versions(project, names), settings)

        self._run(work, then)

    def judge_suggestions(
        self, names: Sequence[str], judge: Mapping[str, object], sample: object, then: Then = _nothing
    ) -> None:
        """Queue the asking of these versions and of the base for suggestions, and the judging; start the queue.

        Args:
            names: the versions; empty: the newest main one.
            judge: settings of [judge] for this time.
            sample: of test images, for this time.
            then: as in ``enqueue``.
        """
        project = self.project

        def work() -> None:
            settings = suggestion_runs.with_changes(project, judge, sample)
            suggestion_runs.enqueue(project, suggestion_runs.asked_versions(project, names), settings)

        self._run(work, then)

    def discard(self, name: str) -> None:
        """Take a line, or the latest iteration (``iter2``), out of the project; ``restore`` brings it back."""
        self._act(lambda: discarding.discard_line(self.project, name), start=False, results=True)

    def restore(self, name: str) -> None:
        """Put a line or an iteration back that was discarded since the project was opened."""
        self._act(lambda: discarding.restore_line(self.project, name), start=False, results=True)

    def resume(self, job_id: int) -> None:
        """Put the job back into the queue and start the queue."""
        self._before_run(lambda: self._act(lambda: queue.resume(self.project, job_id)))

    def start_queue(self) -> None:
        """Run what is queued; a queue that is just ending starts once more."""
        if self._supervisor.isRunning():
            self._again = True
        else:
            self.chat.give_way(to_jobs=True)  # whose memory the jobs need
            self._supervisor.start()
            self.jobs_changed.emit()

    def cancel_job(self, job_id: int, *, is_running: bool) -> None:
        """Stop the running job (with the queue), or takes a waiting one out of the queue."""
        if is_running:
            self._again = False
            self._supervisor.cancel_current()
        else:
            self._act(lambda: queue.cancel_queued(self.project, job_id), start=False)

    def stop_queue(self) -> None:
        """Cancel the running job; ``jobs_changed`` follows when it has ended."""
        self._again = False
        self._supervisor.cancel_current()

    def pause_queue(self) -> None:
        """Stop the running job after its batch or step, with all that is done; ``jobs_changed`` follows."""
        self._again = False
        self._supervisor.pause_current()

    def hand_over(self, then: Callable[[], object]) -> None:
        """Pause the job and gives the queue to a process in the background, then calls ``then``, which must close.

        On failure ``problem`` gives the reason and the queue stays in this window.
        """
        self._handing = then
        self.pause_queue()

    def move_job(self, job_id: int, places: int) -> None:
        """Move a waiting job earlier (negative) or later in the queue."""
        self._act(lambda: job_order.move(self.project, job_id, places), start=False)

    def close(self) -> None:
        """Stop the child, and release the project on a thread once it has ended and everything is written.

        Does not wait. A background process continues. Deleted versions are removed for good.
        """
        self._closing = True
        queue_end = self._supervisor.close()
        if self.image_check is not None:
            self.image_check.close()
        self.outgoing.close()
        self.chat.close()
        self.images.close()
        self.thumbnails.close()
        self.background.close()
        pending: list[Pending] = [queue_end, self.chat.session, self.background.lanes, self.outgoing.lanes]
        if self.image_check is not None:
            pending.append(self.image_check.lanes)
        close_later(self.project.root, pending, partial(_let_go, self.project))

    def _run(self, work: Callable[[], object], then: Then) -> None:
        def begin() -> None:
            self._act(work)
            then()

        self._before_run(begin)

    def _act(self, work: Callable[[], object], *, start: bool = True, results: bool = False) -> None:
        def done(_result: object) -> None:
            self.jobs_changed.emit()
            if results:
                self.results_changed.emit()
            if start:
                self.start_queue()

        self.background.write(work, done)

    def check_images_again(self) -> None:
        """Open once more the images that could not be opened: their folder is another one now."""
        if self.image_check is not None:
            self.image_check.again()

    def _on_images_checked(self, end: CheckEnd) -> None:
        if end.opened:
            self.results_changed.emit()
        if end.told:
            self.problem.emit(" ".join(end.told))

    def _on_job_changed(self, _job_id: int) -> None:
        self.jobs_changed.emit()
        self.results_changed.emit()

    def _on_event(self, job_id: int, event: object) -> None:
        self.job_event.emit(job_id, event)
        if isinstance(event, Rows):
            self.results_changed.emit()

    def _leave_to_background(self, then: Callable[[], object]) -> None:
        def done(_result: None) -> None:
            then()

        project, end = self.project, self.end
        self.background.write(lambda: hand_over(project, end), done)

    def _on_finished(self) -> None:
        if self._closing:
            return
        end = self._supervisor.end
        if self._handing is not None:
            then, self._handing = self._handing, None
            self._leave_to_background(then)
        elif self._again:
            self._again = False
            self._supervisor.start()
        else:
            self.chat.give_way(to_jobs=False)
            self.rested.emit()
            if end is not None and end.state == "failed":
                self.job_failed.emit(end.job_id, f"{end.message} {end.remedy}".strip())
        self.jobs_changed.emit()
        self.results_changed.emit()


def _at_once(then: Then) -> None:
    then()


def _let_go(project: Project) -> None:
    """On the closing thread."""
    try:
        version_lifecycle.empty_trash(project)
    finally:
        project.close()
