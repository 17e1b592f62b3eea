"""Write one table as CSV or Parquet, chosen by the file's name, row by row. No Qt, no torch.

CSV is also safe for spreadsheets: a text that one would execute as a formula gets an apostrophe before it
(``studio.services.tables``); numbers are unchanged. Parquet keeps texts and column types.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from studio.services.errors import StudioError
from studio.services.exports.destinations import atomic_file
from studio.services.tables import write_csv

Kind = Literal["text", "int", "float", "bool"]
Cell = str | int | float | bool | None
SUFFIXES = (".csv", ".parquet")
_ROWS_AT_ONCE = 5000


def table_suffix(file: Path, known: Sequence[str] = SUFFIXES) -> str:
    """Return the suffix that determines the format.

    Raises:
        StudioError: not one of the known suffixes.
    """
    suffix = file.suffix.lower()
    if suffix not in known:
        raise StudioError(
            f"{file} is not a {' or '.join(known)} file.", f"Use a name that ends in {' or '.join(known)}."
        )
    return suffix


def write_table(file: Path, columns: Mapping[str, Kind], rows: Iterable[Sequence[Cell]]) -> int:
    """Write rows, each in the order of the columns; an error leaves the file unchanged.

    Returns:
        The number of rows written.

    Raises:
        StudioError: a suffix other than .csv or .parquet, or a file that cannot be written.
    """
    if file.is_dir():
        raise StudioError(f"{file} is a folder.", "Choose a file name.")
    if table_suffix(file) == ".csv":
        return write_csv(file, list(columns), ([_shown(cell) for cell in row] for row in rows))
    return _write_parquet(file, columns, rows)


def _shown(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return repr(cell) if isinstance(cell, float) else str(cell)


def _write_parquet(file: Path, columns: Mapping[str, Kind], rows: Iterable[Sequence[Cell]]) -> int:
    import pyarrow as pa
    import pyarrow.parquet as pq

    types: dict[Kind, Any] = {"text": pa.string(), "int": pa.int64(), "float": pa.float64(), "bool": pa.bool_()}
    schema = pa.schema([(name, types[kind]) for name, kind in columns.items()])
    count = 0
    with atomic_file(file) as part, pq.ParquetWriter(part, schema) as out:
        for batch in in_batches(rows, _ROWS_AT_ONCE):
            arrays = [pa.array(list(map(storable, column)), field.type) for column, field in _turned(batch, schema)]
            out.write_batch(pa.record_batch(arrays, schema=schema))
            count += len(batch)
    return count


def storable(cell: Any) -> Any:
    """Return a cell that Parquet can store: a lone surrogate, which UTF-8 cannot encode, is escaped."""
    return cell.encode("utf-8", "backslashreplace").decode("utf-8") if isinstance(cell, str) else cell


def in_batches(rows: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """Yield the rows in lists of this size, the last one shorter."""
    stream = iter(rows)
    while batch := list(islice(stream, size)):
        yield batch


def _turned(batch: list[Sequence[Cell]], schema: Any) -> Iterator[tuple[Sequence[Cell], Any]]:
    return zip(zip(*batch, strict=True), schema, strict=True)
