"""The entries of a JSON file, one after the other: an array of objects, or JSON lines. It is read in parts.

An entry that is not JSON is refused by itself where its end can be found; where it cannot, reading ends with a note.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from studio.services.errors import StudioError
from studio.services.imports.formats.records import ImportNote, Refused
from studio.services.imports.formats.text import wide_encoding

_BLOCK = 1 << 18
MOST_CHARACTERS = 1 << 26
"""Characters of one entry; a longer one ends the reading."""
_TAIL = 16
"""Characters before the end of the text read so far in which an error may be due to that end."""
_BLANKS = re.compile(r"[ \t\r\n\ufeff]*")
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|["\[\]{}]', re.DOTALL)
_PLAIN = re.compile(r"[^,\]\n]*")
JsonEntry = tuple[int, Any] | Refused | ImportNote


class _DoubledNameError(ValueError):
    """An object that has a name twice."""


class _Stream:
    """The text of a file as far as it is needed: ``text`` from ``at`` on has not been used."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self.text = ""
        self.at = 0
        self.ended = False

    def more(self) -> bool:
        """Read at least as much as there is; returns False at the end of the file, and where an entry is too long."""
        if self.ended or len(self.text) - self.at > MOST_CHARACTERS:
            return False
        part = self._stream.read(max(_BLOCK, len(self.text) - self.at))
        self.text = self.text[self.at :] + part
        self.at = 0
        self.ended = not part
        return bool(part)

    def sign(self) -> str:
        """Return the next character that is not blank, "" at the end."""
        while True:
            blanks = _BLANKS.match(self.text, self.at)
            self.at = self.at if blanks is None else blanks.end()
            if self.at < len(self.text):
                return self.text[self.at]
            if not self.more():
                return ""


def first_sign(file: Path) -> str:
    """Return the first character that is not blank; "" if there is none.

    Raises:
        StudioError: unreadable.
    """
    try:
        with _opened(file) as stream:
            return _Stream(stream).sign()
    except UnicodeDecodeError:
        return ""
    except OSError as error:
        raise _unreadable(file, error) from error


def whole_object(file: Path) -> dict[str, Any] | None:
    """Return the object that a file is, if it is one over several lines; else None.

    Raises:
        StudioError: unreadable.
    """
    try:
        with _opened(file) as stream:
            text = _Stream(stream)
            found = _next(text) if text.sign() == "{" else None
            return found if isinstance(found, dict) and "\n" in text.text[: text.at].strip() else None
    except UnicodeDecodeError:
        return None
    except OSError as error:
        raise _unreadable(file, error) from error


def json_entries(file: Path) -> Iterator[JsonEntry]:
    """Yield number and value of every entry, refused ones, and notes.

    Text that is not valid UTF-8 comes as lone surrogates, so that only its row need be refused.

    Raises:
        StudioError: unreadable.
    """
    number = 0
    try:
        with _opened(file) as stream:
            text = _Stream(stream)
            found = _array(text, file.name) if text.sign() == "[" else None
            if found is None:
                stream.seek(0)
                found = _lines(stream, file.name)
            for entry in found:
                number = entry[0] if isinstance(entry, tuple) else number
                yield entry
    except UnicodeDecodeError as error:
        yield ImportNote(f"{file.name} is not valid {error.encoding} after row {number}; nothing below was read.")
    except OSError as error:
        raise _unreadable(file, error) from error


def _opened(file: Path) -> IO[str]:
    wide = wide_encoding(file)
    if wide is None or wide == "utf-8-sig":
        return file.open(encoding="utf-8-sig", errors="surrogateescape")
    return file.open(encoding=wide)


def _unreadable(file: Path, error: OSError) -> StudioError:
    if isinstance(error, FileNotFoundError):
        return StudioError(f"The file {file} does not exist.", "Check the path.")
    return StudioError(f"The file {file} cannot be read: {error.strerror}.", "Check the path.")


def _lines(stream: IO[str], file: str) -> Iterator[JsonEntry]:
    number = 0
    while line := stream.readline(MOST_CHARACTERS):
        number += 1
        text = line.removeprefix("\ufeff").strip()
        if not text:
            continue
        if len(line) == MOST_CHARACTERS:
            yield Refused(file, number, text[:80], "the line is too long")
            yield ImportNote(f"Line {number} of {file} is too long; nothing below it was read.")
            return
        try:
            yield number, _DECODER.decode(text)
        except (ValueError, RecursionError) as error:
            yield Refused(file, number, text[:80], _not_json(error))


def _array(text: _Stream, file: str) -> Iterator[JsonEntry]:
    text.at += 1  # the bracket
    number = 0
    while True:
        sign = text.sign()
        if sign == ",":
            text.at += 1
        elif sign == "]":
            text.at += 1
            if text.sign():
                yield ImportNote(f"{file} goes on below the end of its array; that was not read.")
            return
        elif not sign:
            yield ImportNote(f"{file} ends inside of its array after {number} rows: it is probably incomplete.")
            return
        else:
            number += 1
            value = _next(text)
            if not isinstance(value, Refused):
                yield number, value
                continue
            yield Refused(file, number, value.value, value.reason)
            if not _skip(text):
                yield ImportNote(f"The end of row {number} of {file} was not found; nothing below it was read.")
                return


def _next(text: _Stream) -> Any:
    """Return the next value, or why it is none; the position is behind a value, but before what is none."""
    while True:
        try:
            value, end = _DECODER.raw_decode(text.text, text.at)
        except json.JSONDecodeError as error:
            cut = error.msg.startswith("Unterminated string") or error.pos > len(text.text) - _TAIL
            if cut and text.more():
                continue
            return Refused("", 0, text.text[text.at : text.at + 80], _not_json(error))
        except (ValueError, RecursionError) as error:
            return Refused("", 0, text.text[text.at : text.at + 80], _not_json(error))
        if end == len(text.text) and text.more():  # a number may go on
            continue
        text.at = end
        return value


def _skip(text: _Stream) -> bool:
    """Go behind the entry that begins here, by its brackets; returns whether they are closed."""
    if text.text[text.at] not in "[{":
        plain = _PLAIN.match(text.text, text.at)
        text.at = max(text.at + 1, plain.end() if plain else 0)
        return True
    while True:
        depth = 0
        for token in _TOKEN.finditer(text.text, text.at):
            if token[0] == '"':  # not closed in what was read
                break
            depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(token[0], 0)
            if depth == 0:
                text.at = token.end()
                return True
        if not text.more():
            return False


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        counts = Counter(name for name, _ in pairs)
        raise _DoubledNameError(next(name for name, count in counts.items() if count > 1))
    return found


def _not_json(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "the row is nested too deeply"
    if isinstance(error, _DoubledNameError):
        return f"the row has the name {str(error)[:40]!r} twice in one object"
    return f"the row is not JSON: {error.msg if isinstance(error, json.JSONDecodeError) else error}"


_DECODER = json.JSONDecoder(object_pairs_hook=_once)
