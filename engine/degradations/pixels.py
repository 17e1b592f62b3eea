"""Pixels as numbers: arrays of an image and back, brightness, and a blur by any kernel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.signal import fftconvolve

FloatArray = NDArray[np.float64]
LUMA = np.asarray([0.299, 0.587, 0.114])
"""Weights of red, green and blue in the brightness (ITU-R BT.601)."""


def to_array(image: Image.Image) -> FloatArray:
    """Return the values 0..255, ``[height, width, 3]``."""
    return np.asarray(image, dtype=np.float64)


def to_image(values: FloatArray) -> Image.Image:
    """Return an RGB image of ``[height, width, 3]``, rounded and clipped to 0..255."""
    return Image.fromarray(np.clip(np.rint(values), 0, 255).astype(np.uint8))


def brightness(values: FloatArray) -> FloatArray:
    """Return the brightness 0..255, ``[height, width, 1]``."""
    return np.asarray((values @ LUMA)[..., None])


def convolved(values: FloatArray, kernel: FloatArray) -> FloatArray:
    """Return ``[height, width, 3]`` convolved with a kernel of odd sides that sums to 1; edges are repeated."""
    high, wide = kernel.shape[0] // 2, kernel.shape[1] // 2
    padded = np.pad(values, ((high, high), (wide, wide), (0, 0)), mode="edge")
    return np.asarray(fftconvolve(padded, kernel[..., None], mode="valid", axes=(0, 1)))
