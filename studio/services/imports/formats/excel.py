"""Read the first sheet of an Excel workbook through openpyxl, an optional extra."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from studio.services.errors import StudioError
from studio.services.imports.formats.records import Refused
from studio.services.imports.formats.text import TableRow, cell_text


def sheet(file: Path) -> tuple[tuple[str, ...], Iterator[TableRow | Refused]]:
    """Return header and rows without blank rows. A formula has the value that was saved with it.

    Raises:
        StudioError: openpyxl is not installed, or the file is not a workbook.
    """
    try:
        from openpyxl import load_workbook
        from openpyxl.utils.exceptions import InvalidFileException
    except ImportError as error:
        raise StudioError(
            f"Reading {file.name} requires openpyxl, which is not installed.",
            "Install it with: pip install 'score-studio[excel]' - or save the table as CSV.",
        ) from error
    try:
        book = load_workbook(file, read_only=True, data_only=True)
        rows = book.worksheets[0].iter_rows(values_only=True)
        header = _header(next(rows, ()))
    except (OSError, BadZipFile, InvalidFileException, KeyError, ValueError, IndexError, SyntaxError) as error:
        raise StudioError(f"{file} is not an Excel workbook: {error}.", "Save it as CSV.") from error
    doubled = sorted({name for name in header if name and header.count(name) > 1})
    if doubled:
        raise StudioError(f"The table {file} has two columns named {doubled[0]!r}.", "Rename or remove one.")
    return header, _rows(header, rows)


def _header(cells: Any) -> tuple[str, ...]:
    names = [cell_text(cell).strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    return tuple(names)


def _rows(header: tuple[str, ...], rows: Any) -> Iterator[TableRow | Refused]:
    for line, values in enumerate(rows, start=2):
        texts = [cell_text(value) for value in values]
        while len(texts) > len(header) and not texts[-1]:
            texts.pop()
        if any(texts):
            texts += [""] * (len(header) - len(texts))
            yield TableRow(line, dict(zip(header, texts, strict=False)), len(texts) - len(header))
