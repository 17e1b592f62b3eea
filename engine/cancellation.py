"""Check for a stop where a stage has no batches: while a model is loaded, and between forward passes.

Standard library only.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from engine.contract.context import CancelledError, RunContext
from engine.contract.events import Phase
from engine.contract.operating_system import called_often

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

    def check() -> None:
        if ctx.stop_requested():
            raise CancelledError

    ctx.emit(Phase(name))
    with called_often(check, CHECK_SECONDS):
        yield
    ctx.emit(Phase(""))
