"""A folder of images without scores: for predicting, not for training."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from studio.services.imports.formats.path_index import walk_images
from studio.services.imports.formats.records import Candidate, Format, Item, Record
from studio.services.settings.schema import ImportSettings


def detect(path: Path) -> list[Candidate]:
    """Return every folder that contains an image at any depth."""
    return [Candidate("folder", path)] if path.is_dir() and walk_images(path) else []


def read(source: Path, columns: ImportSettings) -> Iterator[Item]:
    """Yield one record per image in path order; ``line`` counts from 1."""
    for number, path in enumerate(walk_images(source), start=1):
        yield Record(source.name, number, path, None)


FORMATS = (
    Format(
        "folder",
        "A bare folder of images (no scores: predict only)",
        "having images, but no table",
        detect,
        read,
        place=110,
    ),
)
