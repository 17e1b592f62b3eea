"""Migrations, one module per schema version; each runs in one transaction with its stamp. Standard library only.

The stamp is ``PRAGMA user_version``. A migration never imports models or queries, since it must never change.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from db.engine import connect
from db.migrations import (
    v001_first,
    v002_blind_votes,
    v003_review_steps,
    v004_browsing,
    v005_download,
    v006_lines,
    v007_judges,
    v008_probe,
    v009_recipes,
    v010_rereading,
    v011_chat,
    v012_judge_readings,
    v013_collections,
    v014_reviewers,
    v015_decisions_used,
)


@dataclass(frozen=True, slots=True)
class Migration:
    """One step to schema ``version`` from the previous one."""

    version: int
    upgrade: Callable[[sqlite3.Connection], None]


MIGRATIONS: tuple[Migration, ...] = (
    Migration(v001_first.VERSION, v001_first.upgrade),
    Migration(v002_blind_votes.VERSION, v002_blind_votes.upgrade),
    Migration(v003_review_steps.VERSION, v003_review_steps.upgrade),
    Migration(v004_browsing.VERSION, v004_browsing.upgrade),
    Migration(v005_download.VERSION, v005_download.upgrade),
    Migration(v006_lines.VERSION, v006_lines.upgrade),
    Migration(v007_judges.VERSION, v007_judges.upgrade),
    Migration(v008_probe.VERSION, v008_probe.upgrade),
    Migration(v009_recipes.VERSION, v009_recipes.upgrade),
    Migration(v010_rereading.VERSION, v010_rereading.upgrade),
    Migration(v011_chat.VERSION, v011_chat.upgrade),
    Migration(v012_judge_readings.VERSION, v012_judge_readings.upgrade),
    Migration(v013_collections.VERSION, v013_collections.upgrade),
    Migration(v014_reviewers.VERSION, v014_reviewers.upgrade),
    Migration(v015_decisions_used.VERSION, v015_decisions_used.upgrade),
)
LATEST = MIGRATIONS[-1].version


class SchemaError(Exception):
    """The file cannot be migrated to this program's schema; ``remedy`` says what to do."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(f"{message} {remedy}")
        self.message = message
        self.remedy = remedy


def schema_version(file: Path) -> int:
    """Return the version of the file's schema; 0 for an empty file.

    Raises:
        SchemaError: the file is not a SQLite database, or it cannot be opened.
    """
    try:
        with closing(connect(file)) as connection:
            return _version(connection)
    except sqlite3.OperationalError as error:
        message = f"{file} cannot be opened: {error}."
        remedy = "Check its permissions and whether another program is using it, and try again."
        raise SchemaError(message, remedy) from error
    except sqlite3.DatabaseError as error:
        raise SchemaError(f"{file} is not a project database: {error}.", "Restore it from a backup.") from error


def migrate(file: Path, migrations: Sequence[Migration] = MIGRATIONS) -> Path | None:
    """Migrate the file, which may be new, to the latest version. A failed step leaves the previous version.

    Returns:
        The backup that was made first; None if the file was new or already up to date.

    Raises:
        SchemaError: the file was made by a newer program, or is not a project database.
    """
    version, latest = schema_version(file), migrations[-1].version
    if version > latest:
        raise SchemaError(
            f"{file} has schema version {version}; this program supports versions up to {latest}.",
            "Open it with the newer Score Studio that made it, or update this one.",
        )
    if version == latest:
        return None
    saved = backup(file, file.with_name(f"{file.name}.v{version}.backup")) if version else None
    for step in migrations:
        _apply(file, step)
    return saved


def backup(file: Path, target: Path) -> Path:
    """Copy a database, even while it is in use, as one consistent state; ``target`` is complete or absent.

    An existing backup is kept; the new one gets a number.
    """
    number, free = 1, target
    while free.exists():
        number, free = number + 1, target.with_name(f"{target.name}.{number}")
    part = free.with_name(free.name + ".part")
    part.unlink(missing_ok=True)
    with closing(connect(file)) as source, closing(sqlite3.connect(part)) as copy:
        source.backup(copy)
    return part.replace(free)


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _apply(file: Path, step: Migration) -> None:
    """Run one step and its stamp in one transaction; does nothing if another process was faster."""
    with closing(connect(file)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        try:
            if _version(connection) < step.version:
                step.upgrade(connection)
                connection.execute(f"PRAGMA user_version = {step.version:d}")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
