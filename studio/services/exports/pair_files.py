"""Read the rows of a preference file that was exported and edited elsewhere: JSON lines or Parquet. No Qt, no torch.

Knows only the format of a row, not the project's pairs.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from studio.services.errors import StudioError
from studio.services.exports.preference_pairs import KEY
from studio.services.exports.tabular import table_suffix
from studio.services.imports.formats.text import wide_encoding

_AT_ONCE = 100


class RowRefused(Exception):  # noqa: N818  a reason that is reported with its row
    """One row was rejected; the text is the reason."""


@dataclass(frozen=True, slots=True)
class FileRow:
    """One row.

    Attributes:
        iteration, draw: None if the row has no such value.
        line: from 1; in Parquet the number of the row.
        image: a path, or only a name if the image is embedded; "" if the row has none.
        image_path: the image as the export names it; "" if the row has no such value.
        chosen, rejected: the whole answers.
    """

    line: int
    iteration: int | None
    image_path: str
    draw: int | None
    image: str
    chosen: str
    rejected: str


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that is not in preference format."""

    line: int
    value: str
    reason: str


def read_rows(file: Path) -> Iterator[FileRow | BadRow]:
    """Yield the file's rows, one at a time.

    Raises:
        StudioError: not a .jsonl or .parquet file, or it does not exist or cannot be read.
    """
    suffix = table_suffix(file, (".jsonl", ".parquet"))
    try:
        for line, raw in _json_rows(file) if suffix == ".jsonl" else _parquet_rows(file):
            yield _row(line, raw)
    except FileNotFoundError as error:
        raise StudioError(f"{file} does not exist.", "Check the path.") from error
    except (OSError, ValueError) as error:  # pyarrow's errors are ValueErrors
        raise StudioError(f"{file} cannot be read: {error}.", "Export the pairs again, and edit that file.") from error


def _json_rows(file: Path) -> Iterator[tuple[int, Any]]:
    with file.open(encoding=wide_encoding(file) or "utf-8-sig", errors="surrogatepass") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                yield number, json.loads(line)
            except ValueError as error:
                yield number, RowRefused(f"the line is not JSON: {error}")


def _parquet_rows(file: Path) -> Iterator[tuple[int, Any]]:
    import pyarrow.parquet as pq

    number = 0
    with pq.ParquetFile(file) as table:
        names = set(table.schema_arrow.names)
        has_key = set(KEY) <= names
        wanted = [name for name in table.schema_arrow.names if not (has_key and name == "images")]
        for batch in table.iter_batches(batch_size=_AT_ONCE, columns=wanted):
            for row in batch.to_pylist():
                number += 1
                yield number, row


def _row(line: int, raw: Any) -> FileRow | BadRow:
    if isinstance(raw, RowRefused):
        return BadRow(line, "", str(raw))
    if not isinstance(raw, dict):
        return BadRow(line, str(raw)[:80], "the line is not a JSON object")
    image = raw.get("image_path") or _image(raw.get("images"))
    try:
        answers = [_answer(raw, name) for name in ("chosen", "rejected")]
        iteration, draw = (_whole(raw, name) for name in ("iteration", "draw"))
        return FileRow(line, iteration, _path(raw), draw, image if isinstance(image, str) else "", *answers)
    except RowRefused as reason:
        return BadRow(line, str(image)[:200], str(reason))


def _whole(raw: dict[str, Any], name: str) -> int | None:
    """Return a whole number however a table writes it, such as 1.0 or "1"; None if the cell is empty."""
    value = raw.get(name)
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        return None
    try:
        number = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not number.is_integer():
        raise RowRefused(f"the column {name} has {str(value)[:40]!r}, which is not a whole number")
    return int(number)


def _path(raw: dict[str, Any]) -> str:
    value = raw.get("image_path")
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if not isinstance(value, str):
        raise RowRefused("the column image_path has something other than a path")
    return value


def _image(images: Any) -> str:
    """Return the first image's path, as written by datasets or JSON."""
    first = images[0] if isinstance(images, list) and images else images
    if isinstance(first, dict):
        first = first.get("path")
    return first if isinstance(first, str) else ""


def _answer(raw: dict[str, Any], name: str) -> str:
    """Return the text of an answer: a string, or one message whose content is a string or text blocks."""
    value = raw.get(name)
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict):
        value = value[0].get("content")
    if isinstance(value, list):
        blocks = [block.get("text") if isinstance(block, dict) else None for block in value]
        texts = [block for block in blocks if isinstance(block, str)]
        if not texts or len(texts) < len(blocks):
            raise RowRefused(f"{name} contains something other than text")
        value = "".join(texts)
    if not isinstance(value, str):
        raise RowRefused(f"{name} is missing, or not an answer in TRL's format")
    return value


def bare_name(image: str) -> str:
    """Return the last part of a path."""
    return PurePath(image).name
