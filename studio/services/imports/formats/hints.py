"""What a table that cannot be read probably is: a header below a title, on another sheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from studio.services.imports.formats.column_names import NEEDED, find_column, named
from studio.services.imports.formats.text import DELIMITERS, TEXT_SUFFIXES, cell_text, find_encoding

_LINES = 20
"""Lines in which a header is looked for."""


def header_hint(file: Path, wanted: Sequence[str]) -> str:
    """Return where the table's header probably is, as a remedy; "" if it is not found."""
    for sheet, line, cells in _lines(file):
        wants = all(find_column(cells, name) is not None for name in wanted)
        if (sheet or line > 1) and (wants or all(named(cells, role) for role in NEEDED)):
            columns = ", ".join(cell for cell in cells if cell)
            if sheet:
                return f"The sheet {sheet!r} has the columns {columns}: make it the first one, or save it as CSV."
            return f"Line {line} has the columns {columns}: remove the lines above it."
    return ""


def _lines(file: Path) -> Iterator[tuple[str, int, list[str]]]:
    """Yield sheet ("" for the first one), line and cells of the first lines."""
    if file.suffix.lower() in (".xlsx", ".xlsm"):
        yield from _workbook(file)
    elif file.suffix.lower() in TEXT_SUFFIXES:
        for delimiter in DELIMITERS:
            with file.open(encoding=find_encoding(file), newline="") as lines:
                yield from (("", line, cells) for line, cells in _numbered(_parts(lines, delimiter)))


def _workbook(file: Path) -> Iterator[tuple[str, int, list[str]]]:
    from openpyxl import load_workbook

    book = load_workbook(file, read_only=True, data_only=True)
    for place, sheet in enumerate(book.worksheets):
        rows = sheet.iter_rows(max_row=_LINES, values_only=True)
        found = _numbered([cell_text(cell).strip() for cell in row] for row in rows)
        yield from ((sheet.title if place else "", line, cells) for line, cells in found)


def _parts(lines: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    for line in lines:
        try:
            yield [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])]
        except csv.Error:
            yield []


def _numbered(rows: Iterable[list[str]]) -> Iterator[tuple[int, list[str]]]:
    return islice(enumerate(rows, start=1), _LINES)
