"""Tables with a header in any file format: variants of CSV, Excel, JSON lines, Parquet. Every cell becomes text.

A number keeps its value: its text is the shortest that converts to the same float.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

from studio.services.errors import StudioError
from studio.services.imports.formats.numbers import finite_number, score_of
from studio.services.imports.formats.records import ImportNote, Item, Lookup, Record, Refused, RefusedError
from studio.services.imports.formats.text import TableRow, cell_text, find_dialect, iterate
from studio.services.projects.types import Split
from studio.services.settings.schema import ImportSettings

TEXT_SUFFIXES = frozenset((".csv", ".tsv", ".tab", ".txt", ".psv"))
EXCEL_SUFFIXES = frozenset((".xlsx", ".xlsm"))
JSON_SUFFIXES = frozenset((".jsonl", ".ndjson"))
PARQUET_SUFFIXES = frozenset((".parquet", ".pq"))
SUFFIXES = TEXT_SUFFIXES | EXCEL_SUFFIXES | JSON_SUFFIXES | PARQUET_SUFFIXES
_SPLIT_WORDS: dict[str, Split] = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("val", "valid", "validation", "dev"), "val"),
    **dict.fromkeys(("test", "testing"), "test"),
}
Row = TableRow | Refused | ImportNote


def table_rows(file: Path, required: Sequence[str] = ()) -> Iterator[Row]:
    """Yield the rows of any table.

    Raises:
        StudioError: unreadable, not a table, or without one of the ``required`` columns.
    """
    header, rows = _open(file, required)
    if header is not None:
        require_columns(file, header, required)
    yield from rows


def header_of(file: Path, wanted: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the column names; for JSON lines, those of the first line.

    Raises:
        StudioError: unreadable, or not a table.
    """
    header, rows = _open(file, wanted)
    if header is not None:
        return header
    return next((tuple(row.cells) for row in rows if isinstance(row, TableRow)), ())


def require_columns(file: Path, header: Sequence[str], required: Sequence[str]) -> None:
    """Raise StudioError if a column is missing."""
    for column in required:
        if column not in header:
            raise StudioError(
                f"The table {file} has no column {column!r}; its columns are: {', '.join(header) or 'none'}.",
                "Rename the column, or set your column name in the table [import] of a config file.",
            )


def records(
    file: Path, columns: ImportSettings, *, lookup: Lookup = "path", split: Split | None = None
) -> Iterator[Item]:
    """Yield a table's rows as records, by its column names. ``split``: the split of the whole file."""
    ambiguous = cache(lambda: not _is_decimal_comma(file, columns.score))  # a pass over the table, so only once
    for row in table_rows(file, (columns.image, columns.score)):
        if not isinstance(row, TableRow):
            yield row
            continue
        try:
            record = _record(file, row, columns, ambiguous, (lookup, split))
        except RefusedError as refusal:
            yield Refused(file.name, row.line, refusal.value, refusal.reason)
        else:
            yield record


def split_of(text: str) -> Split:
    """Return the split for a word.

    Raises:
        RefusedError: the word is not a split.
    """
    word = _SPLIT_WORDS.get(text.strip().lower())
    if word is None:
        raise RefusedError(text, "the split is not train, val or test")
    return word


def _record(
    file: Path,
    row: TableRow,
    columns: ImportSettings,
    ambiguous: Callable[[], bool],
    given: tuple[Lookup, Split | None],
) -> Record:
    cells = row.cells
    if row.surplus:
        reason = "the row has more cells than the header" if row.surplus > 0 else "the row has too few cells"
        raise RefusedError(cells.get(columns.image, ""), reason)
    own = {columns.image, columns.score, columns.split, columns.group, columns.sd, columns.votes, ""}
    return Record(
        file=file.name,
        line=row.line,
        image=cells[columns.image],
        score=score_of(cells[columns.score], ambiguous),
        lookup=given[0],
        sd=_spread(cells.get(columns.sd, "")),
        votes=_votes(cells.get(columns.votes, "")),
        split=split_of(cells[columns.split]) if columns.split in cells else given[1],
        group=cells.get(columns.group, "").strip() or None,
        tags={key: value for key, value in cells.items() if key not in own},
    )


def _spread(text: str) -> float | None:
    if not text.strip():
        return None
    try:
        number = score_of(text, lambda: False)
    except RefusedError:
        number = -1.0
    if number < 0:
        raise RefusedError(text, "the standard deviation is not a number of at least 0")
    return number


def _votes(text: str) -> int | None:
    if not text.strip():
        return None
    number = finite_number(text)
    if number is None or number < 0 or number != int(number):
        raise RefusedError(text, "the number of votes is not a whole number of at least 0")
    return int(number)


def _is_decimal_comma(file: Path, column: str) -> bool:
    """Return whether 1,234 can only be 1.234: cells end with semicolons, and no score has a decimal point."""
    if file.suffix.lower() in SUFFIXES - TEXT_SUFFIXES:
        return False
    dialect = find_dialect(file, (column,))
    if dialect.delimiter != ";":
        return False
    rows = iterate(file, dialect)
    return not any("." in row.cells.get(column, "") for row in rows if isinstance(row, TableRow))


def _open(file: Path, wanted: Sequence[str]) -> tuple[tuple[str, ...] | None, Iterable[Row]]:
    """Return header (None: each row has its own) and rows."""
    suffix = file.suffix.lower()
    if suffix not in SUFFIXES - TEXT_SUFFIXES:
        dialect = find_dialect(file, wanted)
        rows: Iterable[Row] = iterate(file, dialect)
        if dialect.encoding == "cp1252":
            rows = _with_note(f"{file.name} is not UTF-8; it was read as Windows-1252.", rows)
        return dialect.header, rows
    if not file.is_file():
        raise StudioError(f"The table {file} does not exist.", "Check the path.")
    if suffix in JSON_SUFFIXES:
        return None, _json_rows(file)
    if suffix in PARQUET_SUFFIXES:
        return _parquet(file)
    from studio.services.imports.formats.excel import sheet

    return sheet(file)


def _with_note(text: str, rows: Iterable[Row]) -> Iterator[Row]:
    yield ImportNote(text)
    yield from rows


def _json_rows(file: Path) -> Iterator[Row]:
    from studio.services.imports.formats.text import read_lines

    for line, text in read_lines(file):
        try:
            cells = json.loads(text, object_pairs_hook=_once)
            if not isinstance(cells, dict):
                raise ValueError("it is not an object")
            json.dumps(cells, ensure_ascii=False).encode()  # rejects lone surrogates, which JSON can contain
        except (ValueError, RecursionError) as error:
            yield Refused(file.name, line, text[:80], f"the line is not a JSON object: {error}")
            continue
        yield TableRow(line, _Cells({key: cell_text(value) for key, value in cells.items()}), 0)


class _Cells(dict[str, str]):
    """The cells of a row that need not have every column: missing cells are empty."""

    def __missing__(self, key: str) -> str:
        return ""


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    cells = dict(pairs)
    if len(cells) < len(pairs):
        raise ValueError("a name occurs twice")
    return cells


def _parquet(file: Path) -> tuple[tuple[str, ...], Iterator[Row]]:
    import pyarrow as arrow
    import pyarrow.parquet as parquet

    try:
        table = parquet.ParquetFile(file)
    except (OSError, arrow.ArrowException) as error:
        reason = str(error).splitlines()[0]
        raise StudioError(f"The table {file} is not Parquet: {reason}.", "Choose another file.") from error
    names = tuple(name for name in table.schema_arrow.names)

    def rows() -> Iterator[Row]:
        number = 0
        try:
            for batch in table.iter_batches(batch_size=4096):
                for row in batch.to_pylist():
                    number += 1
                    yield TableRow(number, {name: cell_text(value) for name, value in row.items()}, 0)
        except (OSError, arrow.ArrowException) as error:
            what = f"The table {file} is damaged after row {number}: {str(error).splitlines()[0]}."
            raise StudioError(what, "Download the file again.") from error

    return names, rows()
