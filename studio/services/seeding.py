"""The one way to choose by seed, whatever order, platform or Python version. Standard library only."""

from __future__ import annotations

import hashlib


def seeded_rank(seed: int, purpose: str, key: object) -> str:
    """Sorting by it gives a shuffle that only seed, purpose and the key itself decide."""
    return hashlib.sha256(f"{seed}:{purpose}:{key}".encode("utf-8", "surrogatepass")).hexdigest()
