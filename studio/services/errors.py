"""The exceptions of the services, and what the machine refuses as one of them. No Qt, no SQLAlchemy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.contract.faults.system_errors import explained


class StudioError(Exception):
    """A user error: ``message`` contains the value and the reason, ``remedy`` what to do. Exit code 2 in the CLI."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message, remedy)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


class SystemFault(StudioError):  # noqa: N818  not the user's error
    """What the machine refuses, such as a full disk: nothing is wrong with the input. Exit code 1 in the CLI."""


@contextmanager
def system_faults(place: Path) -> Iterator[None]:
    """Inside the block, what the machine refuses becomes a ``SystemFault`` with the remedy; other errors pass.

    Args:
        place: where it happens, for errors that name no file.
    """
    try:
        yield
    except SystemFault:
        raise
    except Exception as error:
        found = explained(error, place)
        if found is None:
            raise
        raise SystemFault(found.message, found.remedy) from error


class OperationCancelled(Exception):  # noqa: N818  an outcome, not an error
    """The user cancelled; finished work is kept. Exit code 130 on the command line."""
