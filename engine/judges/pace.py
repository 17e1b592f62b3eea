"""How many requests a server bears at a time: half as many after a refusal, one more after as many successes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

LONGEST_PAUSE = 60.0
"""Seconds between two attempts, where the server does not ask for a longer one."""
AT_FIRST = 4
"""Requests at a time in the beginning."""


@dataclass(slots=True)
class Pace:
    """The requests under way, and what has happened to the last ones.

    Args:
        most: at a time.
        pause: seconds after the first refusal, if the server does not say; doubled after each further one in a row.

    Attributes:
        successes: answers so far.
        failures: of the server in a row; those of requests that were under way together count once.
        rejections: requests in a row that the server would not take.
    """

    most: int
    pause: float
    successes: int = field(default=0, init=False)
    failures: int = field(default=0, init=False)
    rejections: int = field(default=0, init=False)
    _allowed: float = field(init=False)
    _active: int = field(default=0, init=False)
    _refusals: int = field(default=0, init=False)
    _refused_at: float = field(default=0.0, init=False)
    _failed_at: float = field(default=0.0, init=False)
    _closed_until: float = field(default=0.0, init=False)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition, init=False)

    def __post_init__(self) -> None:
        """Begin slowly."""
        self._allowed = float(min(AT_FIRST, self.most))

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[float]:
        """Wait until a request may be sent; returns the time at which it is."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._active < int(self._allowed))
            self._active += 1
        try:
            while (left := self._closed_until - time.monotonic()) > 0:
                await asyncio.sleep(left)
            yield time.monotonic()
        finally:
            async with self._changed:
                self._active -= 1
                self._changed.notify_all()

    def worked(self) -> None:
        """Count an answer."""
        self.successes += 1
        self.failures = self.rejections = self._refusals = 0
        self._allowed = min(float(self.most), self._allowed + 1 / self._allowed)

    def failed(self, sent: float) -> None:
        """Count a failure of a request that was sent at this time."""
        if sent >= self._failed_at:
            self.failures += 1
            self._failed_at = time.monotonic()

    def refused(self, sent: float, wait: float | None) -> int:
        """Count a refusal: fewer requests, and none for a while.

        Args:
            sent: when the request was sent.
            wait: seconds that the server asks for; None if it does not.

        Returns:
            The refusals since the last answer; those of requests that were under way together count once.
        """
        if sent >= self._refused_at:
            self._refusals += 1
            self._allowed = max(1.0, self._allowed / 2)
            self._refused_at = time.monotonic()
        pause = min(LONGEST_PAUSE, self.pause * 2 ** (self._refusals - 1)) if wait is None else wait
        self._closed_until = max(self._closed_until, time.monotonic() + pause)
        return self._refusals
