"""What makes a pair suspicious at first sight (seed 001): texts that teach no difference, or a wrong one.

The rejected text is written for a wrong score, which may be higher than the true one; praise is right there. So tone
counts only where the rejected score is the lower one: then the rejected text should not praise, and the chosen one
should not criticise. Standard library and the engine's light modules only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.contract.polarity import polarity
from engine.contract.prompts import EXPLAIN_TAG, SCORE_TAG

NEAR_IDENTICAL = 0.9
"""Share of common words (Jaccard) from which two texts count as nearly the same."""
LENGTH_RATIO = 2.0
"""One text this many times as long as the other may teach length instead of content."""
TONE = 0.25
"""From this polarity on (of 1) a text praises, from minus this on it criticises."""
LOW_MARGIN = 0.1
"""A reward margin after training below this share of the iteration's mean is low; so is one that is not positive."""
FLAGS_VERSION = "2"
"""Stored flags of an older version are made anew."""

WEIGHTS: dict[str, float] = {
    "format": 1.0,
    "identical": 1.0,
    "rejected_praises": 0.8,
    "chosen_criticises": 0.8,
    "low_margin": 0.7,
    "near_identical": 0.6,
    "truncated": 0.5,
    "length": 0.4,
}
"""Every flag with its share in a pair's suspicion, the gravest first."""
_TAGS = tuple(tag.strip().rstrip(":").casefold() for tag in (SCORE_TAG, EXPLAIN_TAG))


def pair_flags(row: Mapping[str, Any]) -> list[str]:
    """Flags of a row with the keys of pair generation's journal, the gravest first; all but "low_margin"."""
    chosen, rejected = row["chosen_text"].strip(), row["rejected_text"].strip()
    found = set()
    if not chosen or not rejected or any(tag in text.casefold() for tag in _TAGS for text in (chosen, rejected)):
        found.add("format")
    if chosen and chosen == rejected:
        found.add("identical")
    elif chosen and rejected and _common_words(chosen, rejected) >= NEAR_IDENTICAL:
        found.add("near_identical")
    lengths = sorted((len(chosen), len(rejected)))
    if lengths[0] and lengths[1] >= LENGTH_RATIO * lengths[0]:
        found.add("length")
    if row["chosen_truncated"] or row["rejected_truncated"]:
        found.add("truncated")
    if row["rejected_score"] < row["chosen_score"]:
        found |= {"rejected_praises"} if polarity(rejected) >= TONE else set()
        found |= {"chosen_criticises"} if polarity(chosen) <= -TONE else set()
    return in_order(found)


def is_low(margin: float | None, mean: float | None) -> bool:
    """Return whether training left a pair's reward margin low; False where there is none."""
    return margin is not None and (margin <= 0 or (mean is not None and margin < LOW_MARGIN * mean))


def in_order(flags: set[str]) -> list[str]:
    """Known flags, the gravest first."""
    return [flag for flag in WEIGHTS if flag in flags]


def suspicion(flags: tuple[str, ...]) -> float:
    """Return how much a pair asks to be looked at; 0 for one without flags."""
    return sum(WEIGHTS[flag] for flag in flags)


def _common_words(first: str, second: str) -> float:
    one, other = set(first.lower().split()), set(second.lower().split())
    return len(one & other) / len(one | other)
