"""Rows to train on: the two complete answers of each pair, or one answer to learn. No tokenizer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from engine.contract.prompts import answer_prefix
from engine.contract.specs import PromptSpec, TrainKind

BAD_IMAGE = "Replace it by a readable image, then resume: the training keeps the pairs that it started with."


class TrainingRow(Protocol):
    """One image with the complete answers that a training needs of it."""

    @property
    def pair_id(self) -> int:
        """Return the pair that it comes from."""
        ...

    @property
    def path(self) -> str:
        """Return the image's file."""
        ...

    @property
    def answers(self) -> tuple[str, ...]:
        """Return its answers, in the order of their sides in a batch."""
        ...


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One image with the one complete answer that is learned."""

    pair_id: int
    path: str
    answer: str

    @property
    def answers(self) -> tuple[str, ...]:
        """Return the answer."""
        return (self.answer,)


@dataclass(frozen=True, slots=True)
class PreferenceRow:
    """One image with the preferred and the dispreferred answer, both complete texts.

    ``rescored``: the dispreferred text after the preferred score, as in the consistency dataset; None if unknown.
    """

    pair_id: int
    path: str
    chosen: str
    rejected: str
    rescored: str | None = None

    @property
    def answers(self) -> tuple[str, ...]:
        """Return both answers, the chosen one first."""
        return self.chosen, self.rejected


def answer_rows(rows: Iterable[dict[str, Any]], prompt: PromptSpec) -> list[AnswerRow]:
    """Return the chosen answers alone, for supervised training (arXiv 2506.02708, section 5.2)."""
    return [
        AnswerRow(
            pair_id=int(row["pair_id"]),
            path=str(row["path"]),
            answer=answer_text(prompt, int(row["chosen_score"]), str(row["chosen_text"])),
        )
        for row in rows
    ]


def preference_rows(rows: Iterable[dict[str, Any]], kind: TrainKind, prompt: PromptSpec) -> list[PreferenceRow]:
    """Return the dataset of one training, in the order of the rows (arXiv 2506.02708, section 3.1).

    The score dataset keeps each text with the score that it was written for. The consistency dataset contains the same
    rows with the rejected score replaced by the chosen one, so that only the texts differ.
    """
    return [_row(row, kind, prompt) for row in rows]


def answer_text(prompt: PromptSpec, score: int, text: str) -> str:
    """Return the complete answer in the prompt's format."""
    prefix = answer_prefix(score, score_tag=prompt.score_tag, explain_tag=prompt.explain_tag)
    return f"{prefix} {text.strip()}".rstrip()


def _row(row: dict[str, Any], kind: TrainKind, prompt: PromptSpec) -> PreferenceRow:
    chosen_score = int(row["chosen_score"])
    rejected_score = chosen_score if kind == "consistency" else int(row["rejected_score"])
    return PreferenceRow(
        pair_id=int(row["pair_id"]),
        path=str(row["path"]),
        chosen=answer_text(prompt, chosen_score, str(row["chosen_text"])),
        rejected=answer_text(prompt, rejected_score, str(row["rejected_text"])),
        rescored=answer_text(prompt, chosen_score, str(row["rejected_text"])),
    )
