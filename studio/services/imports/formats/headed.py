"""Datasets with a known table header: KonIQ-10k, SPAQ and TAD66K; recognised by columns or location."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from studio.services.errors import StudioError
from studio.services.imports.formats.records import Candidate, DrawValidation, Format, Item
from studio.services.imports.formats.tables import SUFFIXES, header_of, records
from studio.services.projects.types import Split
from studio.services.settings.schema import ImportSettings

_NONE = "(none)"
KONIQ = ImportSettings(image="image_name", score="MOS", sd="SD", votes="c_total", split="set", group=_NONE)
SPAQ = ImportSettings(image="Image name", score="MOS", sd=_NONE, votes=_NONE, split=_NONE, group=_NONE)
TAD = ImportSettings(image="image", score="score", sd=_NONE, votes=_NONE, split=_NONE, group=_NONE)
_KONIQ_COLUMNS = ("image_name", "c1", "c2", "c3", "c4", "c5", "MOS", "SD")
_SPAQ_COLUMNS = ("Image name", "MOS", "Brightness", "Colorfulness", "Contrast", "Noisiness", "Sharpness")


def _by_columns(name: str, wanted: Sequence[str], places: Sequence[str]) -> Callable[[Path], list[Candidate]]:
    def detect(path: Path) -> list[Candidate]:
        if path.is_file():
            return [Candidate(name, path, "MOS")] if _has(path, wanted) else []
        folders = [path / place for place in places if (path / place).is_dir()]
        files = [file for folder in folders for file in sorted(folder.iterdir()) if file.is_file()]
        return [Candidate(name, file, "MOS") for file in files if _has(file, wanted)]

    return detect


def _has(file: Path, wanted: Sequence[str]) -> bool:
    try:
        return file.suffix.lower() in SUFFIXES and set(wanted) <= set(header_of(file, wanted))
    except StudioError:
        return False


def read_koniq(source: Path, columns: ImportSettings) -> Iterator[Item]:
    """KonIQ-10k: MOS and SD as published, ``c_total`` votes; the table with sets has train, validation and test."""
    yield from records(source, KONIQ, lookup="name")


def read_spaq(source: Path, columns: ImportSettings) -> Iterator[Item]:
    """SPAQ: MOS; the five attributes are tags."""
    yield from records(source, SPAQ, lookup="name")


def detect_tad(path: Path) -> list[Candidate]:
    """Return the folder ``merge`` with train.csv and test.csv, by itself or below ``labels``."""
    places = [path, path / "merge", path / "labels" / "merge"] if path.is_dir() else []
    return [
        Candidate("tad66k", place)
        for place in places
        if all((place / f"{name}.csv").is_file() and _has(place / f"{name}.csv", ("image", "score"))
               for name in ("train", "test"))
    ][:1]  # fmt: skip


def read_tad(source: Path, columns: ImportSettings) -> Iterator[Item]:
    """Yield TAD66K's rows: train.csv and test.csv of all themes; val is chosen from train."""
    yield DrawValidation(None)
    parts: tuple[tuple[str, Split], ...] = (("test", "test"), ("train", "train"))
    for name, split in parts:
        yield from records(source / f"{name}.csv", TAD, lookup="name", split=split)


FORMATS = (
    Format(
        "koniq",
        "KonIQ-10k",
        "its columns image_name, c1 to c5, MOS and SD",
        _by_columns("koniq", _KONIQ_COLUMNS, (".",)),
        read_koniq,
        place=30,
    ),
    Format(
        "spaq",
        "SPAQ",
        "its columns Image name, MOS and the five attributes",
        _by_columns("spaq", _SPAQ_COLUMNS, (".", "Annotations")),
        read_spaq,
        place=30,
    ),
    Format(
        "tad66k",
        "TAD66K (train.csv and test.csv)",
        "the folder merge with train.csv and test.csv",
        detect_tad,
        read_tad,
        place=30,
    ),
)
