"""Degrade an image: the functions by name, and the one way to call them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from PIL import Image

from engine.contract.degradations.kinds import BY_NAME, DegradationName
from engine.degradations import colour, framing, quality, subject
from engine.generation.wrong_score import stable_number

Degrade = Callable[[Image.Image, float, np.random.Generator], Image.Image]
"""Takes an RGB image, a strength above 0 and at most 1, and random numbers; returns an RGB image of the same size."""

FUNCTIONS: Mapping[DegradationName, Degrade] = {
    "blur": quality.defocus_blur,
    "motion_blur": quality.motion_blur,
    "noise": quality.gaussian_noise,
    "salt_and_pepper": quality.salt_and_pepper,
    "compression": quality.jpeg_compression,
    "pixelation": quality.pixelation,
    "underexposure": colour.underexposure,
    "overexposure": colour.overexposure,
    "low_contrast": colour.low_contrast,
    "high_contrast": colour.high_contrast,
    "desaturation": colour.desaturation,
    "oversaturation": colour.oversaturation,
    "monochrome": colour.monochrome,
    "tilt": framing.tilt,
    "crop": framing.crop,
    "subject_blur": subject.subject_blur,
    "subject_mask": subject.subject_mask,
}


def degrade(image: Image.Image, name: DegradationName, strength: float, *, seed: int, image_id: int) -> Image.Image:
    """Return a degraded copy of the image, of the same size and mode; the image itself for strength 0.

    The random numbers depend on the seed, the image and the degradation, not on the strength: a stronger noise is the
    same pattern with a larger amplitude, a stronger tilt is to the same side.

    Args:
        image: in RGB, as the model is to see it (``engine.images.load``).
        name: of the degradation.
        strength: from 0 to 1.
        seed: of the project.
        image_id: identifies the image.

    Raises:
        ValueError: an unknown name, an image that is not RGB, or a strength outside of 0..1.
    """
    if name not in BY_NAME:
        raise ValueError(f"there is no degradation {name!r}; there are {', '.join(BY_NAME)}")
    if image.mode != "RGB":
        raise ValueError(f"an image to degrade must be RGB, not {image.mode}")
    if not 0 <= strength <= 1:
        raise ValueError(f"a strength is from 0 to 1, not {strength:g}")
    if not strength:
        return image.copy()
    rng = np.random.default_rng(stable_number("degradation", seed, image_id, name))
    return FUNCTIONS[name](image, strength, rng)
