"""Notice a collapsing training while it runs: a few sampled answers at each checkpoint, beside the log-probabilities.

DPO lowers the log-probabilities of both answers when its steps are too large, and the model ends up repeating itself;
the loss and the margin look better than ever meanwhile. Cf. arXiv 2402.13228, section 2, and 2410.08847.
"""

from __future__ import annotations

import dataclasses
import json
from collections import deque
from collections.abc import Sequence
from typing import Any

import torch
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from engine.contract.atomic_files import write_text
from engine.contract.context import RunContext, StageError
from engine.contract.events import AnswerSamples, Note
from engine.contract.prompts import parse_answer
from engine.contract.specs import TrainSpec
from engine.families import VisionLanguageModel
from engine.generation.answers import Answerer
from engine.training.collator import PreferenceCollator
from engine.training.preference_rows import TrainingRow

FILE_NAME = "first_samples.json"
"""The samples before the first step, for a resumed training."""
SAMPLES = 8
"""Images whose answers are sampled."""
TOKENS = 64
WINDOW = 5
"""Optimiser steps over which the log-probabilities are averaged."""
BROKEN = 0.5
"""Answers are broken if at most this share keeps the format, and at most this share of those that did at first."""
_EXAMPLE = 120


@dataclasses.dataclass(frozen=True, slots=True)
class Samples:
    """Answers to the same images: how many keep the format, their mean length, and the first that does not."""

    answers: int
    kept_format: int
    mean_tokens: float
    example: str = ""

    @property
    def rate(self) -> float:
        """Return the share that keeps the format."""
        return self.kept_format / self.answers if self.answers else 0.0

    def broken_since(self, first: Samples) -> bool:
        """Return whether these are broken and the first ones were not."""
        return first.kept_format > 0 and self.rate <= BROKEN * min(1.0, first.rate)


class CollapseWatch(TrainerCallback):
    """Samples greedy answers before the first step, with each checkpoint and after the last step.

    With several processes, rank 0 samples and the others wait for it in the next step; if it stops, all are stopped.
    """

    def __init__(
        self,
        ctx: RunContext,
        spec: TrainSpec,
        vlm: VisionLanguageModel,
        collator: PreferenceCollator,
        rows: Sequence[TrainingRow],
    ) -> None:
        self._ctx = ctx
        self._spec = spec
        self._vlm = vlm
        self._collator = collator
        paths = list(dict.fromkeys(row.path for row in rows))
        self._paths = paths[:: max(1, len(paths) // SAMPLES)][:SAMPLES]
        self._rewards: deque[tuple[float, float]] = deque(maxlen=WINDOW)
        self._first: Samples | None = None
        self._sampled_at = -1
        self._told = False

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Sample before the first step; a resumed training reads what its first run found."""
        if self._ctx.rank:
            return
        file = self._ctx.folder.path / FILE_NAME
        if state.global_step and file.exists():
            self._first = Samples(**json.loads(file.read_text("utf-8")))
            return
        self._first = self._sample(kwargs["model"], state.global_step)
        write_text(file, json.dumps(dataclasses.asdict(self._first)))

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, float] | None = None,
        **kwargs: Any,
    ) -> None:
        """Keep the log-probabilities of the last steps, relative to the reference."""
        if logs is not None and "rewards/chosen" in logs:
            self._rewards.append((logs["rewards/chosen"], logs["rewards/rejected"]))

    def on_save(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Sample at a checkpoint.

        Raises:
            StageError: the training has collapsed, and the spec says to stop.
        """
        self._look(kwargs["model"], state.global_step)

    def on_train_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Sample after the last step.

        Raises:
            StageError: the training has collapsed, and the spec says to stop.
        """
        self._look(kwargs["model"], state.global_step)

    def _look(self, model: Any, step: int) -> None:
        if self._first is None or step == self._sampled_at:
            return
        found = self._sample(model, step)
        if not found.broken_since(self._first) or not self._both_fall():
            return
        counted = (
            f"{found.kept_format} of {found.answers} sampled answers keep the format ({self._first.kept_format} before "
            f"the training). An answer: “{found.example}”"
        )
        if self._spec.objective == "score":
            # What is not trained on is lost: that is what this training is there to show (arXiv 2506.02708, 5.2).
            if not self._told:
                self._ctx.emit(Note("warning", "text_lost", f"At step {step}, {counted}"))
            self._told = True
            return
        falling = "chosen and rejected answers have both become less likely than under the base model, and "
        text = f"The training has collapsed at step {step}: {falling if self._rewards else ''}{counted}"
        if self._spec.on_collapse == "warn":
            self._ctx.emit(Note("warning", "training_collapsed", text))
            return
        raise StageError(
            text,
            "Lower training.learning_rate, for example to a tenth; fewer epochs or a larger beta help too. "
            'training.on_collapse = "warn" continues such a training.',
        )

    def _both_fall(self) -> bool:
        """Return whether both answers became less likely; a supervised training has only one, and no reference."""
        if self._spec.objective != "preference":
            return True
        return bool(self._rewards) and all(sum(side) < 0 for side in zip(*self._rewards, strict=True))

    def _sample(self, model: Any, step: int) -> Samples:
        was_training = model.training
        model.eval()
        try:
            answers = self._answers(getattr(model, "module", model))
        finally:
            model.train(was_training)
        kept = [parse_answer(answer.text).ok for answer in answers]
        broken = next((answer.text for answer, ok in zip(answers, kept, strict=True) if not ok), "")
        found = Samples(
            len(answers), sum(kept), sum(answer.tokens for answer in answers) / max(1, len(answers)), broken[:_EXAMPLE]
        )
        self._sampled_at = step
        self._ctx.emit(AnswerSamples(step, found.answers, found.kept_format, found.mean_tokens))
        return found

    @torch.no_grad()
    def _answers(self, model: Any) -> list[Any]:
        answerer = Answerer.make(dataclasses.replace(self._vlm, model=model), self._spec.prompt, TOKENS)
        found = []
        size = max(1, min(SAMPLES, 2 * (self._spec.micro_batch or 1)))
        for start in range(0, len(self._paths), size):
            images = [self._collator.open_image(path) for path in self._paths[start : start + size]]
            found += answerer.free_answers(images)
        return found
