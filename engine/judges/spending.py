"""What a judge costs: the highest price of a request is reserved before it is sent, the true one noted afterwards.

The ledger is a file of the job, written before and after each request, so that a killed job that is resumed knows what
was in flight: a request without its true price counts with what was reserved, since it may have been answered.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from pathlib import Path

from engine.contract.context import Journal, StageError

PER_TOKENS = 1_000_000
"""Prices are for so many tokens."""


@dataclass(frozen=True, slots=True)
class Prices:
    """USD per million tokens of the prompt and of the answer."""

    prompt: float
    answer: float

    def of(self, prompt_tokens: int, answer_tokens: int) -> float:
        """Return the USD of one request."""
        return (prompt_tokens * self.prompt + answer_tokens * self.answer) / PER_TOKENS


class CapReachedError(StageError):
    """The next request might cost more than what is left; nothing was sent."""


@dataclass(slots=True)
class Ledger:
    """The requests of a job and their prices in USD.

    Args:
        file: JSON lines; made if missing.
        cap: the most that all of them may cost; None: no limit.
    """

    file: Path
    cap: float | None
    _journal: Journal = field(init=False)
    _prices: dict[int, float] = field(init=False, default_factory=dict)
    _numbers: itertools.count[int] = field(init=False)

    def __post_init__(self) -> None:
        """Read what earlier runs of the job have spent."""
        self._journal = Journal(self.file)
        for row in self._journal.rows:
            self._prices[row["request"]] = row["usd"]
        self._numbers = itertools.count(max(self._prices, default=-1) + 1)

    @property
    def total(self) -> float:
        """USD spent and reserved so far."""
        return sum(self._prices.values())

    def reserve(self, usd: float) -> int:
        """Reserve the highest price of a request; durable on return.

        Returns:
            The request's number, for :meth:`settle`.

        Raises:
            CapReachedError: the cap does not allow it.
        """
        if self.cap is not None and self.total + usd > self.cap:
            raise CapReachedError(
                f"The cost limit of {self.cap:.2f} USD is reached: {self.total:.4f} USD are spent or reserved, and the "
                f"next request may cost {usd:.4f} USD.",
                "Raise judge.max_cost and run again; what has been graded is kept.",
            )
        number = next(self._numbers)
        self._note(number, usd)
        return number

    def settle(self, number: int, usd: float) -> None:
        """Replace the reserved price of a request by the true one."""
        self._note(number, usd)

    def close(self) -> None:
        """Close the file."""
        self._journal.close()

    def _note(self, number: int, usd: float) -> None:
        if usd or self._prices.get(number):
            self._journal.append([{"request": number, "usd": usd}])
        self._prices[number] = usd
