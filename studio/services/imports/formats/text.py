"""Text tables in any common encoding and delimiter, row by row. Every cell is text: "NA" stays "NA", "007" is "007"."""

from __future__ import annotations

import codecs
import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from studio.services.errors import StudioError
from studio.services.imports.formats.records import Refused

TEXT_SUFFIXES = frozenset((".csv", ".tsv", ".tab", ".txt", ".psv"))
DELIMITERS = (",", ";", "\t", "|")
_BLOCK = 1 << 20
_HEAD = 4096
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of a table, starting at ``line``; ``surplus``: cells beyond the header (negative: missing)."""

    line: int
    cells: dict[str, str]
    surplus: int


@dataclass(frozen=True, slots=True)
class Dialect:
    """The format of a table: detected once, used for every pass. ``first``: the line of the header."""

    encoding: str
    delimiter: str
    header: tuple[str, ...]
    first: int


def find_encoding(file: Path) -> str:
    """Detect by byte order mark, by the zero bytes of UTF-16, else UTF-8 if the whole file is valid, else Windows-1252.

    Raises:
        StudioError: unreadable, or none of these.
    """
    try:
        status = file.stat()
        known = _encoding(file, status.st_mtime_ns, status.st_size)
    except FileNotFoundError as error:
        raise StudioError(f"The table {file} does not exist.", "Check the path.") from error
    except OSError as error:
        raise StudioError(f"The table {file} cannot be read: {error.strerror}.", "Check the path.") from error
    if known is None and _is_binary(file):
        raise StudioError(
            f"{file} is not a table.", "Choose a table of scores: CSV, TSV, Excel, JSON lines or Parquet."
        )
    if known is None:
        raise StudioError(f"The table {file} is neither UTF-8 text nor Windows-1252.", "Save it as CSV in UTF-8.")
    return known


def wide_encoding(file: Path) -> str | None:
    """Return the encoding of a text in UTF-16 or UTF-32, or of one with a byte order mark; None for any other.

    Raises:
        OSError: unreadable.
    """
    with file.open("rb") as data:
        return next(iter(_wide(data.read(_HEAD))), None)


def read_lines(file: Path) -> Iterator[tuple[int, str]]:
    """Yield number and text of each line that is not blank, without its line end.

    Raises:
        StudioError: unreadable, or not text.
    """
    with file.open(encoding=find_encoding(file)) as lines:
        for number, line in enumerate(lines, start=1):
            text = line.removeprefix("\ufeff").strip()
            if text:
                yield number, text


def find_dialect(file: Path, wanted: Sequence[str] = (), delimiters: Sequence[str] = DELIMITERS) -> Dialect:
    """Return the delimiter for which the header has all ``wanted`` columns, else the one with the most columns.

    Raises:
        StudioError: unreadable, not text, or a header that is not CSV.
    """
    encoding = find_encoding(file)
    tried = [_dialect(file, encoding, delimiter) for delimiter in delimiters]
    found = [one for one in tried if isinstance(one, Dialect)]
    if not found:  # a quoted header is CSV only with its own delimiter
        raise StudioError(f"The table {file} is not CSV: its header: {tried[0]}.", "Save it as comma-separated text.")
    best = max(found, key=lambda one: (all(name in one.header for name in wanted), len(one.header)))
    doubled = sorted({name for name in best.header if name and best.header.count(name) > 1})
    if doubled:
        raise StudioError(f"The table {file} has two columns named {doubled[0]!r}.", "Rename or remove one.")
    return best


def iterate(file: Path, dialect: Dialect) -> Iterator[TableRow | Refused]:
    """Yield the rows below the header without blank lines; a line that is not CSV is rejected by itself.

    Raises:
        StudioError: a quote that is never closed, which would consume other rows.
    """
    header, width = dialect.header, len(dialect.header)
    with file.open(encoding=dialect.encoding, newline="") as lines:
        reader = csv.reader(lines, strict=True, delimiter=dialect.delimiter)
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                if reader.line_num > line or "unexpected end" in str(error):
                    what = f"The table {file} is not CSV: a quote opened in line {line} is not closed ({error})."
                    raise StudioError(what, "Close the quote, or write it twice inside a quoted cell.") from error
                yield Refused(file.name, line, "", f"the line is not CSV: {error}")
                continue
            if cells and reader.line_num >= dialect.first and line > dialect.first:
                yield TableRow(line, dict(zip(header, cells, strict=False)), len(cells) - width)


@lru_cache(maxsize=32)
def _encoding(file: Path, mtime_ns: int, size: int) -> str | None:
    """Return the encoding of the file at that time; every format asks for it."""
    with file.open("rb") as data:
        head = data.read(_HEAD)
        marked = any(head.startswith(mark) for mark, _name in _BOMS)
        tried: list[str] = [*_wide(head), *([] if marked else ["utf-8", "cp1252"])]
        for encoding in tried:
            data.seek(0)
            if _decodes(iter(lambda: data.read(_BLOCK), b""), encoding):
                return encoding
    return None


def _dialect(file: Path, encoding: str, delimiter: str) -> Dialect | str:
    """Return the table's format with this delimiter, or the reason why it does not match."""
    with file.open(encoding=encoding, newline="") as lines:
        reader = csv.reader(lines, strict=True, delimiter=delimiter)
        try:
            header = next(reader, [])
            if len(header) <= 2 and "".join(header).startswith("sep="):  # Excel's own hint
                header = next(reader, [])
        except csv.Error as error:
            return f"line {reader.line_num}: {error}"
        names = tuple(name.removeprefix("\ufeff").strip() for name in header)
        return Dialect(encoding, delimiter, names, reader.line_num)


def _is_binary(file: Path) -> bool:
    """Return whether a file in no encoding is no text at all, as a photo."""
    with file.open("rb") as data:
        return b"\0" in data.read(_HEAD)


def _wide(head: bytes) -> list[str]:
    marked = [name for mark, name in _BOMS if head.startswith(mark)]
    return marked[:1] or _unmarked_utf16(head)


def _unmarked_utf16(head: bytes) -> list[str]:
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > len(head) // 4 and odd > 4 * even:
        return ["utf-16-le"]
    return ["utf-16-be"] if even > len(head) // 4 and even > 4 * odd else []


def _decodes(blocks: Iterator[bytes], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for block in blocks:
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def cell_text(value: object) -> str:
    """Return the text of a typed cell."""
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, (list, dict)) else str(value)
