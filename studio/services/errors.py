"""The two exceptions of the services. No Qt, no SQLAlchemy."""

from __future__ import annotations


class StudioError(Exception):
    """A user error: ``message`` contains the value and the reason, ``remedy`` what to do. Exit code 2 in the CLI."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message, remedy)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


class OperationCancelled(Exception):  # noqa: N818  an outcome, not an error
    """The user cancelled; finished work is kept. Exit code 130 on the command line."""
