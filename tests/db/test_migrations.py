"""Migrations: the schema they make, their transactions, backups and refusals."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine

import db.image_search  # noqa: F401  its tables belong to the schema
from db import migrations
from db.migrations import LATEST, MIGRATIONS, Migration, SchemaError, migrate, schema_version
from db.models import Base


def schema(file: Path) -> dict[str, str]:
    with closing(sqlite3.connect(file)) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return {name: "".join(sql.split()).lower() for name, sql in rows}


def test_that_migrations_make_the_schema_that_the_models_describe(tmp_path: Path) -> None:
    migrate(tmp_path / "migrated.sqlite")
    Base.metadata.create_all(create_engine(f"sqlite:///{tmp_path / 'created.sqlite'}"))
    assert schema(tmp_path / "migrated.sqlite") == schema(tmp_path / "created.sqlite")


def test_that_a_new_file_needs_no_backup_and_gets_its_stamp(tmp_path: Path) -> None:
    assert migrate(tmp_path / "p.sqlite") is None
    assert schema_version(tmp_path / "p.sqlite") == MIGRATIONS[-1].version
    assert [f.name for f in tmp_path.iterdir()] == ["p.sqlite"]


def _next(connection: sqlite3.Connection) -> None:
    connection.execute("CREATE TABLE added (x)")


def _broken(connection: sqlite3.Connection) -> None:
    connection.execute("CREATE TABLE half (x)")
    raise RuntimeError("the power went")


def test_that_an_existing_file_is_backed_up_before_it_is_migrated(tmp_path: Path) -> None:
    file = tmp_path / "p.sqlite"
    migrate(file)
    saved = migrate(file, (*MIGRATIONS, Migration(LATEST + 1, _next)))
    assert saved is not None
    assert schema_version(saved) == LATEST and "added" not in schema(saved)
    assert schema_version(file) == LATEST + 1 and "added" in schema(file)


def test_that_a_failed_migration_leaves_neither_its_tables_nor_its_stamp(tmp_path: Path) -> None:
    file = tmp_path / "p.sqlite"
    migrate(file)
    before = schema(file)
    with pytest.raises(RuntimeError, match="power"):
        migrate(file, (*MIGRATIONS, Migration(LATEST + 1, _broken)))
    assert schema_version(file) == LATEST
    assert schema(file) == before


def test_that_a_newer_schema_is_refused_with_both_versions(tmp_path: Path) -> None:
    file = tmp_path / "p.sqlite"
    migrate(file, (*MIGRATIONS, Migration(LATEST + 5, _next)))
    with pytest.raises(SchemaError, match=rf"version {LATEST + 5}.*up to {LATEST}.*newer Score Studio"):
        migrate(file)


def test_that_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    file = tmp_path / "p.sqlite"
    file.write_text("certainly not a database, but long enough to have a header" * 40)
    with pytest.raises(SchemaError, match="not a project database"):
        migrate(file)


def test_that_a_backup_never_overwrites_an_earlier_one(tmp_path: Path) -> None:
    file = tmp_path / "p.sqlite"
    migrate(file)
    first = migrations.backup(file, tmp_path / "b")
    assert migrations.backup(file, tmp_path / "b") != first


def test_that_jobs_and_what_refers_to_them_outlive_the_new_table(tmp_path: Path) -> None:
    file, at = tmp_path / "p.sqlite", "2026-01-01T00:00:00+00:00"
    migrate(file, MIGRATIONS[:4])
    with closing(sqlite3.connect(file)) as old, old:
        for number in (1, 2):
            old.execute(
                "INSERT INTO job (id, stage, iteration, title, state, config, position, done, total, unit, created_at)"
                f" VALUES ({number}, 'train', 1, 't', 'done', '{{}}', {number}, 3, 3, 'steps', '{at}')"
            )
            old.execute(f"INSERT INTO job_event (job_id, at, kind, body) VALUES ({number}, 0.5, 'Note', '{{}}')")
        before = old.execute("SELECT * FROM job ORDER BY id").fetchall()
    migrate(file, MIGRATIONS[:5])
    with closing(sqlite3.connect(file)) as now, now:
        now.execute("PRAGMA foreign_keys = ON")
        assert now.execute("SELECT * FROM job ORDER BY id").fetchall() == before
        assert now.execute("PRAGMA foreign_key_check").fetchall() == []
        now.execute("UPDATE job SET stage = 'download' WHERE id = 2")
        with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
            now.execute("DELETE FROM job WHERE id = 1")
