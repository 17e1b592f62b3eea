"""The generic format: any table with a column of images and a column of scores."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from studio.services.imports.formats.records import Candidate, Format, Item
from studio.services.imports.formats.tables import SUFFIXES, records
from studio.services.settings.schema import ImportSettings


def detect(path: Path) -> list[Candidate]:
    """Return the file itself; in a folder, ``scores.*`` or the only table."""
    if path.is_file():
        return [Candidate("table", path)] if path.suffix.lower() in SUFFIXES else []
    if not path.is_dir():
        return []
    tables = [file for file in sorted(path.iterdir()) if file.suffix.lower() in SUFFIXES and file.is_file()]
    named = [file for file in tables if file.stem.lower() == "scores"]
    others = [file for file in tables if file.stem.lower() not in ("ratings", "refusals")]
    return [Candidate("table", file) for file in (named or (others if len(others) == 1 else []))[:1]]


def read(source: Path, columns: ImportSettings) -> Iterator[Item]:
    """Yield every row."""
    yield from records(source, columns)


FORMATS = (
    Format(
        "table",
        "Any table: CSV, TSV, Excel, JSON lines, Parquet",
        "not a published data set",
        detect,
        read,
        place=100,
    ),
)
