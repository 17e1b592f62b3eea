"""How fast pairs are reviewed, and how long the rest will take. Pure Python; the caller gives the times."""

from __future__ import annotations

from collections import deque

BREAK_S = 300.0
"""A longer time between two verdicts is a break, and counts in no pace."""
REMEMBERED = 40
"""Verdicts that the pace is of: reading gets faster, and later pairs may be harder."""
ENOUGH = 4
"""Times between verdicts from which a pace is shown."""


class ReviewPace:
    """The pace of the last verdicts, by a clock in seconds."""

    def __init__(self) -> None:
        self._last: float | None = None
        self._gaps: deque[float] = deque(maxlen=REMEMBERED)

    def note(self, at: float) -> None:
        """A pair was reviewed."""
        if self._last is not None and 0 < at - self._last <= BREAK_S:
            self._gaps.append(at - self._last)
        self._last = at

    @property
    def a_minute(self) -> float | None:
        """Return the pairs a minute; None before there are enough verdicts."""
        return 60 * len(self._gaps) / sum(self._gaps) if len(self._gaps) >= ENOUGH else None

    def seconds_for(self, pairs: int) -> float | None:
        """Return how long so many pairs will take at this pace; None while it is unknown."""
        pace = self.a_minute
        return None if pace is None else 60 * pairs / pace
