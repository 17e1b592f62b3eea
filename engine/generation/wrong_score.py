"""Which wrong score the rejected answer is to justify (METHOD.md A, pair generation). Standard library only."""

from __future__ import annotations

import hashlib

from engine.contract.specs import LABELS


def wrong_score(seed: int, iteration: int, image_id: int, draw: int, truth: int, radius: int) -> int:
    """A label farther than ``radius`` from ``truth``, drawn evenly among all such labels.

    The draw depends on the arguments alone, so that a repeated or resumed run draws the same. ``draw`` counts how often
    another wrong score was asked for: successive draws go round the candidates, so that each asks for a new one.

    Raises:
        ValueError: no label is far enough, or ``truth`` is no label.
    """
    if truth not in LABELS:
        raise ValueError(f"the true label {truth} of image {image_id} is none of {LABELS[0]}..{LABELS[-1]}")
    far = [label for label in LABELS if abs(label - truth) > radius]
    if not far:
        raise ValueError(
            f"no label is farther than {radius} from the true label {truth}; set the exclusion radius to 4 or less"
        )
    order = sorted(far, key=lambda label: stable_number("wrong score", seed, iteration, image_id, label))
    return order[draw % len(order)]


def stable_number(*parts: int | str) -> int:
    """A number of 63 bits that depends on ``parts`` alone, the same in every process and on every machine."""
    text = "\x1f".join(str(part) for part in parts)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) >> 1
