"""The self-training loop: which stage comes next, its spec, its results. No Qt, no torch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.specs import RunFolder
from studio.services.project import Project
from studio.services.rows import NextAction, PlannedStage


def plan(project: Project, iterations: int) -> list[PlannedStage]:
    """Every stage of ``iterations`` iterations in running order, and what became of it."""
    raise NotImplementedError


def enqueue_next(project: Project, iterations: int, *, review: bool | None = None) -> list[int]:
    """Put every stage that is not done into the queue; None for ``review`` takes the settings' word. Returns job ids."""
    raise NotImplementedError


def approve_review(project: Project, iteration: int) -> None:
    """Open the review gate of an iteration, so that ``enqueue_next`` goes on to training."""
    raise NotImplementedError


def next_action(project: Project, iterations: int | None = None) -> NextAction:
    """What a person would do next; None takes the number of iterations from the settings."""
    raise NotImplementedError


def prepare(project: Project, job_id: int) -> RunFolder:
    """Write spec and input rows once; a resumed job keeps them."""
    raise NotImplementedError


def ingest(project: Project, job_id: int) -> int:
    """Bring new journal rows into the database by natural key; returns how many were read."""
    raise NotImplementedError


def complete(project: Project, job_id: int, result: Mapping[str, Any]) -> None:
    """Ingest the rest, keep the adapter, make the version row, mark the job done. Idempotent."""
    raise NotImplementedError
