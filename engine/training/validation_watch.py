"""The rank correlation on a few validation images at each checkpoint, and the end of a training that lags behind.

A search stops a training whose value is below the median that other trainings had after the same step. The decision is
in the run folder, so that a resumed training ends at the same step.
"""

from __future__ import annotations

import dataclasses
import json
import math
from functools import partial
from typing import Any

import numpy as np
import torch
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from engine.contract.atomic_files import write_text
from engine.contract.context import RunContext
from engine.contract.events import Note, ValidationScore
from engine.contract.specs import LABELS, TrainSpec
from engine.families import VisionLanguageModel
from engine.families.vision import ImageFile
from engine.generation.answers import Answerer
from engine.measuring import metrics
from engine.training.collator import PreferenceCollator

FILE_NAME = "stopped_early.json"


class ValidationWatch(TrainerCallback):
    """Reads the scores of the watched images with each checkpoint; with several processes, rank 0 reads and decides."""

    def __init__(
        self, ctx: RunContext, spec: TrainSpec, vlm: VisionLanguageModel, collator: PreferenceCollator
    ) -> None:
        self._ctx, self._spec, self._vlm, self._collator = ctx, spec, vlm, collator
        self._file = ctx.folder.path / FILE_NAME

    def on_step_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> TrainerControl:
        """End a resumed training that was to end before it was killed."""
        if self._file.exists():
            control.should_training_stop = True
        return control

    def on_save(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> TrainerControl:
        """Read the scores, and end the training if they are below the limit for this step."""
        if self._ctx.rank == 0 and state.global_step < state.max_steps and not self._file.exists():
            self._read(kwargs["model"], state.global_step)
        self._ctx.wait_for_ranks(f"validation-{state.global_step}")
        control.should_training_stop = control.should_training_stop or self._file.exists()
        return control

    def _read(self, model: Any, step: int) -> None:
        was_training = model.training
        model.eval()
        try:
            value = self._srcc(getattr(model, "module", model))
        finally:
            model.train(was_training)
        self._ctx.emit(ValidationScore(step, value, len(self._spec.watched)))
        limit = dict(self._spec.stop_below).get(step)
        if limit is None or (math.isfinite(value) and value >= limit):
            return
        write_text(self._file, json.dumps({"step": step, "srcc": value if math.isfinite(value) else None}))
        text = f"The training ends after step {step}: SRCC {value:.3f} on validation is below the median {limit:.3f}."
        self._ctx.emit(Note("info", "stopped_early", text))

    @torch.no_grad()
    def _srcc(self, model: Any) -> float:
        answerer = Answerer.make(dataclasses.replace(self._vlm, model=model), self._spec.prompt, 1)
        size = max(1, 2 * (self._spec.micro_batch or 1))
        paths = [path for path, _ in self._spec.watched]
        found: list[tuple[float, ...]] = []
        for start in range(0, len(paths), size):
            images: list[Any] = [
                ImageFile(path, partial(self._collator.open_image, path)) for path in paths[start : start + size]
            ]
            found += answerer.label_logprobs(images)
        expected = np.exp(np.asarray(found)) @ np.asarray(LABELS, dtype=float)
        return metrics.srcc(expected, [score for _, score in self._spec.watched])
