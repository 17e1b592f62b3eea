"""Browsing a collection: order, filters, histogram, details, picks."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from sqlalchemy import insert, select
from support.fake_engine import run_fake_job

from db.collections import CollectionImage, CollectionScore, Scorer
from db.queries.collections import images
from studio.services.loop import queue
from studio.services.projects.project import Project
from studio.services.scoring import browsing, collections, picks, scorers, scoring_runs
from studio.services.scoring.collection_columns import CollectionColumns
from studio.services.scoring.types import (
    CollectionFilter,
    CollectionOrder,
    CollectionSort,
    ScorerChoice,
    ScoringOptions,
)
from studio.services.versions.prediction import central_range


@pytest.fixture
def scored(measured: Project, photos: Path) -> tuple[Project, int]:
    """A collection scored by two versions, of which the first explained all."""
    made = collections.create(measured, [photos])
    for name, options in (("base", ScoringOptions("all")), ("iter1/score", ScoringOptions("none"))):
        scoring_runs.enqueue(measured, made, ScorerChoice(name), options)
        while (job := queue.next_queued(measured)) is not None:
            run_fake_job(measured, job)
    return measured, made


def columns_of(project: Project, collection: int) -> CollectionColumns:
    first, second = scorers.rows(project, collection)
    return browsing.load_columns(project, collection, first.id, second.id)


def names(project: Project, columns: CollectionColumns, wanted: CollectionFilter, sort: CollectionSort) -> list[str]:
    ids = browsing.select(project, columns, wanted, sort).ids.tolist()
    return [cell.name for cell in browsing.cells(project, columns, ids)]


def test_that_images_are_ordered_by_every_column(scored: tuple[Project, int]) -> None:
    project, made = scored
    columns = columns_of(project, made)
    everything = CollectionFilter()
    cells = browsing.cells(project, columns, columns.ids.tolist())
    assert all(cell.score is not None and cell.other == pytest.approx(cell.score) for cell in cells)
    keys: dict[CollectionOrder, list[object]] = {
        "score": [-(cell.score or 0) for cell in cells],
        "name": [cell.name for cell in cells],
        "path": [str(cell.path) for cell in cells],
        "id": [cell.id for cell in cells],
        "pick": [0 for cell in cells],
        "difference": [0 for cell in cells],
    }
    for by, values in keys.items():
        wanted = [cell.name for _value, cell in sorted(zip(values, cells, strict=True), key=lambda pair: pair[0])]  # type: ignore[arg-type,return-value]
        assert names(project, columns, everything, CollectionSort(by, descending=by == "score")) == wanted, by


def test_that_filters_hold_together(scored: tuple[Project, int]) -> None:
    project, made = scored
    columns = columns_of(project, made)
    by_score = CollectionSort("score", descending=False)
    ordered = names(project, columns, CollectionFilter(), by_score)
    values = sorted(columns.score.tolist())
    assert names(project, columns, CollectionFilter(low=values[9]), by_score) == ordered[9:]
    assert names(project, columns, CollectionFilter(low=values[9], high=values[10]), by_score) == ordered[9:11]
    beach = [name for name in ordered if int(name[6:8]) % 2]
    assert names(project, columns, CollectionFilter(text="BEACH"), by_score) == beach
    assert len(names(project, columns, CollectionFilter(text="shar"), by_score)) == 12  # "Sharp.", in explanations
    assert names(project, columns, CollectionFilter(text="100%_"), by_score) == []
    assert names(project, columns, CollectionFilter(unscored=True), by_score) == []
    other = browsing.load_columns(project, made, columns.beside, None)
    assert names(project, other, CollectionFilter(explained=True), by_score) == []
    assert names(project, other, CollectionFilter(text="sharp"), by_score) == []  # it has explained nothing


def test_that_words_in_thousands_of_explanations_are_found_at_once(measured: Project) -> None:
    explained, scorer = 6000, {"name": "m", "digest": "d", "folder": "/m", "base": ""}
    with measured.session() as session:
        made = images.add_collection(session, "thousands", [], {}).id
        images.add_images(
            session,
            [
                {"collection_id": made, "path": f"/p/{n}.jpg", "name": f"{n}.jpg", "bytes": 1, "modified_ns": 1}
                for n in range(explained)
            ],
        )
        model = Scorer(**scorer, reference=[0.0, 9.0])
        session.add(model)
        session.flush()
        number = model.id
        keys = session.scalars(select(CollectionImage.id).where(CollectionImage.collection_id == made)).all()
        answer = {"logprobs": [-1.0], "label": 1, "score": 4.0, "raw": "", "parse_ok": True, "truncated": False}
        session.execute(
            insert(CollectionScore),
            [
                {**answer, "image_id": key, "scorer_id": number, "text": "soft light", "explained": True, "job_id": 1}
                for key in keys
            ],
        )
    columns = browsing.load_columns(measured, made, number, None)
    began = time.thread_time()
    found = browsing.select(measured, columns, CollectionFilter(text="sof ligh"), CollectionSort("id"))
    assert len(found.ids) == explained
    assert time.thread_time() - began < 1, "each image was looked up for each explanation: 6 s"


def test_that_images_without_a_score_come_last_and_are_in_no_range(scored: tuple[Project, int], photos: Path) -> None:
    project, made = scored
    (photos / "new.jpg").write_bytes(b"new")
    (photos / "photo 00.jpg").unlink()
    collections.look_again(project, made)
    columns = columns_of(project, made)
    for descending in (True, False):
        assert names(project, columns, CollectionFilter(), CollectionSort("score", descending))[-1] == "new.jpg"
    assert names(project, columns, CollectionFilter(unscored=True), CollectionSort()) == ["new.jpg"]
    assert "new.jpg" not in names(project, columns, CollectionFilter(low=-100.0), CollectionSort())
    assert names(project, columns, CollectionFilter(problem=True), CollectionSort()) == ["photo 00.jpg"]
    chosen = browsing.select(project, columns, CollectionFilter(low=5.0), CollectionSort())
    assert sum(chosen.histogram.total) == 12 and sum(chosen.histogram.counts) == 12  # the range itself hides no bar


def test_that_details_have_all_answers_the_shown_one_first(scored: tuple[Project, int]) -> None:
    project, made = scored
    first, second = scorers.rows(project, made)
    columns = browsing.load_columns(project, made, second.id, first.id)
    detail = browsing.detail(project, columns, int(columns.ids[0]))
    assert [(one.scorer.name, one.explained, one.text) for one in detail.answers] == [
        ("iter1/score", False, ""), ("base", True, "Sharp."),
    ]  # fmt: skip
    answer = detail.answers[1]
    assert sum(answer.shares) == pytest.approx(1) and answer.low <= answer.score <= answer.high


def test_that_the_range_of_a_distribution_holds_nine_tenths() -> None:
    reference = tuple(float(n) for n in range(10))
    assert central_range([0.1] * 10, reference) == (0.0, 9.0)
    assert central_range([0.04, 0.02, 0.9, *[0.04], *[0.0] * 6], reference) == (1.0, 2.0)
    assert central_range([1.0, *[0.0] * 9], reference) == (0.0, 0.0)
    swapped = (1.0, 0.0, *reference[2:])  # reference values need not rise
    assert central_range([0.04, 0.02, 0.94, *[0.0] * 7], swapped) == (1.0, 2.0)


def test_that_picks_are_undone_and_redone_as_steps_also_after_a_restart(scored: tuple[Project, int]) -> None:
    project, made = scored
    images = [int(image) for image in columns_of(project, made).ids]

    def now() -> list[int]:
        return columns_of(project, made).pick.tolist()[:3]

    assert picks.history(project, made) == (False, False)
    assert picks.pick(project, made, images[:2], 1) == {images[0]: 0, images[1]: 0}
    assert picks.pick(project, made, images[1:3], -1) == {images[1]: 1, images[2]: 0}
    assert picks.pick(project, made, images[1:3], -1) == {}  # which is no step
    assert now() == [1, -1, -1]
    assert picks.undo(project, made) == images[1:3] and now() == [1, 1, 0]
    assert picks.undo(project, made) == images[:2] and now() == [0, 0, 0]
    assert picks.undo(project, made) == [] and picks.history(project, made) == (False, True)
    assert picks.redo(project, made) == images[:2] and now() == [1, 1, 0]
    picks.pick(project, made, images[2:3], 1)
    assert picks.redo(project, made) == [] and now() == [1, 1, 1]
    picked = browsing.select(project, columns_of(project, made), CollectionFilter(picks=(1,)), CollectionSort("id"))
    assert sorted(picked.ids.tolist()) == images[:3]
