"""Word-level difference of two texts. No Qt."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

_WORD = re.compile(r"\w+|[^\w\s]")
COMPARISONS = 2_000_000
"""Pairs of words up to which difflib is asked: half a second at the very worst."""
Opcode = tuple[str, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Span:
    """Characters ``start`` to ``end`` (exclusive) of one text that are not in the other."""

    start: int
    end: int


def diff_words(left: str, right: str) -> tuple[list[Span], list[Span]]:
    """Return what is only on the left, and what is only on the right, in text order.

    Words and punctuation marks are compared, white space is not; neighbouring changed words make one span.
    """
    left_words, right_words = list(_WORD.finditer(left)), list(_WORD.finditer(right))
    only_left: list[Span] = []
    only_right: list[Span] = []
    for tag, left_from, left_to, right_from, right_to in _opcodes(left_words, right_words):
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
    """Return both texts as one: the right one, with the left one's own words inserted."""
    left_words, right_words = list(_WORD.finditer(left)), list(_WORD.finditer(right))
    pieces: list[Piece] = []
    shown = 0
    for tag, left_from, left_to, right_from, right_to in _opcodes(left_words, right_words):
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


def _opcodes(left: Sequence[re.Match[str]], right: Sequence[re.Match[str]]) -> list[Opcode]:
    """Return difflib's opcodes; for very long texts, only the common beginning and end."""
    one, other = [word.group() for word in left], [word.group() for word in right]
    if len(one) * len(other) <= COMPARISONS:
        return list(difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes())
    shortest = min(len(one), len(other))
    head = next((place for place in range(shortest) if one[place] != other[place]), shortest)
    rest = shortest - head
    tail = next((place for place in range(rest) if one[-1 - place] != other[-1 - place]), rest)
    ends = len(one) - tail, len(other) - tail
    word = "insert" if head == ends[0] else "delete" if head == ends[1] else "replace"
    codes: list[Opcode] = [("equal", 0, head, 0, head), (word, head, ends[0], head, ends[1])]
    codes.append(("equal", ends[0], len(one), ends[1], len(other)))
    return [code for code in codes if code[2] > code[1] or code[4] > code[3]]
