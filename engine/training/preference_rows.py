"""Rows of the score and the consistency dataset: the two complete answers of each pair. No tokenizer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from engine.contract.prompts import answer_prefix
from engine.contract.specs import PromptSpec, TrainKind

BAD_IMAGE = "Replace it by a readable image, then resume: the training keeps the pairs that it started with."


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
