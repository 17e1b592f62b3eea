"""Tables with a header in any file format: variants of CSV, Excel, JSON lines, Parquet. Every cell becomes text.

A number keeps its value: its text is the shortest that converts to the same float.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import chain, islice
from pathlib import Path

from studio.services.errors import StudioError
from studio.services.imports.column_guess import SAMPLE, guess_columns
from studio.services.imports.formats import json_rows
from studio.services.imports.formats.column_names import check_optional, resolved
from studio.services.imports.formats.hints import header_hint
from studio.services.imports.formats.numbers import finite_number, score_of
from studio.services.imports.formats.records import (
    ColumnsUsed,
    ImportNote,
    Item,
    Lookup,
    Record,
    Refused,
    RefusedError,
)
from studio.services.imports.formats.text import TEXT_SUFFIXES, TableRow, cell_text, find_dialect, iterate
from studio.services.projects.types import Split
from studio.services.settings.schema import ImportSettings

EXCEL_SUFFIXES = frozenset((".xlsx", ".xlsm"))
PARQUET_SUFFIXES = frozenset((".parquet", ".pq"))
SUFFIXES = TEXT_SUFFIXES | EXCEL_SUFFIXES | json_rows.LINES | PARQUET_SUFFIXES
"""Files that are a table by their name; a .json file can be anything."""
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
    require_columns(file, header, required)
    yield from rows


def header_of(file: Path, wanted: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the column names; for JSON, those of all entries, or of the first thousand lines.

    Raises:
        StudioError: unreadable, or not a table.
    """
    return _open(file, wanted)[0]


def head_of(file: Path, count: int) -> tuple[tuple[str, ...], list[dict[str, str]]]:
    """Return the column names and the cells of the first rows.

    Raises:
        StudioError: unreadable, or not a table.
    """
    header, rows = _open(file, ())
    return header, [row.cells for row in islice(rows, count) if isinstance(row, TableRow)]


def require_columns(file: Path, header: Sequence[str], required: Sequence[str]) -> None:
    """Raise StudioError if a column is missing; the remedy names a header that is further below or on another sheet."""
    for column in required:
        if column not in header:
            raise StudioError(
                f"The table {file} has no column {column!r}; its columns are: {', '.join(header) or 'none'}.",
                header_hint(file, required) or "Rename the column, or choose columns: --columns image=NAME,score=NAME.",
            )


def records(
    file: Path, columns: ImportSettings, *, lookup: Lookup = "path", split: Split | None = None, strict: bool = False
) -> Iterator[Item]:
    """Yield a table's rows as records, by its column names; first the names, where they are not as in the settings.

    ``split``: the split of the whole file. ``strict``: the optional columns in the settings must exist too.

    Raises:
        StudioError: unreadable, not a table, or without a column that is needed.
    """
    header, rows = _open(file, (columns.image, columns.score))
    head = list(islice(rows, SAMPLE))
    cells = [row.cells for row in head if isinstance(row, TableRow)]
    used = resolved(columns, guess_columns(header, cells, usual=True))
    require_columns(file, header, (used.image, used.score))
    if strict:
        check_optional(columns, header)
    if used.split != columns.split and not _are_splits(head, used.split):
        used = used.model_copy(update={"split": columns.split})
    yield ColumnsUsed(used, tuple(header))
    ambiguous = cache(lambda: not _is_decimal_comma(file, used.score))  # a pass over the table, so only once
    for row in chain(head, rows):
        if not isinstance(row, TableRow):
            yield row
            continue
        try:
            record = _record(file, row, used, ambiguous, (lookup, split))
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


def _are_splits(rows: Iterable[Row], column: str) -> bool:
    """Return whether all of these rows have a word for a split in a column that nobody has called the split."""
    words = (row.cells.get(column, "") for row in rows if isinstance(row, TableRow))
    return all(word.strip().lower() in _SPLIT_WORDS for word in words)


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
    if file.suffix.lower() in (SUFFIXES | json_rows.SUFFIXES) - TEXT_SUFFIXES:
        return False
    dialect = find_dialect(file, (column,))
    if dialect.delimiter != ";":
        return False
    rows = iterate(file, dialect)
    return not any("." in row.cells.get(column, "") for row in rows if isinstance(row, TableRow))


def _open(file: Path, wanted: Sequence[str]) -> tuple[tuple[str, ...], Iterator[Row]]:
    """Return header and rows."""
    suffix = file.suffix.lower()
    if suffix not in (SUFFIXES | json_rows.SUFFIXES) - TEXT_SUFFIXES:
        dialect = find_dialect(file, wanted)
        rows: Iterator[Row] = iterate(file, dialect)
        if dialect.encoding == "cp1252":
            rows = _with_note(f"{file.name} is not UTF-8; it was read as Windows-1252.", rows)
        return dialect.header, rows
    if not file.is_file():
        raise StudioError(f"The table {file} does not exist.", "Check the path.")
    if suffix in json_rows.SUFFIXES:
        return json_rows.json_rows(file)
    if suffix in PARQUET_SUFFIXES:
        return _parquet(file)
    from studio.services.imports.formats.excel import sheet

    return sheet(file)


def _with_note(text: str, rows: Iterable[Row]) -> Iterator[Row]:
    yield ImportNote(text)
    yield from rows


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
