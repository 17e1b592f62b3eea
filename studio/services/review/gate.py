"""The review gate as the Pairs page shows it: what training would be given now. No Qt, no torch."""

from __future__ import annotations

from studio.services.loop import next_action, queue
from studio.services.projects.project import Project
from studio.services.recipes.version_names import MAIN
from studio.services.review.types import ReviewGate
from studio.services.stages.train import TRAIN
from studio.services.stages.training_pairs import count_training_rows


def review_gate(project: Project, iteration: int) -> ReviewGate | None:
    """The closed gate of an iteration with the numbers of pairs that would train; None where no gate is closed."""
    if not next_action.review_pending(project, iteration):
        return None
    settings = project.settings
    with project.reader() as session:
        score = count_training_rows(session, settings, iteration, "score")
        consistency = count_training_rows(session, settings, iteration, "consistency") if iteration > 1 else None
    return ReviewGate(iteration, score, consistency)


def training_begun(project: Project, iteration: int) -> bool:
    """Whether every training of the iteration that is planned has taken its pairs, so that no decision changes it."""
    trainings = [
        job for job in queue.list_jobs(project) if (job.stage, job.iteration, job.line) == (TRAIN.kind, iteration, MAIN)
    ]
    return bool(trainings) and all(job.started_at is not None for job in trainings)
