"""Trainer callbacks: send events, check for cancellation, seal checkpoints."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
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
    """Sends TrainStep and Progress for every optimiser step, Throughput and Memory periodically; stops on request.

    A cancel takes effect between micro-batches. A pause takes effect after a step, which then ends in a checkpoint, so
    that no work is lost. With several processes rank 0 decides and all follow at the same point: one that stopped
    alone would leave the others waiting for its gradients.
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
        """Start counting time and tokens here, to exclude those of the reference."""
        self._since = self._counted()

    def on_train_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Send the throughput of the last steps, and the peak memory."""
        self._meter.report()
        self._ctx.emit(memory_of(self._device))

    def on_step_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Check for a cancel before a step; stop if the checkpoint for a pause has been written.

        Raises:
            CancelledError: stopped on request.
        """
        if self._pausing or self._agreed(self._cancelled):
            raise CancelledError

    def on_substep_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Check for a cancel within a step."""
        if self._agreed(self._cancelled):
            raise CancelledError

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> TrainerControl:
        """Check for a pause after a step and request a checkpoint. After the last step the training ends anyway."""
        if state.global_step < state.max_steps and self._agreed(self._ctx.pause_requested):
            self._pausing = control.should_save = True
        return control

    def _cancelled(self) -> bool:
        try:
            self._ctx.check_cancelled()
        except CancelledError:
            return True
        return False

    def _agreed(self, wanted: Callable[[], bool]) -> bool:
        """Return what rank 0 finds; every process must ask at the same points."""
        if self._ctx.world_size == 1:
            return wanted()
        answer = torch.tensor([int(self._ctx.rank == 0 and wanted())], device=PartialState().device)
        torch.distributed.broadcast(answer, src=0)
        return bool(answer.item())

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, float] | None = None,
        **kwargs: Any,
    ) -> None:
        """Send the log of an optimiser step.

        Raises:
            StageError: the loss or the gradient is no longer finite. Raised before the step's checkpoint, so that no
                checkpoint holds broken weights.
        """
        if logs is None or "loss" not in logs:
            return
        self._ctx.emit(train_step(state.global_step, state.max_steps, logs))
        if not math.isfinite(logs["loss"]) or not math.isfinite(logs.get("grad_norm", 0.0)):
            raise StageError(
                f"The loss is no longer finite at step {state.global_step} "
                f"(loss {logs['loss']}, gradient norm {logs.get('grad_norm')}).",
                "Lower the learning rate (or beta), and start the training again.",
            )
        self._ctx.emit(Progress(state.global_step, state.max_steps))
        self._count()
        self._meter.report_memory()

    def _count(self) -> None:
        """Count a step, including the time since the previous one."""
        before, self._since = self._since, self._counted()
        seconds, pairs, tokens = (now - then for now, then in zip(self._since, before, strict=True))
        self._meter.add(int(pairs), int(tokens), seconds)

    def _counted(self) -> tuple[float, int, int]:
        return time.perf_counter(), self._collator.pairs, self._collator.tokens


def train_step(step: int, total: int, logs: dict[str, float]) -> TrainStep:
    """Convert one of trl's logs into an event; a supervised training has no rewards, and its tokens' accuracy."""
    return TrainStep(
        step=step,
        total=total,
        loss=logs["loss"],
        margin=logs.get("rewards/margins", math.nan),
        accuracy=logs.get("rewards/accuracies", logs.get("mean_token_accuracy", math.nan)),
        reward_chosen=logs.get("rewards/chosen", math.nan),
        reward_rejected=logs.get("rewards/rejected", math.nan),
        learning_rate=logs["learning_rate"],
        grad_norm=logs.get("grad_norm", math.nan),
    )


class CheckpointCallback(TrainerCallback):
    """Seals each checkpoint once every process has written its part; there is none after the last step."""

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> TrainerControl:
        """Skip the checkpoint of the last step."""
        if state.global_step >= state.max_steps:
            control.should_save = False
        return control

    def on_save(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Seal the checkpoint that trl has just written."""
        PartialState().wait_for_everyone()
        if state.is_world_process_zero:
            checkpoints.seal(checkpoints.at_step(Path(str(args.output_dir)), state.global_step))
