"""Stages outside the loop: a child in a temporary run folder. No Qt, no torch."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engine.contract import batching_record
from engine.contract.atomic_files import write_text
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


class RefusedRunError(errors.StudioError):
    """The child reported an error that the user can correct; ``rows`` are those of its journals."""

    def __init__(self, message: str, remedy: str, rows: list[dict[str, Any]]) -> None:
        super().__init__(message, remedy)
        self.rows = rows


def run_outside(
    spec: StageSpec,
    inputs: Sequence[dict[str, Any]] = (),
    *,
    on_progress: OnProgress = lambda done, total: None,
    on_event: Callable[[Event], None] = lambda event: None,
    cancel: threading.Event | None = None,
    kept: Path | None = None,
) -> list[dict[str, Any]]:
    """Run a stage on these input rows and return the rows of its journals; ``on_event`` receives the child's events.

    ``kept``: a folder for the run instead of a temporary one. If it has an unfinished run of the same spec and rows,
    that run is continued. It is left as it is, so that the caller removes it when the results are safe.

    Raises:
        StudioError: an error that the user can correct; a ``RefusedRunError`` if the child has reported it.
        OperationCancelled: ``cancel`` was set.
        ChildError: the child crashed, or has a defect.
    """
    with _run_folder(kept) as folder:
        _write_inputs(folder, spec, inputs)
        outcome = _run_to_end(ChildProcess(folder), on_progress, on_event, cancel or threading.Event())
        while isinstance(outcome, OutOfMemory) and batching_record.smaller(
            folder, outcome.batch, outcome.checkpointing
        ):
            outcome = _run_to_end(ChildProcess(folder), on_progress, on_event, cancel or threading.Event())
        rows = [row for journal in folder.journals() for row in read_jsonl(journal)]
        _check(outcome, rows)
        return rows


@contextmanager
def _run_folder(kept: Path | None) -> Iterator[RunFolder]:
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
        yield RunFolder(kept)
        return
    with tempfile.TemporaryDirectory(prefix="score-studio-") as scratch:
        yield RunFolder(Path(scratch))


def _write_inputs(folder: RunFolder, spec: StageSpec, rows: Sequence[dict[str, Any]]) -> None:
    """Write spec and rows, unless the folder has the same; results of others are deleted."""
    text = spec.to_json()
    try:
        same = folder.spec.read_text("utf-8") == text and list(read_jsonl(folder.input)) == list(rows)
    except (OSError, ValueError):
        same = False
    if same:
        return
    found = list(folder.path.iterdir())
    if found and not folder.spec.exists():
        raise errors.StudioError(f"{folder.path} has files of something else.", "Move it away, or choose another name.")
    for file in found:
        if file.is_file():
            file.unlink()
    write_text(folder.spec, text)  # by which the folder is known
    write_jsonl(folder.input, rows)


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


def _check(outcome: Outcome, rows: list[dict[str, Any]]) -> None:
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
            raise RefusedRunError(failure.message, failure.remedy, rows)
