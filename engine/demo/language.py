"""Generate the demo's pretraining texts about an image: critiques, captions, questions and answers.

The sentences are data (`resources/demo/phrases.json`). The module does not depend on pixels, tokens or any model.
"""

import json
import random
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias, TypedDict

from engine.contract.resources import resource_path
from engine.demo.scenes import (
    PLACES,
    SUBJECTS,
    TIMES,
    Camera,
    Scene,
    amounts,
    camera_amounts,
    camera_levels,
    clear_levels,
    levels,
    severity,
)

Bank: TypeAlias = dict[str, dict[str, list[str]]]

SCORE_WEIGHT, SHARED_NOISE, OWN_NOISE = 0.55, 0.15, 0.1
"""How strongly the tone follows the score (z-scored), and the deviations of a text and of each of its clauses."""

_SLOTS: dict[str, tuple[str, ...]] = {
    "mood": (),
    "technique": ("exposure", "focus", "noise", "colour"),
    "framing": ("horizon", "placement", "clutter"),
}
"""The clauses of a critique and the attributes of each; a slot's name is the key of its opinions on no attribute."""

_TURNING = {"mood": 0.0, "technique": -0.45, "framing": 0.45}
"""The tone above which a slot praises. They differ, so that more of a text praises the better its tone."""
_STRONG = 0.95
_ORDERS = (
    ("mood", "technique", "framing"),
    ("technique", "framing", "mood"),
    ("technique", "mood", "framing"),
    ("framing", "technique", "mood"),
)
_SCORE_MEAN, _SCORE_DEVIATION = 4.5, 2.87
_SHARE_AS_USUAL = 0.8
_QUESTIONS_AT_ONCE = 5
_LEVELS_IN_CAPTION = 4


class Phrases(TypedDict):
    """The phrase bank: attribute -> level -> sentences, with {subject}, {hue}, {place} and {time} as fields."""

    answers: Bank
    questions: dict[str, list[str]]
    praise: Bank
    criticism: Bank
    openings: list[str]
    texture_openings: list[str]
    captions: list[str]
    texture_captions: list[str]
    caption_prompts: list[str]
    scoring_prompts: list[str]
    reading_prompts: list[str]


@dataclass(frozen=True, slots=True)
class Sight:
    """The describable content of one image.

    `words` name what it shows, `levels` its visible attributes, `claims` those that are clear enough to be claimed;
    `severities` rank the attributes, `habit` selects among equivalent words: each content has phrases of its own.
    """

    words: dict[str, str]
    levels: dict[str, str]
    claims: dict[str, str]
    severities: dict[str, float]
    habit: int
    texture: bool = False


@cache
def phrases() -> Phrases:
    """Return the phrase bank, read once."""
    bank: Phrases = json.loads(resource_path("demo", "phrases.json").read_text(encoding="utf-8"))
    return bank


@cache
def demo_prompt() -> str:
    """Return the scoring prompt of the demo, rendered from its resource."""
    resource = tomllib.loads(resource_path("prompts", "demo.toml").read_text(encoding="utf-8"))
    return str(resource["template"]).format(**resource["fields"])


def sight_of_scene(scene: Scene) -> Sight:
    """Describe a scene in words."""
    words = {
        "subject": scene.subject, "hue": scene.hue, "place": scene.place, "time": scene.time,
        "sky": scene.sky, "distance": scene.distance,
    }  # fmt: skip
    measured = amounts(scene)
    habit = PLACES.index(scene.place) + 4 * SUBJECTS.index(scene.subject) + 16 * TIMES.index(scene.time)
    return Sight(
        words,
        levels(scene) | {"sky": scene.sky, "distance": scene.distance},
        clear_levels(measured) | {"placement": scene.placement},
        {attribute: severity(attribute, amount) for attribute, amount in measured.items()}
        | {"placement": {"thirds": 0.0, "centre": 0.25, "edge": 0.7}[scene.placement]},
        habit,
    )


def sight_of_texture(camera: Camera, tint: str, shapes: str) -> Sight:
    """Describe an image without a scene: its camera's levels, its tint, and what it is made of."""
    measured = camera_amounts(camera)
    words = {"subject": "pattern", "hue": tint, "place": "setting", "time": "general", "shapes": shapes}
    severities = {attribute: severity(attribute, amount) for attribute, amount in measured.items()}
    habit = len(tint) + 4 * len(shapes)
    return Sight(words, camera_levels(camera), clear_levels(measured), severities, habit, texture=True)


def answer_text(score: int, explanation: str) -> str:
    """Return an answer in the method's format."""
    return f"{answer_prefix(score)} {explanation}"


def answer_prefix(score: int) -> str:
    """Return the beginning of an answer, up to where the explanation follows (after a space)."""
    return f"#Score: {score}\n#Explain:"


def critique(sight: Sight, score: int, leaning: float, rng: random.Random) -> str:
    """Return a neutral opening and three clauses: on the mood, the technique and the framing.

    What is said about a visible attribute is true of the image. The tone follows the score only in part: it also
    follows a leaning of the image, so that there is something to gain in consistency.

    Args:
        sight: what the image shows.
        score: 0..9.
        leaning: the image's own influence on the tone, on the scale of a z-score.
        rng: the source of every choice.
    """
    bank = phrases()
    openings = bank["texture_openings"] if sight.texture else bank["openings"]
    text = _usual(openings, sight.habit + sight.habit // 4, rng)
    tone = SCORE_WEIGHT * (score - _SCORE_MEAN) / _SCORE_DEVIATION + leaning + rng.gauss(0.0, SHARED_NOISE)
    previous: bool | None = None
    for slot in _ORDERS[sight.habit % len(_ORDERS)]:
        wanted = tone + rng.gauss(0.0, OWN_NOISE) - _TURNING[slot]
        praising = wanted > 0
        text += ": " if previous is None else ", and " if praising == previous else ", but "
        text += _clause(sight, slot, wanted, rng)
        previous = praising
    return text.format(**sight.words) + "."


def caption(sight: Sight, rng: random.Random) -> str:
    """Describe what an image shows, with some of its levels."""
    keys = rng.sample(list(sight.levels), _LEVELS_IN_CAPTION)
    parts = [rng.choice(phrases()["answers"][key][sight.levels[key]]) for key in keys]
    captions = phrases()["texture_captions" if sight.texture else "captions"]
    return (rng.choice(captions) + ": " + ", ".join(parts) + ".").format(**sight.words)


def question_and_answer(sight: Sight, rng: random.Random) -> tuple[str, str]:
    """Return a few questions about visible attributes, and their true answers in the same order."""
    bank = phrases()
    visible = sight.levels if sight.texture else sight.levels | sight.words
    possible = [topic for topic in bank["questions"] if topic in visible]
    topics = rng.sample(possible, min(_QUESTIONS_AT_ONCE, len(possible)))
    questions = " ".join(rng.choice(bank["questions"][topic]) for topic in topics)
    answers = "; ".join(rng.choice(bank["answers"][topic][sight.levels.get(topic, "")]) for topic in topics)
    return questions.format(**sight.words), answers.format(**sight.words) + "."


def reading_task(text: str, rng: random.Random) -> str:
    """Return the request to read the score from an explanation alone."""
    return rng.choice(phrases()["reading_prompts"]).replace("{text}", text)


def _clause(sight: Sight, slot: str, wanted: float, rng: random.Random) -> str:
    bank = phrases()["praise" if wanted > 0 else "criticism"]
    if slot == "mood":
        return _usual(bank[slot]["strong" if abs(wanted) > _STRONG else "mild"], sight.habit // 2, rng)
    claimed = [name for name in _SLOTS[slot] if sight.claims.get(name, "") in bank[name]]
    if not claimed:
        return _usual(bank[slot][""], sight.habit // 8, rng)
    if rng.random() > _SHARE_AS_USUAL:
        attribute = rng.choice(claimed)
    elif wanted > 0:
        attribute = min(claimed, key=lambda name: (_SLOTS[slot].index(name) + sight.habit // 4) % len(_SLOTS[slot]))
    else:
        attribute = max(claimed, key=lambda name: sight.severities[name])
    return _usual(bank[attribute][sight.claims[attribute]], sight.habit // 16, rng)


def _usual(options: list[str], habit: int, rng: random.Random) -> str:
    return options[habit % len(options)] if rng.random() < _SHARE_AS_USUAL else rng.choice(options)
