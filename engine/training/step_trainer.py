"""trl's DPOTrainer with one meaning of an optimiser step, whatever the micro-batch, and without reading ahead.

transformers collects all batches of an optimiser step before the first backward pass, which holds the images of the
whole step in the model's memory, and averages the means of its micro-batches, so that in the last step of an epoch the
pairs of a smaller micro-batch count more. Here each batch is fetched when it is needed, and every pair of a step counts
the same.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sized
from typing import Any, cast

import torch
from trl.trainer.dpo_trainer import DPOTrainer

from engine.training.shared_prefix import SharedPrefixModel, end_pass, positions_of

Positions = Callable[[dict[str, Any]], torch.Tensor]


class LazyBatches:
    """The batches of one optimiser step, fetched one at a time. ``len`` is known beforehand; iterate once."""

    def __init__(self, batches: Iterator[Any], count: int) -> None:
        self._batches = batches
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Any]:
        for _ in range(self._count):
            yield next(self._batches)


class StepTrainer(DPOTrainer):
    """Trains on the mean over the pairs of each optimiser step, also of the last one of an epoch."""

    _passes = 1
    """Batches of the current optimiser step."""
    _positions: Positions | None = None
    """With a shared prefix: computes the positions of a batch's prefix."""
    prefix_tokens = 0
    """Tokens of image and prompt that the language model has computed: once a pair with a shared prefix, else twice."""

    def __init__(self, **arguments: Any) -> None:
        """Create the trainer with trl's arguments."""
        super().__init__(**arguments)
        self.precompute_ref_logps = True  # for its loss; whatever is not in the batch is computed below

    def share_prefix(self, shared: bool = True) -> None:
        """From now on take batches with a shared prefix, or stock ones."""
        base = self.accelerator.unwrap_model(self.model).get_base_model()
        self._positions = positions_of(base) if shared else None

    def answer_log_probs(self, batch: dict[str, Any]) -> tuple[torch.Tensor, ...]:
        """Return the policy's log-probabilities of the chosen and the rejected answers, in fp32, without gradients."""
        left_out = ("completion_mask", "ref_chosen_logps", "ref_rejected_logps")
        inputs = {name: value for name, value in batch.items() if name not in left_out}
        labels = batch["input_ids"].masked_fill(batch["completion_mask"] == 0, -100)
        with torch.no_grad(), self.accelerator.autocast():
            found = self._rows_of(self.model, batch)(**inputs, use_cache=False, labels=labels, fused_lm_head=True)
        sides: tuple[torch.Tensor, ...] = found.log_probs.float().sum(dim=1).chunk(2, dim=0)
        return sides

    def base_log_probs(self, batch: dict[str, Any], images: int) -> list[list[float]]:
        """Return the log-probabilities of each image's answers under the base, for a batch of any number of answers."""
        found = torch.cat(self.compute_ref_log_probs(self.model, batch)).float().cpu()
        answers: list[list[float]] = found.view(-1, images).T.tolist()
        return answers

    def compute_ref_log_probs(self, model: Any, inputs: Any) -> Any:
        """Return trl's log-probabilities of the answers under the base."""
        return super().compute_ref_log_probs(self._rows_of(model, inputs), inputs)  # type: ignore[no-untyped-call]

    def _compute_loss(self, model: Any, inputs: Any, return_outputs: bool) -> Any:
        if "ref_chosen_logps" not in inputs:
            # trl would compute them on stock rows.
            chosen, rejected = self.compute_ref_log_probs(model, inputs)
            inputs = {**inputs, "ref_chosen_logps": chosen, "ref_rejected_logps": rejected}
        return super()._compute_loss(self._rows_of(model, inputs), inputs, return_outputs)  # type: ignore[no-untyped-call]

    def training_step(self, *args: Any, **kwargs: Any) -> torch.Tensor:
        """Compute loss and gradients of a batch."""
        try:
            return super().training_step(*args, **kwargs)  # type: ignore[no-untyped-call, no-any-return]
        finally:
            end_pass()

    def _rows_of(self, model: Any, batch: dict[str, Any]) -> Any:
        """Return the model as its loss calls it, on this batch, whose prefix is counted."""
        mask = batch["prefix_mask"] if self._positions else batch["attention_mask"] - batch["completion_mask"]
        self.prefix_tokens += int(mask.sum())
        return model if self._positions is None else SharedPrefixModel(model, self._positions)

    def get_batch_samples(
        self, epoch_iterator: Iterator[Any], num_batches: int, device: torch.device
    ) -> tuple[Any, None]:
        """Return the step's batches without fetching them."""
        self._passes = num_batches
        return LazyBatches(epoch_iterator, num_batches), None

    def compute_loss(
        self, model: Any, inputs: Any, return_outputs: bool = False, num_items_in_batch: Any = None
    ) -> Any:
        """Return trl's loss of a batch, weighted by its share of the step's pairs."""
        found: Any = super().compute_loss(model, inputs, return_outputs, num_items_in_batch)  # type: ignore[no-untyped-call]
        weight = self._weight(len(inputs["completion_mask"]) // 2)
        if weight == 1.0:
            return found
        if return_outputs:
            loss, outputs = found
            return loss * weight, outputs
        return found * weight

    def _weight(self, pairs: int) -> float:
        """Return pairs of this batch / mean pairs of the step's batches; transformers divides by their number."""
        model, dataset = cast("torch.nn.Module", self.model), cast("Sized", self.train_dataset)
        if self.args.world_size > 1 or not model.training:
            return 1.0
        batch = self.args.per_device_train_batch_size * self.args.gradient_accumulation_steps
        rows = len(dataset)
        step = self.state.global_step % math.ceil(rows / batch)
        return pairs * self._passes / min(batch, rows - step * batch)
