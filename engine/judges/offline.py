"""Word tone: an estimate, without a model, of how the tone of a text fits its score. Never called consistency.

The score's expected polarity is (label - 4.5) / 4.5, from -1 for 0 to 1 for 9. The grade depends on its distance from
the text's polarity; a text that justifies nothing gets no good grade, however small the distance. Usefulness
and general quality cannot be estimated without a reader.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from engine.contract.judge_types import Grades
from engine.contract.polarity import Opinion, mean_opinion, opinions, words
from engine.contract.specs import LABELS

CUTS = (0.35, 0.65, 1.05, 1.4)
"""Largest distances for the grades 4, 3, 2, 1; beyond is 0. An even mix of praise and criticism (polarity 0) is thus
excellent for a 4 or a 5, and fair for a 9 or a 0; the opposite of an extreme score is bad."""
OPPOSITE = 0.25
"""If tone and expectation have opposite signs and at least this strength, the grade is poor (1) at best."""
GENERIC = 1
"""The best grade of a text without any evaluative word, or of one that mostly repeats itself: it justifies nothing."""
SINGLE = 2
"""The best grade of a text with one distinct evaluative word: a verdict without a reason."""
_REPETITIVE_WORDS, _REPETITIVE_SHARE = 24, 0.25
_MIDDLE = LABELS[-1] / 2


@dataclass(frozen=True, slots=True)
class OfflineJudge:
    """Grades consistency by polarity."""

    id: ClassVar[str] = "offline"
    label: ClassVar[str] = "word tone (estimate)"

    def grade(self, label: int | None, text: str, parse_ok: bool) -> Grades:
        """See ``Judge``; an answer that does not parse is judged as empty text, i.e. bad (arXiv 2506.02708, A.2)."""
        if not parse_ok or label is None:
            return Grades(0, reason="the answer does not keep the format: judged as empty text")
        if not text.strip():
            return Grades(0, reason="the explanation is empty")
        found = opinions(text)
        raw = json.dumps([[opinion.entry, round(opinion.value, 3), opinion.weight] for opinion in found])
        return _graded(label, text, found, raw)


def expected_polarity(label: int) -> float:
    """Return the tone that matches a score: -1 for 0, 1 for 9."""
    return (label - _MIDDLE) / _MIDDLE


def _graded(label: int, text: str, found: Sequence[Opinion], raw: str) -> Grades:
    if not found:
        return Grades(GENERIC, raw=raw, reason="no evaluative word: the text justifies nothing")
    tone, expected = mean_opinion(found), expected_polarity(label)
    grade = _by_distance(abs(tone - expected))
    reason = f"tone {tone:+.2f} where {label} expects {expected:+.2f}"
    for limit, applies, why in (
        (1, tone * expected < 0 and min(abs(tone), abs(expected)) >= OPPOSITE, "the opposite of the score"),
        (SINGLE, len({opinion.entry for opinion in found}) == 1, "a single evaluative word"),
        (GENERIC, _repeats_itself(text), "the text repeats itself"),
    ):
        if applies and grade > limit:
            grade, reason = limit, f"{reason}; {why}"
    return Grades(grade, raw=raw, reason=reason)


def _by_distance(distance: float) -> int:
    return sum(distance <= cut for cut in CUTS)


def _repeats_itself(text: str) -> bool:
    tokens = words(text)
    return len(tokens) >= _REPETITIVE_WORDS and len(set(tokens)) / len(tokens) < _REPETITIVE_SHARE
