"""An open project: its folder, settings, lock and transactions. No Qt, no torch."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from db.engine import Session
from studio.services.settings import Settings


class Project:
    """An open project. Usable from several threads: every transaction has a connection of its own."""

    root: Path

    @property
    def name(self) -> str:
        """The project's name."""
        raise NotImplementedError

    @property
    def settings(self) -> Settings:
        """The settings as they are in studio.toml now."""
        raise NotImplementedError

    @contextmanager
    def session(self) -> Iterator[Session]:
        """One write transaction."""
        raise NotImplementedError

    @contextmanager
    def reader(self) -> Iterator[Session]:
        """One read transaction."""
        raise NotImplementedError

    def take_lock(self) -> None:
        """Be the only process that works on this project."""

    def release_lock(self) -> None:
        """Let go of the lock."""

    def close(self) -> None:
        """Release lock and connections."""
