"""Say in words where there are too few images for what is measured to mean something. Standard library only."""

from __future__ import annotations

import math
from collections.abc import Mapping

FEW_TO_TRAIN = 50
FEW_TO_CALIBRATE = 10
FEW_TO_MEASURE = 50
_EXAMPLE = 0.7


def few_images_warnings(splits: Mapping[str, int]) -> list[str]:
    """Return what is to be expected of splits that are small; nothing is wrong with trying the program on them.

    Args:
        splits: images by split; an empty one is not spoken of, since others say so.
    """
    found: list[str] = []
    train, val, test = (splits.get(name, 0) for name in ("train", "val", "test"))
    if 0 < train < FEW_TO_TRAIN:
        found.append(f"Only {_images(train)} to train on: the model will hardly learn your scale. Use a few hundred.")
    if 0 < val < FEW_TO_CALIBRATE:
        found.append(f"Only {_images(val)} to calibrate scores on: they may be off by a constant. Use 10 or more.")
    if 0 < test < FEW_TO_MEASURE:
        found.append(f"Only {_images(test)} to measure on: {_meaning(test)} Use 50 or more to compare versions.")
    return found


def srcc_interval(srcc: float, images: int) -> tuple[float, float] | None:
    """Return about the 95% interval of an SRCC by Fisher's transformation; None for fewer than four images."""
    if images < 4:
        return None
    half = 1.96 * math.sqrt(1.06 / (images - 3))  # 1.06: Fieller, Hartley & Pearson 1957, for ranks
    return math.tanh(math.atanh(srcc) - half), math.tanh(math.atanh(srcc) + half)


def _meaning(test: int) -> str:
    interval = srcc_interval(_EXAMPLE, test)
    if interval is None:
        return "nothing can be measured with so few."
    low, high = interval
    return f"an SRCC of {_EXAMPLE:.2f} has an interval from about {low:.2f} to {high:.2f} then."


def _images(count: int) -> str:
    return "1 image" if count == 1 else f"{count} images"
