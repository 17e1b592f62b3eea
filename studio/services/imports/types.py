"""What an import found and what it would do. Frozen rows, standard library only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """One row that was not imported. ``line`` counts from 1, in a text table the header being line 1."""

    line: int
    value: str
    reason: str
    file: str = ""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did: ``read == imported + len(refused)``. ``bin_edges``: the nine cuts of the training scores.

    Single raters' votes are counted by themselves: ``votes_read == votes_kept + len(refused_votes)``. ``format`` is
    the importer's name, ``refusals`` the table in the project that has all refused rows; None: there are none.
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


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a score table, and which of them look like what is needed ("": none does).

    ``format`` is how the source is read, ``known_by`` why; without ``choosable`` the format itself says what is where.
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


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do. ``read == accepted + len(refused)``; ``missing`` of the refused name no file.

    Attributes:
        edges: the nine cuts of the training scores between the ten bins; empty where ``problem`` is set.
        heights: images by bar of the histogram; the bars share the range ``low`` to ``high`` evenly.
        bins: training images in each of the ten bins.
        refused_votes: single raters' votes that are left out; they are no rows.
        problem: why nothing can be made of the table as it is; "" if something can.
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
