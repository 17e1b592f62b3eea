"""What a running training tells and hears: events out, cancel in, checkpoints sealed."""

from __future__ import annotations

import math
import time
from pathlib import Path
from typing import Any

import torch
from accelerate import PartialState
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from engine.contract.context import CancelledError, RunContext, StageError
from engine.contract.events import Progress, TrainStep
from engine.training import checkpoints
from engine.training.collator import PreferenceCollator
from engine.usage import Meter, memory_of


class EventCallback(TrainerCallback):
    """Sends TrainStep and Progress for every optimiser step, Throughput and Memory now and then; stops when asked to.

    A cancel is heard between micro-batches. A pause is heard after a step, which then ends in a checkpoint: nothing of
    the training is lost.
    """

    def __init__(self, ctx: RunContext, device: torch.device, collator: PreferenceCollator) -> None:
        self._ctx = ctx
        self._device = device
        self._collator = collator
        self._meter = Meter(ctx, "pairs", device)
        self._since = (0.0, 0, 0)
        self._pausing = False

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Count time and tokens from here: those of the reference are no training."""
        self._since = self._counted()

    def on_train_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Send what the last steps took, and the most memory of all."""
        self._meter.tell()
        self._ctx.emit(memory_of(self._device))

    def on_step_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Hear a cancel before a step; stop if the checkpoint for a pause has been written.

        Raises:
            CancelledError: stopped as asked.
        """
        self._ctx.check_cancelled()
        if self._pausing:
            raise CancelledError

    def on_substep_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Hear a cancel within a step."""
        self._ctx.check_cancelled()

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> TrainerControl:
        """Hear a pause after a step: the checkpoint comes next. After the last step the training just ends."""
        if state.global_step < state.max_steps and self._ctx.pause_asked():
            self._pausing = control.should_save = True
        return control

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, float] | None = None,
        **kwargs: Any,
    ) -> None:
        """Send what an optimiser step logged.

        Raises:
            StageError: the loss or the gradient is not finite any more. It comes before the step's checkpoint, so
                that none holds broken weights.
        """
        if logs is None or "loss" not in logs:
            return
        self._ctx.emit(train_step(state.global_step, state.max_steps, logs))
        if not math.isfinite(logs["loss"]) or not math.isfinite(logs.get("grad_norm", 0.0)):
            raise StageError(
                f"The loss is no finite number any more at step {state.global_step} "
                f"(loss {logs['loss']}, gradient norm {logs.get('grad_norm')}).",
                "Lower the learning rate (or beta), and start the training anew.",
            )
        self._ctx.emit(Progress(state.global_step, state.max_steps))
        self._count()
        self._meter.tell_memory()

    def _count(self) -> None:
        """Count a step, with all that came between the one before and this."""
        before, self._since = self._since, self._counted()
        seconds, pairs, tokens = (now - then for now, then in zip(self._since, before, strict=True))
        self._meter.add(int(pairs), int(tokens), seconds)

    def _counted(self) -> tuple[float, int, int]:
        return time.perf_counter(), self._collator.pairs, self._collator.tokens


def train_step(step: int, total: int, logs: dict[str, float]) -> TrainStep:
    """The event of one log of trl's."""
    return TrainStep(
        step=step,
        total=total,
        loss=logs["loss"],
        margin=logs["rewards/margins"],
        accuracy=logs["rewards/accuracies"],
        reward_chosen=logs["rewards/chosen"],
        reward_rejected=logs["rewards/rejected"],
        learning_rate=logs["learning_rate"],
        grad_norm=logs.get("grad_norm", math.nan),
    )


class CheckpointCallback(TrainerCallback):
    """Seals each checkpoint once every process has written its part; the last step needs none, its adapter follows."""

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> TrainerControl:
        """Leave out the checkpoint of the last step."""
        if state.global_step >= state.max_steps:
            control.should_save = False
        return control

    def on_save(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Seal what trl has just written."""
        PartialState().wait_for_everyone()
        if state.is_world_process_zero:
            checkpoints.seal(checkpoints.at_step(Path(str(args.output_dir)), state.global_step))
