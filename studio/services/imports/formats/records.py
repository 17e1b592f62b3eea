"""The rows of every format: the common interface of the importers. No file is opened here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from studio.services.projects.types import Split
from studio.services.settings.schema import ImportSettings

Lookup = Literal["path", "name", "stem"]
"""How a row refers to its image: path below the images folder, file name in any folder, or name without suffix."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A source that a format can read: its main file or folder. ``scores``: the labels to choose from, if any."""

    format: str
    source: Path
    scores: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """One row of the source. ``image`` has not been searched yet; ``spellings``: alternative names.

    ``score`` is None only in a folder without scores. ``sd`` is the sample standard deviation of ``votes`` votes.
    ``ratings`` are (rater, score); ``lines`` are those of the ratings.
    """

    file: str
    line: int
    image: str
    score: float | None
    lookup: Lookup = "path"
    sd: float | None = None
    votes: int | None = None
    split: Split | None = None
    group: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    ratings: tuple[tuple[str, float], ...] = ()
    lines: tuple[int, ...] = ()
    spellings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that cannot be read, with the reason. ``vote``: an individual rating, not a row about an image."""

    file: str
    line: int
    value: str
    reason: str
    vote: bool = False


@dataclass(frozen=True, slots=True)
class ImportNote:
    """A message about the whole source for the user."""

    text: str


@dataclass(frozen=True, slots=True)
class DrawValidation:
    """The source has train and test, but no val: this share of train becomes val; None: as in the settings."""

    share: float | None


@dataclass(frozen=True, slots=True)
class ColumnsUsed:
    """The names under which the table's columns were read, which may differ from the settings'; and all columns."""

    columns: ImportSettings
    header: tuple[str, ...] = ()


Item = Record | Refused | ImportNote | DrawValidation | ColumnsUsed


@dataclass(frozen=True, slots=True)
class Format:
    """One format. ``detect`` is fast, opens at most a header, and returns nothing for unknown sources.

    ``known_by`` is the text for the user on how it is recognised. Formats are tried in the order of ``place``:
    published data sets before any table and a bare folder, which are above 99.
    """

    name: str
    title: str
    known_by: str
    detect: Callable[[Path], list[Candidate]]
    read: Callable[[Path, ImportSettings], Iterator[Item]]
    place: int = 50


class RefusedError(Exception):
    """Ends the reading of one row."""

    def __init__(self, value: str, reason: str) -> None:
        super().__init__(value, reason)
        self.value, self.reason = value, reason
