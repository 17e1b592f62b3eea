"""Light and colour made worse: exposure, contrast, saturation."""

from __future__ import annotations

import numpy as np
from PIL import Image

from engine.degradations.pixels import FloatArray, brightness, to_array, to_image

STOPS_UNDER, STOPS_OVER = 3.5, 2.5
"""Stops of exposure lost or gained at strength 1."""
CONTRAST_LOST, CONTRAST_GAINED = 0.85, 2.0
"""Share of the contrast lost at strength 1; times of the contrast gained."""
SATURATION_LOST, SATURATION_GAINED = 0.85, 2.5


def underexposure(image: Image.Image, strength: float, _rng: np.random.Generator) -> Image.Image:
    """Return the image as exposed for a shorter time."""
    return _exposed(image, -STOPS_UNDER * strength)


def overexposure(image: Image.Image, strength: float, _rng: np.random.Generator) -> Image.Image:
    """Return the image as exposed for a longer time; what exceeds the range is clipped."""
    return _exposed(image, STOPS_OVER * strength)


def low_contrast(image: Image.Image, strength: float, _rng: np.random.Generator) -> Image.Image:
    """Return the image with values closer to its mean brightness."""
    return _with_contrast(image, 1 - CONTRAST_LOST * strength)


def high_contrast(image: Image.Image, strength: float, _rng: np.random.Generator) -> Image.Image:
    """Return the image with values further from its mean brightness, clipped."""
    return _with_contrast(image, 1 + CONTRAST_GAINED * strength)


def desaturation(image: Image.Image, strength: float, _rng: np.random.Generator) -> Image.Image:
    """Return the image with paler colours of the same brightness; some colour always remains."""
    return _with_saturation(image, 1 - SATURATION_LOST * strength)


def oversaturation(image: Image.Image, strength: float, _rng: np.random.Generator) -> Image.Image:
    """Return the image with stronger colours, clipped."""
    return _with_saturation(image, 1 + SATURATION_GAINED * strength)


def monochrome(image: Image.Image, strength: float, _rng: np.random.Generator) -> Image.Image:
    """Return the image in shades of grey (at strength 1)."""
    return _with_saturation(image, 1 - strength)


def _exposed(image: Image.Image, stops: float) -> Image.Image:
    """Multiply the light (not the stored values, which are compressed) by a power of two."""
    values = np.arange(256) / 255
    table = 255 * _stored(np.minimum(1.0, _light(values) * 2.0**stops))
    return to_image(table[np.asarray(image)])


def _light(stored: FloatArray) -> FloatArray:
    """Return the linear light of sRGB values, both 0..1 (IEC 61966-2-1)."""
    return np.where(stored <= 0.04045, stored / 12.92, ((stored + 0.055) / 1.055) ** 2.4)


def _stored(light: FloatArray) -> FloatArray:
    """Return the sRGB values of linear light, both 0..1."""
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)


def _with_contrast(image: Image.Image, factor: float) -> Image.Image:
    values = to_array(image)
    mean = brightness(values).mean()
    return to_image(mean + factor * (values - mean))


def _with_saturation(image: Image.Image, factor: float) -> Image.Image:
    values = to_array(image)
    grey = brightness(values)
    return to_image(grey + factor * (values - grey))
