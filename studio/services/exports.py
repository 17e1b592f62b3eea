"""What leaves a project: preference pairs and adapters. No Qt, no torch."""

from __future__ import annotations

from pathlib import Path

from studio.services.project import Project


def export_pairs_jsonl(
    project: Project, file: Path, *, iteration: int | None = None, include_vetoed: bool = False
) -> int:
    """Write pairs in TRL's preference format; returns how many."""
    raise NotImplementedError


def export_adapter(project: Project, version: str, folder: Path) -> Path:
    """Copy a version's adapter with a model card into an empty or new folder."""
    raise NotImplementedError
