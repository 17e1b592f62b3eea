"""A project whose first iteration waits for the review of its pairs."""

from __future__ import annotations

from pathlib import Path

from support.fake_engine import run_fake_job
from support.projects import write_photos

from studio.services.loop import next_action, queue
from studio.services.projects import create_and_open


def make_gated_project(root: Path, data: Path, iterations: int = 1) -> Path:
    """The base is measured and the pairs of iteration 1 are there; its training has not been approved."""
    create_and_open.create_project(root, images=data / "images", scores=write_photos(data), model="some/model")
    project = create_and_open.open_project(root, exclusive=True)
    try:
        next_action.enqueue_next(project, iterations, review=True)
        while (job := queue.next_queued(project)) is not None:
            run_fake_job(project, job)
        assert next_action.review_pending(project, 1)
    finally:
        project.close()
    return root
