"""Images without a scene, for pretraining only: overlapping shapes whose statistics resemble photographs.

A model that has seen only drawn scenes infers blur, noise and colour from their flat areas. Shapes of all sizes over
gradients and grain ("dead leaves") teach it the same attributes on textured surfaces, as in a real photograph.
"""

import io
import random
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from engine.demo.camera import CANVAS, photograph
from engine.demo.scenes import Camera, derive_seed, sample_camera

_SHAPES = (30, 300)
_SMALLEST, _LARGEST = 2.0, 75.0
_REDUCTION = 2.2
_SHARE_COMPRESSED = 0.4


def sample_texture_camera(seed: int) -> Camera:
    """Sample a camera over the same range of mistakes as in the scenes."""
    rng = random.Random(derive_seed(seed, "camera"))
    return sample_camera(rng, rng.gauss(0.0, 1.0))


def warmth(seed: int) -> float:
    """Return the palette's position between cold (-1) and warm (1)."""
    return random.Random(derive_seed(seed, "palette")).uniform(-1.0, 1.0)


def fineness(seed: int) -> float:
    """Return how finely the image is structured, between a few large shapes (-1) and many small ones (1)."""
    return random.Random(derive_seed(seed, "structure")).uniform(-1.0, 1.0)


def draw_texture(camera: Camera, seed: int) -> Image.Image:
    """Photograph a pile of shapes in the palette of the seed, unevenly lit and, like most photographs, reduced in size.

    Reduction averages what the camera did to neighbouring pixels: blur and noise are weaker in the image than the
    camera's amounts say.
    """
    rng, noise = random.Random(seed), np.random.default_rng(seed)
    canvas = _gradient(rng, warmth(seed))
    pen = ImageDraw.Draw(canvas)
    fine = (fineness(seed) + 1.0) / 2.0
    for _ in range(int(_SHAPES[0] * (_SHAPES[1] / _SHAPES[0]) ** fine)):
        _draw_leaf(pen, rng, warmth(seed), _LARGEST * (1.0 - 0.6 * fine))
    light = 1.0 + 0.3 * rng.random() * _smooth(coloured_noise(noise))
    surface = coloured_noise(noise) * rng.uniform(0.0, 30.0)
    pixels = np.asarray(canvas, dtype=np.float32) * light[..., None] + surface[..., None]
    reduced = rng.uniform(1.0, _REDUCTION)
    seen = replace(camera, blur=camera.blur / reduced, noise=camera.noise / reduced)
    picture = photograph(Image.fromarray(pixels.clip(0, 255).astype(np.uint8)), seen, noise)
    return _compressed(picture, rng) if rng.random() < _SHARE_COMPRESSED else picture


def _compressed(picture: Image.Image, rng: random.Random) -> Image.Image:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=rng.randint(60, 95))
    return Image.open(file).convert("RGB")


def _smooth(field: NDArray[np.float64]) -> NDArray[np.float64]:
    grey = Image.fromarray((field * 40.0 + 128.0).clip(0, 255).astype(np.uint8))
    soft = grey.filter(ImageFilter.GaussianBlur(12))
    return (np.asarray(soft, dtype=np.float64) - 128.0) / 40.0


def _colour(rng: random.Random, warm: float) -> tuple[int, int, int]:
    light = rng.triangular(15, 235, 120)
    tint, spread = 45.0 * warm, rng.uniform(0.0, 45.0)
    red = light + tint * rng.random() + rng.gauss(0.0, spread)
    green = light + rng.gauss(0.0, spread * 0.7)
    blue = light - tint * rng.random() + rng.gauss(0.0, spread)
    return _byte(red), _byte(green), _byte(blue)


def _byte(value: float) -> int:
    return max(0, min(255, int(value)))


def _gradient(rng: random.Random, warm: float) -> Image.Image:
    corners = np.array([[_colour(rng, warm), _colour(rng, warm)] for _ in range(2)], dtype=np.uint8)
    return Image.fromarray(corners).resize((CANVAS, CANVAS), Image.Resampling.BILINEAR)


def _draw_leaf(pen: ImageDraw.ImageDraw, rng: random.Random, warm: float, largest: float) -> None:
    # The density of radii falls with the cube of the radius: many small leaves, few large ones (scale invariance).
    low, high = _SMALLEST**-2, largest**-2
    radius = (low + (high - low) * rng.random()) ** -0.5
    x, y = rng.uniform(0, CANVAS), rng.uniform(0, CANVAS)
    colour = _colour(rng, warm)
    if rng.random() < 0.5:
        squeeze = rng.uniform(0.4, 1.0)
        pen.ellipse((x - radius, y - radius * squeeze, x + radius, y + radius * squeeze), fill=colour)
        return
    corners = [(x + radius * rng.uniform(-1.2, 1.2), y + radius * rng.uniform(-1.2, 1.2)) for _ in range(4)]
    pen.polygon(corners, fill=colour)


def coloured_noise(rng: np.random.Generator) -> NDArray[np.float64]:
    """Return noise (CANVAS, CANVAS) of unit variance whose amplitude falls with the frequency, as in photographs."""
    rows, columns = np.fft.fftfreq(CANVAS)[:, None], np.fft.rfftfreq(CANVAS)[None, :]
    frequency = np.sqrt(rows**2 + columns**2)
    frequency[0, 0] = np.inf
    spectrum = np.fft.rfft2(rng.normal(size=(CANVAS, CANVAS))) / frequency
    noise: NDArray[np.float64] = np.fft.irfft2(spectrum, s=(CANVAS, CANVAS))
    noise /= noise.std()
    return noise
