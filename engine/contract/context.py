"""The context of a running stage: send events, check for cancellation, write the journal. Standard library only."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from engine.contract.atomic_files import atomic_file
from engine.contract.events import Event
from engine.contract.specs import RunFolder


class CancelledError(Exception):
    """Raised by ``check_cancelled`` once a stop was requested; stages must not catch it."""


class StageError(Exception):
    """An error that the user can correct: ``message`` names value and reason, ``remedy`` what to do."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


class MemoryExhaustedError(StageError):
    """Out of memory with ``batch`` pairs or images at once; the job may retry with fewer (0: that would not help)."""

    def __init__(self, message: str, remedy: str = "", *, batch: int = 0, checkpointing: bool = False) -> None:
        super().__init__(message, remedy)
        self.batch = batch
        self.checkpointing = checkpointing


class RunContext(Protocol):
    """The interface that the worker provides to a stage."""

    folder: RunFolder
    rank: int
    world_size: int

    def emit(self, event: Event) -> None:
        """Send one event; never raises, even if the receiver is gone."""

    def check_cancelled(self) -> None:
        """Raise ``CancelledError`` if a stop was requested."""

    def pause_requested(self) -> bool:
        """Return whether to stop at a point without loss; a stage with checkpoints saves one, then raises the error."""

    def stop_requested(self) -> bool:
        """Return whether a stop or a pause was requested; the call has no side effect."""

    def wait_for_ranks(self, point: str) -> None:
        """Wait until every process of the job has reached ``point``; raises ``CancelledError`` on request."""


@dataclass(slots=True)
class ListContext:
    """A context that collects the events in a list, for tests and for calling a stage from other code."""

    folder: RunFolder
    events: list[Event]
    rank: int = 0
    world_size: int = 1
    cancel_after: int | None = None
    pause: bool = False

    def emit(self, event: Event) -> None:
        """Append the event to ``events``."""
        self.events.append(event)

    def check_cancelled(self) -> None:
        """Raise ``CancelledError`` after ``cancel_after`` calls."""
        if self.cancel_after is None:
            return
        self.cancel_after -= 1
        if self.cancel_after < 0:
            raise CancelledError

    def pause_requested(self) -> bool:
        """Return ``pause``."""
        return self.pause

    def stop_requested(self) -> bool:
        """Return whether a pause was requested or a cancel has been raised."""
        return self.pause or (self.cancel_after is not None and self.cancel_after < 0)

    def wait_for_ranks(self, point: str) -> None:
        """Return at once: ranks of a list context run one after the other."""


class Journal:
    """Append-only JSON lines that survive a kill at any moment.

    On opening, an incomplete last line is truncated; ``rows`` holds the complete ones. ``append`` writes a batch,
    flushes and syncs: once it returns, the batch is durable.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        keep = _complete_length(path)
        self.path = path
        self.rows: list[dict[str, Any]] = list(read_jsonl(path, keep))
        self._file = path.open("r+b" if path.exists() else "w+b")
        self._file.truncate(keep)
        self._file.seek(keep)

    def append(self, rows: Iterable[dict[str, Any]]) -> None:
        """Write the rows as one durable batch."""
        batch = list(rows)
        data = "".join(json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n" for row in batch)
        self._file.write(data.encode("utf-8", "surrogatepass"))
        self._file.flush()
        os.fsync(self._file.fileno())
        self.rows.extend(batch)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _complete_length(path: Path) -> int:
    if not path.exists():
        return 0
    data = path.read_bytes()
    return data.rfind(b"\n") + 1


def read_jsonl(path: Path, end: int | None = None) -> Iterator[dict[str, Any]]:
    """Yield the objects of a JSON-lines file up to byte ``end``, in order."""
    if not path.exists():
        return
    data = path.read_bytes()[:end]
    for line in data.decode("utf-8", "surrogatepass").split("\n"):
        if line:
            yield json.loads(line)


def complete_rows(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a journal that another process may be writing; an incomplete last line is skipped."""
    return list(read_jsonl(path, _complete_length(path)))


def write_jsonl(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    """Write the rows to ``path`` atomically: the file is complete or absent."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_file(path) as part, part.open("w", encoding="utf-8", errors="surrogatepass") as out:
        out.writelines(json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n" for row in rows)
