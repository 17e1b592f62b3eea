"""The camera of the demo: it crops, tilts, blurs, exposes and adds noise to an image.

It does not depend on what the image shows.
"""

import numpy as np
from PIL import Image, ImageFilter

from engine.demo.scenes import Camera

SIZE = 96
PATCH = 16
"""Side of the squares that the vision tower divides a photograph into."""
CANVAS = SIZE * 3 // 2
MARGIN = (CANVAS - SIZE) // 2
"""Scenes are drawn on a larger canvas, so that a tilt leaves no empty corners in the photograph."""

_TILT_SEEN = 0.3
_BLUR_SEEN = 0.05
_SENSOR_NOISE = 2.0


def photograph(canvas: Image.Image, camera: Camera, rng: np.random.Generator) -> Image.Image:
    """Turn a drawing of CANVAS x CANVAS pixels into an RGB photograph of SIZE x SIZE pixels."""
    picture = _framed(canvas, camera)
    if camera.blur > _BLUR_SEEN:
        picture = picture.filter(ImageFilter.GaussianBlur(camera.blur))
    pixels = np.asarray(picture, dtype=np.float32)
    grey = pixels.mean(axis=-1, keepdims=True)
    pixels = (grey + (pixels - grey) * camera.saturation).clip(0, 255) * 2.0 ** (camera.exposure * 0.75)
    pixels = pixels + rng.normal(0.0, _SENSOR_NOISE, (SIZE, SIZE, 1)) + rng.normal(0.0, camera.noise, (SIZE, SIZE, 3))
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def patch_shares(mask: Image.Image, camera: Camera) -> np.ndarray:
    """Return how much of each patch of the photograph a mask of the canvas (0 or 255) covers, (rows, columns) 0..1."""
    side = SIZE // PATCH
    shares = _framed(mask, camera).resize((side, side), Image.Resampling.BOX)
    return np.asarray(shares, dtype=np.float32) / 255.0


def _framed(canvas: Image.Image, camera: Camera) -> Image.Image:
    if abs(camera.tilt) > _TILT_SEEN:
        canvas = canvas.rotate(camera.tilt, resample=Image.Resampling.BILINEAR)
    return canvas.crop((MARGIN, MARGIN, MARGIN + SIZE, MARGIN + SIZE))
