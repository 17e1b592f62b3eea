"""Frozen rows of lines and of discarding. Standard library only: no Qt, no SQLAlchemy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from studio.services.versions.types import VersionVerdict


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line of versions beside the main line.

    Attributes:
        name: as in the names of its versions.
        recipe: name of its recipe.
        iteration: the iteration of the main line that it repeats with changes.
        start: the version that it starts from.
        versions: names of its versions so far, in creation order.
        done: the number of finished jobs.
        total: the number of jobs.
        state: running, queued, failed, interrupted, paused, cancelled or done: that of the most important job.
        verdict: its last version against the main line's version of the same iteration; None until it is measured.
    """

    name: str
    recipe: str
    iteration: int
    start: str
    created_at: datetime
    versions: tuple[str, ...]
    done: int
    total: int
    state: str
    verdict: VersionVerdict | None


@dataclass(frozen=True, slots=True)
class DiscardPreview:
    """The effect of discarding.

    Attributes:
        name: the line, or ``iterN`` for an iteration of the main line.
        versions: names of the deleted versions.
        jobs: the number of deleted jobs.
        pairs: the number of deleted pairs, with the decisions on them.
        bytes: disk space freed once the project is closed.
        holders: reasons why it cannot be discarded now; empty if it can.
    """

    name: str
    versions: tuple[str, ...]
    jobs: int
    pairs: int
    bytes: int
    holders: tuple[str, ...]
