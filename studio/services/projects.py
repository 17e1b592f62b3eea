"""Making and opening projects. No Qt, no torch."""

from __future__ import annotations

from pathlib import Path

from studio.services.project import Project
from studio.services.rows import ImportReport


def create_project(
    root: Path, *, images: Path, scores: Path, model: str, config: Path | None = None, preset: str | None = None
) -> ImportReport:
    """Make a project folder and import the score table; a failure leaves nothing behind."""
    raise NotImplementedError


def open_project(root: Path, *, exclusive: bool = False) -> Project:
    """Open a project; ``exclusive`` takes its lock, or raises StudioError naming the process that holds it."""
    raise NotImplementedError
