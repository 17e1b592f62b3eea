"""Requests to a chat's process: one JSON object per line on its standard input. Standard library only.

Each request is complete in itself, so that the process can be replaced by another at any time. What comes back are the
events ``AnswerPiece``, ``Answered`` and ``Unanswered`` with the request's number.
"""

from __future__ import annotations

import dataclasses
import json
import tomllib
from dataclasses import dataclass
from typing import Any

from engine.contract.resources import resource_path


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """A question about an image, or, with no answers before it, the request for score and explanation.

    Attributes:
        number: identifies the answer's events.
        path: the image.
        adapter: folder of the version's adapter; None for the base model.
        answers: the model's answers so far, the first with score and explanation.
        questions: the user's message after each of them; as many.
        seed: of the sampling, if the temperature is above 0.
    """

    number: int
    path: str
    adapter: str | None = None
    answers: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    seed: int = 0


@dataclass(frozen=True, slots=True)
class StopAnswer:
    """Stop the answer to request ``number``, if it has not ended; what there is of it is kept."""

    number: int


def encode_request(request: ChatRequest | StopAnswer) -> str:
    """Return one JSON line without its newline."""
    kind = "stop" if isinstance(request, StopAnswer) else "ask"
    return json.dumps({"kind": kind, **dataclasses.asdict(request)}, ensure_ascii=True, allow_nan=False)


def decode_request(line: str) -> ChatRequest | StopAnswer:
    """Return the request of one JSON line.

    Raises:
        ValueError: it is none, or has not one question for each answer.
    """
    try:
        body: dict[str, Any] = json.loads(line)
        if body.pop("kind") == "stop":
            return StopAnswer(**body)
        values: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in body.items()}
        request = ChatRequest(**values)
    except (KeyError, TypeError, AttributeError, json.JSONDecodeError) as error:
        raise ValueError(f"not a request: {line[:200]!r} ({error})") from error
    if len(request.answers) != len(request.questions):
        raise ValueError(f"request {request.number} has {len(request.answers)} answers and other questions")
    return request


def suggestion_prompt() -> str:
    """Return the question by which the paper asks for suggestions after a score (arXiv 2506.02708, B.3)."""
    return _text("suggestions")


def judged_instruction() -> str:
    """Return the instruction that the paper's judge of suggestions is told; its Fig. 9 asks it, with a full stop."""
    return _text("judged_instruction")


def _text(name: str) -> str:
    return str(tomllib.loads(resource_path("chat", "paper.toml").read_text("utf-8"))[name])
