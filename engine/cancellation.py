"""Check for a stop where a stage has no batches: while a model is loaded, and between forward passes.

Standard library only.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from engine.contract.context import CancelledError, RunContext
from engine.contract.events import Phase

CHECK_SECONDS = 0.25


def stop_if_requested(ctx: RunContext) -> None:
    """Stop for a cancel or a pause at a point where the next run can resume.

    Raises:
        CancelledError: stopped on request.
    """
    ctx.check_cancelled()
    if ctx.pause_requested():
        raise CancelledError


@contextmanager
def phase(ctx: RunContext, name: str) -> Iterator[None]:
    """Report the phase ``name``, and check for a stop within it, in whatever library the time is spent.

    A timer signal triggers the check, so a stop takes effect between two Python instructions: between the tensors of a
    model's files, not within one. Main thread only; nothing may be written in the phase that must not be incomplete.

    Raises:
        CancelledError: stopped on request.
    """

    def check(_number: int, _frame: object) -> None:
        if ctx.stop_requested():
            raise CancelledError

    ctx.emit(Phase(name))
    before = signal.signal(signal.SIGALRM, check)
    signal.setitimer(signal.ITIMER_REAL, CHECK_SECONDS, CHECK_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    ctx.emit(Phase(""))
