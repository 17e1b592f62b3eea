"""Hearing a stop while a library is busy."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from engine.cancellation import phase, stop_if_requested
from engine.contract.context import CancelledError, ListContext
from engine.contract.events import Phase
from engine.contract.specs import RunFolder


def busy(seconds: float = 20.0) -> None:
    """Python code that asks nobody, as a library's loading does."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        time.sleep(0.001)


def test_that_a_pause_is_heard_while_a_library_is_busy(tmp_path: Path) -> None:
    context = ListContext(RunFolder(tmp_path), [], pause=True)
    began = time.monotonic()
    with pytest.raises(CancelledError), phase(context, "loading"):
        busy()
    assert time.monotonic() - began < 10
    assert context.events == [Phase("loading")]


def test_that_nothing_listens_any_more_when_the_phase_is_over(tmp_path: Path) -> None:
    context = ListContext(RunFolder(tmp_path), [])
    before = signal.getsignal(signal.SIGALRM)
    with phase(context, "loading"):
        assert signal.getitimer(signal.ITIMER_REAL)[1] > 0
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGALRM) is before
    context.pause = True
    busy(0.6)
    assert context.events == [Phase("loading"), Phase("")]


def test_that_a_cancel_and_a_pause_both_stop_between_two_passes(tmp_path: Path) -> None:
    stop_if_requested(ListContext(RunFolder(tmp_path), [], cancel_after=1))
    with pytest.raises(CancelledError):
        stop_if_requested(ListContext(RunFolder(tmp_path), [], cancel_after=0))
    with pytest.raises(CancelledError):
        stop_if_requested(ListContext(RunFolder(tmp_path), [], pause=True))
