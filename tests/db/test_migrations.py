"""Migrations: the schema they make, their transactions, backups and refusals."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine

import db.collections
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


def _insert(connection: sqlite3.Connection, table: str, **values: object) -> None:
    """A row with these values, and something in every other column that must not be empty."""
    for _, name, kind, required, default, key in connection.execute(f"PRAGMA table_info({table})").fetchall():
        if required and default is None and not key and name not in values:
            values[name] = {"INTEGER": 1, "DOUBLE": 1.5, "BOOLEAN": 0, "JSON": "{}"}.get(kind, f"{name} of {table}")
    names = ", ".join(f'"{name}"' for name in values)
    connection.execute(f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(values))})", [*values.values()])


def test_that_everything_of_a_project_outlives_the_tables_with_lines(tmp_path: Path) -> None:
    file = tmp_path / "p.sqlite"
    migrate(file, MIGRATIONS[:5])
    with closing(sqlite3.connect(file)) as old, old:
        old.execute("PRAGMA foreign_keys = ON")
        for number in (1, 2, 3):
            _insert(old, "image", id=number, path=f"{number}.png", split="train", bin=4, tags='{"place": "lake"}')
            _insert(old, "job", id=number, stage="train", state="done", pid=number, owner=None, error="oh")
            _insert(old, "job_event", job_id=number)
            _insert(old, "model_version", id=number, name=f"v{number}", kind="score", job_id=number)
            _insert(old, "pair", id=number, image_id=number, generator_version_id=1, chosen_text=f"lovely {number}")
            _insert(old, "review_step", id=number, kind="decide")
            _insert(old, "decision", step_id=number, pair_id=number, verdict="veto", scope="both")
            _insert(old, "prediction", id=number, model_version_id=number, image_id=number, text="a pier")
            _insert(old, "judgement", prediction_id=number)
            _insert(old, "metric", model_version_id=number, job_id=number, value=0.5)
        _insert(old, "redraw", pair_id=2, job_id=3)
        old.execute("DELETE FROM pair WHERE id = 99")
        tables = [name for (name,) in old.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        before = {name: old.execute(f"SELECT * FROM {name}").fetchall() for name in tables}
        objects = {
            (kind, name) for kind, name in old.execute("SELECT type, name FROM sqlite_master WHERE sql IS NOT NULL")
        }
    migrate(file)
    with closing(sqlite3.connect(file)) as now, now:
        now.execute("PRAGMA foreign_keys = ON")
        assert now.execute("PRAGMA foreign_key_check").fetchall() == []
        assert now.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        added = {"job": ("main", "{}", 0.0, 0, None, None, None), "model_version": ("main",), "pair": ("main",)}
        added["metric"] = added["review_step"] = ("",)
        added["decision"] = ("", None)
        for name, rows in before.items():
            assert now.execute(f"SELECT * FROM {name}").fetchall() == [(*row, *added.get(name, ())) for row in rows]
        kept = {(kind, name) for kind, name in now.execute("SELECT type, name FROM sqlite_master")}
        assert objects <= kept
        found = now.execute("SELECT rowid FROM pair_words WHERE pair_words MATCH 'lovely'").fetchall()
        assert found == [(1,), (2,), (3,)]
        now.execute("DELETE FROM decision WHERE pair_id = 1")
        now.execute("DELETE FROM pair WHERE id = 1")
        now.execute("UPDATE pair SET chosen_text = 'dull' WHERE id = 3")
        found = now.execute("SELECT rowid FROM pair_words WHERE pair_words MATCH 'lovely'").fetchall()
        assert found == [(2,)], "the triggers keep the index of words"
        now.execute("INSERT INTO pair_words(pair_words) VALUES ('integrity-check')")
        now.execute("UPDATE job SET stage = 'a stage of a later version' WHERE id = 2")
        with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
            now.execute("DELETE FROM model_version WHERE id = 2")
        with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
            _insert(now, "pair", image_id=2, generator_version_id=1, line="main", iteration=1, draw=1)


def test_that_estimates_lose_the_name_of_consistency_and_grades_get_their_judge(tmp_path: Path) -> None:
    file = tmp_path / "p.sqlite"
    migrate(file, MIGRATIONS[:6])
    names = ("srcc", "consistency", "consistency_delta:iter2/consistency", "usefulness")
    with closing(sqlite3.connect(file)) as old, old:
        _insert(old, "image", id=1, path="a.png", split="test", bin=4)
        for number, judges in ((1, ["offline"]), (2, ["offline", "gpt@there"])):
            _insert(old, "model_version", id=number, name=f"v{number}", kind="score")
            _insert(old, "prediction", id=number, model_version_id=number, image_id=1)
            for judge in judges:
                _insert(old, "judgement", prediction_id=number, judge=judge)
            for name in names:
                _insert(old, "metric", model_version_id=number, split="test", name=name, value=0.5, n=3)
    migrate(file)
    with closing(sqlite3.connect(file)) as now:
        found = now.execute("SELECT model_version_id, name, judge FROM metric ORDER BY model_version_id, id").fetchall()
        assert now.execute("SELECT DISTINCT value, n FROM metric").fetchall() == [(0.5, 3)]
    assert found == [
        (1, "srcc", ""), (1, "word_tone", ""), (1, "word_tone_delta:iter2/consistency", ""), (1, "usefulness", ""),
        (2, "srcc", ""), (2, "consistency", "gpt@there"), (2, "consistency_delta:iter2/consistency", "gpt@there"),
        (2, "usefulness", "gpt@there"),
    ]  # fmt: skip
