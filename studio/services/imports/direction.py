"""Which scores are better, by the names that people use. No Qt, no torch.

Difference mean opinion scores (LIVE, CSIQ) and no-reference measures such as BRISQUE are errors: lower is better.
The scores of LIVE in the wild are mean opinion scores, and its files are called otherwise.
KADID-10k calls its column dmos, but its raters judged how little they were disturbed: higher is better.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_LOWER = frozenset(
    ("dmos", "impairment", "distortion", "degradation", "brisque", "niqe", "ilniqe", "piqe", "lpips", "dists", "rank")
)
_LOWER_FILES = frozenset(("dmos", "csiq"))
_KADID = frozenset(("dist_img", "ref_img", "dmos"))
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


@dataclass(frozen=True, slots=True)
class Direction:
    """Whether lower scores are better. ``reason``: why, for the user; "" if nothing speaks for it."""

    lower_is_better: bool
    reason: str = ""


def direction(chosen: bool | None, score: str, file: Path, header: Sequence[str] = ()) -> Direction:
    """Return what was chosen, else what the names say: that of the score column, then those of file and folder."""
    if chosen is not None:
        return Direction(chosen)
    if {name.lower() for name in header} >= _KADID:
        return Direction(False, "the columns of KADID-10k")
    words = _words(score)
    if words & _LOWER:
        return Direction(True, f"the column {score!r}")
    found = next((part for part in (file.name, file.parent.name) if _is_of_errors(Path(part).stem)), None)
    if found is not None and "mos" not in words:
        return Direction(True, f"the name {found!r}")
    return Direction(False)


def _is_of_errors(name: str) -> bool:
    words = _words(name)
    return bool(words & _LOWER_FILES) or words == {"live"}


def _words(name: str) -> set[str]:
    return {word.lower() for word in _WORDS.findall(name)}
