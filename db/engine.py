"""Connections and transactions of a project database.

SQLite with the rollback journal, synchronous=FULL and foreign keys on (WAL can corrupt a file in the SQLite versions
that Python links). Writers start with BEGIN IMMEDIATE: a transaction that first reads and then writes would otherwise
fail immediately if another writer was faster, whatever the timeout.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, create_engine, event
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.orm import Session

__all__ = ["Database", "Session", "StorageError"]

BUSY_TIMEOUT_S = 30.0
_PRAGMAS = ("journal_mode=DELETE", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={int(BUSY_TIMEOUT_S * 1000)}")


class StorageError(Exception):
    """The file cannot be read or written: damaged, locked for too long, or the disk is full. The text is SQLite's."""


class Database:
    """One database file. Thread-safe: every transaction opens a connection of its own."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._readers = _engine(file)
        self._writers = self._readers.execution_options(begin="BEGIN IMMEDIATE")
        self._open = threading.local()

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Run one write transaction (BEGIN IMMEDIATE): committed at the end, rolled back on an exception.

        Raises:
            StorageError: the file cannot be read or written.
        """
        with self._one_at_a_time(), _storage_errors(), Session(self._writers) as session, session.begin():
            yield session

    @contextmanager
    def reader(self) -> Iterator[Session]:
        """Run one read transaction with a consistent view; never commits.

        Raises:
            StorageError: the file cannot be read.
        """
        with self._one_at_a_time(), _storage_errors(), Session(self._readers, autoflush=False) as session:
            yield session
            session.rollback()

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        """Refuse a transaction inside another one of the same thread.

        A writer on another thread waits for the outer one to end and lets no new one begin: all three would wait until
        the timeout.
        """
        if getattr(self._open, "any", False):
            raise RuntimeError("a transaction was begun inside another one of the same thread")
        self._open.any = True
        try:
            yield
        finally:
            self._open.any = False

    def close(self) -> None:
        """Close all connections to the file."""
        self._readers.dispose()


@contextmanager
def _storage_errors() -> Iterator[None]:
    try:
        yield
    except DatabaseError as error:
        if type(error) not in (DatabaseError, OperationalError):  # a constraint or an invalid statement: a defect
            raise
        raise StorageError(str(error.orig)) from error


def connect(file: Path) -> sqlite3.Connection:
    """Open a plain connection in autocommit mode, so that BEGIN is always explicit."""
    connection = sqlite3.connect(file, timeout=BUSY_TIMEOUT_S, isolation_level=None)
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _engine(file: Path) -> Engine:
    engine = create_engine(f"sqlite:///{file}", poolclass=NullPool, connect_args={"timeout": BUSY_TIMEOUT_S})

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, record: object) -> None:
        # None: Python's sqlite3 starts no transactions itself, so that DDL and BEGIN IMMEDIATE are explicit.
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))

    return engine
