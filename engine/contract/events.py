"""The closed union of events that a child process sends, and their JSON lines. Standard library only.

A stream ends in exactly one terminal event: Finished, Failed, OutOfMemory or Cancelled. A stream that ends without one
belongs to a child that crashed.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Started:
    """The stage has started. ``done`` of ``total`` units already exist from an earlier run."""

    stage: str
    total: int
    unit: str
    done: int = 0
    pid: int = 0
    device: str = "cpu"
    versions: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Progress:
    """``done`` of ``total`` units, counted from the start of the job, not from the resume."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Rows:
    """``count`` journal rows in total are durable (flushed and synced) for this rank."""

    count: int


@dataclass(frozen=True, slots=True)
class TrainStep:
    """The log of one optimiser step. Margin = reward(chosen) - reward(rejected), in nats times beta."""

    step: int
    total: int
    loss: float
    margin: float
    accuracy: float
    reward_chosen: float
    reward_rejected: float
    learning_rate: float
    grad_norm: float


@dataclass(frozen=True, slots=True)
class AnswerSamples:
    """Greedy answers to a few training images during a training, after ``step`` optimiser steps.

    ``kept_format`` of ``answers`` have the required format; ``mean_tokens`` is their mean length.
    """

    step: int
    answers: int
    kept_format: int
    mean_tokens: float


@dataclass(frozen=True, slots=True)
class ValidationScore:
    """SRCC on ``n`` validation images during a training, after ``step`` optimiser steps; NaN if it is undefined."""

    step: int
    srcc: float
    n: int


@dataclass(frozen=True, slots=True)
class Phase:
    """The current activity of a job while it has no units to count: loading, lengths (of the data), reference
    (log-probabilities), margins.

    ``done`` of ``total`` of the phase's own items; both are 0 if they cannot be counted. ``name`` is empty once the
    job's own units continue.
    """

    name: str
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model has been loaded: which one, at which commit ("" for a folder), on which device and in which precision.

    ``dtype``, ``attention`` and ``quantization`` are the values of the language model, in transformers' terms.
    """

    base: str
    revision: str
    device: str
    dtype: str
    attention: str
    quantization: str


@dataclass(frozen=True, slots=True)
class Throughput:
    """Work since the previous event of this kind: ``items`` (images, or training pairs) in ``seconds`` of computing.

    ``tokens`` counts the tokens generated or trained on (without padding); 0 if only labels were read.
    """

    items: int
    unit: str
    tokens: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Memory:
    """Memory in bytes: the process's resident set; on the device (all 0 without a GPU) the peak allocated and the peak
    reserved since the process started, and the device's free and total memory.
    """

    rss: int
    device: int = 0
    reserved: int = 0
    free: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Note:
    """A message for the user: a skipped row, a fallback. ``code`` is stable, ``text`` is for reading."""

    level: Literal["info", "warning"]
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class AnswerPiece:
    """Text of an answer in a chat: from character ``start`` on, the answer to request ``number`` is ``text``, so far.

    A later piece may begin before the end of the earlier ones and then replaces what they said.
    """

    number: int
    start: int
    text: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to request ``number`` of a chat is durable in the journal.

    ``ended``: "complete" (the model ended it), "length" (cut off at the limit) or "stopped" (on request).
    ``logprobs`` are those of the ten labels, for an image's score and explanation; None for other answers.
    """

    number: int
    text: str
    ended: Literal["complete", "length", "stopped"]
    tokens: int
    seconds: float
    logprobs: list[float] | None = None


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Request ``number`` of a chat cannot be answered, for a reason that the user can read; the chat goes on."""

    number: int
    message: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Predicted:
    """The answer to request ``number`` of a process that scores images.

    ``row`` is a journal row of ``engine.stages.predict`` without its image_id.
    """

    number: int
    row: dict[str, Any]


@dataclass(frozen=True, slots=True)
class NotPredicted:
    """Request ``number`` cannot be answered; the process goes on. ``image_problem``: the image cannot be used."""

    number: int
    reason: str
    image_problem: bool


@dataclass(frozen=True, slots=True)
class Finished:
    """Terminal: done. ``result`` is the stage's own short summary (JSON values only)."""

    result: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failed:
    """Terminal: an error. ``user_error`` separates mistakes that the user can correct from defects of the program."""

    message: str
    remedy: str = ""
    user_error: bool = False
    detail: str = ""


@dataclass(frozen=True, slots=True)
class OutOfMemory:
    """Terminal: out of memory with ``batch`` pairs or images at once (0: fewer would not help).

    Finished work is kept: the caller can start the job again with a smaller batch. ``checkpointing`` is True if the
    training already used gradient checkpointing.
    """

    message: str
    remedy: str = ""
    batch: int = 0
    checkpointing: bool = False


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Terminal: stopped on request; finished work is kept and can be resumed."""


Terminal = Finished | Failed | OutOfMemory | Cancelled
Event = (
    Started | Progress | Rows | TrainStep | AnswerSamples | ValidationScore
    | Phase | Loaded | Throughput | Memory | Note | AnswerPiece | Answered | Unanswered
    | Predicted | NotPredicted | Terminal
)  # fmt: skip
TERMINAL = (Finished, Failed, OutOfMemory, Cancelled)
PASSING = (Predicted, NotPredicted)
"""Events for the listener alone, which are not kept in the run folder: there may be any number of them."""
_TYPES: dict[str, type[Event]] = {
    cls.__name__: cls
    for cls in (
        *(Started, Progress, Rows, TrainStep, AnswerSamples, ValidationScore),
        *(Phase, Loaded, Throughput, Memory, Note, AnswerPiece, Answered, Unanswered, *PASSING, *TERMINAL),
    )
}


def encode(event: Event) -> str:
    """Return one JSON line without its newline. Non-finite numbers become null, since JSON cannot represent them."""
    body = {"event": type(event).__name__, **_finite(dataclasses.asdict(event))}
    return json.dumps(body, ensure_ascii=True, allow_nan=False)


def decode(line: str) -> Event:
    """Return the event of one JSON line.

    Raises:
        ValueError: invalid JSON, an unknown event or wrong fields.
    """
    try:
        body = json.loads(line)
        cls = _TYPES[body.pop("event")]
        body.pop("at", None)  # when the line was written; the worker's writer adds it
        numbers = {f.name for f in dataclasses.fields(cls) if f.type == "float"}
        values: dict[str, Any] = {k: float("nan") if v is None and k in numbers else v for k, v in body.items()}
        return cls(**values)
    except (KeyError, TypeError, AttributeError, json.JSONDecodeError) as error:
        raise ValueError(f"not an event: {line[:200]!r} ({error})") from error


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if value - value == 0 else None
    if isinstance(value, dict):
        return {k: _finite(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(v) for v in value]
    return value
