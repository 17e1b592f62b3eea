"""Frozen rows of lines and of what was discarded. Standard library only: no Qt, no SQLAlchemy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from studio.services.versions.types import VersionVerdict


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line of versions beside the main one.

    Attributes:
        name: as it stands in the names of its versions.
        recipe: name of its recipe.
        iteration: the iteration of the main line that it repeats in another way.
        start: the version that it starts from.
        versions: names of its versions so far, in order of making.
        done: how many of its jobs are done.
        total: how many jobs it has.
        state: running, queued, failed, interrupted, paused, cancelled or done: the job that matters most now.
        verdict: its last version against the main line's of the same iteration; None until it is measured.
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
    """What discarding would take away.

    Attributes:
        name: the line, or ``iterN`` for an iteration of the main line.
        versions: names of the versions that go.
        jobs: how many jobs go.
        pairs: how many pairs go, with what was decided on them.
        bytes: what it frees once the project is closed.
        holders: why it cannot be discarded now, one reason each; empty if it can.
    """

    name: str
    versions: tuple[str, ...]
    jobs: int
    pairs: int
    bytes: int
    holders: tuple[str, ...]
