"""Rows of the score and the consistency dataset: which two answers a pair of texts becomes. Knows no tokenizer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from engine.contract.prompts import answer_prefix
from engine.contract.specs import PromptSpec, TrainKind

BAD_IMAGE = "Put a readable image there, then resume: the training keeps the pairs that it began with."


@dataclass(frozen=True, slots=True)
class PreferenceRow:
    """One image with the answer to prefer and the one to avoid, both complete texts."""

    pair_id: int
    path: str
    chosen: str
    rejected: str


def preference_rows(rows: Iterable[dict[str, Any]], kind: TrainKind, prompt: PromptSpec) -> list[PreferenceRow]:
    """The dataset of one training, in the order of the rows (METHOD, pair generation).

    The score dataset keeps each text with the score that it was written for. The consistency dataset holds the same
    rows with the rejected's score replaced by the chosen one, so that only the texts differ.
    """
    return [_row(row, kind, prompt) for row in rows]


def answer_text(prompt: PromptSpec, score: int, text: str) -> str:
    """The whole answer in the format that the prompt asks for."""
    begun = answer_prefix(score, score_tag=prompt.score_tag, explain_tag=prompt.explain_tag)
    return f"{begun} {text.strip()}".rstrip()


def _row(row: dict[str, Any], kind: TrainKind, prompt: PromptSpec) -> PreferenceRow:
    chosen_score = int(row["chosen_score"])
    rejected_score = chosen_score if kind == "consistency" else int(row["rejected_score"])
    return PreferenceRow(
        pair_id=int(row["pair_id"]),
        path=str(row["path"]),
        chosen=answer_text(prompt, chosen_score, str(row["chosen_text"])),
        rejected=answer_text(prompt, rejected_score, str(row["rejected_text"])),
    )
