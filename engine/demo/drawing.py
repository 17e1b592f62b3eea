"""Draw a scene: sky, place, subject and clutter, then the camera.

It does not depend on scores or words: whatever a rater or a text refers to has to be visible here.
"""

import random
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw

from engine.demo.camera import CANVAS, MARGIN, SIZE, patch_shares, photograph
from engine.demo.scenes import Scene

Colour: TypeAlias = tuple[int, int, int]

_SKY: dict[str, tuple[Colour, Colour]] = {
    "noon": ((105, 165, 230), (190, 220, 245)),
    "sunset": ((120, 90, 150), (250, 165, 90)),
    "dusk": ((60, 70, 120), (150, 135, 165)),
}
_DAYLIGHT = {"noon": 1.0, "sunset": 0.85, "dusk": 0.6}
_GROUND: dict[str, Colour] = {
    "beach": (220, 200, 150),
    "mountains": (90, 120, 80),
    "city": (105, 105, 112),
    "meadow": (95, 165, 70),
}
_HUES: dict[str, Colour] = {
    "red": (205, 50, 45),
    "yellow": (235, 200, 60),
    "blue": (50, 90, 200),
    "white": (240, 240, 240),
}


@dataclass(frozen=True, slots=True)
class Drawing:
    """A photograph, and the share of each of its patches that the subject and the clutter cover, (rows, columns)."""

    photograph: Image.Image
    subject: NDArray[np.float32]
    clutter: NDArray[np.float32]


def draw_scene(scene: Scene, seed: int) -> Image.Image:
    """Return the photograph of a scene."""
    return draw_in_parts(scene, seed).photograph


def draw_in_parts(scene: Scene, seed: int, surface: NDArray[np.float64] | None = None) -> Drawing:
    """Return the photograph of a scene and where its parts are.

    Details that no attribute covers (waves, windows, grass) come from the seed.

    `surface`, (CANVAS, CANVAS) grey levels, is added to everything drawn: a structure such as real surfaces have.
    """
    rng = random.Random(seed)
    horizon = MARGIN + int(SIZE * rng.uniform(0.52, 0.64))
    canvas = _sky_and_ground(scene, horizon)
    pen = ImageDraw.Draw(canvas)
    if scene.sky == "cloudy":
        _draw_clouds(pen, horizon, scene.time, rng)
    _PLACES[scene.place](pen, horizon, _DAYLIGHT[scene.time], rng)
    empty = canvas.copy()
    _draw_subject(pen, scene, horizon, rng)
    uncluttered = canvas.copy()
    _draw_clutter(pen, scene.clutter, rng)
    subject, clutter = _changed(empty, uncluttered), _changed(uncluttered, canvas)
    if surface is not None:
        pixels = np.asarray(canvas, dtype=np.float32) + surface[..., None]
        canvas = Image.fromarray(pixels.clip(0, 255).astype(np.uint8))
    return Drawing(
        photograph(canvas, scene.camera, np.random.default_rng(seed)),
        patch_shares(subject, scene.camera),
        patch_shares(clutter, scene.camera),
    )


def _changed(before: Image.Image, after: Image.Image) -> Image.Image:
    """Return a mask, 255 where two drawings differ."""
    return ImageChops.difference(before, after).convert("L").point(lambda value: 255 if value else 0)


def _shade(colour: Colour, light: float) -> Colour:
    red, green, blue = (min(255, int(channel * light)) for channel in colour)
    return red, green, blue


def _sky_and_ground(scene: Scene, horizon: int) -> Image.Image:
    top, bottom = (np.array(colour, dtype=np.float32) for colour in _SKY[scene.time])
    pixels = np.empty((CANVAS, CANVAS, 3), dtype=np.float32)
    depth = np.linspace(0.0, 1.0, horizon, dtype=np.float32)[:, None, None]
    pixels[:horizon] = top * (1 - depth) + bottom * depth
    pixels[horizon:] = _shade(_GROUND[scene.place], _DAYLIGHT[scene.time])
    return Image.fromarray(pixels.astype(np.uint8))


def _draw_clouds(pen: ImageDraw.ImageDraw, horizon: int, time: str, rng: random.Random) -> None:
    _, bottom = _SKY[time]
    for _ in range(rng.randint(4, 6)):
        x, y = rng.randint(0, CANVAS), rng.randint(MARGIN, horizon - SIZE // 6)
        grey = rng.randint(200, 235) if time == "noon" else rng.randint(150, 190)
        tint = tuple(int(0.75 * grey + 0.25 * channel) for channel in bottom)
        for _ in range(5):
            dx, dy = rng.randint(-12, 12), rng.randint(-3, 3)
            wide, high = rng.randint(7, 13), rng.randint(4, 7)
            pen.ellipse((x + dx - wide, y + dy - high, x + dx + wide, y + dy + high), fill=tint)


def _draw_beach(pen: ImageDraw.ImageDraw, horizon: int, light: float, rng: random.Random) -> None:
    pen.rectangle((0, horizon - 2, CANVAS, horizon + int(SIZE * 0.15)), fill=_shade((60, 130, 185), light))
    for _ in range(8):
        x, y = rng.randint(0, CANVAS), horizon + rng.randint(0, int(SIZE * 0.14))
        pen.line((x, y, x + rng.randint(6, 18), y), fill=_shade((150, 200, 230), light))


def _draw_mountains(pen: ImageDraw.ImageDraw, horizon: int, light: float, rng: random.Random) -> None:
    for _ in range(6):
        x, height, width = rng.randint(0, CANVAS), rng.randint(SIZE // 6, SIZE // 3), rng.randint(SIZE // 5, SIZE // 2)
        grey, peak = rng.randint(70, 110), horizon - height
        rock = _shade((grey, grey + 8, grey + 25), light)
        pen.polygon([(x - width, horizon), (x, peak), (x + width, horizon)], fill=rock)
        snow = [(x - width // 5, peak + height // 5), (x, peak), (x + width // 5, peak + height // 5)]
        pen.polygon(snow, fill=_shade((235, 235, 235), light))


def _draw_city(pen: ImageDraw.ImageDraw, horizon: int, light: float, rng: random.Random) -> None:
    left = -5
    while left < CANVAS:
        width, height, grey = rng.randint(8, 18), rng.randint(SIZE // 8, SIZE // 3), rng.randint(70, 130)
        wall = _shade((grey, grey, grey + 12), light)
        pen.rectangle((left, horizon - height, left + width, horizon), fill=wall)
        for y in range(horizon - height + 3, horizon - 3, 6):
            for x in range(left + 2, left + width - 2, 5):
                if rng.random() < 0.6:
                    pen.rectangle((x, y, x + 1, y + 2), fill=(250, 225, 140))
        left += width + rng.randint(0, 3)


def _draw_meadow(pen: ImageDraw.ImageDraw, horizon: int, light: float, rng: random.Random) -> None:
    for _ in range(60):
        x, y = rng.randint(0, CANVAS), rng.randint(horizon, CANVAS - 1)
        blade = _shade((60 + rng.randint(0, 30), 130 + rng.randint(0, 40), 50), light)
        pen.line((x, y, x + rng.randint(-2, 2), y - rng.randint(2, 5)), fill=blade)


_PLACES = {"beach": _draw_beach, "mountains": _draw_mountains, "city": _draw_city, "meadow": _draw_meadow}


def _draw_subject(pen: ImageDraw.ImageDraw, scene: Scene, horizon: int, rng: random.Random) -> None:
    share = {"thirds": 1 / 3, "centre": 1 / 2, "edge": 1 / 24}[scene.placement]
    x = MARGIN + SIZE * (share if scene.side < 0 else 1 - share) + rng.uniform(-3, 3)
    low, high = _SIZES[scene.distance]
    size = SIZE * rng.uniform(low, high)
    colour = _shade(_HUES[scene.hue], 0.55 + 0.45 * _DAYLIGHT[scene.time])
    _SUBJECTS[scene.subject](pen, x, horizon + int(SIZE * 0.16), size, colour)


def _draw_boat(pen: ImageDraw.ImageDraw, x: float, foot: float, size: float, colour: Colour) -> None:
    deck, mast = foot - size * 0.25, foot - size
    hull = [(x - size / 2, deck), (x + size / 2, deck), (x + size * 0.3, foot), (x - size * 0.3, foot)]
    pen.polygon(hull, fill=_shade(colour, 0.6))
    pen.polygon([(x, mast), (x, foot - size * 0.3), (x + size * 0.45, foot - size * 0.3)], fill=colour)
    pen.polygon([(x - 2, mast + size * 0.1), (x - 2, foot - size * 0.3), (x - size * 0.35, foot - size * 0.3)], colour)


def _draw_tree(pen: ImageDraw.ImageDraw, x: float, foot: float, size: float, colour: Colour) -> None:
    pen.rectangle((x - size * 0.08, foot - size * 0.5, x + size * 0.08, foot), fill=(90, 60, 40))
    pen.ellipse((x - size * 0.42, foot - size * 1.1, x + size * 0.42, foot - size * 0.35), fill=colour)


def _draw_house(pen: ImageDraw.ImageDraw, x: float, foot: float, size: float, colour: Colour) -> None:
    eaves = foot - size * 0.55
    pen.rectangle((x - size * 0.42, eaves, x + size * 0.42, foot), fill=colour)
    pen.polygon([(x - size * 0.55, eaves), (x, foot - size), (x + size * 0.55, eaves)], fill=_shade(colour, 0.6))
    pen.rectangle((x - size * 0.1, foot - size * 0.3, x + size * 0.1, foot), fill=(60, 45, 40))


def _draw_balloon(pen: ImageDraw.ImageDraw, x: float, foot: float, size: float, colour: Colour) -> None:
    middle, rope = foot - max(size * 1.25, SIZE * 0.4), _shade(colour, 0.6)
    pen.ellipse((x - size * 0.42, middle - size * 0.42, x + size * 0.42, middle + size * 0.42), fill=colour)
    for side in (-1, 1):
        pen.line((x + side * size * 0.25, middle + size * 0.3, x, middle + size * 0.75), fill=rope)
    pen.rectangle((x - size * 0.1, middle + size * 0.7, x + size * 0.1, middle + size * 0.85), fill=(120, 80, 50))


_SIZES = {"near": (0.34, 0.42), "distant": (0.17, 0.22)}
_SUBJECTS = {"boat": _draw_boat, "tree": _draw_tree, "house": _draw_house, "balloon": _draw_balloon}


def _draw_clutter(pen: ImageDraw.ImageDraw, count: int, rng: random.Random) -> None:
    for _ in range(count):
        x, y = MARGIN + rng.randint(0, SIZE), MARGIN + rng.randint(int(SIZE * 0.45), SIZE)
        box = (x, y, x + rng.randint(3, 8), y + rng.randint(3, 10))
        colour = (rng.randint(20, 250), rng.randint(20, 250), rng.randint(20, 250))
        if rng.random() < 0.5:
            pen.rectangle(box, fill=colour)
        else:
            pen.ellipse(box, fill=colour)
