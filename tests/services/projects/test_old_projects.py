"""A project of the first schema version, opened by today's program: what its person decided still holds."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from support.pair_rows import list_pairs, training_pairs

from db.migrations import LATEST, MIGRATIONS, migrate, schema_version
from studio.services.projects import create_and_open
from studio.services.projects.project import Project
from studio.services.review import review_steps
from studio.services.review.types import PairFilter

AT = "2026-01-01T00:00:00+00:00"


def _old_database(file: Path) -> None:
    """Three pairs in the first schema: kept, vetoed for one set, and vetoed but undone."""
    migrate(file, MIGRATIONS[:1])
    with closing(sqlite3.connect(file)) as old, old:
        old.execute(
            "INSERT INTO model_version (id, name, iteration, kind, parents, hyperparameters, created_at)"
            f" VALUES (1, 'base', 0, 'base', '[]', '{{}}', '{AT}')"
        )
        for number in (1, 2, 3):
            old.execute(
                "INSERT INTO image (id, path, name, mean_score, split, bin, tags)"
                " VALUES (?, ?, ?, ?, 'train', 4, '{}')",
                (number, f"{number}.png", f"{number}.png", float(number)),
            )
            old.execute(
                "INSERT INTO pair (id, iteration, image_id, draw, chosen_score, chosen_text, chosen_truncated,"
                " rejected_score, rejected_text, rejected_truncated, generator_version_id, flags)"
                " VALUES (?, 1, ?, 0, 4, 'good', 0, 9, 'bad', 0, 1, '[]')",
                (number, number),
            )
        decisions = [
            (1, 1, "keep", "both", None),
            (2, 2, "veto", "consistency", None),
            (3, 3, "veto", "both", None),
            (4, 3, "none", "both", 3),
        ]
        old.executemany(
            "INSERT INTO decision (id, pair_id, verdict, scope, reason, note, who, at, undoes_id)"
            f" VALUES (?, ?, ?, ?, '', '', 'someone', '{AT}', ?)",
            decisions,
        )


@pytest.fixture
def old(tmp_path: Path, project: Project) -> Project:
    settings = (project.root / "studio.toml").read_text(encoding="utf-8")
    root = tmp_path / "old"
    root.mkdir()
    (root / "studio.toml").write_text(settings, encoding="utf-8")
    _old_database(root / "project.sqlite")
    return create_and_open.open_project(root)


def test_that_decisions_of_an_old_project_still_hold(old: Project) -> None:
    rows = {row.id: row for row in list_pairs(old, PairFilter())}
    assert schema_version(old.root / "project.sqlite") == LATEST
    assert (rows[1].verdict, rows[2].verdict, rows[3].verdict) == ("keep", "veto", "none")
    assert rows[2].scope == "consistency"
    assert {row["pair_id"] for row in training_pairs(old, 1, "score")} == {1, 2, 3}
    assert {row["pair_id"] for row in training_pairs(old, 1, "consistency")} == {1, 3}
    old.close()


def test_that_undo_goes_on_where_the_old_project_stood(old: Project) -> None:
    review_steps.undo(old)
    rows = {row.id: row for row in list_pairs(old, PairFilter())}
    assert (rows[1].verdict, rows[2].verdict, rows[3].verdict) == ("keep", "none", "none")
    old.close()


def test_that_an_old_project_is_backed_up_before_it_changes(old: Project) -> None:
    old.close()
    backups = [f for f in old.root.iterdir() if f.name.startswith("project.sqlite") and f.name != "project.sqlite"]
    assert any(schema_version(file) == 1 for file in backups), list(old.root.iterdir())
