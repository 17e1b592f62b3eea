"""Scenes of the demo: their attributes, their known quality, and the votes of their raters.

Pure arithmetic on the standard library. It does not depend on how a scene is drawn or described, or on any model.
"""

import hashlib
import math
import random
from dataclasses import dataclass

PLACES = ("beach", "mountains", "city", "meadow")
SUBJECTS = ("boat", "tree", "house", "balloon")
HUES = ("red", "yellow", "blue", "white")
TIMES = ("noon", "sunset", "dusk")
SKIES = ("clear", "cloudy")
DISTANCES = ("near", "distant")
PLACEMENTS = ("thirds", "centre", "edge")

LEVELS: dict[str, tuple[str, ...]] = {
    "exposure": ("dark", "balanced", "blown"),
    "focus": ("sharp", "soft", "blurry"),
    "noise": ("clean", "grainy", "noisy"),
    "colour": ("muted", "natural", "garish"),
    "horizon": ("level", "tilted"),
    "placement": PLACEMENTS,
    "clutter": ("uncluttered", "busy"),
}
"""The visible attributes of a photograph and the levels that the texts distinguish, none of them about content."""

RATERS = 20
TOP_VOTE = 9
_VOTE_SPREAD = 1.4
_PLACEMENT_DEFECT = {"thirds": 0.0, "centre": 0.22, "edge": 0.65}


@dataclass(frozen=True, slots=True)
class Camera:
    """How a scene was photographed: stops from the right exposure, blur radius and noise in pixels and grey levels,
    saturation (1 is natural), tilt in degrees."""

    exposure: float
    blur: float
    noise: float
    saturation: float
    tilt: float


@dataclass(frozen=True, slots=True)
class Scene:
    """What a scene contains and where; `side` is -1 (left) or 1 (right), `clutter` counts stray objects."""

    place: str
    subject: str
    hue: str
    time: str
    sky: str
    distance: str
    placement: str
    side: int
    clutter: int
    camera: Camera


def derive_seed(*parts: str | int) -> int:
    """Return a 63-bit seed derived from named parts: identical on every machine, distinct for distinct streams."""
    digest = hashlib.blake2b("/".join(str(part) for part in parts).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def sample_camera(rng: random.Random, care: float) -> Camera:
    """Sample a camera; a careful photographer (care well above 0) makes smaller mistakes of every kind."""
    scale = math.exp(-0.45 * care)

    def mistake(spread: float) -> float:
        return abs(rng.gauss(0.0, spread)) * scale

    return Camera(
        exposure=_clip(mistake(0.95) * rng.choice((-1, 1)), -2.2, 2.0),
        blur=_clip(mistake(1.5) - 0.3, 0.0, 3.5),
        noise=_clip(mistake(18.0) - 4.0, 0.0, 45.0),
        saturation=_clip(1.0 + mistake(0.55) * rng.choice((-1.0, 1.4)), 0.05, 2.6),
        tilt=min(16.0, mistake(6.0)) * rng.choice((-1, 1)),
    )


def sample_scene(seed: int) -> Scene:
    """Sample the scene of a seed; the photographer's care spreads the qualities over a wide range."""
    rng = random.Random(seed)
    care = rng.gauss(0.0, 1.0)
    return Scene(
        place=rng.choice(PLACES),
        subject=rng.choice(SUBJECTS),
        hue=rng.choice(HUES),
        time=rng.choice(TIMES),
        sky=rng.choice(SKIES),
        distance=rng.choice(DISTANCES),
        placement=_sample_placement(rng, care),
        side=rng.choice((-1, 1)),
        clutter=min(14, int(abs(rng.gauss(0.0, 5.5)) * math.exp(-0.45 * care))),
        camera=sample_camera(rng, care),
    )


_CUTS: dict[str, tuple[float, ...]] = {
    "exposure": (-0.75, 0.75),
    "focus": (0.6, 1.5),
    "noise": (7.0, 18.0),
    "colour": (0.6, 1.6),
    "horizon": (4.0,),
    "clutter": (5.0,),
}
"""The amounts at which one level ends and the next begins, in the camera's units."""

_UNCLEAR = {"exposure": 0.2, "focus": 0.2, "noise": 2.0, "colour": 0.12, "horizon": 1.2, "clutter": 1.6}
"""Distance from a cut within which nobody could tell the level for sure."""


def camera_levels(camera: Camera) -> dict[str, str]:
    """Return the levels that are visible in any image, whatever it shows."""
    return {attribute: _level(attribute, amount) for attribute, amount in camera_amounts(camera).items()}


def levels(scene: Scene) -> dict[str, str]:
    """Return the level of every attribute of `LEVELS`."""
    measured = {attribute: _level(attribute, amount) for attribute, amount in amounts(scene).items()}
    return measured | {"placement": scene.placement}


def camera_amounts(camera: Camera) -> dict[str, float]:
    """Return the measured amounts behind `camera_levels`."""
    return {
        "exposure": camera.exposure, "focus": camera.blur, "noise": camera.noise, "colour": camera.saturation,
    }  # fmt: skip


def amounts(scene: Scene) -> dict[str, float]:
    """Return the measured amounts behind `levels`; the placement has none."""
    return camera_amounts(scene.camera) | {"horizon": abs(scene.camera.tilt), "clutter": float(scene.clutter)}


def clear_levels(measured: dict[str, float]) -> dict[str, str]:
    """Return the levels of the amounts that are not close to a cut: what a text may claim."""
    return {
        attribute: _level(attribute, amount)
        for attribute, amount in measured.items()
        if all(abs(amount - cut) >= _UNCLEAR[attribute] for cut in _CUTS[attribute])
    }


def severity(attribute: str, amount: float) -> float:
    """Return how far an amount is beyond what is flawless, about 0 to 1, to rank the faults of one image."""
    worst = {"exposure": 2.0, "focus": 2.4, "noise": 30.0, "colour": 0.95, "horizon": 11.0, "clutter": 10.0}
    return abs(amount - (1.0 if attribute == "colour" else 0.0)) / worst[attribute]


def camera_defect(camera: Camera) -> float:
    """Return the sum of the defects of exposure, blur, noise and colour; 0 is flawless."""
    defect: float = (
        1.25 * min(1.0, abs(camera.exposure) / 1.6) ** 1.3
        + 1.2 * min(1.0, camera.blur / 2.4) ** 1.1
        + 1.0 * min(1.0, camera.noise / 30.0) ** 1.1
        + 0.9 * min(1.0, abs(camera.saturation - 1.0) / 0.95) ** 1.3
    )
    return defect


def quality(scene: Scene) -> float:
    """Return the known aesthetic quality in 0..1: a function of the visible attributes, not of the content."""
    defect = camera_defect(scene.camera)
    defect += 0.8 * min(1.0, abs(scene.camera.tilt) / 11.0) ** 1.2
    defect += _PLACEMENT_DEFECT[scene.placement]
    defect += 0.75 * min(1.0, scene.clutter / 10.0)
    return quality_of_defect(defect)


def quality_of_defect(defect: float) -> float:
    """Map a sum of defects (0 or more) onto 1..0."""
    worth: float = 1.0 / (1.0 + (defect / 2.25) ** 1.9)
    return worth


def votes(scene: Scene, seed: int) -> list[int]:
    """Return the raters' votes 0..9: the known quality on the scale, each with its own noise."""
    rng = random.Random(seed)
    middle = quality(scene) * 9.6 - 0.2
    return [int(_clip(round(rng.gauss(middle, _VOTE_SPREAD)), 0, TOP_VOTE)) for _ in range(RATERS)]


def _sample_placement(rng: random.Random, care: float) -> str:
    skill = 0.5 + 0.25 * _clip(care / 1.2, -1.0, 1.0)
    sample = rng.random()
    if sample < skill * 0.75:
        return "thirds"
    return "centre" if sample < 0.6 + 0.2 * skill else "edge"


def _level(attribute: str, value: float) -> str:
    return LEVELS[attribute][sum(value >= cut for cut in _CUTS[attribute])]


def _clip(value: float, low: float, high: float) -> float:
    return max(low, min(high, value))
