"""Pick and reject images of a collection, with undo and redo that survive a restart. No Qt, no torch."""

from __future__ import annotations

from collections.abc import Sequence

from db.queries.collections import picks as picks_queries
from studio.services.projects.project import Project
from studio.services.scoring.types import Pick


def pick(project: Project, collection_id: int, images: Sequence[int], value: Pick) -> dict[int, int]:
    """Pick (1) or reject (-1) images, or neither (0), as one step; returns the former picks of those that changed."""
    with project.session() as session:
        before = {key: old for key, old in picks_queries.picks(session, images).items() if old != value}
        if before:
            picks_queries.set_picks(session, dict.fromkeys(before, int(value)))
            picks_queries.add_step(session, collection_id, before, value)
        return before


def undo(project: Project, collection_id: int) -> list[int]:
    """Take the latest step back; returns its images, none if there is no step."""
    with project.session() as session:
        step = picks_queries.latest_step(session, collection_id)
        if step is None:
            return []
        before = {int(key): int(value) for key, value in step.former.items()}
        picks_queries.set_picks(session, before)
        step.undone = True
        return sorted(before)


def redo(project: Project, collection_id: int) -> list[int]:
    """Repeat the step that was taken back last; returns its images, none if there is no such step."""
    with project.session() as session:
        step = picks_queries.undone_step(session, collection_id)
        if step is None:
            return []
        images = sorted(int(key) for key in step.former)
        picks_queries.set_picks(session, dict.fromkeys(images, step.pick))
        step.undone = False
        return images


def history(project: Project, collection_id: int) -> tuple[bool, bool]:
    """Return whether there is a step to undo, and one to redo."""
    with project.reader() as session:
        undoable = picks_queries.latest_step(session, collection_id) is not None
        return undoable, picks_queries.undone_step(session, collection_id) is not None
