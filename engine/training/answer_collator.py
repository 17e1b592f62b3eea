"""Collate rows of one answer each, for supervised training on all of its tokens or on those of its score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import torch

from engine.contract.prompts import answer_prefix
from engine.contract.specs import LABELS, PromptSpec
from engine.families import VisionLanguageModel
from engine.training.collator import Batch, ClosedAnswer, PreferenceCollator, close_answer, common_length


@dataclass(slots=True)
class AnswerCollator(PreferenceCollator):
    """Collates one answer an image; the same caches and layouts as for pairs.

    Attributes:
        only_score: the tags of the score, if only its part of an answer is scored; None scores whole answers.
    """

    only_score: PromptSpec | None = field(default=None, kw_only=True)
    _score_end: int | None = field(default=None, init=False)

    def answers_of(self, example: dict[str, Any]) -> tuple[str, ...]:
        """Return the row's one answer."""
        return (example["answer"],)

    def with_answers(self, paths: Sequence[str], answers: Sequence[Sequence[str]]) -> Batch:
        """Return a batch of images with their answers; ``scored_mask`` marks the scores, if only these are scored."""
        batch = PreferenceCollator.with_answers(self, paths, answers)
        if self.only_score is None:
            return batch
        closed = [self.answer(answer) for side in zip(*answers, strict=True) for answer in side]
        kept = torch.tensor([scored for answer in closed for scored in self._scored(answer, self.only_score)])
        mask = batch["completion_mask"].clone()
        mask[mask == 1] = kept.to(mask)
        return {**batch, "scored_mask": mask}

    def _scored(self, answer: ClosedAnswer, prompt: PromptSpec) -> list[bool]:
        """Return for each token of an answer whether it belongs to the score, up to and including the label."""
        if self._score_end is None:
            self._score_end = score_end(self.vlm, self.prompt_text, prompt)
        first = len(answer.ids) - answer.answer_tokens
        return [place <= self._score_end for place in range(first, len(answer.ids))]


def score_end(vlm: VisionLanguageModel, prompt_text: str, prompt: PromptSpec) -> int:
    """Return the place of the label among the tokens of a chat with an answer, found by comparing ten answers."""
    texts = [answer_prefix(label, score_tag=prompt.score_tag, explain_tag=prompt.explain_tag) for label in LABELS]
    answers = [list(close_answer(vlm, prompt_text, text).ids) for text in texts]
    return min(common_length(answers[0], other) for other in answers[1:])
