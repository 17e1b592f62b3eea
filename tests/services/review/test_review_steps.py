"""Reviews: acts, undo and redo against a reference model, and what training makes of them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from support.fake_engine import run_fake_job, run_fake_jobs_until
from support.pair_rows import list_pairs, training_pairs

from db import engine
from db.queries import reviews
from studio.services import exports
from studio.services.errors import StudioError
from studio.services.loop import next_action, queue
from studio.services.projects import create_and_open
from studio.services.projects.project import Project
from studio.services.review import pair_list, resampling, review_steps
from studio.services.review.gate import review_gate, training_begun
from studio.services.review.types import PairFilter, PairRow

BAD = "<img src='file:///etc/hostname'> \x07 \u202e done"


@pytest.fixture
def generated(project: Project) -> Project:
    """A project whose first pairs are there."""
    run_fake_jobs_until(project, 1, "train")
    return project


def listed(project: Project, **conditions: Any) -> list[PairRow]:
    return list_pairs(project, PairFilter(**conditions))


def test_that_an_edit_counts_in_training_and_export_and_keeps_what_was_generated(
    generated: Project, tmp_path: Any
) -> None:
    row = listed(generated)[0]
    review_steps.edit(generated, row.id, "Light and sharp.", row.rejected_text)
    edited = pair_list.pair(generated, row.id)
    assert (edited.chosen_text, edited.generated_chosen, edited.edited) == ("Light and sharp.", row.chosen_text, True)
    trained = {found["pair_id"]: found for found in training_pairs(generated, 1, "score")}
    assert trained[row.id]["chosen_text"] == "Light and sharp."
    exports.export_pairs_jsonl(generated, tmp_path / "pairs.jsonl")
    assert "Light and sharp." in (tmp_path / "pairs.jsonl").read_text("utf-8")
    review_steps.undo(generated)
    assert pair_list.pair(generated, row.id) == row
    review_steps.redo(generated)
    assert pair_list.pair(generated, row.id) == edited


def test_that_writing_the_generated_text_again_is_no_edit(generated: Project) -> None:
    row = listed(generated)[0]
    review_steps.edit(generated, row.id, "Other.", "Texts.")
    review_steps.edit(generated, row.id, row.generated_chosen, row.generated_rejected)
    assert pair_list.pair(generated, row.id) == row


def test_that_an_empty_edit_is_refused(generated: Project) -> None:
    with pytest.raises(StudioError, match="empty"):
        review_steps.edit(generated, listed(generated)[0].id, " \n", "x")


def test_that_texts_and_notes_are_kept_to_the_character(generated: Project) -> None:
    row = listed(generated)[0]
    review_steps.edit(generated, row.id, BAD, "é\u0301\U0001f600" + BAD)
    review_steps.annotate(generated, row.id, BAD)
    found = pair_list.pair(generated, row.id)
    assert (found.chosen_text, found.rejected_text, found.note) == (BAD, "é\u0301\U0001f600" + BAD, BAD)


def test_that_a_verdict_on_a_noted_and_edited_pair_leaves_note_and_edit(generated: Project) -> None:
    row = listed(generated)[0]
    review_steps.annotate(generated, row.id, "look")
    review_steps.edit(generated, row.id, "Other.", row.rejected_text)
    review_steps.decide(generated, row.id, "keep")
    review_steps.decide_all(generated, [row.id], "veto", scope="score")
    found = pair_list.pair(generated, row.id)
    assert (found.verdict, found.scope, found.note, found.chosen_text) == ("veto", "score", "look", "Other.")


def test_that_many_pairs_are_one_step(generated: Project) -> None:
    ids = [row.id for row in listed(generated)]
    review_steps.decide(generated, ids[0], "keep")
    review_steps.decide_all(generated, ids, "veto")
    assert pair_list.counts(generated).vetoed == len(ids)
    undone = review_steps.undo(generated)
    assert undone is not None and (undone.act, undone.count) == ("bulk", len(ids))
    assert [row.verdict for row in listed(generated)] == ["keep"] + ["none"] * (len(ids) - 1)
    redone = review_steps.redo(generated)
    assert redone is not None and redone.count == len(ids)
    assert pair_list.counts(generated).vetoed == len(ids)
    with pytest.raises(StudioError, match="no pair"):
        review_steps.decide_all(generated, [], "veto")


def test_that_a_new_act_ends_what_could_be_done_again(generated: Project) -> None:
    first, second = (row.id for row in listed(generated)[:2])
    review_steps.decide(generated, first, "veto")
    review_steps.undo(generated)
    review_steps.decide(generated, second, "keep")
    assert review_steps.redo(generated) is None
    assert [pair_list.pair(generated, pair_id).verdict for pair_id in (first, second)] == ["none", "keep"]


def test_that_what_was_said_about_texts_that_are_gone_never_comes_back(generated: Project) -> None:
    gone, other = (row.id for row in listed(generated)[:2])
    for pair_id in (gone, other, gone):
        review_steps.decide(generated, pair_id, "veto")
    review_steps.annotate(generated, gone, "a note")
    with generated.session() as session:
        reviews.reset(session, [gone], "anew")
    assert (pair_list.pair(generated, gone).verdict, pair_list.pair(generated, gone).note) == ("none", "")
    undone = review_steps.undo(generated)
    assert undone is not None and undone.pair.id == other
    assert review_steps.undo(generated) is None
    assert review_steps.redo(generated) is not None
    assert [pair_list.pair(generated, pair_id).verdict for pair_id in (gone, other)] == ["none", "veto"]


def test_that_another_draw_takes_the_place_of_the_old_pair_which_is_kept(generated: Project) -> None:
    old, waiting = listed(generated)[:2]
    review_steps.decide(generated, old.id, "veto")
    job = resampling.ask_redraw(generated, old.id)
    assert resampling.ask_redraw(generated, waiting.id) == job, "one job for all that wait"
    assert pair_list.pair(generated, old.id).redrawing
    with pytest.raises(StudioError, match="already being regenerated"):
        resampling.ask_redraw(generated, old.id)
    following = queue.next_queued(generated)
    assert following is not None and following.id == job, "before the training that is in the queue"
    before = [(stage.stage, stage.state) for stage in next_action.plan(generated, 1)]
    run_fake_job(generated, following)
    assert [(stage.stage, stage.state) for stage in next_action.plan(generated, 1)] == before, (
        "it is no stage of the loop"
    )
    new = {row.image_id: row for row in listed(generated)}
    assert len(new) == len(listed(generated)) == pair_list.counts(generated).total
    assert (new[old.image_id].draw, new[old.image_id].verdict) == (1, "none")
    assert old.id not in {row["pair_id"] for row in training_pairs(generated, 1, "score")}
    assert new[old.image_id].id in {row["pair_id"] for row in training_pairs(generated, 1, "score")}
    assert pair_list.pair(generated, old.id).verdict == "veto"
    assert resampling.ask_redraw(generated, new[old.image_id].id) != job


def test_that_another_draw_keeps_its_place_in_the_list_and_what_a_person_wrote(generated: Project) -> None:
    before = listed(generated)
    old = before[1]
    review_steps.annotate(generated, old.id, "look at the horizon")
    review_steps.edit(generated, old.id, "Written by hand.", "Also by hand.")
    review_steps.decide(generated, old.id, "veto")
    resampling.ask_redraw(generated, old.id)
    job = queue.next_queued(generated)
    assert job is not None
    run_fake_job(generated, job)
    after = listed(generated)
    assert [row.image_id for row in after] == [row.image_id for row in before]
    new = after[1]
    assert (new.draw, new.verdict, new.note, new.chosen_text) == (1, "none", "look at the horizon", "Written by hand.")
    assert new.rejected_text == new.generated_rejected, "the new answer is the one that was asked for"
    by_suspicion = pair_list.listed(generated, PairFilter(iteration=1, state="noted"), "suspicion")
    assert by_suspicion.tolist() == [new.id]
    review_steps.decide(generated, new.id, "keep")
    undone = review_steps.undo(generated)
    assert undone is not None and (undone.pair.id, undone.pair.verdict) == (new.id, "none")
    assert (undone.pair.note, undone.pair.chosen_text) == ("look at the horizon", "Written by hand.")
    undone = review_steps.undo(generated)
    assert undone is not None and undone.pair.id == old.id, "what was kept is no step of its own"


def test_that_the_gate_says_how_many_pairs_will_train(project: Project) -> None:
    next_action.enqueue_next(project, 1, review=True)
    while (job := queue.next_queued(project)) is not None:
        run_fake_job(project, job)
    assert review_gate(project, 2) is None
    gate = review_gate(project, 1)
    assert gate is not None and (gate.score, gate.consistency) == (20, None)
    review_steps.decide(project, listed(project)[0].id, "veto", scope="score")
    gate = review_gate(project, 1)
    assert gate is not None and gate.score == 19
    next_action.approve_review(project, 1)
    next_action.enqueue_next(project, 1)
    assert review_gate(project, 1) is None


def test_that_it_is_told_when_every_training_of_an_iteration_has_taken_its_pairs(project: Project) -> None:
    assert not training_begun(project, 1), "none is planned"
    next_action.enqueue_next(project, 2)
    assert not training_begun(project, 1), "it is only queued"
    begun = []
    while (job := queue.next_queued(project)) is not None:
        run_fake_job(project, job)
        begun.append((job.stage, job.iteration, training_begun(project, 1), training_begun(project, 2)))
    after = {
        (stage, iteration): told
        for stage, iteration, *told in begun[: [each[:2] for each in begun].index(("merge", 2))]
    }
    assert after[("generate", 1)] == [False, False] and after[("train", 1)] == [True, False]
    trainings = [told for stage, iteration, *told in begun if (stage, iteration) == ("train", 2)]
    assert trainings == [[True, False], [True, True]], "of the second iteration the consistency set is still open"


State = dict[int, tuple[str, str, str, str]]


@dataclass
class Reference:
    """What a review should be: a list of states, and a place in it."""

    states: list[State]
    at: int = 0

    def act(self, changes: State) -> None:
        del self.states[self.at + 1 :]
        self.states.append(self.states[-1] | changes)
        self.at += 1

    def move(self, step: int) -> bool:
        moved = 0 <= self.at + step < len(self.states)
        self.at += step if moved else 0
        return moved


OPERATIONS = 10_000
CHECK_EVERY = 97


@pytest.fixture
def careless(generated: Project, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    """Without waiting for the disk: this test is about what is written, not about power cuts."""
    pragmas = tuple(pragma.replace("synchronous=FULL", "synchronous=OFF") for pragma in engine._PRAGMAS)
    monkeypatch.setattr(engine, "_PRAGMAS", (*pragmas, "temp_store=MEMORY"))
    yield generated


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_that_ten_thousand_random_acts_undos_redos_and_restarts_equal_a_reference(careless: Project) -> None:
    dice, project = random.Random(7), careless
    rows = listed(project)
    start: State = {row.id: ("none", "both", "", row.chosen_text) for row in rows}
    reference = Reference([start])
    for number in range(OPERATIONS):
        project = _one_operation(dice, project, reference, [row.id for row in rows])
        if number % CHECK_EVERY == 0:
            assert _state(project) == reference.states[reference.at], number
    assert _state(project) == reference.states[reference.at]
    project.close()


def _one_operation(dice: random.Random, project: Project, reference: Reference, ids: list[int]) -> Project:
    now = reference.states[reference.at]
    pair_id = dice.choice(ids)
    verdict, scope, note, text = now[pair_id]
    match dice.choices(["decide", "note", "edit", "bulk", "undo", "redo", "restart"], [20, 6, 6, 2, 22, 16, 1])[0]:
        case "decide":
            verdict, scope = dice.choice(["keep", "veto", "none"]), dice.choice(["both", "score", "consistency"])
            review_steps.decide(project, pair_id, verdict, scope=scope)  # type: ignore[arg-type]
            reference.act({pair_id: (verdict, scope, note, text)})
        case "note":
            note = dice.choice(["", "odd", BAD])
            review_steps.annotate(project, pair_id, note)
            reference.act({pair_id: (verdict, scope, note, text)})
        case "edit":
            text = dice.choice([reference.states[0][pair_id][3], "Sharp.", BAD])
            review_steps.edit(project, pair_id, text, "Dull.")
            reference.act({pair_id: (verdict, scope, note, text)})
        case "bulk":
            chosen = dice.sample(ids, 5)
            review_steps.decide_all(project, chosen, "veto", scope="score")
            reference.act({each: ("veto", "score", *now[each][2:]) for each in chosen})
        case "undo":
            assert (review_steps.undo(project) is not None) == reference.move(-1)
        case "redo":
            assert (review_steps.redo(project) is not None) == reference.move(1)
        case "restart":
            project.close()
            return create_and_open.open_project(project.root, exclusive=True)
    return project


def _state(project: Project) -> State:
    return {row.id: (row.verdict, row.scope, row.note, row.chosen_text) for row in listed(project)}


def test_that_a_hundred_random_acts_equal_a_reference(careless: Project) -> None:
    dice = random.Random(3)
    start: State = {row.id: ("none", "both", "", row.chosen_text) for row in listed(careless)}
    reference = Reference([start])
    for number in range(100):
        _one_operation(dice, careless, reference, list(start)[:6])
        assert _state(careless) == reference.states[reference.at], number
