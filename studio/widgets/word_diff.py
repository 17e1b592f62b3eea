"""Word-level difference of two texts. No Qt."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import Literal

_WORD = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Span:
    """Characters ``start`` to ``end`` (exclusive) of one text that the other text has not."""

    start: int
    end: int


def diff_words(left: str, right: str) -> tuple[list[Span], list[Span]]:
    """What is only on the left, and what is only on the right, in text order.

    Words and punctuation marks are compared, white space is not; neighbouring changed words make one span.
    """
    left_words, right_words = list(_WORD.finditer(left)), list(_WORD.finditer(right))
    matcher = difflib.SequenceMatcher(
        None, [word.group() for word in left_words], [word.group() for word in right_words], autojunk=False
    )
    only_left: list[Span] = []
    only_right: list[Span] = []
    for tag, left_from, left_to, right_from, right_to in matcher.get_opcodes():
        if tag == "equal":
            continue
        if left_to > left_from:
            only_left.append(Span(left_words[left_from].start(), left_words[left_to - 1].end()))
        if right_to > right_from:
            only_right.append(Span(right_words[right_from].start(), right_words[right_to - 1].end()))
    return only_left, only_right


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a merged text. ``origin``: "both", or "left" or "right" for what only one side has."""

    text: str
    origin: Literal["both", "left", "right"]


def merge_words(left: str, right: str) -> list[Piece]:
    """Both texts as one: the right one, with what only the left one has put in where it stood."""
    left_words, right_words = list(_WORD.finditer(left)), list(_WORD.finditer(right))
    matcher = difflib.SequenceMatcher(
        None, [word.group() for word in left_words], [word.group() for word in right_words], autojunk=False
    )
    pieces: list[Piece] = []
    shown = 0
    for tag, left_from, left_to, right_from, right_to in matcher.get_opcodes():
        if tag in ("delete", "replace"):
            removed = left[left_words[left_from].start() : left_words[left_to - 1].end()]
            gap = right[shown : right_words[right_from].start()] if right_from < len(right_words) else right[shown:]
            pieces.append(Piece(gap or (" " if pieces else ""), "both"))
            shown += len(gap)
            pieces += [Piece(removed, "left"), Piece(" ", "both")]
        if right_to > right_from:
            start, end = right_words[right_from].start(), right_words[right_to - 1].end()
            pieces.append(Piece(right[shown:start], "both"))
            pieces.append(Piece(right[start:end], "both" if tag == "equal" else "right"))
            shown = end
    pieces.append(Piece(right[shown:], "both"))
    return [piece for piece in pieces if piece.text]
