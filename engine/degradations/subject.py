"""The subject made worse: the foreground out of focus, or covered. The background keeps every pixel."""

from __future__ import annotations

import numpy as np
from PIL import Image
from scipy import ndimage

from engine.degradations.pixels import brightness, to_array, to_image
from engine.degradations.quality import defocus_blur
from engine.degradations.saliency import foreground, saliency

SOFT_EDGE = 0.01
"""Width of the transition inside of a blurred foreground's edge, of the image's longest side."""


def subject_blur(image: Image.Image, strength: float, rng: np.random.Generator) -> Image.Image:
    """Return the image with its foreground out of focus, as by a focus on the background."""
    inside = ndimage.distance_transform_edt(foreground(saliency(image)))
    share = np.clip(np.asarray(inside) / max(1.0, SOFT_EDGE * max(image.size)), 0, 1)[..., None]
    values, blurred = to_array(image), to_array(defocus_blur(image, strength, rng))
    return to_image(values + share * (blurred - values))


def subject_mask(image: Image.Image, strength: float, _rng: np.random.Generator) -> Image.Image:
    """Return the image with a share of its foreground covered, the most salient first; all of it at strength 1.

    The cover is black or white, whichever differs more from what it hides: a black one would not be seen at night.
    """
    salient, values = saliency(image), to_array(image)
    subject = foreground(salient)
    hidden = subject & (salient >= np.quantile(salient[subject], 1 - strength))
    values[hidden] = 255.0 if brightness(values)[subject].mean() < 127.5 else 0.0
    return to_image(values)
