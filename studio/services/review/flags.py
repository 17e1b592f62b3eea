"""Flags of suspicious pairs: texts that teach no difference, or a wrong one. Standard library and engine contract only.

The rejected text is written for a wrong score, which may be higher than the true one; then praise is right. So tone
counts only if the rejected score is the lower one: then the rejected text should not praise, and the chosen one should
not criticise.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.contract.polarity import polarity
from engine.contract.prompts import EXPLAIN_TAG, SCORE_TAG

NEAR_IDENTICAL = 0.9
"""Share of common words (Jaccard) from which two texts count as nearly identical."""
LENGTH_RATIO = 2.0
"""Ratio of lengths from which a pair may teach length instead of content."""
TONE = 0.25
"""Polarity (of 1) from which a text praises; below its negative it criticises."""
LOW_MARGIN = 0.1
"""A reward margin after training below this share of the iteration's mean is low; so is one that is not positive."""
FLAGS_VERSION = "2"
"""Flags stored by an older version are computed again."""

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
"""Every flag with its weight in a pair's suspicion, most serious first."""
_TAGS = tuple(tag.strip().rstrip(":").casefold() for tag in (SCORE_TAG, EXPLAIN_TAG))


def pair_flags(row: Mapping[str, Any]) -> list[str]:
    """Return the flags of a row of pair generation's journal, most serious first; all except "low_margin"."""
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
    """Return whether a pair's reward margin is low after training; False if there is none."""
    return margin is not None and (margin <= 0 or (mean is not None and margin < LOW_MARGIN * mean))


def in_order(flags: set[str]) -> list[str]:
    """Return the known flags, most serious first."""
    return [flag for flag in WEIGHTS if flag in flags]


def suspicion(flags: tuple[str, ...]) -> float:
    """Return how suspicious a pair is; 0 without flags."""
    return sum(WEIGHTS[flag] for flag in flags)


def _common_words(first: str, second: str) -> float:
    one, other = set(first.lower().split()), set(second.lower().split())
    return len(one & other) / len(one | other)
