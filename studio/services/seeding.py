"""Seeded random choices, independent of order, platform and Python version. Standard library only."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


def seeded_rank(seed: int, purpose: str, key: object) -> str:
    """Return a sort key for a shuffle determined only by seed, purpose and the key itself."""
    return hashlib.sha256(f"{seed}:{purpose}:{key}".encode("utf-8", "surrogatepass")).hexdigest()


def seeded_sample(ids: Iterable[int], count: int, seed: int, purpose: str) -> list[int]:
    """Return ``count`` of the ids, or all if there are no more, ascending. A larger sample contains the smaller one."""
    return sorted(sorted(set(ids), key=lambda key: seeded_rank(seed, purpose, key))[:count])
