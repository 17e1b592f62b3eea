"""Framing made worse: a tilted horizon, a crop that cuts the scene. Nothing outside of the image is invented."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

TILT = 20.0
"""Degrees at strength 1."""
CROPPED = 0.6
"""Share of each side that is cut off at strength 1."""


def tilt(image: Image.Image, strength: float, rng: np.random.Generator) -> Image.Image:
    """Return the image rotated to a random side, cropped to what has no empty corners, at its former size."""
    angle = math.radians(TILT * strength) * (1 if rng.random() < 0.5 else -1)
    cos, sin = math.cos(angle), math.sin(angle)
    width, height = image.size
    # The largest upright rectangle of the same proportions inside of the rotated image, relative to the image.
    scale = min(width / (width * cos + height * abs(sin)), height / (width * abs(sin) + height * cos))
    x, y = width / 2, height / 2
    matrix = (scale * cos, scale * sin, x - scale * (x * cos + y * sin),
              -scale * sin, scale * cos, y - scale * (y * cos - x * sin))  # fmt: skip
    return image.transform(image.size, Image.Transform.AFFINE, matrix, Image.Resampling.BICUBIC)


def crop(image: Image.Image, strength: float, rng: np.random.Generator) -> Image.Image:
    """Return what remains at a random corner after cutting off part of both sides, enlarged to the former size."""
    kept = 1 - CROPPED * strength
    width, height = (max(1.0, side * kept) for side in image.size)
    left = (image.width - width) * int(rng.integers(2))
    top = (image.height - height) * int(rng.integers(2))
    return image.resize(image.size, Image.Resampling.LANCZOS, box=(left, top, left + width, top + height))
