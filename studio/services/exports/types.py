"""Pictures with their scores, and what exporting them did. Frozen rows, standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from studio.services.sidecars.types import SkippedFile

SheetOrder = Literal["score", "name", "given"]
"""Highest score first, by name, or as the rows are given."""
CollectBy = Literal["copy", "hard link", "link"]
"""A link is a symbolic one, which points to the original; a hard link is the same file under another name."""


@dataclass(frozen=True, slots=True)
class ScoredPicture:
    """One picture to export. ``name`` is shown, ``score`` is None where the model gave none."""

    path: Path
    name: str
    score: float | None
    explanation: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class ContactSheet:
    """The files of a contact sheet, the first of which leads to the others. ``unreadable`` are without a picture."""

    files: tuple[Path, ...]
    pictures: int
    unreadable: tuple[SkippedFile, ...]


@dataclass(frozen=True, slots=True)
class CollectedFiles:
    """What was copied or linked. ``renamed``: pictures whose name was taken, with the name that they got."""

    folder: Path
    done: int
    renamed: tuple[tuple[Path, str], ...]
    skipped: tuple[SkippedFile, ...]
    cancelled: bool = False
