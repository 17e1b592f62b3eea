"""Questions and answers about degraded images (arXiv 2412.11952, section 3.3). Standard library only.

The forms are data (``resources/instructions/degradation_texts.json``). What is chosen depends on the given random
numbers alone, so that the same seed and image give the same words.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from engine.contract.degradations.kinds import DegradationName
from engine.contract.resources import resource_path

AnswerForm = Literal["single", "contrast"]
"""About one image, or about the difference of two."""
FORMS: tuple[AnswerForm, ...] = ("single", "contrast")


@dataclass(frozen=True, slots=True)
class DegradationPhrases:
    """What is said of one degradation: after "is", after "shows", and as a comparative before "than"."""

    single: tuple[str, ...]
    nouns: tuple[str, ...]
    worse: tuple[str, ...]
    better: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TextBank:
    """All texts.

    Attributes:
        questions: by form.
        untouched: answers where nothing was degraded, by form.
        patterns: sentences with a gap, by form; "nouns" are those for a single image that take nouns.
        exclusive: sets of degradations of which an image gets at most one: they contradict or hide each other.
        phrases: by degradation.
    """

    questions: Mapping[AnswerForm, tuple[str, ...]]
    untouched: Mapping[AnswerForm, tuple[str, ...]]
    patterns: Mapping[Literal["single", "nouns", "contrast"], tuple[str, ...]]
    exclusive: tuple[frozenset[str], ...]
    phrases: Mapping[str, DegradationPhrases]


@cache
def text_bank() -> TextBank:
    """Return all texts, read once."""
    path = resource_path("instructions", "degradation_texts.json")
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return TextBank(
        questions={form: tuple(data["questions"][form]) for form in FORMS},
        untouched={form: tuple(data["untouched"][form]) for form in FORMS},
        patterns={form: tuple(data["patterns"][form]) for form in ("single", "nouns", "contrast")},
        exclusive=tuple(frozenset(names) for names in data["exclusive"]),
        phrases={
            name: DegradationPhrases(**{form: tuple(texts) for form, texts in forms.items()})
            for name, forms in data["degradations"].items()
        },
    )


def question(form: AnswerForm, rng: random.Random) -> str:
    """Return a question about one image, or about two."""
    return rng.choice(text_bank().questions[form])


def single_answer(degradations: Sequence[DegradationName], rng: random.Random) -> str:
    """Return a sentence that names what was done to an image: "The image is blurred and noisy."

    Args:
        degradations: named in this order; none: an untouched image.
        rng: chooses the words.

    Raises:
        KeyError: there are no texts about one of them.
    """
    bank = text_bank()
    if not degradations:
        return rng.choice(bank.untouched["single"])
    nouns = rng.random() < 0.5
    pattern = rng.choice(bank.patterns["nouns" if nouns else "single"])
    known = [bank.phrases[name] for name in degradations]
    return pattern.format(what=joined([rng.choice(one.nouns if nouns else one.single) for one in known]))


def contrast_answer(degradations: Sequence[DegradationName], worse: Literal[1, 2], rng: random.Random) -> str:
    """Return a sentence that says how two images differ: "The first image is blurrier and noisier than the second."

    It speaks of the worse image, or of the better one ("The second image is sharper than the first.").

    Args:
        degradations: of the worse image, named in this order; none: two images that are the same.
        worse: which of the images is degraded.
        rng: chooses the words.

    Raises:
        KeyError: there are no texts about one of the degradations.
    """
    bank = text_bank()
    if not degradations:
        return rng.choice(bank.untouched["contrast"])
    of_better = rng.random() < 0.5
    one, other = ("first", "second") if (worse == 1) is not of_better else ("second", "first")
    pattern = rng.choice(bank.patterns["contrast"])
    known = [bank.phrases[name] for name in degradations]
    what = joined([rng.choice(phrases.better if of_better else phrases.worse) for phrases in known])
    return pattern.format(one=one, other=other, what=what)


def joined(phrases: Sequence[str]) -> str:
    """Return an English enumeration: "a", "a and b", "a, b and c"."""
    return " and ".join(filter(None, (", ".join(phrases[:-1]), phrases[-1])))


def draw_degradations(
    names: Sequence[DegradationName], at_once: int, rng: random.Random
) -> tuple[DegradationName, ...]:
    """Return from 1 to ``at_once`` degradations for one image, without those that contradict or hide each other.

    Args:
        names: to choose from, at least one.
        at_once: the most at once, at least 1; fewer are returned where the rest cannot be combined.
        rng: decides the number and which.
    """
    left, found = list(names), list[DegradationName]()
    for _ in range(rng.randint(1, at_once)):
        if not left:
            break
        chosen = rng.choice(left)
        found.append(chosen)
        hidden = {chosen}.union(*(group for group in text_bank().exclusive if chosen in group))
        left = [name for name in left if name not in hidden]
    return tuple(found)
