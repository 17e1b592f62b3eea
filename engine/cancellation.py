"""Hearing a stop where a stage has no batches of its own: while a model is loaded, and between forward passes.

Standard library only.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from engine.contract.context import CancelledError, RunContext
from engine.contract.events import Phase

LISTEN_SECONDS = 0.25


def stop_if_asked(ctx: RunContext) -> None:
    """Stop for a cancel and for a pause alike, where the next run goes on from this very place.

    Raises:
        CancelledError: stopped as asked.
    """
    ctx.check_cancelled()
    if ctx.pause_asked():
        raise CancelledError


@contextmanager
def phase(ctx: RunContext, name: str) -> Iterator[None]:
    """Name what is done meanwhile, and hear a stop within it, in whatever library the time is spent.

    A timer's signal asks for it, so a stop is heard between two of Python's instructions: between the tensors of a
    model's files, not within one. Main thread only; nothing may be written meanwhile that must be whole.

    Raises:
        CancelledError: stopped as asked.
    """

    def listen(_number: int, _frame: object) -> None:
        if ctx.stop_wanted():
            raise CancelledError

    ctx.emit(Phase(name))
    before = signal.signal(signal.SIGALRM, listen)
    signal.setitimer(signal.ITIMER_REAL, LISTEN_SECONDS, LISTEN_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    ctx.emit(Phase(""))
