"""A folder of images without scores: for predicting, not for training."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from studio.services.imports.formats.image_walk import left_out, walk_images
from studio.services.imports.formats.records import Candidate, Format, ImportNote, Item, Record
from studio.services.settings.schema import ImportSettings


def detect(path: Path) -> list[Candidate]:
    """Return every folder that contains an image at any depth."""
    return [Candidate("folder", path)] if path.is_dir() and walk_images(path).paths else []


def read(source: Path, columns: ImportSettings) -> Iterator[Item]:
    """Yield one record per image in path order; ``line`` counts from 1."""
    walk = walk_images(source)
    yield from map(ImportNote, left_out([walk]))
    for number, path in enumerate(walk.paths, start=1):
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
