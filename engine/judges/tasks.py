"""What a language model judges: explanations beside their scores, or suggestions beside their image.

A task turns a row into a question, and the answer's grades into those that are stored.
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import io
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from engine import images
from engine.contract.judge_types import Grades
from engine.contract.specs import ImageLimits
from engine.images import ImageProblem
from engine.judges import rubric

Row = dict[str, Any]
SUGGESTION_CRITERIA = ("usefulness", "concreteness", "relevance")
TILE, TOKENS_OF_TILE = 512, 8500
"""Pixels and tokens: no server known charges more for an image than so many tokens for each such square of it."""
_JPEG_QUALITY = 90


@dataclass(frozen=True, slots=True)
class Question:
    """What the judge is asked about one row.

    Attributes:
        prompt: the text.
        parts: what else its answer depends on, besides server and sampling; JSON values, no image.
        image: a data URL; "" sends none.
        image_tokens: what the image may cost at most.
    """

    prompt: str
    parts: Mapping[str, Any] = field(default_factory=dict)
    image: str = ""
    image_tokens: int = 0

    def content(self) -> Any:
        """Return the message's content, as OpenAI's chat API takes it."""
        if not self.image:
            return self.prompt
        shown = {"type": "image_url", "image_url": {"url": self.image}}
        return [{"type": "text", "text": self.prompt}, shown]


@dataclass(frozen=True, slots=True)
class SuggestionGrades:
    """Grades of a suggestion from 4 (excellent) to 0 (bad); None with a ``reason`` if not graded."""

    usefulness: int | None
    concreteness: int | None = None
    relevance: int | None = None
    raw: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """The score 0..9 that an explanation justifies, by its text alone; None with a ``reason`` if it was not read."""

    label: int | None
    raw: str = ""
    reason: str = ""


Graded = Grades | SuggestionGrades | Reading


class JudgeTask(Protocol):
    """One kind of judging."""

    @property
    def schema(self) -> dict[str, Any]:
        """Return the answer as JSON schema."""

    @property
    def batch_notes(self) -> str:
        """Return the name of the file in which its batches are noted: answers are read by the task that asked."""

    @property
    def sample(self) -> Question:
        """Return a question that any judge can answer, to see whether the server works."""

    def question(self, row: Row) -> Question | str:
        """Return the question about a row; a text says why it cannot be judged."""

    def read(self, raw: str) -> Graded:
        """Return what an answer says.

        Raises:
            UnusableAnswerError: it is none.
        """

    def failed(self, reason: str, raw: str = "") -> Graded:
        """Return that there are none."""


class ExplanationTask:
    """Does an explanation fit its score (arXiv 2506.02708, A.2)? Rows have ``label``, ``text`` and ``parse_ok``."""

    schema = rubric.schema_of(rubric.CRITERIA)
    batch_notes = "batches.jsonl"
    sample = Question(rubric.render(5, "The light is soft."))

    def question(self, row: Row) -> Question | str:
        """Return the question; an answer that does not parse is judged as empty text, as the paper does."""
        if row["label"] is None:
            return "the score of this explanation is not known"
        text = storable(row["text"]) if row["parse_ok"] else ""
        return Question(rubric.render(row["label"], text), {"score": row["label"], "text": text})

    def read(self, raw: str) -> Graded:
        """Return the grades."""
        grades = rubric.read_grades(raw)
        return Grades(grades["consistency"], grades["usefulness"], grades["general"], raw)

    def failed(self, reason: str, raw: str = "") -> Graded:
        """Return that there are none."""
        return Grades(None, raw=raw, reason=reason)


class ReadingTask:
    """Which score does an explanation justify? Rows have ``text``; the judge is told neither score nor image."""

    schema = rubric.SCORE_SCHEMA
    batch_notes = "reading_batches.jsonl"
    sample = Question(rubric.rubric("reading").render(text="The light is soft."))

    def question(self, row: Row) -> Question | str:
        """Return the question."""
        text = storable(row["text"])
        return Question(rubric.rubric("reading").render(text=text), {"task": "reading", "text": text})

    def read(self, raw: str) -> Graded:
        """Return the score."""
        return Reading(rubric.read_score(raw), raw)

    def failed(self, reason: str, raw: str = "") -> Graded:
        """Return that there is none."""
        return Reading(None, raw=raw, reason=reason)


@dataclass(frozen=True, slots=True)
class SuggestionTask:
    """Does a suggestion help (arXiv 2506.02708, B.3)? Rows have ``path`` and ``text``; the judge sees the image."""

    instruction: str
    limits: ImageLimits

    @property
    def schema(self) -> dict[str, Any]:
        """Return the paper's three scales."""
        return rubric.schema_of(SUGGESTION_CRITERIA)

    @property
    def batch_notes(self) -> str:
        """Return a file beside that of explanations."""
        return "suggestion_batches.jsonl"

    @property
    def sample(self) -> Question:
        """Return a question without an image."""
        return Question(self._render("Move closer to the subject."))

    def question(self, row: Row) -> Question | str:
        """Return the question with the image, resized."""
        try:
            image = images.load(row["path"], self.limits)
        except ImageProblem as problem:
            return f"its image cannot be used: {problem.reason}"
        data = io.BytesIO()
        image.save(data, "JPEG", quality=_JPEG_QUALITY)
        text, shown = storable(row["text"]), data.getvalue()
        tiles = math.ceil(image.width / TILE) * math.ceil(image.height / TILE)
        return Question(
            self._render(text),
            {"task": "suggestions", "text": text, "image": hashlib.sha256(shown).hexdigest()},
            f"data:image/jpeg;base64,{base64.b64encode(shown).decode()}",
            tiles * TOKENS_OF_TILE,
        )

    def read(self, raw: str) -> Graded:
        """Return the grades."""
        grades = rubric.read_grades(raw, SUGGESTION_CRITERIA)
        return SuggestionGrades(grades["usefulness"], grades["concreteness"], grades["relevance"], raw)

    def failed(self, reason: str, raw: str = "") -> Graded:
        """Return that there are none."""
        return SuggestionGrades(None, raw=raw, reason=reason)

    def _render(self, text: str) -> str:
        return rubric.rubric("suggestions").render(instruction=self.instruction, text=text)


def shown(grades: Graded, hide: Any) -> Graded:
    """Return grades whose texts can be read and stored: without the key, and without lone surrogates."""
    return dataclasses.replace(grades, raw=storable(hide(grades.raw)), reason=storable(hide(grades.reason)))


def storable(text: str) -> str:
    """Return a text without lone surrogates, which neither a server nor a database takes."""
    return text.encode("utf-8", "replace").decode()
