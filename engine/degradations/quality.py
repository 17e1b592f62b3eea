"""Technical quality made worse: blur, noise, compression, pixelation. Lengths are shares of the longest side."""

from __future__ import annotations

import io
import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.degradations.pixels import FloatArray, convolved, to_array, to_image

BLUR_RADIUS = 0.025
"""Radius of the disk into which a point is spread at strength 1."""
MOTION_LENGTH = 0.08
NOISE_SD = 60.0
"""Standard deviation of Gaussian noise at strength 1, of 255."""
SALT_AND_PEPPER = 0.2
"""Share of pixels that are white or black at strength 1."""
BEST_QUALITY, WORST_QUALITY = 40, 2
"""JPEG quality near strength 0 and at strength 1."""
BLOCK = 0.05
"""Side of a block at strength 1."""
Shape = Callable[[FloatArray, FloatArray], NDArray[np.bool_]]
"""Whether points (x, y), in pixels, belong to a shape."""
_FINE = 8
"""Samples a pixel, in each direction, of a kernel's shape."""


def defocus_blur(image: Image.Image, strength: float, _rng: np.random.Generator) -> Image.Image:
    """Return the image out of focus: each point becomes a disk, as in a lens."""
    radius = strength * BLUR_RADIUS * max(image.size)
    return to_image(convolved(to_array(image), _kernel(radius, lambda x, y: np.hypot(x, y) <= radius)))


def motion_blur(image: Image.Image, strength: float, rng: np.random.Generator) -> Image.Image:
    """Return the image as if the camera had moved in a straight line, in a random direction."""
    angle, half = rng.uniform(0, math.pi), strength * MOTION_LENGTH * max(image.size) / 2
    cos, sin = math.cos(angle), math.sin(angle)

    def line(x: FloatArray, y: FloatArray) -> NDArray[np.bool_]:
        return (abs(x * cos + y * sin) <= half) & (abs(y * cos - x * sin) <= 0.5)

    return to_image(convolved(to_array(image), _kernel(half, line)))


def gaussian_noise(image: Image.Image, strength: float, rng: np.random.Generator) -> Image.Image:
    """Return the image with normally distributed noise, independent in each pixel and channel."""
    values = to_array(image)
    return to_image(values + strength * NOISE_SD * rng.standard_normal(values.shape))


def salt_and_pepper(image: Image.Image, strength: float, rng: np.random.Generator) -> Image.Image:
    """Return the image with random pixels set to white or black."""
    values = to_array(image)
    drawn = rng.random(values.shape[:2])
    white = rng.random(values.shape[:2]) < 0.5
    hit = drawn < strength * SALT_AND_PEPPER
    values[hit & white], values[hit & ~white] = 255.0, 0.0
    return to_image(values)


def jpeg_compression(image: Image.Image, strength: float, _rng: np.random.Generator) -> Image.Image:
    """Return the image after JPEG compression at a low quality."""
    quality = round(WORST_QUALITY + (BEST_QUALITY - WORST_QUALITY) * (1 - strength) ** 2)
    stored = io.BytesIO()
    image.save(stored, "JPEG", quality=quality, subsampling="4:2:0")
    return Image.open(stored).convert("RGB")


def pixelation(image: Image.Image, strength: float, _rng: np.random.Generator) -> Image.Image:
    """Return the image in coarse blocks of one colour each."""
    block = 1 + strength * BLOCK * max(image.size)
    coarse = [max(1, round(side / block)) for side in image.size]
    small = image.resize((coarse[0], coarse[1]), Image.Resampling.BOX)
    return small.resize(image.size, Image.Resampling.NEAREST)


def _kernel(reach: float, shape: Shape) -> FloatArray:
    """Return the kernel of a shape around the origin: the share of each pixel that it covers, summing to 1."""
    side = math.ceil(reach + 0.5)
    fine = (np.arange((2 * side + 1) * _FINE) + 0.5) / _FINE - side - 0.5
    inside = shape(fine[None, :], fine[:, None]).astype(np.float64)
    covered = inside.reshape(2 * side + 1, _FINE, 2 * side + 1, _FINE).sum(axis=(1, 3))
    total = covered.sum()
    if not total:  # smaller than a sample: the point itself
        covered[side, side] = total = 1.0
    return np.asarray(covered / total)
