"""Scoring: what is left is scored, nothing twice, by versions and by exported models."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.fake_engine import journal_rows, run_fake_job, write_journal

from db.collections import CollectionImage, CollectionScore
from db.models import Job
from engine.contract.context import read_jsonl
from engine.contract.specs import ScoreSpec, spec_from_json
from studio.services.errors import StudioError
from studio.services.estimating.types import NOTHING, EstimateRange
from studio.services.exports.adapters import export_adapter
from studio.services.loop import next_action, queue
from studio.services.projects.project import Project
from studio.services.scoring import collections, scorers, scoring_runs
from studio.services.scoring.types import ScorerChoice, ScoringOptions
from studio.services.versions import version_lifecycle

ALL, NONE = ScoringOptions("all"), ScoringOptions("none")


def around(found: EstimateRange | None) -> float:
    """The value that a range of 20% is around."""
    assert found is not None and found.high / found.middle == pytest.approx(1.2)
    return round(found.middle, 6)


def run_all(project: Project) -> list[int]:
    """Run what is queued; returns how many rows each job had."""
    counts = []
    while (job := queue.next_queued(project)) is not None:
        run_fake_job(project, job)
        counts.append(len(list(read_jsonl(project.run_folder(job.id).input))))
    return counts


def stored(project: Project, **wanted: Any) -> list[CollectionScore]:
    with project.reader() as session:
        found = list(session.query(CollectionScore).filter_by(**wanted).order_by(CollectionScore.image_id))
        session.expunge_all()
        return found


def test_that_every_image_is_scored_and_explained_once(measured: Project, photos: Path) -> None:
    made = collections.create(measured, [photos])
    choice = scorers.first_choice(measured)
    assert choice == ScorerChoice("iter1/score")
    before = scoring_runs.estimate(measured, made, choice, ALL)
    assert (before.images, before.explained, before.seconds) == (12, 12, None)  # nothing was timed yet
    (job,) = scoring_runs.enqueue(measured, made, choice, ALL)
    assert queue.job(measured, job).title == "Score holiday – iter1/score"
    assert run_all(measured) == [12]
    rows = stored(measured)
    assert len(rows) == 12 and all(row.explained and row.text == "Sharp." and row.job_id == job for row in rows)
    wanted = [-5.0] * 10
    wanted[rows[0].image_id % 10] = -0.1
    assert rows[0].logprobs == wanted
    assert rows[0].score == pytest.approx(expected(wanted), abs=1e-9)
    assert scoring_runs.enqueue(measured, made, choice, ALL) == []
    assert scoring_runs.estimate(measured, made, choice, ALL).seconds == NOTHING


def test_that_the_time_is_that_of_the_last_jobs_of_the_kind(measured: Project, photos: Path) -> None:
    made, options = collections.create(measured, [photos]), ScoringOptions("extremes", 2)
    with measured.session() as session:
        for job in session.query(Job).filter_by(stage="predict"):
            job.worked_seconds, job.worked_units, job.startup_seconds = 20.0, 10, 5.0
    assert around(scoring_runs.estimate(measured, made, None, ALL).seconds) == pytest.approx(12 * 2 + 5)
    assert around(scoring_runs.estimate(measured, made, None, options).seconds) == pytest.approx(12 * 2 + 5 + 4 * 2 + 5)
    (job_id,) = scoring_runs.enqueue(measured, made, ScorerChoice("base"), NONE)
    run_all(measured)
    with measured.session() as session:
        row = session.get(Job, job_id)
        assert row is not None
        row.worked_seconds, row.worked_units, row.startup_seconds = 1.2, 12, 3.0
    left = scoring_runs.estimate(measured, made, ScorerChoice("iter1/score"), options)
    assert around(left.seconds) == pytest.approx(12 * 0.1 + 3 + 4 * 2 + 5)


def expected(logprobs: list[float]) -> float:
    """The expectation of the fake calibration's reference values, 0 to 9."""
    import numpy as np

    shares = np.exp(logprobs) / np.exp(logprobs).sum()
    return float(shares @ np.arange(10))


def test_that_added_images_alone_are_scored_again(measured: Project, photos: Path) -> None:
    made = collections.create(measured, [photos])
    scoring_runs.enqueue(measured, made, ScorerChoice("base"), ALL)
    run_all(measured)
    (photos / "one more.jpg").write_bytes(b"more")
    collections.look_again(measured, made)
    scoring_runs.enqueue(measured, made, ScorerChoice("base"), ALL)
    assert run_all(measured) == [1]
    assert [row.scores for row in scorers.rows(measured, made)] == [13]


def test_that_scores_alone_come_first_and_the_ends_are_explained(measured: Project, photos: Path) -> None:
    made = collections.create(measured, [photos])
    options = ScoringOptions("extremes", 2)
    assert scoring_runs.estimate(measured, made, ScorerChoice("base"), options).explained == 4
    titles = [
        queue.job(measured, job).title for job in scoring_runs.enqueue(measured, made, ScorerChoice("base"), options)
    ]
    assert titles == ["Score holiday – base", "Score holiday – base (↑2 ↓2)"]
    assert run_all(measured) == [12, 4]
    assert [(row.scores, row.explained) for row in scorers.rows(measured, made)] == [(12, 4)]
    ranked = sorted(stored(measured), key=lambda row: (row.score, row.image_id))
    assert [row.explained for row in ranked] == [True] * 2 + [False] * 8 + [True] * 2
    assert scoring_runs.enqueue(measured, made, ScorerChoice("base"), options) == []
    scoring_runs.enqueue(measured, made, ScorerChoice("base"), NONE)
    assert run_all(measured) == []
    scoring_runs.enqueue(measured, made, ScorerChoice("base"), ALL)  # and now the others
    assert run_all(measured) == [8]
    assert all(row.explained for row in stored(measured))


def test_that_chosen_images_are_explained(measured: Project, photos: Path) -> None:
    made = collections.create(measured, [photos])
    scoring_runs.enqueue(measured, made, ScorerChoice("base"), NONE)
    run_all(measured)
    chosen = [row.image_id for row in stored(measured)][3:5]
    (scorer,) = scorers.rows(measured, made)
    (job,) = scoring_runs.explain(measured, made, scorer.id, chosen)
    assert queue.job(measured, job).title == "Score holiday – base (2)"
    run_all(measured)
    assert [row.image_id for row in stored(measured, explained=True)] == chosen
    assert scoring_runs.explain(measured, made, scorer.id, []) == []


def test_that_a_stopped_job_is_replaced_and_keeps_what_it_had_finished(measured: Project, photos: Path) -> None:
    made = collections.create(measured, [photos])
    (first,) = scoring_runs.enqueue(measured, made, ScorerChoice("base"), ALL)
    queue.mark_running(measured, first)
    folder = next_action.write_job_inputs(measured, first)
    write_journal(folder, journal_rows("score", list(read_jsonl(folder.input))[:5]))
    with pytest.raises(StudioError, match="is running"):
        scoring_runs.enqueue(measured, made, ScorerChoice("base"), ALL)
    queue.mark_interrupted(measured, first)  # as after a kill: nobody has read its journal
    (photos / "one more.jpg").write_bytes(b"more")
    collections.look_again(measured, made)
    (second,) = scoring_runs.enqueue(measured, made, ScorerChoice("base"), ALL)
    assert queue.job(measured, first).state == "cancelled" and len(stored(measured)) == 5
    assert [job.id for job in scoring_runs.jobs_of(measured, made)] == [second]
    assert run_all(measured) == [8]
    assert len(stored(measured)) == 13


def test_that_a_killed_job_goes_on_where_it_was(measured: Project, photos: Path) -> None:
    made = collections.create(measured, [photos])
    (job,) = scoring_runs.enqueue(measured, made, ScorerChoice("base"), ALL)
    queue.mark_running(measured, job)
    folder = next_action.write_job_inputs(measured, job)
    rows = list(read_jsonl(folder.input))
    write_journal(folder, journal_rows("score", rows[:5]))
    queue.mark_interrupted(measured, job)
    queue.resume(measured, job)
    assert list(read_jsonl(next_action.write_job_inputs(measured, job).input)) == rows


def test_that_an_image_that_cannot_be_used_has_a_reason_until_its_file_changes(measured: Project, photos: Path) -> None:
    made = collections.create(measured, [photos])
    (job,) = scoring_runs.enqueue(measured, made, ScorerChoice("base"), ALL)
    queue.mark_running(measured, job)
    folder = next_action.write_job_inputs(measured, job)
    bad, *good = list(read_jsonl(folder.input))
    write_journal(folder, [*journal_rows("score", good), {"image_id": bad["image_id"], "problem": "no image"}])
    next_action.complete(measured, job, {})
    with measured.reader() as session:
        image = session.get(CollectionImage, bad["image_id"])
        assert image is not None and image.problem == "no image"
    assert scoring_runs.enqueue(measured, made, ScorerChoice("base"), ALL) == []
    Path(bad["path"]).write_bytes(b"mended")
    collections.look_again(measured, made)
    scoring_runs.enqueue(measured, made, ScorerChoice("base"), ALL)
    assert run_all(measured) == [1]


def test_that_rows_of_a_deleted_collection_are_dropped(measured: Project, photos: Path) -> None:
    made = collections.create(measured, [photos])
    (job,) = scoring_runs.enqueue(measured, made, ScorerChoice("base"), ALL)
    collections.delete(measured, made)
    assert queue.job(measured, job).state == "cancelled"
    other = collections.create(measured, [photos])
    (job,) = scoring_runs.enqueue(measured, other, ScorerChoice("base"), ALL)
    queue.mark_running(measured, job)
    folder = next_action.write_job_inputs(measured, job)
    with pytest.raises(StudioError, match="is being scored"):
        collections.delete(measured, other)
    write_journal(folder, journal_rows("score", [*read_jsonl(folder.input), {"image_id": 999, "explain": True}]))
    next_action.complete(measured, job, {})
    assert len(stored(measured)) == 12


def test_that_an_exported_model_scores_beside_the_versions(measured: Project, photos: Path, tmp_path: Path) -> None:
    export_adapter(measured, "iter1/score", tmp_path / "export")
    made = collections.create(measured, [photos])
    choice = scorers.exported_choice(tmp_path / "export")
    assert choice == ScorerChoice("iter1/score", tmp_path / "export")
    (job,) = scoring_runs.enqueue(measured, made, choice, ALL)
    folder = next_action.write_job_inputs(measured, job)
    spec = spec_from_json(folder.spec.read_text("utf-8"))
    assert isinstance(spec, ScoreSpec) and spec.model.adapter == str(tmp_path / "export")
    assert spec.vision.folder in (None, "")  # the project's cache is for the project's images
    run_all(measured)
    scoring_runs.enqueue(measured, made, ScorerChoice("iter1/score"), ALL)
    run_all(measured)
    found = scorers.rows(measured, made)
    assert [(row.name, row.folder, row.scores) for row in found] == [
        ("iter1/score", tmp_path / "export", 12), ("iter1/score", None, 12),
    ]  # fmt: skip
    assert len(set(scorers.titles(found).values())) == 2
    assert choice in scorers.choices(measured)


def test_that_a_version_that_was_deleted_keeps_its_scores_and_cannot_score(measured: Project, photos: Path) -> None:
    made = collections.create(measured, [photos])
    scoring_runs.enqueue(measured, made, ScorerChoice("iter1/score"), NONE)
    run_all(measured)
    (scorer,) = scorers.rows(measured, made)
    assert scorer.current
    version_lifecycle.delete(measured, "iter1/score")
    (scorer,) = scorers.rows(measured, made)
    assert not scorer.current and scorer.scores == 12
    (job,) = scoring_runs.explain(measured, made, scorer.id, [stored(measured)[0].image_id])
    with pytest.raises(StudioError, match="There is no version 'iter1/score'"):
        next_action.write_job_inputs(measured, job)
    with pytest.raises(StudioError, match="no version"):
        scoring_runs.enqueue(measured, made, ScorerChoice("iter1/score"), ALL)


def test_that_folders_that_are_no_exports_are_refused(measured: Project, photos: Path, tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="is not an exported model"):
        scorers.exported_choice(photos)
    export_adapter(measured, "iter1/score", tmp_path / "export")
    (tmp_path / "export" / "manifest.json").unlink()
    with pytest.raises(StudioError, match=r"is incomplete: manifest.json"):
        scorers.exported_choice(tmp_path / "export")


def test_that_the_demo_model_is_strange_to_images_that_are_not_its_projects(
    measured: Project, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choice, own = ScorerChoice("base"), measured.images_root()
    base = scorers.predictor_of(measured, choice).spec.model.base
    monkeypatch.setattr(scorers, "model_location", lambda name, _root: base if name == "demo" else name)
    assert scorers.knows_only_scenes(measured, choice, [photos])
    assert scorers.knows_only_scenes(measured, choice, [own, photos])
    assert not scorers.knows_only_scenes(measured, choice, [own])
    assert not scorers.knows_only_scenes(measured, None, [photos])
    monkeypatch.setattr(scorers, "model_location", lambda name, _root: "/another/model")
    assert not scorers.knows_only_scenes(measured, choice, [photos])
