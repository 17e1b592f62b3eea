"""Tables of critiques: an image and a text about it in each row, and the question if there is one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from studio.services.errors import StudioError
from studio.services.imports.formats.column_names import find_column, named
from studio.services.imports.formats.records import ImportNote, Refused, RefusedError
from studio.services.imports.formats.tables import EXCEL_SUFFIXES, PARQUET_SUFFIXES, header_of, table_rows
from studio.services.imports.formats.text import TableRow, find_dialect, iterate
from studio.services.instructions.conversations import ParsedRow, checked_turns

QUESTION = "Describe the aesthetics of this image."
"""The question of a critique that has none."""
NAMES = {
    "critique": ("critique", "critiques", "comment", "comments", "feedback", "review", "description", "caption",
                 "answer", "response", "text"),
    "question": ("question", "instruction", "prompt", "query"),
    "id": ("id", "row_id", "comment_id", "critique_id"),
}  # fmt: skip
"""The usual names of the columns, most telling first; those of images are the label importer's."""
TableEntry = tuple[int, ParsedRow] | Refused | ImportNote


def critique_columns(header: Sequence[str]) -> dict[str, str]:
    """Return the columns by meaning: image, critique, question and id; "" for one that there is not."""
    found = {"image": named(header, "image")}
    left = [name for name in header if name != found["image"]]
    for role, names in NAMES.items():
        column = next((one for name in names if (one := find_column(left, name)) is not None), "")
        found[role] = column
        left = [name for name in left if name != column]
    return found


def table_header(file: Path) -> tuple[str, ...]:
    """Return the column names of a table.

    Raises:
        StudioError: unreadable, or not a table.
    """
    if _is_text(file):
        return find_dialect(file, ("image", "critique")).header
    return header_of(file)


def read_critiques(file: Path) -> Iterator[TableEntry]:
    """Yield line and row, refused rows, and notes.

    Raises:
        StudioError: unreadable, not a table, or without a column of images or of critiques.
    """
    header = table_header(file)
    columns = critique_columns(header)
    missing = [role for role in ("image", "critique") if not columns[role]]
    if missing:
        known = ", ".join(name[:40] for name in islice(header, 20)) or "none"
        lacks = " and none of ".join(f"{role}s" for role in missing)
        what = f"The table {file} has no column of {lacks}; its columns are: {known}."
        raise StudioError(what, "Name the columns image and critique, and question if there are questions.")
    line = 1
    try:
        for row in _rows(file):
            if isinstance(row, ImportNote):
                yield row
                continue
            line = row.line
            try:
                yield row if isinstance(row, Refused) else (line, _parsed(row, columns))
            except RefusedError as refusal:
                yield Refused(file.name, line, refusal.value, refusal.reason)
    except StudioError as error:  # a quote that is not closed, a damaged file: what is below cannot be read
        yield Refused(file.name, line + 1, "", error.message)
        yield ImportNote(f"Nothing below line {line} of {file.name} was read.")


def _is_text(file: Path) -> bool:
    return file.suffix.lower() not in EXCEL_SUFFIXES | PARQUET_SUFFIXES


def _rows(file: Path) -> Iterator[TableRow | Refused | ImportNote]:
    if not _is_text(file):
        yield from table_rows(file)
        return
    dialect = find_dialect(file, ("image", "critique"))
    if dialect.encoding == "cp1252":
        yield ImportNote(f"{file.name} is not UTF-8; it was read as Windows-1252.")
    yield from iterate(file, dialect)


def _parsed(row: TableRow, columns: dict[str, str]) -> ParsedRow:
    cells = row.cells
    image = cells.get(columns["image"], "")
    if row.surplus:
        reason = "the row has more cells than the header" if row.surplus > 0 else "the row has too few cells"
        raise RefusedError(image[:80], reason)
    if not image.strip():
        raise RefusedError("", "the image name is missing")
    question = cells.get(columns["question"], "").strip() or QUESTION
    critique = cells.get(columns["critique"], "")
    if not critique.strip():
        raise RefusedError(image[:80], "the critique is empty")
    turns = checked_turns([("question", question), ("answer", critique)], 1, image[:80])
    return ParsedRow((image,), turns, cells.get(columns["id"], "").strip())
