"""Rows of JSON files: JSON lines, an array of objects, objects by image name, and columns as pandas writes them.

The entries may be flat (``{"img_path": ..., "gt_score": ...}``), nested, or conversations about an image: ``image``
with ``conversations`` (LLaVA; Q-Align, Q-Instruct, AesMMIT), ``images`` with ``messages``, or with ``instruction`` and
``output`` (LLaMA-Factory; RealQA). Nested names are joined by points; a list of one element is that element.

A conversation has no score column, so up to three are made of it: ``id_score`` from an id that ends in ``->68.7``
(Q-Align), ``answer_score``, the number that the last answer gives as the score, and ``answer_level``, its verdict in
one of the five levels of ITU-R BT.500: excellent is 5, good 4, fair 3, poor 2, bad 1.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from studio.services.errors import StudioError
from studio.services.imports.formats.image_walk import SUFFIXES as IMAGE_SUFFIXES
from studio.services.imports.formats.records import Refused
from studio.services.imports.formats.text import TableRow, cell_text, find_encoding, read_lines

LEVELS = {"excellent": 5, "good": 4, "fair": 3, "poor": 2, "bad": 1}
MADE = ("answer", "id_score", "answer_score", "answer_level")
"""The columns that are made of a conversation."""
LINES = frozenset((".jsonl", ".ndjson"))
SUFFIXES = LINES | {".json"}
_HEAD = 1000
"""Lines whose names are the columns of JSON lines."""
_DEPTH = 5
_TALKS = ("conversations", "messages")
_IMAGES = ("image", "images", "img_path", "image_path")
_ID_SCORE = re.compile(r"->\s*([-+]?\d+(?:\.\d+)?)\s*$")
_NUMBER = r"([-+]?\d+(?:\.\d+)?)(?![.,]?\d|[\w%])"
_SCALE = re.compile(r"\s*(?:out of|/)\s*\d+(?:\.\d+)?")
_SCORE = re.compile(
    rf"\b(?:scores?|rating)\b(?:[^.!?\d\n]{{0,80}}?(?:\b(?:is|of|be|was)\b|[:=]))?[\s<(\[*_\"'`]*{_NUMBER}",
    re.IGNORECASE,
)
_ALONE = re.compile(rf"\W*?{_NUMBER}\W*")
_LEVEL = re.compile(rf"\b({'|'.join(LEVELS)})\b", re.IGNORECASE)
_VERDICT = re.compile(
    rf"(?:[^.\n]*\b(?:quality|aesthetics?|rating|score|level)\b[^.\n]*(?:\bis|:)\s*)?(?:{'|'.join(LEVELS)})[.!]?",
    re.IGNORECASE,
)
_Entries = Iterator[tuple[int, Any]]


class Cells(dict[str, str]):
    """The cells of a row that need not have every column: missing cells are empty."""

    def __missing__(self, key: str) -> str:
        return ""


class _Object(dict[str, Any]):
    """An object of the file, with a name that it has twice ("" if there is none)."""

    doubled = ""


def json_rows(file: Path) -> tuple[tuple[str, ...], Iterator[TableRow | Refused]]:
    """Return the columns and the rows; a row's line is that of JSON lines, else the number of the entry.

    Raises:
        StudioError: unreadable, not JSON, or in none of these forms.
    """
    if _has_lines(file):
        return _names(islice(_rows(file, _lines(file)), _HEAD)), _rows(file, _lines(file))
    try:
        document = _parsed(file.read_text(find_encoding(file)).removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        if file.suffix.lower() in LINES:
            return _names(islice(_rows(file, _lines(file)), _HEAD)), _rows(file, _lines(file))
        raise StudioError(f"The table {file} is not JSON: {error}.", "Choose another file.") from error
    rows = list(_rows(file, _entries(file, document)))
    return _names(rows), iter(rows)


def looks_like_labels(file: Path) -> bool:
    """Return whether the beginning of a JSON file names images; only that is read."""
    try:
        with file.open("rb") as data:
            head = data.read(1 << 16).decode("utf-8", "replace")
    except OSError:
        return False
    known = any(f'"{name}"' in head for name in (*_IMAGES, "image_name", "file_name", "filename"))
    return known or re.search(rf"(?:{'|'.join(map(re.escape, IMAGE_SUFFIXES))})\"\s*:", head, re.IGNORECASE) is not None


def _has_lines(file: Path) -> bool:
    """Return whether the file is JSON lines, whatever its name: the first line of several is an object, or none is."""
    first = list(islice(read_lines(file), 2))
    try:
        return not first or (len(first) > 1 and isinstance(_parsed(first[0][1]), dict))
    except (ValueError, RecursionError):
        return False


def _lines(file: Path) -> _Entries:
    for line, text in read_lines(file):
        try:
            yield line, _parsed(text)
        except (ValueError, RecursionError) as error:
            yield line, Refused(file.name, line, text[:80], f"the line is not a JSON object: {error}")


def _parsed(text: str) -> Any:
    return json.loads(text, object_pairs_hook=_once)


def _once(pairs: list[tuple[str, Any]]) -> _Object:
    found = _Object(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        found.doubled = next(name for name in names if names.count(name) > 1)
    return found


def _entries(file: Path, document: Any) -> _Entries:
    """Yield the rows of a whole file with their number."""
    if isinstance(document, list):
        return enumerate(document, start=1)
    if not isinstance(document, dict):
        raise StudioError(f"The table {file} has neither objects nor an array of objects.", "Choose another file.")
    columns = _columns(document)
    if columns is not None:
        return enumerate(columns, start=1)
    if any(name in document and not _objects(document[name]) for name in _IMAGES):
        return enumerate([document], start=1)
    lists = [name for name, value in document.items() if _objects(value)]
    if len(lists) == 1:  # the rows below one name, beside notes about the file
        return enumerate(document[lists[0]], start=1)
    if lists:
        what = f"The table {file} has several lists of objects: {', '.join(lists)}."
        raise StudioError(what, "Save the list of images with their scores as a file of its own.")
    inner = [value for value in document.values() if isinstance(value, dict) and any(map(_is_image, value))]
    if len(inner) == 1 and not any(map(_is_image, document)):
        return enumerate(_by_name(file, inner[0]), start=1)
    return enumerate(_by_name(file, document), start=1)


def _objects(values: Any) -> bool:
    return isinstance(values, list) and bool(values) and all(isinstance(value, dict) for value in values)


def _columns(document: Mapping[str, Any]) -> list[_Object] | None:
    """Return the rows of columns as pandas writes them: lists of one length, or values by the row's number."""
    names, lines = document.get("columns"), document.get("data")
    if isinstance(names, list) and isinstance(lines, list) and all(isinstance(line, list) for line in lines):
        return [_Object(zip(map(str, names), line, strict=False)) for line in lines]
    parts = list(document.values())
    if len(parts) < 2 or any(_is_image(name) for name in document):
        return None
    if all(isinstance(part, list) and len(part) == len(parts[0]) and not _objects(part) for part in parts):
        return [_Object(zip(document, values, strict=True)) for values in zip(*parts, strict=True)]
    if all(isinstance(part, dict) and list(part) == list(parts[0]) for part in parts):
        keys = list(parts[0])
        if keys and all(key.isdecimal() for key in keys):
            return [_Object({name: part[key] for name, part in document.items()}) for key in keys]
    return None


def _by_name(file: Path, document: Mapping[str, Any]) -> Iterator[Any]:
    """Yield one row per image: the name is its image unless the value names one, a plain value is its score."""
    doubled = getattr(document, "doubled", "")
    for number, (name, value) in enumerate(document.items(), start=1):
        if name == doubled:
            yield Refused(file.name, number, name, "the image occurs twice")
        elif isinstance(value, dict):
            row = _Object(value if any(known in value for known in _IMAGES) else {"image": name, **value})
            row.doubled = getattr(value, "doubled", "")
            yield row
        else:
            yield _Object({"image": name, "score": value})


def _is_image(name: str) -> bool:
    return f".{name.rpartition('.')[2].lower()}" in IMAGE_SUFFIXES


def _names(rows: Iterable[TableRow | Refused]) -> tuple[str, ...]:
    """Return the names of all rows, each where it comes first; those made of conversations last."""
    found = dict.fromkeys(name for row in rows if isinstance(row, TableRow) for name in row.cells)
    return (*(name for name in found if name not in MADE), *(name for name in MADE if name in found))


def _rows(file: Path, entries: _Entries) -> Iterator[TableRow | Refused]:
    for number, entry in entries:
        if isinstance(entry, Refused):
            yield entry
            continue
        reason = _reason(entry)
        if reason:
            yield Refused(file.name, number, cell_text(entry)[:80], reason)
        else:
            yield TableRow(number, _cells(entry), 0)


def _reason(entry: Any) -> str:
    """Return why an entry is no row; "" if it is one."""
    if not isinstance(entry, dict):
        return "the entry is not a JSON object"
    if getattr(entry, "doubled", ""):
        return f"the entry is not a JSON object: the name {getattr(entry, 'doubled', '')!r} occurs twice"
    images = next((entry[name] for name in _IMAGES if isinstance(entry.get(name), list)), None)
    if images is not None and len(images) > 1:
        return f"the entry has {len(images)} images; a score belongs to one image"
    try:
        json.dumps(entry, ensure_ascii=False).encode()  # rejects lone surrogates, which JSON can contain
    except (ValueError, RecursionError) as error:
        return f"the entry is not text: {error}"
    return ""


def _cells(entry: Mapping[str, Any]) -> Cells:
    cells = Cells()
    for name, value in entry.items():
        if not (name in _TALKS and isinstance(value, list)):
            _flatten(name, value, cells, _DEPTH)
    answers = _answers(entry)
    if answers:
        cells["answer"] = answers[-1]
        cells |= _scores(str(entry.get("id", "")), answers)
    return cells


def _flatten(name: str, value: Any, cells: Cells, depth: int) -> None:
    if isinstance(value, list) and len(value) == 1 and not isinstance(value[0], list):
        value = value[0]
    if isinstance(value, dict) and value and depth:
        for inner, part in value.items():
            _flatten(f"{name}.{inner}", part, cells, depth - 1)
    else:
        cells[name.strip()] = cell_text(value)


def _answers(entry: Mapping[str, Any]) -> list[str]:
    """Return the texts of the model's turns; empty if the entry is no conversation."""
    for talk, speaker, text in (("conversations", "from", "value"), ("messages", "role", "content")):
        turns = entry.get(talk)
        if isinstance(turns, list):
            said = [turn for turn in turns if isinstance(turn, dict) and turn.get(speaker) in ("gpt", "assistant")]
            return [turn[text] for turn in said if isinstance(turn.get(text), str)]
    if "instruction" in entry and isinstance(entry.get("output"), str):
        return [entry["output"]]
    return []


def _scores(name: str, answers: Sequence[str]) -> dict[str, str]:
    """Return the scores that a conversation gives, as cells."""
    found: dict[str, str] = {}
    if known := _ID_SCORE.search(name):
        found["id_score"] = known[1]
    numbers = [number for answer in answers if (number := answer_score(answer))]
    if numbers:
        found["answer_score"] = numbers[-1]
    levels = [level for answer in answers if (level := answer_level(answer))]
    if levels:
        found["answer_level"] = levels[-1]
    return found


def answer_score(answer: str) -> str:
    """Return the number that an answer gives as the score, or that it is; "" if there is none, or several."""
    plain = _SCALE.sub("", answer)
    alone = _ALONE.fullmatch(plain)
    numbers = {alone[1]} if alone else set(_SCORE.findall(plain))
    return str(numbers.pop()) if len(numbers) == 1 else ""


def answer_level(answer: str) -> str:
    """Return 1 to 5 for an answer that is a level alone, or says that quality or aesthetics is; else ""."""
    words = _LEVEL.findall(answer)
    return str(LEVELS[words[0].lower()]) if len(words) == 1 and _VERDICT.fullmatch(answer.strip()) else ""
