"""The texts of the Overview's next action."""

from __future__ import annotations

import pytest

from studio.services.loop.types import ActionKind, JobState, NextAction, PlannedStage
from studio.views.overview.next_action_text import action_explanation, action_title


def stopped(state: JobState) -> PlannedStage:
    return PlannedStage("measure", 0, "base", "the stored title", done=False, state=state)


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        ("run_base", "Measure the base model"),
        ("run_iteration", "Run iteration 3"),
        ("review", "Review the pairs of iteration 3"),
        ("resume", "Resume"),
        ("running", "Running"),
        ("done", "Done"),
    ],
)
def test_that_every_kind_of_action_has_a_title(kind: ActionKind, title: str) -> None:
    assert action_title(NextAction(kind, 3)) == title
    assert action_explanation(NextAction(kind, 3, stopped("paused")))


@pytest.mark.parametrize(
    ("state", "text"),
    [
        ("queued", "Measure base is queued."),
        ("failed", "Measure base failed."),
        ("interrupted", "Measure base was interrupted."),
        ("paused", "Measure base was paused."),
        ("cancelled", "Measure base was cancelled."),
    ],
)
def test_that_a_stopped_job_is_named_with_its_state(state: JobState, text: str) -> None:
    assert action_explanation(NextAction("resume", 1, stopped(state))) == f"{text} Finished work is kept."


@pytest.mark.parametrize(
    ("finished", "text"),
    [
        (0, "The base model is measured as planned."),
        (1, "Iteration 1 is done as planned."),
        (2, "Iterations 1 and 2 are done as planned."),
        (4, "Iterations 1 to 4 are done as planned."),
    ],
)
def test_that_a_finished_project_offers_one_more_iteration_in_a_sentence_that_fits(finished: int, text: str) -> None:
    explanation = action_explanation(NextAction("run_iteration", finished + 1), finished)
    assert explanation == f"{text} You can stop here and compare the versions, or run one more iteration."
