"""An open project: its folder, settings, lock and transactions. No Qt, no torch."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from db.engine import Database, Session, StorageError
from engine.contract.faults.system_errors import explained
from engine.contract.specs import RunFolder
from studio.services.errors import StudioError, SystemFault
from studio.services.projects.locks import ProjectLock
from studio.services.settings.schema import Settings
from studio.services.settings.toml_file import FILE_NAME, load_settings

DATABASE_NAME = "project.sqlite"


class Project:
    """An open project. Thread-safe: every transaction has its own connection."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._database = Database(root / DATABASE_NAME)
        self._lock = ProjectLock(root)
        self._settings: tuple[tuple[int, int], Settings] | None = None

    @property
    def name(self) -> str:
        """Return the project's name."""
        return self.settings.project.name

    @property
    def settings(self) -> Settings:
        """Return the current settings in studio.toml.

        Raises:
            StudioError: the file is missing or invalid.
        """
        file = self.root / FILE_NAME
        try:
            stat = file.stat()
        except FileNotFoundError as error:
            raise StudioError(f"{file} does not exist.", "Restore it, or create the project again.") from error
        stamp = (stat.st_mtime_ns, stat.st_size)
        if self._settings is None or self._settings[0] != stamp:
            self._settings = (stamp, load_settings(file))
        return self._settings[1]

    def images_root(self) -> Path:
        """Return the folder that image paths are relative to, absolute."""
        return (self.root / Path(self.settings.images.root).expanduser()).resolve()

    def run_folder(self, job_id: int) -> RunFolder:
        """Return a job's run folder, which need not exist yet."""
        return RunFolder(self.root / "runs" / str(job_id))

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Yield one write transaction (BEGIN IMMEDIATE): committed at the end, rolled back if anything is raised.

        Raises:
            StudioError: the database cannot be read or written.
        """
        with self._storage_errors(), self._database.session() as session:
            yield session

    @contextmanager
    def reader(self) -> Iterator[Session]:
        """Yield one read transaction: a consistent view without changes. Keep it short, since commits wait for it.

        Raises:
            StudioError: the database cannot be read.
        """
        with self._storage_errors(), self._database.reader() as session:
            yield session

    @contextmanager
    def _storage_errors(self) -> Iterator[None]:
        try:
            yield
        except StorageError as error:
            found = explained(error, self.root)
            if found is not None:
                raise SystemFault(found.message, found.remedy) from error
            raise SystemFault(
                f"{self.root / DATABASE_NAME} cannot be used: {error}.",
                "Check free disk space and the file's permissions; if it is damaged, restore it from a backup.",
            ) from error

    def take_lock(self) -> None:
        """Take the project's exclusive lock.

        Raises:
            StudioError: another process holds it; names its id.
        """
        self._lock.take()

    @property
    def holds_lock(self) -> bool:
        """Return whether this object holds the lock."""
        return self._lock.held

    def release_lock(self) -> None:
        """Release the lock if it is held."""
        self._lock.release()

    def close(self) -> None:
        """Release lock and connections."""
        self._lock.release()
        self._database.close()
