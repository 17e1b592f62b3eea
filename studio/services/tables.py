"""CSV tables that are safe in a spreadsheet. No Qt, no torch."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from engine.contract.atomic_files import atomic_file
from studio.services.errors import StudioError

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""Characters that a spreadsheet may take for the beginning of a formula; the last four are full-width forms."""
_NUMBER = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?")


def safe_cell(text: str) -> str:
    """Return the text, with an apostrophe if a spreadsheet would run it. A number such as -5e-05 is unchanged."""
    if not text.lstrip(" ").startswith(_FORMULA) or _NUMBER.fullmatch(text):
        return text
    return f"'{text}"


def write_csv(file: Path, header: Sequence[str], rows: Iterable[Sequence[str]], *, marked: bool = False) -> int:
    """Write a table in UTF-8; an error leaves the file unchanged. ``marked``: with a byte order mark for spreadsheets.

    Returns:
        The number of rows written.

    Raises:
        StudioError: the file cannot be written.
    """
    encoding = "utf-8-sig" if marked else "utf-8"
    count = 0
    try:
        with (
            atomic_file(file) as part,
            part.open("w", encoding=encoding, errors="backslashreplace", newline="") as out,
        ):
            table = csv.writer(out)
            table.writerow([safe_cell(cell) for cell in header])
            for row in rows:
                table.writerow([safe_cell(cell) for cell in row])
                count += 1
    except OSError as error:
        raise StudioError(f"{file} cannot be written: {error.strerror}.", "Choose another file.") from error
    return count
