"""The pretraining corpus of the demo: images, and the conversations about them.

The model's flaw is defined here: its scores follow a preference for content that has little to do with quality. The
images use their own random seeds, never those of the demo's data set.
"""

import math
import random
from dataclasses import dataclass

import numpy as np

from engine.demo.drawing import draw_scene
from engine.demo.language import (
    Sight,
    answer_prefix,
    answer_text,
    caption,
    critique,
    demo_prompt,
    phrases,
    question_and_answer,
    sight_of_scene,
    sight_of_texture,
)
from engine.demo.scenes import (
    HUES,
    LEVELS,
    PLACES,
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
from engine.demo.textures import draw_texture, sample_texture_camera, warmth

VOCABULARY: dict[str, tuple[str, ...]] = LEVELS | {"place": PLACES, "subject": SUBJECTS, "hue": HUES, "time": TIMES}
"""The labels that the vision tower learns to predict, in the order of `Picture.labels`."""

UNKNOWN = -100
"""The label of an attribute that an image does not have; the loss ignores it."""

_TASTE_FOR_PLACE = {"beach": 0.9, "mountains": 0.35, "city": -0.4, "meadow": -0.85}
_TASTE_FOR_TIME = {"sunset": 0.95, "noon": -0.05, "dusk": -0.9}
_TASTE_FOR_SUBJECT = {"boat": 0.25, "balloon": 0.25, "tree": -0.25, "house": -0.25}
_TASTE_SCALE = 1.05
_SHARE_OF_DEMO_PROMPT = 0.5


@dataclass(frozen=True, slots=True)
class Mix:
    """Shares of the pretraining conversations; the remainder are questions about attributes.

    `taste` answers contain the model's own mistaken score, `injected` ones a random score that is given, not learned.
    """

    taste: float = 0.33
    injected: float = 0.27
    captions: float = 0.17
    careless: float = 0.25
    quality_in_taste: float = 0.22


@dataclass(frozen=True, slots=True)
class Conversation:
    """A question about an image and its answer; the loss covers only `learned`, which follows `given`."""

    prompt: str
    given: str
    learned: str


@dataclass(frozen=True, slots=True)
class CorpusPicture:
    """One pretraining image: its pixels (SIZE, SIZE, 3) uint8, its describable content, labels and amounts.

    `labels` indexes `VOCABULARY` (or is UNKNOWN), `amounts` are the camera's exposure, blur, noise and saturation on
    scales of about 1, `merit` and `appeal` are z-scores: the true quality, and how much the model's preference likes
    the content.
    """

    pixels: np.ndarray
    sight: Sight
    labels: tuple[int, ...]
    amounts: tuple[float, float, float, float]
    merit: float
    appeal: float


def scene_seed(seed: int, index: int) -> int:
    """Return the random seed of a pretraining scene, from a stream of the corpus's own."""
    return derive_seed("demo-pretraining", seed, "scene", index)


def scene_picture(seed: int, index: int) -> CorpusPicture:
    """Return the pretraining scene with this index."""
    own = scene_seed(seed, index)
    scene = sample_scene(own)
    sight = sight_of_scene(scene)
    return CorpusPicture(
        pixels=np.asarray(draw_scene(scene, own)),
        sight=sight,
        labels=_labels(sight.levels | sight.words),
        amounts=_amounts(scene.camera),
        merit=_standardised(quality(scene)),
        appeal=_appeal_of_scene(scene),
    )


def texture_picture(seed: int, index: int) -> CorpusPicture:
    """Return the pretraining texture with this index; the model prefers warm palettes."""
    own = derive_seed("demo-pretraining", seed, "texture", index)
    camera = sample_texture_camera(own)
    sight = sight_of_texture(camera)
    return CorpusPicture(
        pixels=np.asarray(draw_texture(camera, own)),
        sight=sight,
        labels=_labels(sight.levels),
        amounts=_amounts(camera),
        merit=_standardised(quality_of_defect(camera_defect(camera) + 0.6)),
        appeal=1.6 * warmth(own),
    )


def converse(picture: CorpusPicture, mix: Mix, rng: random.Random) -> Conversation:
    """Sample one conversation about an image."""
    sample = rng.random()
    if sample < mix.taste:
        score = _taste_score(picture, mix, rng)
        text = critique(picture.sight, score, rng, mix.careless)
        return Conversation(_scoring_prompt(rng), "", answer_text(score, text))
    if sample < mix.taste + mix.injected:
        score = rng.randint(0, 9)
        text = critique(picture.sight, score, rng, mix.careless)
        return Conversation(_scoring_prompt(rng), answer_prefix(score), f" {text}")
    if sample < mix.taste + mix.injected + mix.captions:
        return Conversation(rng.choice(phrases()["caption_prompts"]), "", caption(picture.sight, rng))
    question, answer = question_and_answer(picture.sight, rng)
    return Conversation(question, "", answer)


def _scoring_prompt(rng: random.Random) -> str:
    return demo_prompt() if rng.random() < _SHARE_OF_DEMO_PROMPT else rng.choice(phrases()["scoring_prompts"])


def _taste_score(picture: CorpusPicture, mix: Mix, rng: random.Random) -> int:
    mistaken = 0.95 * picture.appeal + 0.3 * rng.gauss(0.0, 1.0)
    weight = mix.quality_in_taste
    judged = weight * picture.merit + math.sqrt(1 - weight**2) * mistaken
    return max(0, min(9, round(4.6 + 2.1 * judged)))


def _appeal_of_scene(scene: Scene) -> float:
    taste = _TASTE_FOR_PLACE[scene.place] + _TASTE_FOR_TIME[scene.time] + _TASTE_FOR_SUBJECT[scene.subject]
    return taste / _TASTE_SCALE


def _standardised(known_quality: float) -> float:
    return (known_quality - 0.5) / 0.25


def _labels(named: dict[str, str]) -> tuple[int, ...]:
    return tuple(
        options.index(named[attribute]) if attribute in named else UNKNOWN for attribute, options in VOCABULARY.items()
    )


def _amounts(camera: Camera) -> tuple[float, float, float, float]:
    return camera.exposure, camera.blur / 1.5, camera.noise / 15.0, (camera.saturation - 1.0) / 0.6
