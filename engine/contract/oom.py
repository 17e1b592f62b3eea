"""Whether an error says that memory ran out. Standard library only: torch's own error is known by its words."""

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
    """The first line of what the allocator said; None for an error of another kind."""
    said = str(error).strip().splitlines()
    first = said[0] if said else "no memory left"
    if isinstance(error, MemoryError):
        return first
    if isinstance(error, OSError):
        return first if error.errno == errno.ENOMEM else None
    known = isinstance(error, RuntimeError) and any(word in str(error).lower() for word in _WORDS)
    return first if known else None


@contextmanager
def translate_oom(what: str, remedy: str, *, batch: int = 0, checkpointing: bool = False) -> Iterator[None]:
    """Turn exhausted memory into advice.

    Args:
        what: what the memory did not do for, as a sentence's end.
        remedy: what a person can do.
        batch: pairs or images that went through the model at once; 0 if fewer would not help.
        checkpointing: whether a training computed its activations anew already.

    Raises:
        MemoryExhaustedError: memory ran out.
    """
    try:
        yield
    except (MemoryError, RuntimeError, OSError) as error:
        said = exhausted(error)
        if said is None:
            raise
        raise MemoryExhaustedError(
            f"The memory does not suffice for {what}: {said}", remedy, batch=batch, checkpointing=checkpointing
        ) from error
