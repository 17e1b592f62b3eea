"""Instructions: questions about images and their answers. Frozen rows, standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from studio.services.imports.types import Refusal

QuestionType = Literal["description", "yes-no", "what", "how", "why", "multiple-choice", "other"]
"""The parts of AesMMIT (arXiv 2404.09624, section 3.3), and ``other`` for what is none of them."""
QUESTION_TYPES: tuple[QuestionType, ...] = ("description", "yes-no", "what", "how", "why", "multiple-choice", "other")
IMAGE_MARK = "<image>"
"""Where an image belongs in a question."""


@dataclass(frozen=True, slots=True)
class QuestionAnswer:
    """One turn. ``question`` may contain ``IMAGE_MARK``."""

    question: str
    answer: str

    @property
    def plain_question(self) -> str:
        """Return the question without image marks."""
        return without_marks(self.question)


@dataclass(frozen=True, slots=True)
class Instruction:
    """One accepted row: a conversation about one image or several.

    Attributes:
        images: paths relative to the images folder, with forward slashes, in the order of the marks in the questions.
            The questions have exactly one mark for each.
        turns: in order; at least one, none of them empty.
        source_id: the row's own id; "" if it has none.
        file: name of the file.
        row: the line of JSON lines and of tables (the header is line 1), else the number of the entry, from 1.
        question_type: that of the first question.
        system: the text before the first question that tells the model who it is; "" if there is none.
    """

    images: tuple[str, ...]
    turns: tuple[QuestionAnswer, ...]
    source_id: str
    file: str
    row: int
    question_type: QuestionType
    system: str = ""


@dataclass(frozen=True, slots=True)
class InstructionSet:
    """The rows of a file, accepted and refused: ``read == len(instructions) + len(refused)``.

    ``format`` is the name of the format in which the file was read; ``warnings`` are about the whole file.
    ``images_missing``: different images that its rows name and that do not exist.
    """

    format: str
    instructions: tuple[Instruction, ...]
    refused: tuple[Refusal, ...]
    warnings: tuple[str, ...] = ()
    images_missing: int = 0

    @property
    def read(self) -> int:
        """Return the number of rows in the file."""
        return len(self.instructions) + len(self.refused)


@dataclass(frozen=True, slots=True)
class InstructionSummary:
    """The figures of a file.

    Attributes:
        read: rows; ``accepted`` and ``refused`` of them add up to it.
        reasons: refused rows by reason, most frequent first; reasons that differ in a number or a name are the same.
        types: accepted rows by type, in the order of ``QUESTION_TYPES``; they add up to ``accepted``.
        turns: questions with their answer in the accepted rows.
        multi_turn: accepted rows with more than one turn.
        multi_image: accepted rows with more than one image.
        images: different images in the accepted rows.
        images_missing: different images that the rows name and that do not exist.
    """

    read: int
    accepted: int
    refused: int
    reasons: dict[str, int]
    types: dict[QuestionType, int]
    turns: int
    multi_turn: int
    multi_image: int
    images: int
    images_missing: int


def without_marks(text: str) -> str:
    """Return a question without image marks, and without the blanks around them."""
    return text.replace(IMAGE_MARK, "").strip()
