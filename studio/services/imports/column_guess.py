"""Guess which column of a table means what: by name, and by what its first rows contain. No Qt, no torch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import PurePath

from studio.services.imports.formats.column_names import named
from studio.services.imports.formats.image_walk import SUFFIXES
from studio.services.imports.formats.numbers import score_of
from studio.services.imports.formats.records import RefusedError
from studio.services.imports.types import Columns

SAMPLE = 200
"""Rows that are enough to see what a column contains."""
NEARLY_ALL = 0.9
"""Share of a column's cells that must be of a kind; the others are typing errors."""
_SCORE_WORDS = ("score", "mos", "rating", "mark", "grade", "points", "stars", "quality", "aesthetic", "mean")
"""Parts of a header that make one number more likely the score than another."""
_OTHER_NUMBERS = ("id", "index", "no", "nr", "row", "width", "height", "year", "iso", "size", "bytes", "seed", "count")
"""Words of a header that make a number unlikely to be the score."""
Cells = Sequence[Mapping[str, str]]


def guess_columns(names: Sequence[str], rows: Cells = (), *, usual: bool = False) -> Columns:
    """Return the columns with each one's meaning, "" where there is none.

    A score is a number: a column of words is no score, whatever it is called, as long as another one has numbers.

    Args:
        names: the header.
        rows: cells of the first rows; without any, names alone decide.
        usual: only columns that are called as usual, for where nobody looks at the guess.
    """
    numbers = {name for name in names if _is_mostly(rows, name, _is_number)}
    files = {name for name in names if _is_mostly(rows, name, _is_image_file)}
    split, group, sd, votes = (named(names, wanted) for wanted in ("split", "group", "sd", "votes"))
    others = {split, group, sd, votes}
    image = named([name for name in names if name in files], "image")
    if not image and not usual:
        image = next((name for name in names if name in files), "")
    image = image or named(names, "image")
    free = [name for name in names if name not in {image, *others}]
    score = named([name for name in free if name in numbers], "score")
    if not score and not usual:
        score = _likely_score(free, numbers, rows)
    return Columns(tuple(names), image, score or named(free, "score"), split, group, sd, votes)


def _likely_score(names: Sequence[str], numbers: set[str], rows: Cells) -> str:
    """Return the column of numbers that looks most like a score; "" if there are no numbers."""
    found = [name for name in names if name in numbers]
    return max(found, key=lambda name: (_score_likeness(name, rows), -found.index(name)), default="")


def _score_likeness(name: str, rows: Cells) -> int:
    header = name.strip().lower()
    if any(word in header for word in _SCORE_WORDS):
        return 2
    words = header.replace("_", " ").replace("-", " ").split()
    return 0 if any(word in _OTHER_NUMBERS for word in words) or _counts_up(rows, name) else 1


def _counts_up(rows: Cells, name: str) -> bool:
    """Return whether each row has the number after the one of the row before: it numbers the rows."""
    cells = [row.get(name, "").strip() for row in rows]
    numbers = [int(cell) for cell in cells if cell.isdecimal()]
    steps = [later - earlier for earlier, later in pairwise(numbers)]
    return len(numbers) == len(cells) > 2 and set(steps) == {1}


def _is_mostly(rows: Cells, name: str, is_kind: Callable[[str], bool]) -> bool:
    cells = [cell for row in rows if (cell := row.get(name, "").strip())]
    return bool(cells) and sum(map(is_kind, cells)) >= NEARLY_ALL * len(cells)


def _is_number(cell: str) -> bool:
    try:
        score_of(cell, lambda: False)
    except RefusedError:
        return False
    return True


def _is_image_file(cell: str) -> bool:
    return PurePath(cell).suffix.lower() in SUFFIXES
