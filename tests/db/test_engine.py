"""Connections: what every one is set to, and what a transaction guarantees."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from db.engine import Database
from db.migrations import migrate
from db.models import Meta, Rating


@pytest.fixture
def database(tmp_path: Path) -> Database:
    migrate(tmp_path / "p.sqlite")
    return Database(tmp_path / "p.sqlite")


@pytest.mark.parametrize(("pragma", "value"), [("journal_mode", "delete"), ("synchronous", 2), ("foreign_keys", 1)])
def test_that_every_connection_is_durable_and_checks_foreign_keys(
    database: Database, pragma: str, value: object
) -> None:
    with database.session() as session:
        assert session.execute(text(f"PRAGMA {pragma}")).scalar() == value
    with database.reader() as session:
        assert session.execute(text(f"PRAGMA {pragma}")).scalar() == value


def test_that_an_error_takes_back_the_whole_transaction(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.session() as session:
        session.add(Meta(key="a", value="1"))
        session.flush()
        raise ZeroDivisionError
    with database.reader() as session:
        assert session.get(Meta, "a") is None


def test_that_foreign_keys_hold(database: Database) -> None:
    with pytest.raises(IntegrityError), database.session() as session:
        session.add(Rating(image_id=1, rater="r", score=1.0))


def test_that_two_writers_who_read_first_wait_for_each_other(database: Database) -> None:
    with database.session() as session:
        session.add(Meta(key="n", value="0"))

    def count() -> None:
        for _ in range(10):
            with database.session() as session:
                row = session.get_one(Meta, "n")
                row.value = str(int(row.value) + 1)

    threads = [threading.Thread(target=count) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reader() as session:
        assert session.get_one(Meta, "n").value == "20"


def test_that_a_reader_keeps_nothing(database: Database) -> None:
    with database.reader() as session:
        session.add(Meta(key="a", value="1"))
        session.flush()
    with database.reader() as session:
        assert session.get(Meta, "a") is None


def test_that_a_transaction_inside_another_one_is_refused(tmp_path: Path) -> None:
    """It could wait for a writer that waits for the outer one; elsewhere, and afterwards, transactions go on."""
    migrate(tmp_path / "p.sqlite")
    database = Database(tmp_path / "p.sqlite")
    other: list[bool] = []

    def elsewhere() -> None:
        with database.reader() as session:
            other.append(session is not None)

    with database.reader():
        for inner in (database.reader, database.session):
            with pytest.raises(RuntimeError, match="inside another one"), inner():
                pass
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
    assert other == [True]
    with pytest.raises(ZeroDivisionError), database.session():
        raise ZeroDivisionError
    with database.session():
        pass
    database.close()
