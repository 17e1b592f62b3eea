"""Datasets with a known table header: KonIQ-10k, SPAQ and TAD66K; recognised by columns or location.

KonIQ-10k is published twice, with its scores on two scales. ``koniq10k_scores_and_distributions.csv`` has the mean of
the votes, from 1 to 5, as ``MOS`` and z-scores from 0 to 100 as ``MOS_zscore``; ``koniq10k_distributions_sets.csv`` has
the z-scores as ``MOS``, and the shares of the votes 1 to 5 as ``c1`` to ``c5``. ``SD`` is that of the votes, on their
scale, in both. The score is ``MOS`` as published unless the settings ask for the other one; beside z-scores, SD is
multiplied by the ratio of the two scales' spreads, so that both are on one scale.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from studio.services.errors import StudioError
from studio.services.imports.formats.column_names import NAMES, NEEDED, NO_COLUMN
from studio.services.imports.formats.image_walk import listed_files
from studio.services.imports.formats.numbers import finite_number
from studio.services.imports.formats.records import (
    Candidate,
    ColumnsUsed,
    DrawValidation,
    Format,
    ImportNote,
    Item,
    Record,
    Refused,
)
from studio.services.imports.formats.tables import SUFFIXES, header_of, records, table_rows
from studio.services.imports.formats.text import TableRow
from studio.services.projects.types import Split
from studio.services.settings.schema import ImportSettings

MEAN_OF_VOTES = "mean of c1 to c5"
"""The score of KonIQ-10k that is no column."""
KONIQ = ImportSettings(
    image="image_name", score="MOS", sd="SD", votes="c_total", split="set", group=NO_COLUMN, lower_is_better=False
)
SPAQ = ImportSettings(
    image="Image name", score="MOS", sd=NO_COLUMN, votes=NO_COLUMN, split=NO_COLUMN, group=NO_COLUMN,
    lower_is_better=False,
)  # fmt: skip
TAD = ImportSettings(
    image="image", score="score", sd=NO_COLUMN, votes=NO_COLUMN, split=NO_COLUMN, group=NO_COLUMN, lower_is_better=False
)
_VOTES = ("c1", "c2", "c3", "c4", "c5")
_KONIQ_COLUMNS = ("image_name", *_VOTES, "MOS", "SD")
_SPAQ_COLUMNS = ("Image name", "MOS", "Brightness", "Colorfulness", "Contrast", "Noisiness", "Sharpness")
_SEEN = 50
"""Rows that show on which scale MOS is."""
_ROUNDED = 0.1
"""MOS that differs from the mean of the votes by no more is that mean, rounded."""


def _by_columns(
    name: str, wanted: Sequence[str], places: Sequence[str], scores: tuple[str, ...]
) -> Callable[[Path], list[Candidate]]:
    def detect(path: Path) -> list[Candidate]:
        if path.is_file():
            return [Candidate(name, path, scores)] if _has(path, wanted) else []
        folders = [path / place for place in places if (path / place).is_dir()]
        files = [file for folder in folders for file in listed_files(folder)]
        return [Candidate(name, file, scores) for file in files if _has(file, wanted)]

    return detect


def _has(file: Path, wanted: Sequence[str]) -> bool:
    try:
        return file.suffix.lower() in SUFFIXES and set(wanted) <= set(header_of(file, wanted))
    except StudioError:
        return False


def koniq_scores(file: Path) -> tuple[tuple[str, str], ...]:
    """Return the two scores that a table of KonIQ-10k offers, each with its scale; first MOS, as published."""
    if "MOS_zscore" in header_of(file, _KONIQ_COLUMNS):
        return ("MOS", "1 to 5"), ("MOS_zscore", "0 to 100")
    seen = islice((row for row in table_rows(file, _KONIQ_COLUMNS) if isinstance(row, TableRow)), _SEEN)
    pairs = [(finite_number(row.cells["MOS"]), _mean_of_votes(row.cells)) for row in seen if not row.surplus]
    if all(mos is None or mean is None or abs(mos - mean) <= _ROUNDED for mos, mean in pairs):
        return (("MOS", "1 to 5"),)
    return ("MOS", "0 to 100"), (MEAN_OF_VOTES, "1 to 5")


def read_koniq(source: Path, columns: ImportSettings) -> Iterator[Item]:
    """KonIQ-10k: the score that is asked for, SD on its scale, and ``c_total`` votes; one table has the splits too."""
    offered = dict(koniq_scores(source))
    chosen = columns.score if columns.score in offered else "MOS"
    other = next((name for name in offered if name != chosen), None)
    if columns.score != chosen and other is not None:
        yield ImportNote(
            f"The score is {chosen}, {offered[chosen]}. For {other}, {offered[other]}: --columns 'score={other}'."
        )
    factor = 1.0 if offered[chosen] == "1 to 5" else _ratio(source, chosen)
    if factor != 1.0:
        yield ImportNote(f"SD, of votes from 1 to 5, is multiplied by {factor:.3g} to be on the scale of {chosen}.")
    column = "MOS" if chosen == MEAN_OF_VOTES else chosen
    wanted = _with_choices(KONIQ, columns).model_copy(update={"score": column})
    for item in records(source, wanted, lookup="name"):
        if isinstance(item, ColumnsUsed):
            yield replace(item, columns=item.columns.model_copy(update={"score": chosen}))
            continue
        if not isinstance(item, Record):
            yield item
            continue
        mean = _mean_of_votes(item.tags)
        if chosen == MEAN_OF_VOTES and mean is None:
            yield Refused(item.file, item.line, item.image, "the votes c1 to c5 are not numbers of at least 0")
            continue
        score = mean if chosen == MEAN_OF_VOTES else item.score
        yield replace(item, score=score, sd=None if item.sd is None else item.sd * factor)


def read_spaq(source: Path, columns: ImportSettings) -> Iterator[Item]:
    """SPAQ: MOS; the five attributes are tags."""
    yield from records(source, _with_choices(SPAQ, columns), lookup="name")


def _with_choices(known: ImportSettings, columns: ImportSettings) -> ImportSettings:
    """Return a data set's columns with the optional ones that the settings choose or leave out."""
    fields = ImportSettings.model_fields
    chosen = {
        role: name for role in NAMES if role not in NEEDED and (name := getattr(columns, role)) != fields[role].default
    }
    return known.model_copy(update=chosen)


def _mean_of_votes(cells: Mapping[str, str]) -> float | None:
    """Return the mean of the votes 1 to 5 by their numbers or shares; None if they are none."""
    counts = [finite_number(cells.get(name, "")) for name in _VOTES]
    known = [count for count in counts if count is not None and count >= 0]
    total = sum(known)
    if len(known) < len(_VOTES) or not total:
        return None
    return sum(vote * count for vote, count in enumerate(known, start=1)) / total


def _ratio(file: Path, column: str) -> float:
    """Return how much wider the scores in a column are spread than the means of the votes; 1 if nothing shows it."""
    found = [
        (score, mean)
        for row in table_rows(file, _KONIQ_COLUMNS)
        if isinstance(row, TableRow)
        and (score := finite_number(row.cells.get(column, ""))) is not None
        and (mean := _mean_of_votes(row.cells)) is not None
    ]
    if len(found) < 2:
        return 1.0
    scores, means = (statistics.stdev(values) for values in zip(*found, strict=True))
    return scores / means if scores and means else 1.0


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
        _by_columns("koniq", _KONIQ_COLUMNS, (".",), ("MOS", "MOS_zscore", MEAN_OF_VOTES)),
        read_koniq,
        place=30,
    ),
    Format(
        "spaq",
        "SPAQ",
        "its columns Image name, MOS and the five attributes",
        _by_columns("spaq", _SPAQ_COLUMNS, (".", "Annotations"), ("MOS",)),
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
