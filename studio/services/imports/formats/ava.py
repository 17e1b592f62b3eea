"""AVA (Murray et al., CVPR 2012): ``AVA.txt`` with the counts of the votes 1 to 10, images as ID.jpg in any folder.

Optional files beside it: ``tags.txt``, ``challenges.txt`` and lists of ids: the published ``*.jpgl``, of which only
``generic_test`` contains the test images and the others are subsets, or train, val and test lists as in NIMA's
implementations (txt, csv or json; an id or ID.jpg first in each line). With the published lists everything except the
test images is for training; with three lists an image in none of them is rejected. Without a val list, val is chosen
from train.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from studio.services.errors import StudioError
from studio.services.imports.formats.image_walk import listed_files
from studio.services.imports.formats.numbers import counted
from studio.services.imports.formats.records import (
    Candidate,
    DrawValidation,
    Format,
    Item,
    Record,
    Refused,
    RefusedError,
)
from studio.services.imports.formats.text import read_lines
from studio.services.projects.types import SPLITS, Split
from studio.services.settings.schema import ImportSettings

_ROW = re.compile(r"\d+(?:\s+\d+){14}", re.ASCII)
_ID = re.compile(r'"?(\d+)(?:\.jpe?g)?"?(?=[\s,;]|$)', re.ASCII | re.IGNORECASE)
_LISTS = ("", "aesthetics_image_lists", "lists", "splits")
_PUBLISHED_TEST = "generic_test.jpgl"


def detect(path: Path) -> list[Candidate]:
    """Return ``AVA.txt`` in any case, or a text file whose first line is one of its rows."""
    if path.is_dir():
        files = [file for place in (path, path / "AVA_dataset") if place.is_dir() for file in listed_files(place)]
        return [Candidate("ava", file) for file in files if file.name.lower() == "ava.txt"][:1]
    if path.suffix.lower() != ".txt" or not path.is_file():
        return []
    try:
        first = next(read_lines(path), (0, ""))[1]
    except StudioError:
        return []
    return [Candidate("ava", path)] if path.name.lower() == "ava.txt" or _ROW.fullmatch(first) else []


def read(source: Path, columns: ImportSettings) -> Iterator[Item]:
    """Yield every line: its vote-weighted mean, deviation and number of votes, its tags and its challenge."""
    tags, challenges = _names(source.parent / "tags.txt"), _names(source.parent / "challenges.txt")
    lists = find_lists(_folder_of_lists(source, columns))
    if lists and "val" not in lists:
        yield DrawValidation(None)
    for line, text in read_lines(source):
        try:
            yield _record(source.name, line, text, lists, (tags, challenges))
        except RefusedError as refusal:
            yield Refused(source.name, line, refusal.value, refusal.reason)


def _folder_of_lists(source: Path, columns: ImportSettings) -> Path:
    if columns.lists is None:
        return source.parent
    folder = source.parent / Path(columns.lists).expanduser()
    if not find_lists(folder):
        remedy = f"It must contain {_PUBLISHED_TEST}, or lists named train, val and test (txt, csv or json)."
        raise StudioError(f"No list of test images found in {folder}.", remedy)
    return folder


def find_lists(folder: Path) -> dict[Split, set[str]]:
    """Return the ids of each split in the lists beside the scores; empty if there are none."""
    found: dict[Split, set[str]] = {}
    for place in _LISTS:
        for file in listed_files(folder / place) if (folder / place).is_dir() else []:
            split = _split_by_name(file)
            if split is not None:
                found.setdefault(split, set()).update(_ids(file))
    return found if "test" in found else {}


def _record(
    file: str, line: int, text: str, lists: dict[Split, set[str]], names: tuple[dict[str, str], dict[str, str]]
) -> Record:
    if _ROW.fullmatch(text) is None:
        raise RefusedError(text[:80], "the row is not 15 whole numbers: index, id, ten counts, two tags, challenge")
    cells = text.split()
    counts = [int(cell) for cell in cells[2:12]]
    if not any(counts):
        raise RefusedError(cells[1], "the image has no votes")
    mean, deviation, votes = counted(counts)
    marks = [names[0].get(tag, tag) for tag in cells[12:14] if tag != "0"]
    tags = {"tags": ", ".join(marks)} if marks else {}
    if cells[14] != "0":
        tags["challenge"] = names[1].get(cells[14], cells[14])
    split = _split_of(cells[1], lists)
    return Record(file, line, cells[1], mean, "stem", deviation, votes, split, None, tags)


def _split_of(image: str, lists: dict[Split, set[str]]) -> Split | None:
    if not lists:
        return None
    within = [split for split in SPLITS if image in lists.get(split, ())]
    if len(within) > 1:
        raise RefusedError(image, f"the image is in several lists: {' and '.join(within)}")
    if not within and "train" in lists:
        raise RefusedError(image, "the image is not in any list")
    return within[0] if within else "train"


def _split_by_name(file: Path) -> Split | None:
    if file.name.lower() == _PUBLISHED_TEST:
        return "test"
    if file.suffix.lower() not in (".txt", ".csv", ".json"):
        return None
    words = re.split(r"[^a-z]+", file.stem.lower())
    spoken: dict[str, Split] = {"train": "train", "val": "val", "valid": "val", "validation": "val", "test": "test"}
    return next((spoken[word] for word in words if word in spoken), None)


def _ids(file: Path) -> set[str]:
    """Return the ids of a list; a first line without one is a header.

    Raises:
        StudioError: a line without an id.
    """
    if file.suffix.lower() == ".json":
        return _json_ids(file)
    ids: set[str] = set()
    for number, (line, text) in enumerate(read_lines(file)):
        found = _ID.match(text)
        if found is not None:
            ids.add(found[1])
        elif number:
            raise StudioError(f"{file}, line {line}, has no image id: {text[:40]!r}.", "Correct or remove the list.")
    return ids


def _json_ids(file: Path) -> set[str]:
    try:
        rows = json.loads(file.read_text(encoding="utf-8"))
        return {str(row["image_id"]) for row in rows}
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise StudioError(f"{file} is not a list of objects with image_id.", "Correct or remove the list.") from error


def _names(file: Path) -> dict[str, str]:
    """Return names by id, from ``tags.txt``; empty if the file does not exist."""
    if not file.is_file():
        return {}
    pairs = (text.split(maxsplit=1) for _, text in read_lines(file))
    return {pair[0]: pair[1].replace("_", " ") for pair in pairs if len(pair) == 2}


FORMATS = (
    Format(
        "ava", "AVA (AVA.txt)", "the name AVA.txt, or a first line of fifteen whole numbers", detect, read, place=10
    ),
)
