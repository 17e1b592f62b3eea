"""Stages outside the loop: a child in a temporary run folder. No Qt, no torch."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from engine.contract import batching_record
from engine.contract.context import read_jsonl, write_jsonl
from engine.contract.events import Cancelled, Event, Failed, Finished, OutOfMemory, Progress, Started
from engine.contract.specs import RunFolder, StageSpec
from studio.jobs.process import ChildProcess, Crashed, Outcome
from studio.jobs.runner import explain_crash
from studio.services import errors

OnProgress = Callable[[int, int], None]
"""Finished units and their total."""
POLL_SECONDS = 0.2


class ChildError(Exception):
    """The child failed through no fault of the user; the text says how."""


def run_outside(
    spec: StageSpec,
    rows: Sequence[dict[str, Any]] = (),
    *,
    on_progress: OnProgress = lambda done, total: None,
    on_event: Callable[[Event], None] = lambda event: None,
    cancel: threading.Event | None = None,
) -> list[dict[str, Any]]:
    """Run a stage on these rows and return the rows of its journals; ``on_event`` hears every event of the child.

    Raises:
        StudioError: an error that the user can correct.
        OperationCancelled: ``cancel`` was set.
        ChildError: the child crashed, or has a defect.
    """
    with tempfile.TemporaryDirectory(prefix="score-studio-") as scratch:
        folder = RunFolder(Path(scratch))
        folder.spec.write_text(spec.to_json(), encoding="utf-8")
        write_jsonl(folder.input, rows)
        outcome = _run_to_end(ChildProcess(folder), on_progress, on_event, cancel or threading.Event())
        while isinstance(outcome, OutOfMemory) and batching_record.smaller(
            folder, outcome.batch, outcome.checkpointing
        ):
            outcome = _run_to_end(ChildProcess(folder), on_progress, on_event, cancel or threading.Event())
        _check(outcome)
        return [row for journal in folder.journals() for row in read_jsonl(journal)]


def _run_to_end(
    child: ChildProcess, on_progress: OnProgress, on_event: Callable[[Event], None], cancel: threading.Event
) -> Outcome:
    child.start()
    try:
        while child.outcome is None:
            if cancel.is_set():
                child.cancel()
            for event in child.poll(POLL_SECONDS):
                on_event(event)
                if isinstance(event, Started | Progress):
                    on_progress(event.done, event.total)
    except BaseException:
        child.kill()
        child.wait()
        raise
    return child.outcome


def _check(outcome: Outcome) -> None:
    match outcome:
        case Finished():
            return
        case Cancelled():
            raise errors.OperationCancelled
        case Crashed():
            raise ChildError(explain_crash(outcome)[0])
        case Failed(message, remedy, user_error=False):
            raise ChildError(f"{message}\n{remedy}")
        case failure:
            raise errors.StudioError(failure.message, failure.remedy)
