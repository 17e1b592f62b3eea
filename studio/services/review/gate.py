"""The review gate on the Pairs page: the pairs that training would get now. No Qt, no torch."""

from __future__ import annotations

from studio.services.loop import next_action, queue
from studio.services.projects.project import Project
from studio.services.recipes.version_names import MAIN
from studio.services.review import pair_list
from studio.services.review.types import ReviewGate, WaitingReview
from studio.services.stages.train import TRAIN
from studio.services.stages.training_pairs import count_training_rows


def review_gate(project: Project, iteration: int) -> ReviewGate | None:
    """Return an iteration's closed gate with the numbers of training pairs; None if no gate is closed."""
    if not next_action.review_pending(project, iteration):
        return None
    settings = project.settings
    with project.reader() as session:
        score = count_training_rows(session, settings, iteration, "score")
        consistency = count_training_rows(session, settings, iteration, "consistency") if iteration > 1 else None
    return ReviewGate(iteration, score, consistency)


def waiting_review(project: Project) -> WaitingReview | None:
    """Return the review that training waits for now; None if it waits for none."""
    newest = max(pair_list.iterations(project), default=None)
    if newest is None or not next_action.review_pending(project, newest):
        return None
    counts = pair_list.counts(project, newest)
    return WaitingReview(newest, counts.total, counts.reviewed)


def training_begun(project: Project, iteration: int) -> bool:
    """Return whether all planned trainings of the iteration have their pairs, so that decisions no longer matter."""
    trainings = [
        job for job in queue.list_jobs(project) if (job.stage, job.iteration, job.line) == (TRAIN.kind, iteration, MAIN)
    ]
    return bool(trainings) and all(job.started_at is not None for job in trainings)
