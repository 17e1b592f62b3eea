"""``score-studio measure``: metrics computed again, with the grades that there are now."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.projects import command, rows
from support.reviewed import make_reviewed_project

from db.models import PERSON, Judgement, Prediction
from studio.services.projects import create_and_open

pytestmark = pytest.mark.child


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_reviewed_project(tmp_path / "project", tmp_path / "data")


def test_that_metrics_are_computed_again_with_the_grades_of_a_person(root: Path) -> None:
    project = create_and_open.open_project(root)
    with project.session() as session:
        graded = session.query(Prediction).filter_by(model_version_id=1, explained=True).limit(4).all()
        for place, one in enumerate(graded):
            judge, grades = PERSON + "Ann", {"consistency": place, "usefulness": 2}
            session.add(Judgement(prediction_id=one.id, judge=judge, raw="", reason="", **grades))
    project.close()
    done = command("measure", root)
    assert done.returncode == 0, done.stderr
    assert "consistency (Ann)" in done.stdout
    found = rows(root, "SELECT name, value, n FROM metric WHERE judge = 'person:Ann' AND instr(name, ':') = 0")
    assert set(found) == {("consistency", 1.5, 4), ("usefulness", 2.0, 4), ("coverage", 1.0, 4)}
    assert rows(root, "SELECT count(*) FROM metric WHERE name = 'kendall'") == [(2,)]


def test_that_an_unknown_version_is_named(root: Path) -> None:
    done = command("measure", root, "--versions", "iter9/score")
    assert done.returncode == 2 and "iter9/score" in done.stderr and "iter1/score" in done.stderr
