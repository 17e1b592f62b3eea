"""Choose the wrong score for the rejected answer (arXiv 2506.02708, section 3.1). Standard library only."""

from __future__ import annotations

import hashlib

from engine.contract.specs import LABELS


def wrong_score(seed: int, iteration: int, image_id: int, draw: int, truth: int, radius: int) -> int:
    """Return a label farther than ``radius`` from ``truth``, sampled uniformly among all such labels.

    The result depends only on the arguments, so that a repeated or resumed run samples the same. ``draw`` counts how
    often another wrong score was requested: successive values cycle through the candidates, so that each gives another.

    Raises:
        ValueError: no label is far enough, or ``truth`` is not a label.
    """
    if truth not in LABELS:
        raise ValueError(f"the true label {truth} of image {image_id} is not one of {LABELS[0]}..{LABELS[-1]}")
    far = [label for label in LABELS if abs(label - truth) > radius]
    if not far:
        raise ValueError(
            f"no label is farther than {radius} from the true label {truth}; set the exclusion radius to 4 or less"
        )
    order = sorted(far, key=lambda label: stable_number("wrong score", seed, iteration, image_id, label))
    return order[draw % len(order)]


def stable_number(*parts: int | str) -> int:
    """Return a 63-bit number that depends only on ``parts``, the same in every process and on every machine."""
    text = "\x1f".join(str(part) for part in parts)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) >> 1
