"""Moving waiting jobs: what depends on what stays in order, and nothing else does."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from support.fake_engine import run_fake_jobs_until

from studio.services.errors import StudioError
from studio.services.loop import job_order, next_action, queue
from studio.services.loop.types import JobRow
from studio.services.projects.project import Project
from studio.services.recipes.self_training import EXAMINE
from studio.services.stages.registry import depends_on


def titles(project: Project) -> list[str]:
    return [job.title for job in queue.list_jobs(project)]


def find(project: Project, title: str) -> JobRow:
    return next(job for job in queue.list_jobs(project) if job.title == title)


def test_that_measuring_may_wait_until_the_next_pairs_are_generated(project: Project) -> None:
    next_action.enqueue_next(project, 2)
    before = titles(project)
    measure = find(project, "Measure iter1/score")
    places = before.index("Generate the pairs of iteration 2") - before.index("Measure iter1/score")
    assert job_order.move(project, measure.id, places) == places
    after = titles(project)
    place = after.index("Generate the pairs of iteration 2")
    assert after[place : place + 2] == ["Generate the pairs of iteration 2", "Measure iter1/score"]
    assert sorted(after) == sorted(before)
    assert job_order.move(project, measure.id, -places) == places
    assert titles(project) == before


def test_that_a_job_stays_behind_what_it_needs(project: Project) -> None:
    next_action.enqueue_next(project, 1)
    before = titles(project)
    with pytest.raises(StudioError, match="cannot come before Predict with base"):
        job_order.move(project, find(project, "Judge base").id, -1)
    with pytest.raises(StudioError, match="cannot come after Train iter1/score"):
        job_order.move(project, find(project, "Generate the pairs of iteration 1").id, 1)
    assert titles(project) == before


def test_that_a_job_goes_as_far_as_it_may(project: Project) -> None:
    next_action.enqueue_next(project, 1)
    generate = find(project, "Generate the pairs of iteration 1")
    assert job_order.move(project, generate.id, -99) == len(EXAMINE)
    assert titles(project)[0] == generate.title
    first = queue.next_queued(project)
    assert first is not None and first.id == generate.id


def test_that_only_waiting_jobs_move(project: Project) -> None:
    run_fake_jobs_until(project, 1, stage="generate")
    with pytest.raises(StudioError, match="is done"):
        job_order.move(project, find(project, "Predict with base").id, 1)


def test_that_no_sequence_of_moves_breaks_a_dependency(project: Project) -> None:
    next_action.enqueue_next(project, 3)
    chance = random.Random(0)
    ids = [job.id for job in queue.list_jobs(project)]
    for _ in range(60):
        try:
            job_order.move(project, chance.choice(ids), chance.choice((-9, -1, 1, 9)))
        except StudioError:
            continue
    rows = queue.list_jobs(project)
    assert all(first.position < second.position for first, second in pairwise(rows))
    for place, job in enumerate(rows):
        assert not any(depends_on(earlier, job) for earlier in rows[:place])
    assert run_fake_jobs_until(project, 3) is None
    assert {job.state for job in queue.list_jobs(project)} == {"done"}
