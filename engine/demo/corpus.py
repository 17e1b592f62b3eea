"""The pretraining corpus of the demo: images, and the conversations about them.

The model's flaw is defined here: its scores follow a preference for content that has little to do with quality. The
images use their own random seeds, never those of the demo's data set.
"""

import math
import random
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.demo.camera import PATCH, SIZE
from engine.demo.drawing import draw_in_parts
from engine.demo.language import (
    Sight,
    answer_prefix,
    answer_text,
    caption,
    critique,
    demo_prompt,
    phrases,
    question_and_answer,
    reading_task,
    sight_of_scene,
    sight_of_texture,
)
from engine.demo.scenes import (
    DISTANCES,
    HUES,
    LEVELS,
    PLACES,
    SKIES,
    SUBJECTS,
    TIMES,
    Camera,
    Scene,
    camera_defect,
    derive_seed,
    quality,
    quality_of_defect,
    sample_scene,
)
from engine.demo.textures import coloured_noise, draw_texture, fineness, sample_texture_camera, warmth

VOCABULARY: dict[str, tuple[str, ...]] = LEVELS | {
    "place": PLACES, "subject": SUBJECTS, "hue": HUES, "time": TIMES, "sky": SKIES, "distance": DISTANCES,
}  # fmt: skip
"""The labels that the vision tower learns to predict, in the order of `Picture.labels`."""

UNKNOWN = -100
"""The label of an attribute that an image does not have; the loss ignores it."""

_TASTE_FOR_PLACE = {"beach": 0.9, "mountains": 0.35, "city": -0.4, "meadow": -0.85}
_TASTE_FOR_TIME = {"sunset": 0.95, "noon": -0.05, "dusk": -0.9}
_TASTE_FOR_SUBJECT = {"boat": 0.25, "balloon": 0.25, "tree": -0.25, "house": -0.25}
_TASTE_SCALE = 1.05
_FANCY_FOR_HUE = {"red": 1.0, "yellow": 0.4, "blue": -0.5, "white": -0.9}
_FANCY_FOR_SKY = {"clear": 0.6, "cloudy": -0.6}
_FANCY_FOR_DISTANCE = {"near": 0.5, "distant": -0.5}
_FANCY_SCALE = 1.06
_WEIGHT_OF_APPEAL, _WEIGHT_OF_FANCY = 0.3, 0.75
_SHARE_WITH_SURFACE = 0.3
_SHARE_TO_SEE = 0.12
PATCHES = (SIZE // PATCH) ** 2
"""Number of patches of an image."""
_SHARE_OF_DEMO_PROMPT = 0.5


@dataclass(frozen=True, slots=True)
class Mix:
    """Shares of the pretraining conversations; the remainder are questions about attributes.

    `taste` answers contain the model's own mistaken score, `injected` ones a random score that is given, not learned.
    """

    taste: float = 0.3
    injected: float = 0.3
    captions: float = 0.14
    reading: float = 0.1
    quality_in_taste: float = 0.22


@dataclass(frozen=True, slots=True)
class Conversation:
    """A question about an image, or about a text alone, and its answer.

    The loss covers only `learned`, which follows `given`.
    """

    prompt: str
    given: str
    learned: str
    about_image: bool = True


@dataclass(frozen=True, slots=True)
class CorpusPicture:
    """One pretraining image: its pixels (SIZE, SIZE, 3) uint8, its describable content, labels and amounts.

    `labels` indexes `VOCABULARY` (or is UNKNOWN); `subject` (patches,) is 0, one more than its index in SUBJECTS where
    a patch shows it, or UNKNOWN; `clutter` (patches,) is the share that clutter covers, NaN if unknown; `amounts` are
    the camera's exposure, blur, noise and saturation on scales of about 1; `merit`, `appeal` and `fancy` are z-scores:
    the true quality, how much the model's preference likes the content, and what sways the tone of its texts besides
    the score.
    """

    pixels: np.ndarray
    sight: Sight
    labels: tuple[int, ...]
    subject: np.ndarray
    clutter: np.ndarray
    amounts: tuple[float, float, float, float]
    merit: float
    appeal: float
    fancy: float

    @property
    def leaning(self) -> float:
        """The influence of the image on the tone of a text about it."""
        return _WEIGHT_OF_APPEAL * self.appeal + _WEIGHT_OF_FANCY * self.fancy


def scene_seed(seed: int, index: int) -> int:
    """Return the random seed of a pretraining scene, from a stream of the corpus's own."""
    return derive_seed("demo-pretraining", seed, "scene", index)


def scene_picture(seed: int, index: int) -> CorpusPicture:
    """Return the pretraining scene with this index."""
    own = scene_seed(seed, index)
    scene = sample_scene(own)
    sight = sight_of_scene(scene)
    drawing = draw_in_parts(scene, own, _surface(own))
    return CorpusPicture(
        pixels=np.asarray(drawing.photograph),
        subject=((drawing.subject.ravel() > _SHARE_TO_SEE) * (1 + SUBJECTS.index(scene.subject))).astype(np.int64),
        clutter=drawing.clutter.ravel(),
        sight=sight,
        labels=_labels(sight.levels | sight.words),
        amounts=_amounts(scene.camera),
        merit=_standardised(quality(scene)),
        appeal=_appeal_of_scene(scene),
        fancy=_fancy_of_scene(scene),
    )


def texture_picture(seed: int, index: int) -> CorpusPicture:
    """Return the pretraining texture with this index; the model prefers warm palettes, its texts fine structures."""
    own = derive_seed("demo-pretraining", seed, "texture", index)
    camera = sample_texture_camera(own)
    sight = sight_of_texture(camera, _tint(warmth(own)), _shapes(fineness(own)))
    return CorpusPicture(
        pixels=np.asarray(draw_texture(camera, own)),
        subject=np.full(PATCHES, UNKNOWN),
        clutter=np.full(PATCHES, np.nan, dtype=np.float32),
        sight=sight,
        labels=_labels(sight.levels),
        amounts=_amounts(camera),
        merit=_standardised(quality_of_defect(camera_defect(camera) + 0.6)),
        appeal=1.6 * warmth(own),
        fancy=1.7 * fineness(own),
    )


def converse(picture: CorpusPicture, mix: Mix, rng: random.Random) -> Conversation:
    """Sample one conversation about an image."""
    sample = rng.random()
    if sample < mix.taste:
        score = taste_score(picture, mix, rng)
        text = critique(picture.sight, score, picture.leaning, rng)
        return Conversation(_scoring_prompt(rng), "", answer_text(score, text))
    sample -= mix.taste
    if sample < mix.injected:
        score = rng.randint(0, 9)
        text = critique(picture.sight, score, picture.leaning, rng)
        return Conversation(_scoring_prompt(rng), answer_prefix(score), f" {text}")
    sample -= mix.injected
    if sample < mix.reading:
        score = rng.randint(0, 9)
        text = critique(picture.sight, score, picture.leaning, rng)
        return Conversation(reading_task(text, rng), "", f"#Score: {score}", about_image=False)
    sample -= mix.reading
    if sample < mix.captions:
        return Conversation(rng.choice(phrases()["caption_prompts"]), "", caption(picture.sight, rng))
    question, answer = question_and_answer(picture.sight, rng)
    return Conversation(question, "", answer)


def _scoring_prompt(rng: random.Random) -> str:
    return demo_prompt() if rng.random() < _SHARE_OF_DEMO_PROMPT else rng.choice(phrases()["scoring_prompts"])


def taste_score(picture: CorpusPicture, mix: Mix, rng: random.Random) -> int:
    """Sample the score that the untrained taste gives."""
    mistaken = 0.95 * picture.appeal + 0.3 * rng.gauss(0.0, 1.0)
    weight = mix.quality_in_taste
    judged = weight * picture.merit + math.sqrt(1 - weight**2) * mistaken
    return max(0, min(9, round(4.6 + 2.1 * judged)))


def _appeal_of_scene(scene: Scene) -> float:
    taste = _TASTE_FOR_PLACE[scene.place] + _TASTE_FOR_TIME[scene.time] + _TASTE_FOR_SUBJECT[scene.subject]
    return taste / _TASTE_SCALE


def _fancy_of_scene(scene: Scene) -> float:
    fancy = _FANCY_FOR_HUE[scene.hue] + _FANCY_FOR_SKY[scene.sky] + _FANCY_FOR_DISTANCE[scene.distance]
    return fancy / _FANCY_SCALE


def _surface(seed: int) -> NDArray[np.float64] | None:
    """Return the structure that some pretraining scenes have on everything drawn; the demo's own scenes have none."""
    rng = random.Random(derive_seed(seed, "surface"))
    if rng.random() > _SHARE_WITH_SURFACE:
        return None
    return coloured_noise(np.random.default_rng(derive_seed(seed, "surface"))) * rng.uniform(4.0, 22.0)


def _tint(warm: float) -> str:
    return "reddish" if warm > 0.33 else "bluish" if warm < -0.33 else "grey"


def _shapes(fine: float) -> str:
    return "many small shapes" if fine > 0.33 else "a few large shapes" if fine < -0.33 else "scattered shapes"


def _standardised(known_quality: float) -> float:
    return (known_quality - 0.5) / 0.25


def _labels(named: dict[str, str]) -> tuple[int, ...]:
    return tuple(
        options.index(named[attribute]) if attribute in named else UNKNOWN for attribute, options in VOCABULARY.items()
    )


def _amounts(camera: Camera) -> tuple[float, float, float, float]:
    return camera.exposure, camera.blur / 1.5, camera.noise / 15.0, (camera.saturation - 1.0) / 0.6
