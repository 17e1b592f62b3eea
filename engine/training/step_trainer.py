"""trl's trainers with one meaning of an optimiser step, whatever the micro-batch, and without reading ahead.

transformers collects all batches of an optimiser step before the first backward pass, which holds the images of the
whole step in the model's memory, and averages the means of its micro-batches, so that in the last step of an epoch the
rows of a smaller micro-batch count more. Here each batch is fetched when it is needed, and every row of a step counts
the same.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sized
from typing import Any, cast

import torch
from transformers import Trainer
from trl.trainer.dpo_trainer import DPOTrainer
from trl.trainer.sft_trainer import SFTTrainer

from engine.training.shared_prefix import SharedPrefixModel, end_pass, positions_of

Positions = Callable[[dict[str, Any]], torch.Tensor]
MASKS = ("completion_mask", "scored_mask")
"""Which tokens are answers, and which of them are scored if not all are."""


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


class EqualSteps(Trainer):
    """Trains on the mean over the rows of each optimiser step, also of the last one of an epoch; to be mixed in."""

    answers = 1
    """Answers to each image of a row."""
    _passes = 1
    """Batches of the current optimiser step."""
    _positions: Positions | None = None
    """With a shared prefix: computes the positions of a batch's prefix."""
    prefix_tokens = 0
    """Tokens of image and prompt that the language model has computed: once a row with a shared prefix, else once an
    answer."""

    def share_prefix(self, shared: bool = True) -> None:
        """From now on take batches with a shared prefix, or stock ones."""
        base = self.accelerator.unwrap_model(self.model).get_base_model()
        self._positions = positions_of(base) if shared else None

    def answer_log_probs(self, batch: dict[str, Any]) -> tuple[torch.Tensor, ...]:
        """Return the policy's log-probabilities of the answers by side, in fp32, without gradients."""
        left_out = (*MASKS, "ref_chosen_logps", "ref_rejected_logps")
        inputs = {name: value for name, value in batch.items() if name not in left_out}
        with torch.no_grad(), self.accelerator.autocast():
            model = self._rows_of(self.model, batch)
            found = model(**inputs, use_cache=False, labels=labels_of(batch), fused_lm_head=True)
        sides: tuple[torch.Tensor, ...] = found.log_probs.float().sum(dim=1).chunk(self.answers, dim=0)
        return sides

    def training_step(self, *args: Any, **kwargs: Any) -> torch.Tensor:
        """Compute loss and gradients of a batch."""
        try:
            return super().training_step(*args, **kwargs)
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

    def _weight(self, rows: int) -> float:
        """Return rows of this batch / mean rows of the step's batches; transformers divides by their number."""
        model, dataset = cast("torch.nn.Module", self.model), cast("Sized", self.train_dataset)
        if self.args.world_size > 1 or not model.training:
            return 1.0
        batch = self.args.per_device_train_batch_size * self.args.gradient_accumulation_steps
        count = len(dataset)
        step = self.state.global_step % math.ceil(count / batch)
        return rows * self._passes / min(batch, count - step * batch)


class StepTrainer(EqualSteps, DPOTrainer):
    """DPO on the mean over the pairs of each optimiser step."""

    answers = 2

    def __init__(self, **arguments: Any) -> None:
        """Create the trainer with trl's arguments."""
        super().__init__(**arguments)
        self.precompute_ref_logps = True  # for its loss; whatever is not in the batch is computed below

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


class SupervisedTrainer(EqualSteps, SFTTrainer):
    """Supervised training on the mean over the answers of each optimiser step.

    An answer's loss is the mean negative log-likelihood of its scored tokens, so that long answers count no more than
    short ones.
    """

    def compute_loss(
        self, model: Any, inputs: Any, return_outputs: bool = False, num_items_in_batch: Any = None
    ) -> Any:
        """Return the loss of a batch, weighted by its share of the step's answers."""
        labels = labels_of(inputs)
        batch = {name: value for name, value in inputs.items() if name not in MASKS}
        found = self._rows_of(model, inputs)(**batch, use_cache=False, labels=labels, fused_lm_head=True)
        counted = (labels[:, 1:] != -100).sum(dim=1)
        loss = -(found.log_probs.sum(dim=1) / counted.clamp(min=1)).mean()
        if getattr(self, "aux_loss_enabled", False) and found.aux_loss is not None:
            loss = loss + self.router_aux_loss_coef * found.aux_loss
        right = self.accelerator.gather(torch.stack([found.is_top1.sum(), counted.sum()])).view(-1, 2)
        hits, tokens = right.sum(dim=0).tolist()
        self._metrics["train" if model.training else "eval"]["mean_token_accuracy"].append(hits / max(tokens, 1))
        loss = loss * self._weight(len(labels))
        return (loss, found) if return_outputs else loss


def labels_of(batch: dict[str, Any]) -> torch.Tensor:
    """Return the tokens that are scored, and -100 in the place of all others."""
    labels: torch.Tensor = batch["input_ids"].masked_fill(scored_mask(batch) == 0, -100)
    return labels


def scored_mask(batch: dict[str, Any]) -> torch.Tensor:
    """Return which tokens of a batch are scored."""
    mask: torch.Tensor = batch["scored_mask"] if "scored_mask" in batch else batch["completion_mask"]
    return mask
