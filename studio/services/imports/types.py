"""Results and previews of imports. Frozen rows, standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Refusal:
    """One row that was not imported. ``line`` counts from 1; the header of a text table is line 1."""

    line: int
    value: str
    reason: str
    file: str = ""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The result of an import: ``read == imported + len(refused)``. ``bin_edges``: the nine bin edges.

    Individual ratings are counted separately: ``votes_read == votes_kept + len(refused_votes)``. ``format`` is the
    importer's name, ``refusals`` the project's table of all rejected rows; None if there are none. ``notes``: which
    columns were used and which scores are better, where that was recognised.
    """

    read: int
    imported: int
    refused: tuple[Refusal, ...]
    warnings: tuple[str, ...]
    splits: dict[str, int]
    bin_edges: tuple[float, ...]
    format: str = "table"
    votes_read: int = 0
    votes_kept: int = 0
    refused_votes: tuple[Refusal, ...] = ()
    refusals: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a score table, and the guessed column for each purpose ("": none).

    ``format`` is the detected format, ``known_by`` the reason; unless ``choosable``, the format determines the columns.
    ``scores``: scores to choose from besides the columns, each with its scale. ``source``: the table itself. ``hint``:
    where the header probably is, if image or score are unknown.
    """

    names: tuple[str, ...]
    image: str
    score: str
    split: str
    group: str
    sd: str = ""
    votes: str = ""
    format: str = "table"
    title: str = ""
    known_by: str = ""
    choosable: bool = True
    scores: tuple[tuple[str, str], ...] = ()
    source: Path | None = None
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """The expected result. ``read == accepted + len(refused)``; ``missing`` of the rejected rows have no file.

    Attributes:
        edges: the nine bin edges of the training scores; empty if ``problem`` is set.
        heights: images per bar of the histogram; the bars divide the range ``low`` to ``high`` evenly.
        bins: training images in each of the ten bins.
        refused_votes: skipped individual ratings; they are not rows.
        problem: why the table cannot be imported; "" if it can.
        lower_is_better: whether label 9 is for the lowest scores.
    """

    read: int
    accepted: int
    missing: int
    refused: tuple[Refusal, ...]
    warnings: tuple[str, ...]
    splits: dict[str, int]
    drawn: bool
    edges: tuple[float, ...]
    bins: tuple[int, ...]
    low: float
    high: float
    heights: tuple[int, ...]
    problem: str
    refused_votes: tuple[Refusal, ...] = ()
    lower_is_better: bool = False
