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
    """The stage begins. ``done`` of ``total`` units are already there from an earlier run."""

    stage: str
    total: int
    unit: str
    done: int = 0
    pid: int = 0
    device: str = "cpu"
    versions: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Progress:
    """``done`` of ``total`` units, counted from the job's very beginning, not from the resume."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Rows:
    """``count`` journal rows in all are durable (flushed and synced) for this rank."""

    count: int


@dataclass(frozen=True, slots=True)
class TrainStep:
    """What one optimiser step logged. Margin = reward(chosen) - reward(rejected), in nats times beta."""

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
class Phase:
    """What a job is doing where it has no units to count: loading, lengths (of the data), reference
    (log-probabilities), margins.

    ``done`` of ``total`` of the phase's own pieces; both 0 where they cannot be counted, and ``name`` empty once the
    job's own units go on.
    """

    name: str
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model is in memory: which, at which commit ("" for a folder), where, and how its language model is held.

    ``dtype``, ``attention`` and ``quantization`` are what was used in the end, in transformers' words.
    """

    base: str
    revision: str
    device: str
    dtype: str
    attention: str
    quantization: str


@dataclass(frozen=True, slots=True)
class Throughput:
    """Work since the event of this kind before: ``items`` (images, or pairs of a training) in ``seconds`` of computing.

    ``tokens`` were written meanwhile, or trained on (padding apart); 0 where only labels were read.
    """

    items: int
    unit: str
    tokens: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes: the process's resident set; on the device (all 0 without a GPU) the most allocated and the most reserved
    since the process began, and what the device has free and in all.
    """

    rss: int
    device: int = 0
    reserved: int = 0
    free: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Note:
    """Something a person should know: a skipped row, a fallback. ``code`` is stable, ``text`` is for reading."""

    level: Literal["info", "warning"]
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Finished:
    """Terminal: done. ``result`` is the stage's own small summary (JSON values only)."""

    result: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failed:
    """Terminal: an error. ``user_error`` tells a mistake that a person can mend from a defect of ours."""

    message: str
    remedy: str = ""
    user_error: bool = False
    detail: str = ""


@dataclass(frozen=True, slots=True)
class OutOfMemory:
    """Terminal: the memory did not do for ``batch`` pairs or images at once (0: fewer would not help).

    What is done is kept: whoever runs the job can start it again with fewer at once. ``checkpointing`` tells whether a
    training computed its activations anew already.
    """

    message: str
    remedy: str = ""
    batch: int = 0
    checkpointing: bool = False


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Terminal: stopped as asked; what is done is kept and can be resumed."""


Terminal = Finished | Failed | OutOfMemory | Cancelled
Event = Started | Progress | Rows | TrainStep | Phase | Loaded | Throughput | Memory | Note | Terminal
TERMINAL = (Finished, Failed, OutOfMemory, Cancelled)
_TYPES: dict[str, type[Event]] = {
    cls.__name__: cls
    for cls in (Started, Progress, Rows, TrainStep, Phase, Loaded, Throughput, Memory, Note, *TERMINAL)
}


def encode(event: Event) -> str:
    """One JSON line without its newline. Non-finite numbers become null, which JSON has no other word for."""
    body = {"event": type(event).__name__, **_finite(dataclasses.asdict(event))}
    return json.dumps(body, ensure_ascii=True, allow_nan=False)


def decode(line: str) -> Event:
    """The event of one JSON line.

    Raises:
        ValueError: not JSON, an unknown event or wrong fields.
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
