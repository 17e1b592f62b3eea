"""Several degradations of one image at once, in an order in which none hides another."""

from __future__ import annotations

from collections.abc import Mapping

from PIL import Image

from engine.contract.degradations.kinds import DegradationName
from engine.degradations.registry import degrade

ORDER: tuple[DegradationName, ...] = (
    "crop", "tilt", "subject_blur", "subject_mask", "blur", "motion_blur", "underexposure", "overexposure",
    "low_contrast", "high_contrast", "desaturation", "oversaturation", "monochrome", "pixelation", "compression",
    "noise", "salt_and_pepper",
)  # fmt: skip
"""Framing first, so that no noise is turned or enlarged; noise last: blur, blocks and compression would remove it."""


def degrade_together(
    image: Image.Image, strengths: Mapping[DegradationName, float], *, seed: int, image_id: int
) -> Image.Image:
    """Return a copy of the image, degraded in each of these ways.

    Args:
        image: in RGB, as the model is to see it.
        strengths: of each degradation, from 0 to 1.
        seed: see :func:`engine.degradations.registry.degrade`.
        image_id: identifies the image.

    Raises:
        ValueError: an unknown name, an image that is not RGB, or a strength outside of 0..1.
    """
    unknown = [name for name in strengths if name not in ORDER]
    if unknown:
        raise ValueError(f"there is no degradation {unknown[0]!r}; there are {', '.join(ORDER)}")
    made = image.copy()
    for name in ORDER:
        if name in strengths:
            made = degrade(made, name, strengths[name], seed=seed, image_id=image_id)
    return made
