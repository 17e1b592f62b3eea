"""Frozen rows of lines and of discarding. Standard library only: no Qt, no SQLAlchemy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from studio.services.estimating.types import EstimateRange
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
class LineOffer:
    """Whether a line could be started now: a quick answer, which a preview makes sure of.

    Attributes:
        recipe: name of its recipe.
        iteration: the iteration of the main line that it would repeat.
        reason: why it cannot be started; "" if it can.
    """

    recipe: str
    iteration: int
    reason: str


@dataclass(frozen=True, slots=True)
class LineChoices:
    """What can be done with lines now.

    Attributes:
        latest: the latest iteration that the main line trains; 0 if there is none.
        offers: the lines that could be started, for each recipe and iteration.
        unfinished: the lines with jobs that have stopped or are missing.
    """

    latest: int
    offers: tuple[LineOffer, ...]
    unfinished: tuple[LineRow, ...]

    def offer(self, recipe: str, iteration: int) -> LineOffer | None:
        """Return the offer for this recipe and iteration; None: the main line does not train that iteration."""
        return next((one for one in self.offers if (one.recipe, one.iteration) == (recipe, iteration)), None)


@dataclass(frozen=True, slots=True)
class LinePreview:
    """What starting a line would train.

    Attributes:
        recipe: name of its recipe.
        name: name of the new line.
        iteration: the iteration that it repeats.
        start: the version that its trainings start from.
        versions: names of its versions.
        pairs: how many pairs it is trained on.
        main_pairs: how many pairs the main line was trained on.
        seconds: how long it is likely to take, by the main line's jobs; None: not known.
        waiting: how many jobs run before it.
        same: names of lines that repeat the iteration by the same recipe already.
    """

    recipe: str
    name: str
    iteration: int
    start: str
    versions: tuple[str, ...]
    pairs: int
    main_pairs: int
    seconds: EstimateRange | None
    waiting: int
    same: tuple[str, ...]


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
