"""What a report consists of, independent of its file format. Frozen rows; no Qt, no SQLAlchemy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from studio.services.versions.types import MetricValue
from studio.text import chance

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Form = Literal["text", "count", "number", "change", "percent", "points", "chance"]
"""How the values of a column are written: ``points`` are differences of shares in percentage points."""
Cell = str | int | float | MetricValue | None
NOT_MEASURED = "not measured"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: ``name`` is its heading in a CSV file too; ``places`` are decimals."""

    name: str
    form: Form = "text"
    places: int = 3


@dataclass(frozen=True, slots=True)
class ReportTable:
    """A table. ``file`` is its CSV file's name without suffix; ``n`` what its metrics are of unless a cell says more.

    ``strong`` are the numbers of the rows to read first.
    """

    file: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    n: int | None = None
    strong: frozenset[int] = frozenset()

    def texts(self) -> list[list[str]]:
        """Return the cells as they are shown."""
        return [
            [cell_text(cell, column, self.n) for cell, column in zip(row, self.columns, strict=True)]
            for row in self.rows
        ]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences. A ``strong`` one is what the section says first."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """Text with its own line ends, such as a prompt or a command."""

    text: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class ReportChart:
    """A chart. ``description`` says in words what it shows, also to those who do not see it."""

    title: str
    description: str
    figure: Figure


@dataclass(frozen=True, slots=True)
class ReportAnswer:
    """One text about an image: who wrote it, with which score, and what is to be said about it."""

    author: str
    score: str
    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """One image with what was written about it. ``picture``: a JPEG, None if the file cannot be read."""

    name: str
    truth: str
    picture: bytes | None
    answers: tuple[ReportAnswer, ...]


@dataclass(frozen=True, slots=True)
class Examples:
    """Images with texts. ``note`` says how they were chosen."""

    title: str
    note: str
    items: tuple[Example, ...]


Block = Paragraph | Listing | ReportTable | ReportChart | Examples


@dataclass(frozen=True, slots=True)
class ReportSection:
    """A chapter of a report."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report. ``manifest``: what the numbers depend on, for ``score-studio reproduce``."""

    title: str
    made: str
    sections: tuple[ReportSection, ...]
    manifest: Mapping[str, Any] = field(default_factory=dict)

    def tables(self) -> list[ReportTable]:
        """Return all tables in order."""
        return [block for section in self.sections for block in section.blocks if isinstance(block, ReportTable)]


def cell_text(cell: Cell, column: Column, n: int | None = None) -> str:
    """Return a cell as it is shown: with its interval, and with its n if that is not the table's."""
    if isinstance(cell, MetricValue):
        if cell.value is None:
            return NOT_MEASURED
        text = value_text(cell.value, column)
        if cell.lo is not None and cell.hi is not None:
            text += f" [{value_text(cell.lo, column)}, {value_text(cell.hi, column)}]"
        return text if n is None or cell.n == n else f"{text} (n = {cell.n:,})"
    if cell is None:
        return "" if column.form == "text" else "–"
    return cell if isinstance(cell, str) else value_text(cell, column)


def value_text(value: float, column: Column) -> str:
    """Return a number as its column writes it."""
    match column.form:
        case "count":
            return f"{value:,.0f}"
        case "change":
            return f"{value:+.{column.places}f}"
        case "percent":
            return f"{100 * value:.1f}%"
        case "points":
            return f"{100 * value:+.1f}"
        case "chance":
            return chance(value)
        case _:
            return f"{value:.{column.places}f}"
