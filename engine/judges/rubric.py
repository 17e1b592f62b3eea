"""The rubric of a language model as judge (arXiv 2506.02708, A.2): its prompt, and what its answer must be.

Three criteria, each with one of five words. Anything else is no grade, never a guess: a word that is not in the scale,
a number, a missing or an additional field, JSON that is cut, fenced or surrounded by prose. Standard library only.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Sequence
from functools import cache
from typing import Any

from engine.contract.prompts import PromptTemplate
from engine.contract.resources import resource_path
from engine.contract.specs import LABELS

CRITERIA = ("consistency", "usefulness", "general")
SCALE = {"excellent": 4, "good": 3, "fair": 2, "poor": 1, "bad": 0}
_SHOWN = 80


class UnusableAnswerError(ValueError):
    """The answer is no grade; the message says why."""


@cache
def rubric(name: str = "paper") -> PromptTemplate:
    """Return the prompt of that name, from ``resources/judge``; its fields include ``score`` and ``text``."""
    data = tomllib.loads(resource_path("judge", f"{name}.toml").read_text("utf-8"))
    return PromptTemplate(data["name"], data["template"].strip("\n"), data["fields"])


def render(label: int, text: str, name: str = "paper") -> str:
    """Return the prompt for one explanation with its score, both inserted once and never read as fields."""
    return rubric(name).render(score=str(label), text=text)


SCORE_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"score": {"type": "integer", "enum": list(LABELS)}},
    "required": ["score"],
    "additionalProperties": False,
}
"""A score as JSON schema."""


def schema_of(criteria: Sequence[str]) -> dict[str, Any]:
    """Return the answer as JSON schema, for servers that can hold a model to it."""
    return {
        "type": "object",
        "properties": {name: {"type": "string", "enum": list(SCALE)} for name in criteria},
        "required": list(criteria),
        "additionalProperties": False,
    }


def read_grades(answer: str, criteria: Sequence[str] = CRITERIA) -> dict[str, int]:
    """Return the grades of all criteria, 4 (excellent) to 0 (bad).

    Raises:
        UnusableAnswerError: the answer is anything but one JSON object with these fields and words.
    """
    found = _fields(answer, criteria)
    return {name: _grade(name, found[name]) for name in criteria}


def read_score(answer: str) -> int:
    """Return the score 0 to 9 that an answer names.

    Raises:
        UnusableAnswerError: the answer is anything but one JSON object with a whole number from 0 to 9 as its score.
    """
    score = _fields(answer, ("score",))["score"]
    if not isinstance(score, int) or isinstance(score, bool) or score not in LABELS:
        raise UnusableAnswerError(f"score is {_short(json.dumps(score))}, not a whole number from 0 to {LABELS[-1]}")
    return score


def _fields(answer: str, criteria: Sequence[str]) -> dict[str, Any]:
    """Return the fields of an answer that is one JSON object with these and no others."""
    stripped = answer.strip()
    if not stripped:
        raise UnusableAnswerError("the answer is empty")
    try:
        found = json.loads(stripped, object_pairs_hook=_once, parse_constant=_no_number)
    except UnusableAnswerError:
        raise
    except (ValueError, RecursionError) as error:  # also a number of thousands of digits, or nesting without end
        raise UnusableAnswerError(f"not JSON alone: {_short(stripped)}") from error
    if not isinstance(found, dict):
        raise UnusableAnswerError(f"not a JSON object: {_short(stripped)}")
    missing = [name for name in criteria if name not in found]
    other = [name for name in found if name not in criteria]
    if missing or other:
        parts = [f"no {name}" for name in missing] + [f"unknown field {_short(name)}" for name in other]
        raise UnusableAnswerError(", ".join(parts))
    return found


def _grade(name: str, word: Any) -> int:
    grade = SCALE.get(word.strip().lower()) if isinstance(word, str) else None
    if grade is None:
        raise UnusableAnswerError(f"{name} is {_short(json.dumps(word))}, not one of {', '.join(SCALE)}")
    return grade


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise UnusableAnswerError(f"{_short(twice)} is given twice")
    return dict(pairs)


def _no_number(word: str) -> Any:
    raise UnusableAnswerError(f"{word} is no grade")


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
