"""Seeded random choices, independent of order, platform and Python version. Standard library only."""

from __future__ import annotations

import hashlib


def seeded_rank(seed: int, purpose: str, key: object) -> str:
    """Return a sort key for a shuffle determined only by seed, purpose and the key itself."""
    return hashlib.sha256(f"{seed}:{purpose}:{key}".encode("utf-8", "surrogatepass")).hexdigest()
