"""The generic formats: any table with a column of images and a column of scores, and JSON files of such entries."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from studio.services.imports.formats.image_walk import listed_files
from studio.services.imports.formats.json_rows import looks_like_labels
from studio.services.imports.formats.records import Candidate, Format, Item
from studio.services.imports.formats.tables import SUFFIXES, records
from studio.services.settings.schema import ImportSettings

MOST_JSON = 50
"""JSON files in a folder that are looked into; more are the images' own side files."""


def detect(path: Path) -> list[Candidate]:
    """Return the file itself; in a folder, ``scores.*`` or the only table."""
    if path.is_file():
        return [Candidate("table", path)] if path.suffix.lower() in SUFFIXES else []
    if not path.is_dir():
        return []
    tables = [file for file in listed_files(path) if file.suffix.lower() in SUFFIXES]
    named = [file for file in tables if file.stem.lower() == "scores"]
    others = [file for file in tables if file.stem.lower() not in ("ratings", "refusals")]
    return [Candidate("table", file) for file in (named or (others if len(others) == 1 else []))[:1]]


def detect_json(path: Path) -> list[Candidate]:
    """Return the file itself; in a folder without a table, ``scores.json`` or the only JSON file that names images."""
    if path.is_file():
        return [Candidate("json", path)] if path.suffix.lower() == ".json" else []
    if not path.is_dir() or detect(path):
        return []
    files = [file for file in listed_files(path) if file.suffix.lower() == ".json"]
    files = [file for file in files if looks_like_labels(file)] if len(files) <= MOST_JSON else []
    named = [file for file in files if file.stem.lower() == "scores"]
    return [Candidate("json", file) for file in (named or (files if len(files) == 1 else []))[:1]]


def read(source: Path, columns: ImportSettings) -> Iterator[Item]:
    """Yield every row."""
    yield from records(source, columns, strict=True)


FORMATS = (
    Format(
        "table",
        "Any table: CSV, TSV, Excel, JSON lines, Parquet",
        "not a published data set",
        detect,
        read,
        place=100,
    ),
    Format(
        "json",
        "JSON labels: LLaVA, Q-Align, LLaMA-Factory, img_path, by image name",
        "being a JSON file",
        detect_json,
        read,
        place=95,
    ),
)
