"""Pairs and decisions: lists, filters, undo against a reference."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import pytest
from support.pair_rows import list_pairs

from db.models import Decision, Image, ModelVersion, Pair, ReviewStep
from studio.services.errors import StudioError
from studio.services.projects.project import Project
from studio.services.review import pair_list, review_steps
from studio.services.review.types import PairCounts, PairFilter

TEXTS = ["Soft light, 100% sharp.", "Blurred_edges and noise.", "SHARP eyes.", "A photo."]


@pytest.fixture
def reviewed(project: Project) -> Iterator[Project]:
    """Four pairs of iteration 1 and two of iteration 2."""
    with project.session() as session:
        base = session.query(ModelVersion).one()
        images = session.query(Image).filter_by(split="train").order_by(Image.id).limit(4).all()
        for iteration, number in ((1, 4), (2, 2)):
            session.add_all(_pair(base.id, iteration, images[index], index) for index in range(number))
    yield project


def _pair(version: int, iteration: int, image: Image, index: int) -> Pair:
    return Pair(
        iteration=iteration,
        image_id=image.id,
        chosen_score=image.bin,
        chosen_text=TEXTS[index],
        chosen_truncated=False,
        rejected_score=9,
        rejected_text="Dull.",
        rejected_truncated=False,
        generator_version_id=version,
        flags=["identical"] if index == 1 else [],
    )


def ids(project: Project, **conditions: Any) -> list[int]:
    return [row.id for row in list_pairs(project, PairFilter(**conditions))]


def test_that_filters_find_what_they_name(reviewed: Project) -> None:
    review_steps.decide(reviewed, 1, "veto")
    review_steps.decide(reviewed, 2, "keep", note="fine")
    review_steps.decide(reviewed, 3, "keep")
    review_steps.decide(reviewed, 3, "none")
    assert pair_list.iterations(reviewed) == [1, 2]
    assert ids(reviewed) == [1, 2, 3, 4, 5, 6]
    assert ids(reviewed, iteration=2) == [5, 6]
    assert ids(reviewed, state="veto") == [1]
    assert ids(reviewed, state="keep") == [2]
    assert ids(reviewed, iteration=1, state="unreviewed") == [3, 4]
    assert ids(reviewed, flag="identical") == [2, 6]
    assert ids(reviewed, text="sharp", iteration=1) == [1, 3]
    assert ids(reviewed, text="100%") == [1, 5]
    assert ids(reviewed, text="d_e", iteration=1) == [2]
    assert ids(reviewed, text="2.png") == [3]
    assert pair_list.counts(reviewed, 1) == PairCounts(total=4, reviewed=2, vetoed=1, kept=1)
    assert pair_list.counts(reviewed) == PairCounts(total=6, reviewed=2, vetoed=1, kept=1)


def test_that_rows_come_in_the_order_asked_for_without_those_that_are_gone(reviewed: Project) -> None:
    assert [row.id for row in pair_list.rows(reviewed, [5, 99, 2, 6])] == [5, 2, 6]


def test_that_a_row_has_the_values_of_its_record(reviewed: Project) -> None:
    with reviewed.reader() as session:
        record = pair_list.find_pair(session, 2)
    row = pair_list.pair(reviewed, 2)
    shared = {each.name for each in fields(record)} & {each.name for each in fields(row)} - {"flags"}
    assert {"iteration", "bin", "split", "verdict", "generated_chosen", "margin_score"} <= shared
    assert {name: getattr(row, name) for name in shared} == {name: getattr(record, name) for name in shared}


def test_that_a_row_says_what_a_person_needs(reviewed: Project) -> None:
    review_steps.decide(reviewed, 2, "veto", scope="score", reason="generic", note="says nothing")
    row = pair_list.pair(reviewed, 2)
    assert (row.verdict, row.scope, row.note, row.flags) == ("veto", "score", "says nothing", ("identical",))
    assert row.image_path.is_absolute() and row.image_path.is_file()
    assert (row.truth, row.split, row.image_name) == (0.25, "train", "1.png")


def test_that_an_undo_brings_back_what_was_before_with_its_scope_and_note(reviewed: Project) -> None:
    review_steps.decide(reviewed, 1, "veto", scope="consistency", note="first")
    review_steps.decide(reviewed, 1, "keep")
    undone = review_steps.undo(reviewed)
    assert undone is not None
    row = undone.pair
    assert (row.id, row.verdict, row.scope, row.note) == (1, "veto", "consistency", "first")
    undone = review_steps.undo(reviewed)
    assert undone is not None and undone.pair.verdict == "none"
    assert review_steps.undo(reviewed) is None


def test_that_nothing_is_ever_removed_from_the_decisions(reviewed: Project) -> None:
    step = review_steps.decide(reviewed, 1, "veto")
    review_steps.undo(reviewed)
    with reviewed.reader() as session:
        assert [row.verdict for row in session.query(Decision).order_by(Decision.id)] == ["veto", "none"]
        steps = session.query(ReviewStep).order_by(ReviewStep.id)
        assert [(row.kind, row.undoes_id) for row in steps] == [("decide", None), ("undo", step)]


def test_that_an_unknown_pair_is_refused(reviewed: Project) -> None:
    with pytest.raises(StudioError, match="no pair 99"):
        review_steps.decide(reviewed, 99, "veto")


def test_that_two_threads_see_each_others_decisions(reviewed: Project) -> None:
    workers = [threading.Thread(target=review_steps.decide, args=(reviewed, number, "keep")) for number in (1, 2, 3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert pair_list.counts(reviewed).kept == 3
