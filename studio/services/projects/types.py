"""Splits, project summaries and integrity problems. Frozen rows, standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Split = Literal["train", "val", "test"]
SPLITS: tuple[Split, ...] = ("train", "val", "test")


@dataclass(frozen=True, slots=True)
class IntegrityProblem:
    """A problem found by ``integrity.check``."""

    where: str
    what: str
    remedy: str


@dataclass(frozen=True, slots=True)
class ProjectSummary:
    """A project without locking, migrating or writing.

    ``problem``: why it cannot be read; ``scoring``: it has collections only, which exported models score.
    """

    root: Path
    name: str
    versions: int
    srcc: float | None
    srcc_of: str
    problem: str
    scoring: bool = False
