"""Suggestions belong to their version and their question: they go and come back with it, and are asked for once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.reviewed import make_reviewed_project

from db.models import Image, Job, ModelVersion, Suggestion, SuggestionFigure, SuggestionGrade
from db.queries import suggestions
from studio.services.errors import StudioError
from studio.services.projects import create_and_open
from studio.services.projects.project import Project
from studio.services.suggesting import suggestion_results, suggestion_runs
from studio.services.suggesting.suggestion_runs import asked_versions, enqueue, estimate, with_changes
from studio.services.versions import version_lifecycle

JUDGE = "gpt@there"


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    found = create_and_open.open_project(make_reviewed_project(tmp_path / "project", tmp_path / "data"), exclusive=True)
    yield found
    found.close()


def store(project: Project, version: str, texts: list[str], sample: int = 3) -> None:
    """What the two stages would leave, of a job with this sample."""
    settings = with_changes(project, {}, sample)
    with project.session() as session:
        row = session.query(ModelVersion).filter_by(name=version).one()
        job = Job(stage="suggest", iteration=1, version_name=version, title="t", state="done", position=9)
        job.config = json.loads(settings.to_json())
        session.add(job)
        session.flush()
        tests = session.query(Image).filter_by(split="test").order_by(Image.id).all()
        own = {"model_version_id": row.id, "job_id": job.id, "truncated": False}
        rows = [{**own, "image_id": image.id, "text": text} for image, text in zip(tests, texts, strict=False)]
        suggestions.put_suggestions(session, rows)
        suggestions.keep_only(session, row.id, job.id)
        known = suggestions.of_version(session, row.id)
        grade = {"judge": JUDGE, "usefulness": 3, "concreteness": 2, "relevance": 1, "raw": "", "reason": ""}
        suggestions.put_grades(session, [{**grade, "suggestion_id": one.id} for one, _ in known])
        figure = {"name": "usefulness", "value": 3.0, "lo": None, "hi": None, "n": len(known)}
        suggestions.replace_figures(session, row.id, JUDGE, job.id, [figure])


def counts(project: Project) -> list[int]:
    with project.reader() as session:
        return [session.query(kind).count() for kind in (Suggestion, SuggestionGrade, SuggestionFigure)]


def test_that_the_base_is_always_asked_and_the_sample_is_the_same_for_all(project: Project) -> None:
    assert asked_versions(project, ()) == ["base", "iter1/score"]
    assert asked_versions(project, ("base",)) == ["base"]
    settings = with_changes(project, {}, 4)
    found = estimate(project, ["base", "iter1/score"], settings)
    assert (found.suggestions, found.asked) == (8, ("base", "iter1/score")) and found.usd
    with project.reader() as session:
        versions = [row.id for row in session.query(ModelVersion).all()]
        images = [[i.id for i, _ in suggestion_runs.asked_images(session, v, settings)] for v in versions]
    assert images[0] == images[1] and len(images[0]) == 4
    with pytest.raises(StudioError, match="no version 'x'"):
        asked_versions(project, ("x",))


def test_that_who_was_asked_with_the_same_settings_is_only_judged(project: Project) -> None:
    store(project, "base", ["a", "b", "c"])
    settings = with_changes(project, {}, 3)
    assert estimate(project, ["base", "iter1/score"], settings).asked == ("iter1/score",)
    queued = enqueue(project, ["base", "iter1/score"], settings)
    with project.reader() as session:
        jobs = [session.get(Job, number) for number in queued]
        assert [(job.stage, job.version_name) for job in jobs if job] == [
            ("suggest", "iter1/score"), ("judge_suggestions", "base"), ("judge_suggestions", "iter1/score"),
        ]  # fmt: skip
    assert "base" in estimate(project, ["base"], with_changes(project, {}, 5)).asked


def test_that_grades_go_with_another_text_and_old_suggestions_with_another_sample(project: Project) -> None:
    store(project, "base", ["a", "b", "c"])
    assert counts(project) == [3, 3, 1]
    with project.session() as session:
        (first, image), *_ = suggestions.of_version(session, 1)
        own = {"model_version_id": 1, "job_id": first.job_id, "truncated": False, "image_id": image.id}
        suggestions.put_suggestions(session, [{**own, "text": first.text}])
        assert session.query(SuggestionGrade).count() == 3
        suggestions.put_suggestions(session, [{**own, "text": "another"}])
        assert session.query(SuggestionGrade).count() == 2
    store(project, "base", ["a"], sample=2)
    assert counts(project) == [1, 1, 1]


def test_that_suggestions_are_deleted_and_restored_with_their_version(project: Project) -> None:
    store(project, "base", ["a", "b"])
    store(project, "iter1/score", ["c", "d", "e"])
    before = suggestion_results.report(project)
    gone = version_lifecycle.delete(project, "iter1/score")
    assert counts(project) == [2, 2, 1]
    version_lifecycle.restore(project, gone.number)
    assert counts(project) == [5, 5, 2] and suggestion_results.report(project) == before


def test_that_suggestions_are_judged_by_a_language_model(project: Project) -> None:
    with pytest.raises(StudioError, match="language model"):
        enqueue(project, ["base"], project.settings)
