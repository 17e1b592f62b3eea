"""Generate the demo's pretraining texts about an image: critiques, captions, questions and answers.

The sentences are data (`resources/demo/phrases.json`). The module does not depend on pixels, tokens or any model.
"""

import json
import random
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias, TypedDict

from engine.contract.resources import resource_path
from engine.demo.scenes import Camera, Scene, camera_levels, levels

Bank: TypeAlias = dict[str, dict[str, list[str]]]

CONTENT = ("content", "")
"""The key of phrases that praise or criticise the content, whatever its levels."""

_CHANCE_OF_PRAISE = (0.02, 0.08, 0.18, 0.30, 0.44, 0.56, 0.70, 0.82, 0.92, 0.98)
_CHANCE_REGARDLESS_OF_SCORE = (0.1, 0.3, 0.5, 0.7, 0.9)
_SHARE_ABOUT_LEVELS = 0.85
_SHARE_WITH_TAIL = 0.7
_QUESTIONS_AT_ONCE = 3


class Phrases(TypedDict):
    """The phrase bank: attribute -> level -> sentences, with {subject}, {hue}, {place} and {time} as fields."""

    answers: Bank
    questions: dict[str, list[str]]
    praise: Bank
    criticism: Bank
    openings: list[list[str]]
    opening_tails: list[str]
    captions: list[str]
    caption_prompts: list[str]
    scoring_prompts: list[str]
    neutral_words: list[str]
    texture_words: dict[str, str]


@dataclass(frozen=True, slots=True)
class Sight:
    """The describable content of one image: words for what it shows, and the levels of its visible attributes."""

    words: dict[str, str]
    levels: dict[str, str]


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
    words = {"subject": scene.subject, "hue": scene.hue, "place": scene.place, "time": scene.time}
    return Sight(words, levels(scene))


def sight_of_texture(camera: Camera) -> Sight:
    """Describe an image without a scene: its camera's levels, and unspecific words for the content."""
    return Sight(phrases()["texture_words"], camera_levels(camera))


def answer_text(score: int, explanation: str) -> str:
    """Return an answer in the method's format."""
    return f"{answer_prefix(score)} {explanation}"


def answer_prefix(score: int) -> str:
    """Return the beginning of an answer, up to where the explanation follows (after a space)."""
    return f"#Score: {score}\n#Explain:"


def critique(sight: Sight, score: int, rng: random.Random, careless: float) -> str:
    """Return one opening and two or three clauses, each true of the image; higher scores get more praise.

    Args:
        sight: what the image shows.
        score: 0..9.
        rng: the source of every choice.
        careless: the share of texts whose tone ignores the score; it leaves room for consistency to improve.
    """
    chance = rng.choice(_CHANCE_REGARDLESS_OF_SCORE) if rng.random() < careless else _CHANCE_OF_PRAISE[score]
    merits, faults = _candidates(sight, phrases()["praise"], rng), _candidates(sight, phrases()["criticism"], rng)
    text = _opening(chance, rng)
    previous: bool | None = None
    for _ in range(rng.choice((2, 2, 3))):
        praising = rng.random() < chance
        clause = _clause(merits if praising else faults, phrases()["praise" if praising else "criticism"], rng)
        text += ": " if previous is None else ", and " if praising == previous else ", but "
        text += clause
        previous = praising
    return text.format(**sight.words) + "."


def caption(sight: Sight, rng: random.Random) -> str:
    """Describe what an image shows, with two of its levels."""
    parts = [rng.choice(phrases()["answers"][key][sight.levels[key]]) for key in rng.sample(list(sight.levels), 2)]
    return (rng.choice(phrases()["captions"]) + ": " + ", ".join(parts) + ".").format(**sight.words)


def question_and_answer(sight: Sight, rng: random.Random) -> tuple[str, str]:
    """Return a few questions about visible attributes, and their true answers in the same order."""
    bank = phrases()
    topics = rng.sample([topic for topic in bank["questions"] if topic in sight.levels or topic in sight.words], 3)
    questions = " ".join(rng.choice(bank["questions"][topic]) for topic in topics[:_QUESTIONS_AT_ONCE])
    answers = "; ".join(rng.choice(bank["answers"][topic][sight.levels.get(topic, "")]) for topic in topics)
    return questions.format(**sight.words), answers.format(**sight.words) + "."


@cache
def polarity_words() -> tuple[frozenset[str], frozenset[str]]:
    """Return the words that only praise and the words that only criticise in the phrase bank, in lower case."""
    bank = phrases()
    terrible, weak, average, good, outstanding = bank["openings"]
    good_words = _words(*_sentences(bank["praise"]), *good, *outstanding)
    bad_words = _words(*_sentences(bank["criticism"]), *weak, *terrible)
    neutral = _words(*average) | set(bank["neutral_words"])
    return frozenset(good_words - bad_words - neutral), frozenset(bad_words - good_words - neutral)


def polarity(text: str) -> float:
    """Return the tone of a text between -1 (only criticism) and 1 (only praise); 0 if no word indicates one."""
    good_words, bad_words = polarity_words()
    words = re.findall(r"[a-z]+", text.lower())
    good, bad = sum(word in good_words for word in words), sum(word in bad_words for word in words)
    return (good - bad) / (good + bad) if good + bad else 0.0


def _candidates(sight: Sight, bank: Bank, rng: random.Random) -> list[tuple[str, str]]:
    keys = [(attribute, level) for attribute, level in sight.levels.items() if level in bank.get(attribute, {})]
    rng.shuffle(keys)
    return keys


def _clause(candidates: list[tuple[str, str]], bank: Bank, rng: random.Random) -> str:
    attribute, level = candidates.pop() if candidates and rng.random() < _SHARE_ABOUT_LEVELS else CONTENT
    return rng.choice(bank[attribute][level])


def _opening(chance_of_praise: float, rng: random.Random) -> str:
    openings = phrases()["openings"]
    band = openings[min(len(openings) - 1, int(chance_of_praise * len(openings)))]
    tail = rng.choice(phrases()["opening_tails"]) if rng.random() < _SHARE_WITH_TAIL else ""
    return rng.choice(band) + tail


def _sentences(bank: Bank) -> list[str]:
    return [sentence for levels_ in bank.values() for sentences in levels_.values() for sentence in sentences]


def _words(*sentences: str) -> set[str]:
    return set(re.findall(r"[a-z]+", re.sub(r"{.*?}", "", " ".join(sentences).lower())))
