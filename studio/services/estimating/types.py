"""A quantity that is not known exactly. Frozen rows, standard library only."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EstimateRange:
    """From ``low`` to ``high``, both not negative: seconds, or bytes."""

    low: float
    high: float

    @classmethod
    def around(cls, value: float, share: float) -> EstimateRange:
        """Return the range that is by this share above and, as a ratio, below a value."""
        return cls(value / (1 + share), value * (1 + share))

    @property
    def middle(self) -> float:
        """Return the value from which both ends differ by the same ratio."""
        return math.sqrt(self.low * self.high) if self.low else self.high / 2

    def __add__(self, other: EstimateRange) -> EstimateRange:
        return EstimateRange(self.low + other.low, self.high + other.high)

    def times(self, factor: float | EstimateRange) -> EstimateRange:
        """Return the range of the product."""
        other = factor if isinstance(factor, EstimateRange) else EstimateRange(factor, factor)
        return EstimateRange(self.low * other.low, self.high * other.high)


NEAR = 0.2
"""How far work is expected to be from what the same work took before."""
NOTHING = EstimateRange(0.0, 0.0)


def together(parts: Iterable[EstimateRange]) -> EstimateRange:
    """Return the range of a sum of estimates that are wrong independently of one another: not all at their worst."""
    known = list(parts)
    middle = math.fsum(one.middle for one in known)
    below = math.sqrt(math.fsum((one.middle - one.low) ** 2 for one in known))
    above = math.sqrt(math.fsum((one.high - one.middle) ** 2 for one in known))
    return EstimateRange(max(0.0, middle - below), middle + above)


@dataclass(frozen=True, slots=True)
class StageRate:
    """Seconds for a unit of a stage's work, and to start a job of it.

    Attributes:
        computed: of jobs that had to compute what the caches keep: what the vision tower makes of an image, and the
            log-probabilities of answers under the base. None: there was none.
        reused: of jobs that found that in the caches, or have nothing of the kind; None: there was none.
        startup: from the start of the process to the first unit.
    """

    computed: EstimateRange | None = None
    reused: EstimateRange | None = None
    startup: EstimateRange = NOTHING


RateKey = tuple[str, str, str]
"""Base model, device ("" for a stage that loads no model) and kind of stage."""
Rates = Mapping[RateKey, StageRate]


@dataclass(frozen=True, slots=True)
class MeasuredJob:
    """What a job shows of its stage's speed: only time that led to progress, and its start apart from it.

    Attributes:
        version_kind: score, consistency, … of the version that it made or asked; "" without one.
        computes: whether it had to compute what the caches keep.
    """

    key: RateKey
    version_kind: str
    units: float
    seconds: float
    startup: float | None
    computes: bool

    @property
    def took(self) -> float:
        """Return how long it took from its start."""
        return self.seconds + (self.startup or 0.0)


@dataclass(frozen=True, slots=True)
class AheadStage:
    """A stage that is ahead: ``units`` of work that are left of it. ``version_kind`` as in ``MeasuredJob``."""

    kind: str
    title: str
    version_kind: str
    units: float


@dataclass(frozen=True, slots=True)
class StageTime:
    """How long a stage will take, starting included."""

    stage: AheadStage
    device: str
    seconds: EstimateRange


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """How long the stages that are ahead will take, one by one."""

    stages: tuple[StageTime, ...]

    @property
    def total(self) -> EstimateRange:
        """Return the sum of the kinds of stage."""
        return together(self.by_kind().values())

    def by_kind(self) -> dict[tuple[str, str], EstimateRange]:
        """Return the sums by kind of stage and device, in running order."""
        found: dict[tuple[str, str], EstimateRange] = {}
        for one in self.stages:
            key = one.stage.kind, one.device
            found[key] = found.get(key, NOTHING) + one.seconds
        return found
