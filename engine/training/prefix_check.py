"""Decide whether the pairs of a training share their prefix: by the model's configuration, then by its numbers.

A family that is not in any table may place or mask its tokens in a way of its own. Therefore the first pair is computed
both ways before anything is trained.
"""

from __future__ import annotations

import math
from typing import Any

import torch

from engine.contract.context import RunContext
from engine.contract.events import Note
from engine.contract.specs import TrainSpec
from engine.families.vlm import VisionLanguageModel
from engine.training import shared_prefix
from engine.training.collator import PreferenceCollator
from engine.training.step_trainer import EqualSteps, scored_mask

_TOLERANCE = {torch.float32: 1e-3, torch.float16: 0.05, torch.bfloat16: 0.3}
"""Largest difference of a mean token log-probability (nats) that is rounding, by the type of the weights."""


def prepare(spec: TrainSpec, vlm: VisionLanguageModel, collator: PreferenceCollator, ctx: RunContext) -> None:
    """Prepare a model without adapter for shared prefixes, if the settings and its configuration allow it."""
    if not spec.share_prefix:
        return
    reason = shared_prefix.why_not(vlm.model)
    if reason is not None:
        _report(reason, ctx)
        return
    shared_prefix.use_in(vlm.model)
    collator.share_prefix = True


def confirm(trainer: EqualSteps, collator: PreferenceCollator, ctx: RunContext) -> None:
    """Return to stock rows if the first pair has other log-probabilities with a shared prefix than without."""
    if not collator.share_prefix:
        return
    difference = prefix_difference(trainer, collator)
    if difference <= _TOLERANCE.get(collator.vlm.dtype, 0.3):
        return
    collator.share_prefix = False
    trainer.share_prefix(False)
    _report(f"its log-probabilities would differ by {difference:.2g} a token", ctx)


def prefix_difference(trainer: EqualSteps, collator: PreferenceCollator) -> float:
    """Return the larger difference of the mean token log-probabilities of the first pair's answers, in nats."""
    model: Any = trainer.model
    dataset: Any = trainer.train_dataset
    pair, training = dataset[0], model.training
    model.eval()
    try:
        found = []
        for shared in (True, False):
            collator.share_prefix = shared
            trainer.share_prefix(shared)
            batch = collator.with_answers(pair["images"], [collator.answers_of(pair)])
            tokens = scored_mask(batch).sum(dim=1).float()
            found.append(torch.cat(trainer.answer_log_probs(batch)) / tokens)
    finally:
        collator.share_prefix = True
        trainer.share_prefix(True)
        model.train(training)
    difference = float((found[0] - found[1]).abs().max())
    return math.inf if math.isnan(difference) else difference


def _report(reason: str, ctx: RunContext) -> None:
    if ctx.rank == 0:
        text = f"Image and prompt of a pair are computed for each of its answers anew: with this model, {reason}."
        ctx.emit(Note("info", "prefix_not_shared", text))
