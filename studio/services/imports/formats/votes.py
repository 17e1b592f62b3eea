"""Datasets of individual ratings: EVA, FLICKR-AES and PARA. Mean, deviation and number are computed, or published.

An unreadable vote is rejected by itself; a rater's second vote on an image is rejected and the first one kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from studio.services.errors import StudioError
from studio.services.imports.formats.numbers import finite_number, mean_and_deviation
from studio.services.imports.formats.records import Candidate, DrawValidation, Format, Item, Lookup, Record, Refused
from studio.services.imports.formats.tables import records, table_rows
from studio.services.imports.formats.text import TableRow, find_dialect, iterate, read_lines
from studio.services.projects.types import Split
from studio.services.settings.schema import ImportSettings

_NONE = "(none)"
_EVA_FILES = ("votes_filtered.csv", "votes.csv")
_FLICKR_WORKERS, _FLICKR_SCORES = "FLICKR-AES_image_labeled_by_each_worker.csv", "FLICKR-AES_image_score.txt"
_PARA_VOTES = "PARA-Images.csv"
_PARA_PARTS: tuple[tuple[str, Split], ...] = (("PARA-GiaaTest.csv", "test"), ("PARA-GiaaTrain.csv", "train"))
PARA = ImportSettings(
    image="imageName", score="aestheticScore_mean", sd="aestheticScore_std", votes=_NONE, split=_NONE, group=_NONE
)


@dataclass(slots=True)
class Votes:
    """The votes on one image, in file order."""

    line: int
    raters: dict[str, float] = field(default_factory=dict)
    lines: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Columns:
    """The columns of a vote, and the range of its score."""

    image: str
    rater: str
    score: str
    low: float
    high: float
    folder: str = ""


def detect_eva(path: Path) -> list[Candidate]:
    """Return the filtered votes, which the paper used, before all votes."""
    if path.is_file():
        return [Candidate("eva", path)] if path.name in _EVA_FILES and _has_equals(path) else []
    files = [path / place / name for place in (".", "data") for name in _EVA_FILES]
    return [Candidate("eva", file) for file in files if file.is_file() and _has_equals(file)]


def read_eva(source: Path, columns: ImportSettings) -> Iterator[Item]:
    """Yield EVA's rows: votes from 0 to 10 separated by "="; the six kinds of content are tags."""
    dialect = find_dialect(source, ("image_id", "user_id", "score"), ("=",))
    collected: dict[str, Votes] = {}
    wanted = _Columns("image_id", "user_id", "score", 0, 10)
    yield from _collect(source, iterate(source, dialect), wanted, collected)
    kinds = _categories(source.parent / "image_content_category.csv")
    yield from _voted(source.name, collected, "stem", {key: {"category": kind} for key, kind in kinds.items()})


def detect_flickr(path: Path) -> list[Candidate]:
    """Return the workers' votes, before the published scores."""
    names = (_FLICKR_WORKERS, _FLICKR_SCORES)
    files = [path] if path.is_file() else [path / name for name in names]
    return [Candidate("flickr-aes", file) for file in files if file.name in names and file.is_file()]


def read_flickr(source: Path, columns: ImportSettings) -> Iterator[Item]:
    """Yield FLICKR-AES' rows: each worker's vote from 1 to 5, or the published scores from 0 to 1 without votes."""
    if source.name == _FLICKR_SCORES:
        for line, text in read_lines(source):
            image, _, score = text.rpartition(" ")
            number = finite_number(score)
            if number is None:
                yield Refused(source.name, line, text[:80], "the score is not a number")
            else:
                yield Record(source.name, line, image.strip(), number, "name")
        return
    collected: dict[str, Votes] = {}
    wanted = _Columns("imagePair", "worker", "score", 1, 5)
    yield from _collect(source, _stripped(table_rows(source)), wanted, collected)
    yield from _voted(source.name, collected, "name", {})


def detect_para(path: Path) -> list[Candidate]:
    """Return the folder with the three tables, or ``annotation`` in it."""
    place = path.parent if path.is_file() and path.name.startswith("PARA-") else path
    folders = [place, place / "annotation"] if place.is_dir() else []
    return [Candidate("para", folder) for folder in folders if (folder / _PARA_PARTS[1][0]).is_file()][:1]


def read_para(source: Path, columns: ImportSettings) -> Iterator[Item]:
    """Yield PARA's rows: published mean and deviation in train and test; users' votes if PARA-Images.csv exists."""
    collected: dict[str, Votes] = {}
    if (source / _PARA_VOTES).is_file():
        wanted = _Columns("imageName", "userId", "aestheticScore", 1, 5, folder="sessionId")
        yield from _collect(source / _PARA_VOTES, table_rows(source / _PARA_VOTES), wanted, collected)
    yield DrawValidation(None)
    for name, split in _PARA_PARTS:
        if (source / name).is_file():
            for item in records(source / name, PARA, lookup="name", split=split):
                yield _with_votes(item, collected) if isinstance(item, Record) else item
    for key, votes in collected.items():
        for line in votes.lines:
            yield Refused(_PARA_VOTES, line, key, "the image is in neither score table", vote=True)


def _with_votes(record: Record, collected: dict[str, Votes]) -> Record:
    session = record.tags.get("sessionId", "")
    votes = collected.pop(f"{session}/{record.image}", None)
    kept: dict[str, str] = {name: record.tags[name] for name in ("sessionId", "semantic") if name in record.tags}
    return Record(
        record.file, record.line, record.image, record.score, "name", record.sd,
        len(votes.raters) if votes else None, record.split, None, kept,
        tuple(votes.raters.items()) if votes else (), tuple(votes.lines) if votes else (),
    )  # fmt: skip


def _collect(file: Path, rows: Iterator[object], columns: _Columns, into: dict[str, Votes]) -> Iterator[Item]:
    """Group the votes by image; yields only rejected rows and messages."""
    for row in rows:
        if isinstance(row, Refused):
            yield Refused(row.file, row.line, row.value, row.reason, vote=True)
        elif isinstance(row, TableRow):
            reason = _take(row, columns, into)
            if reason:
                shown = ", ".join(row.cells.get(name, "") for name in (columns.image, columns.rater, columns.score))
                yield Refused(file.name, row.line, shown, reason, vote=True)


def _take(row: TableRow, columns: _Columns, into: dict[str, Votes]) -> str:
    """Add a vote, or return the reason why not."""
    if row.surplus:
        return "the row has a wrong number of cells"
    missing = [name for name in (columns.image, columns.rater, columns.score) if name not in row.cells]
    if missing:
        raise StudioError(f"The table of votes has no column {missing[0]!r}.", "Download the file again.")
    image, rater = row.cells[columns.image].strip(), row.cells[columns.rater].strip()
    score = finite_number(row.cells[columns.score])
    if not image or not rater:
        return "the image name is missing" if not image else "the rater is missing"
    if score is None or not columns.low <= score <= columns.high:
        return f"the vote is not a number from {columns.low:g} to {columns.high:g}"
    key = f"{row.cells.get(columns.folder, '')}/{image}" if columns.folder else image
    votes = into.setdefault(key, Votes(row.line))
    if rater in votes.raters:
        return "duplicate: the rater has already rated this image"
    votes.raters[rater] = score
    votes.lines.append(row.line)
    return ""


def _voted(
    file: str, collected: Mapping[str, Votes], lookup: Lookup, tags: Mapping[str, dict[str, str]]
) -> Iterator[Item]:
    for image, votes in collected.items():
        mean, deviation = mean_and_deviation(list(votes.raters.values()))
        yield Record(
            file, votes.line, image, mean, lookup, deviation, len(votes.raters), None, None, tags.get(image, {}),
            tuple(votes.raters.items()), tuple(votes.lines),
        )  # fmt: skip


def _stripped(rows: Iterator[object]) -> Iterator[object]:
    """Yield rows with column names without the blanks around them in the published file."""
    for row in rows:
        if isinstance(row, TableRow):
            yield TableRow(row.line, {name.strip(): cell for name, cell in row.cells.items()}, row.surplus)
        else:
            yield row


def _categories(file: Path) -> dict[str, str]:
    if not file.is_file():
        return {}
    pairs = (text.replace('"', "").split(",") for _, text in read_lines(file))
    return {pair[0].strip(): pair[1].strip() for pair in pairs if len(pair) == 2}


def _has_equals(file: Path) -> bool:
    try:
        header = find_dialect(file, delimiters=("=",)).header
    except StudioError:
        return False
    return {"image_id", "user_id", "score"} <= set(header)


FORMATS = (
    Format(
        "eva",
        "EVA (votes_filtered.csv)",
        "the name votes_filtered.csv or votes.csv, with cells parted by =",
        detect_eva,
        read_eva,
        place=40,
    ),
    Format(
        "flickr-aes", "FLICKR-AES (each worker's votes)", "the names of its files", detect_flickr, read_flickr, place=40
    ),
    Format(
        "para",
        "PARA (annotation tables)",
        "the folder with PARA-GiaaTrain.csv and PARA-GiaaTest.csv",
        detect_para,
        read_para,
        place=40,
    ),
)
