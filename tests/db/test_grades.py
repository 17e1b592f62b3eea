"""Grades: what replaces them, what deletes them, and whose are shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.reviewed import make_reviewed_project

from db.engine import Session
from db.models import PERSON, WORD_TONE, Judgement, ModelVersion, Prediction
from db.queries import comparison, predictions, versions
from studio.services.projects import create_and_open
from studio.services.projects.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Any:
    opened = create_and_open.open_project(make_reviewed_project(tmp_path / "project", tmp_path / "data"))
    yield opened
    opened.close()


def first(session: Session) -> Prediction:
    found = session.query(Prediction).join(ModelVersion).filter(ModelVersion.name == "base").first()
    assert found is not None
    return found


def graded(prediction: Prediction, consistency: int | None, judge: str = "model@there") -> dict[str, Any]:
    row = {"consistency": consistency, "usefulness": None, "general": None, "raw": "", "reason": ""}
    return {"prediction_id": prediction.id, "judge": judge, **row}


def test_that_a_failed_judgement_replaces_no_grade(project: Project) -> None:
    with project.session() as session:
        prediction, found = first(session), []
        for grade in (None, 4, None, 2):
            predictions.put_judgements(session, [graded(prediction, grade)])
            session.expire_all()
            found.append(session.query(Judgement).filter_by(judge="model@there").one().consistency)
    assert found == [None, 4, 4, 2]


@pytest.mark.parametrize(
    ("change", "kept"), [({}, 1), ({"logprobs": [-1.0] * 10}, 1), ({"text": "Other."}, 0), ({"label": None}, 0)]
)
def test_that_grades_of_an_answer_that_has_changed_are_deleted(
    project: Project, change: dict[str, Any], kept: int
) -> None:
    names = ("model_version_id", "image_id", "logprobs", "label", "text", "raw", "parse_ok", "truncated", "explained")
    with project.session() as session:
        prediction = first(session)
        row = {name: getattr(prediction, name) for name in names} | change
        others = session.query(Judgement).count() - 1
        predictions.put_predictions(session, [row])
        assert session.query(Judgement).filter_by(prediction_id=prediction.id).count() == kept
        assert session.query(Judgement).count() == others + kept


def test_that_one_judge_alone_is_compared_and_the_estimate_is_none(project: Project) -> None:
    with project.session() as session:
        prediction = first(session)
        version = prediction.model_version_id
        assert versions.main_judge(session) is None and len(comparison.grades(session, version, WORD_TONE)) > 1
        predictions.put_judgements(session, [graded(prediction, 4, PERSON + "Ann")])
        assert versions.main_judge(session) == "person:Ann"
        predictions.put_judgements(session, [graded(prediction, 1)])
        predictions.put_judgements(session, [graded(prediction, 3, PERSON + "Ben")])
        assert versions.main_judge(session) == "model@there"
        assert comparison.grades(session, version, "model@there") == {prediction.id: 1}
