"""Locate the score label among an answer's tokens by comparing ten answers, never by assuming token ids.

Works on token ids only: no model, no processor, no torch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.contract.context import StageError

Ids = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LabelSite:
    """The tokens around the label of the answer ``#Score: d\\n#Explain:`` in its chat context.

    Attributes:
        prefix_ids: the tokens that the model itself has to generate before the label; its logits follow the last of
            these. None if the generation prompt's last tokens change when an answer follows, so that no free answer
            can match.
        label_ids: the token of each of the ten labels, all different.
        tail_ids: the tokens from the label to the end of the answer's fixed part.
    """

    prefix_ids: Ids | None
    label_ids: Ids
    tail_ids: Ids


def find_label_site(generation_prompt: Sequence[int], answers: Sequence[Sequence[int]]) -> LabelSite:
    """Compare the tokens of ten answers that differ only in their label.

    Args:
        generation_prompt: ids of the chat up to where the model begins to answer.
        answers: for each label in order, ids of the same chat continued with ``#Score: d\\n#Explain:``.

    Raises:
        StageError: the answers do not differ in exactly one token each, all distinct.
    """
    start = min(_common_length(answers[0], other) for other in answers[1:])
    label_ids = tuple(answer[start] for answer in answers if start < len(answer))
    tails = {tuple(answer[start + 1 :]) for answer in answers}
    if len(set(label_ids)) != len(answers) or len(tails) != 1:
        raise StageError(
            "This model's tokenizer does not give each score label 0..9 exactly one token of its own "
            f"(tokens at the label: {list(label_ids)}; {len(tails)} different continuations).",
            "Choose a model whose tokenizer writes single digits as single tokens.",
        )
    prompt = tuple(generation_prompt)
    prefilled = tuple(answers[0][:start])
    prefix = prefilled[len(prompt) :] if prefilled[: len(prompt)] == prompt else None
    return LabelSite(prefix_ids=prefix, label_ids=label_ids, tail_ids=tails.pop())


def _common_length(a: Sequence[int], b: Sequence[int]) -> int:
    for index, (x, y) in enumerate(zip(a, b, strict=False)):
        if x != y:
            return index
    return min(len(a), len(b))
