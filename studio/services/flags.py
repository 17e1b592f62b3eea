"""What makes a pair suspicious at first sight (seed 001): texts that teach no difference. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NEAR_IDENTICAL = 0.9
"""Share of common words (Jaccard) from which two texts count as nearly the same."""
LENGTH_RATIO = 2.0
"""One text this many times as long as the other may teach length instead of content."""


def pair_flags(row: Mapping[str, Any]) -> list[str]:
    """Flags of a journal row of pair generation: empty, identical, near_identical, length, truncated."""
    chosen, rejected = row["chosen_text"], row["rejected_text"]
    flags = []
    if not chosen.strip() or not rejected.strip():
        flags.append("empty")
    elif chosen.strip() == rejected.strip():
        flags.append("identical")
    elif _common_words(chosen, rejected) >= NEAR_IDENTICAL:
        flags.append("near_identical")
    lengths = sorted((len(chosen), len(rejected)))
    if lengths[0] and lengths[1] >= LENGTH_RATIO * lengths[0]:
        flags.append("length")
    if row["chosen_truncated"] or row["rejected_truncated"]:
        flags.append("truncated")
    return flags


def _common_words(first: str, second: str) -> float:
    one, other = set(first.lower().split()), set(second.lower().split())
    return len(one & other) / len(one | other)
