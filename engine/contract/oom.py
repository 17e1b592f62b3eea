"""Recognise out-of-memory errors. Standard library only: torch's own error is recognised by its message."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from engine.contract.context import MemoryExhaustedError

_WORDS = (
    "out of memory",
    "can't allocate memory",
    "not enough memory",
    "cannot allocate memory",
    "bad_alloc",
    "alloc_failed",
)


def exhausted(error: BaseException) -> str | None:
    """Return the first line of the allocator's message; None for an error of another kind."""
    lines = str(error).strip().splitlines()
    first = lines[0] if lines else "no memory left"
    if isinstance(error, MemoryError):
        return first
    if isinstance(error, OSError):
        return first if error.errno == errno.ENOMEM else None
    known = isinstance(error, RuntimeError) and any(word in str(error).lower() for word in _WORDS)
    return first if known else None


@contextmanager
def translate_oom(what: str, remedy: str, *, batch: int = 0, checkpointing: bool = False) -> Iterator[None]:
    """Translate an out-of-memory error into a message with a remedy.

    Args:
        what: the activity that ran out of memory, as the end of a sentence.
        remedy: what the user can do.
        batch: pairs or images that went through the model at once; 0 if fewer would not help.
        checkpointing: whether the training already used gradient checkpointing.

    Raises:
        MemoryExhaustedError: memory ran out.
    """
    try:
        yield
    except (MemoryError, RuntimeError, OSError) as error:
        message = exhausted(error)
        if message is None:
            raise
        raise MemoryExhaustedError(
            f"Not enough memory for {what}: {message}", remedy, batch=batch, checkpointing=checkpointing
        ) from error
