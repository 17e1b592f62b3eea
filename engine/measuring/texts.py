"""What the explanations of a version are like, without a judge: tone, length, variety, repetition. No files, no models.

Tone and its fit to the score are estimates from words (``engine.judges.offline``). They are never called consistency,
which only a judge that reads can grade.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from engine.contract.polarity import polarity, words
from engine.judges.offline import OfflineJudge

_CLAUSE = re.compile(r"[.!?;:,\n]+(?=\s|$)|\band\b|\bbut\b", re.IGNORECASE)
_SHORTEST_CLAUSE = 3
"""Words; shorter ones ("for example") may well occur twice."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One explanation with the label 0..9 of the same answer, None if it could not be read."""

    label: int | None
    text: str
    parse_ok: bool


def word_tones(answers: Sequence[Answer]) -> list[int]:
    """Return how well the tone of each text fits its label, from 0 (the opposite) to 4, as the offline judge grades."""
    judge = OfflineJudge()
    found = [judge.grade(answer.label, answer.text, answer.parse_ok).consistency for answer in answers]
    return [0 if grade is None else grade for grade in found]


def tones(answers: Sequence[Answer]) -> list[float]:
    """Return the tone of each text, from -1 (only criticism) to 1 (only praise)."""
    return [polarity(answer.text) for answer in answers]


def lengths(texts: Sequence[str]) -> list[int]:
    """Return the number of words of each text."""
    return [len(words(text)) for text in texts]


def shared(texts: Sequence[str]) -> list[bool]:
    """Return of each text whether another image has the same one, ignoring case and white space; empty ones count."""
    plain = [" ".join(text.lower().split()) for text in texts]
    counts = Counter(plain)
    return [counts[text] > 1 for text in plain]


def repeats_a_clause(text: str) -> bool:
    """Return whether a text says a clause of at least three words twice, word for word."""
    clauses = [tuple(words(clause)) for clause in _CLAUSE.split(text)]
    counts = Counter(clause for clause in clauses if len(clause) >= _SHORTEST_CLAUSE)
    return any(count > 1 for count in counts.values())


def distinct(texts: Sequence[str], size: int) -> float | None:
    """Return distinct-n: different sequences of ``size`` words as a share of all in these texts (arXiv 1510.03055, 5).

    It falls with the number of texts, so it compares only between equally many; None if there are no sequences.
    """
    seen: set[tuple[str, ...]] = set()
    total = 0
    for text in texts:
        found = words(text)
        sequences = [tuple(found[start : start + size]) for start in range(len(found) - size + 1)]
        seen.update(sequences)
        total += len(sequences)
    return len(seen) / total if total else None
