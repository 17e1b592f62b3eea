"""Conversations about images. Frozen rows, standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from engine.contract.specs import ChatSpec

TurnState = Literal["open", "complete", "length", "stopped", "failed"]
"""Of an answer: still to come, ended by the model, cut off at the limit, stopped on request, failed with a reason."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A message and its answer.

    Attributes:
        question: of the user; "" for the first turn, the version's score and explanation.
        answer: as the model wrote it.
        label, score, explanation, keeps_format: what the first turn's answer says; the score is in the original scale,
            None where the version has not been measured.
    """

    id: int
    conversation_id: int
    question: str
    answer: str
    state: TurnState
    reason: str
    asked_at: datetime
    label: int | None = None
    score: float | None = None
    explanation: str = ""
    keeps_format: bool = True

    @property
    def is_first(self) -> bool:
        """Return whether it is the version's score and explanation."""
        return not self.question

    @property
    def was_answered(self) -> bool:
        """Return whether the model can be reminded of its answer."""
        return self.state in ("complete", "length") or (self.state == "stopped" and bool(self.answer.strip()))


@dataclass(frozen=True, slots=True)
class Partner:
    """A version to talk to.

    Attributes:
        digest: of its adapter; "" for the base.
        spec: of the process that all versions of this base, prompt and precision share.
        adapter: its adapter's folder; None for the base.
        reference: the values of the ten labels in the original scale; None before it was measured.
        converses: False for the demo model, which has learned nothing but scores and explanations.
    """

    version: str
    digest: str
    spec: ChatSpec
    adapter: str | None
    reference: tuple[float, ...] | None
    converses: bool = True


@dataclass(frozen=True, slots=True)
class Subject:
    """The image of a conversation. ``image_id`` is None for a file outside the project; ``name`` is for people."""

    image_id: int | None
    path: Path
    name: str


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """A stored conversation. ``is_current``: with the version as it is now, not an earlier one of its name."""

    id: int
    version: str
    created_at: datetime
    questions: int
    is_current: bool


@dataclass(frozen=True, slots=True)
class OpenedChat:
    """An image and a version, with what was said.

    Attributes:
        versions: all versions of the project, oldest first.
        conversations: with this version about this image, newest first.
        conversation_id: the one that is shown; None: a new one, not stored before the first question or answer.
        turns: of that conversation; of a new one the stored score and explanation, if there is one.
        goes_on: whether more can be asked: not in a conversation with an earlier version of this name.
    """

    subject: Subject
    versions: tuple[str, ...]
    partner: Partner
    conversations: tuple[ConversationRow, ...]
    conversation_id: int | None
    turns: tuple[Turn, ...]
    goes_on: bool


@dataclass(frozen=True, slots=True)
class History:
    """What the model is reminded of: its answers, and the user's message after each."""

    answers: tuple[str, ...]
    questions: tuple[str, ...]
