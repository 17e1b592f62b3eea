"""Compute image and prompt of a pair once: its two answers follow one prefix in the same row.

A stock DPO row is image, prompt and one answer, so image and prompt are computed twice for each pair. Here a pair is
one row: prefix, chosen answer, rejected answer. All answers continue the positions of the prefix, and an attention
function of our own keeps them from seeing one another. With c tokens of image and prompt and r of an
answer, a pair takes c + 2r tokens instead of 2(c + r).

The last token of the prompt predicts the first one of each answer. Therefore it is not part of the prefix but the first
token of either answer, at the same position.

The attention has two parts, neither of which needs a mask of the whole row: the prefix is plainly causal, and the
tokens of the answers attend to the prefix and to their own side.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import torch
from torch.nn import functional
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import sdpa_mask

ATTENTION = "shared_prefix"
"""The name of the attention function in transformers' registry."""
PER_TOKEN = ("log_probs", "entropy", "log_sum_sq_probs", "mean_logits", "is_top1")
"""What trl's fused head returns for each token."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of the rows of one pass.

    Attributes:
        prefix: columns of the prefix, at the beginning.
        side: columns of each answer behind it, its first token being the prompt's last.
        count: answers behind the prefix.
        prefix_mask: True for the columns of the prefix that are no padding (rows x prefix); None if none is padding.
    """

    prefix: int
    side: int
    count: int
    prefix_mask: torch.Tensor | None

    def causal_prefix(self) -> torch.Tensor | None:
        """Return the mask of the prefix (rows x 1 x prefix x prefix); None if it is plainly causal."""
        if self.prefix_mask is None:
            return None
        size = self.prefix
        causal = torch.ones(size, size, dtype=torch.bool, device=self.prefix_mask.device).tril()
        padding = torch.eye(size, dtype=torch.bool, device=self.prefix_mask.device)  # or a row of nothing gives NaN
        return (causal & self.prefix_mask[:, None, None, :]) | padding

    def sides(self, device: torch.device) -> torch.Tensor:
        """Return what the tokens of the answers see (rows or 1 x 1 x all sides x prefix and all sides)."""
        own = torch.ones(self.side, self.side, dtype=torch.bool, device=device).tril()
        answers = torch.kron(torch.eye(self.count, dtype=torch.bool, device=device), own)
        if self.prefix_mask is None:
            seen = torch.ones(1, 1, len(answers), self.prefix, dtype=torch.bool, device=device)
        else:
            seen = self.prefix_mask[:, None, None, :].expand(-1, 1, len(answers), -1)
        return torch.cat([seen, answers.expand(len(seen), 1, -1, -1)], dim=3)


@dataclass(slots=True)
class _Pass:
    """The layout of the pass that is being computed, and the masks that its layers have in common.

    It stays until the backward pass is over, in which gradient checkpointing computes the layers again. A module-wide
    value, since autograd's threads do not see context variables; a process trains one model.
    """

    layout: Layout | None = None
    prefix: torch.Tensor | None = None
    sides: torch.Tensor | None = None

    def begin(self, layout: Layout, device: torch.device) -> None:
        self.layout, self.prefix, self.sides = layout, layout.causal_prefix(), layout.sides(device)

    def end(self) -> None:
        self.layout = self.prefix = self.sides = None


_pass = _Pass()


def end_pass() -> None:
    """Forget the layout: from now on the model's attention is stock again, until the next pass."""
    _pass.end()


def attend(
    module: Any,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    scaling: float | None = None,
    **kwargs: Any,
) -> tuple[torch.Tensor, None]:
    """Attention in the form that transformers calls (rows x heads x tokens x width); stock if no pass is active."""
    layout = _pass.layout
    if layout is None:
        return sdpa_attention_forward(module, query, key, value, attention_mask, scaling=scaling, **kwargs)
    prefix = layout.prefix
    first, _ = sdpa_attention_forward(
        module, query[:, :, :prefix], key[:, :, :prefix], value[:, :, :prefix], _pass.prefix, scaling=scaling
    )
    assert _pass.sides is not None
    return torch.cat([first, _attend_sides(query[:, :, prefix:], key, value, _pass.sides, scaling)], dim=1), None


def _attend_sides(
    query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, mask: torch.Tensor, scaling: float | None
) -> torch.Tensor:
    """Attend from the answers to all columns (rows x tokens x heads x width), without repeating shared key heads.

    Heads that share a key head become further queries of that head.
    """
    rows, heads, tokens, width = query.shape
    shared = heads // key.shape[1]
    packed = query.reshape(rows, key.shape[1], shared * tokens, width)
    found = functional.scaled_dot_product_attention(
        packed, key, value, attn_mask=mask.repeat(1, 1, shared, 1), scale=scaling
    )
    return found.reshape(rows, heads, tokens, value.shape[-1]).transpose(1, 2)


def _mask(*args: Any, **kwargs: Any) -> torch.Tensor | None:
    """Build transformers' mask; none during a pass, whose attention has its own."""
    return None if _pass.layout is not None else sdpa_mask(*args, **kwargs)


AttentionInterface.register(ATTENTION, attend)
AttentionMaskInterface.register(ATTENTION, _mask)


class SharedPrefixModel:
    """The model as trl's loss calls it, on batches of ``collator.PreferenceCollator`` with a shared prefix.

    Args:
        model: the policy, or what a launcher has wrapped around it.
        positions: returns the positions of a batch's prefix.
    """

    def __init__(self, model: Any, positions: Callable[[dict[str, Any]], torch.Tensor]) -> None:
        self._model = model
        self._positions = positions

    def __call__(self, **inputs: Any) -> Any:
        """Return what trl's fused head returns for stock rows (answers x side - 1), computed on shared rows."""
        ids, labels = inputs.pop("input_ids"), inputs.pop("labels")
        del inputs["attention_mask"]  # padding follows the answers, where nothing sees it
        prefix_ids, prefix_mask = inputs["prefix_ids"], inputs["prefix_mask"]
        prefix_positions = self._positions(inputs)
        for name in [name for name in inputs if name.startswith("prefix_")]:
            del inputs[name]
        side, count = ids.shape[1], len(ids) // len(prefix_ids)
        padded = None if bool(prefix_mask.all()) else prefix_mask.bool()
        _pass.begin(Layout(prefix_ids.shape[1], side, count, padded), ids.device)
        try:
            found = self._model(
                input_ids=torch.cat([prefix_ids, _side_by_side(ids, count)], dim=1),
                position_ids=_continue(prefix_positions, prefix_mask, side, count),
                shift_labels=_side_by_side(functional.pad(labels[:, 1:], (0, 1), value=-100), count),
                **inputs,
            )
        finally:
            if not torch.is_grad_enabled():
                _pass.end()
        values = {name: getattr(found, name) for name in PER_TOKEN}
        return SimpleNamespace(
            aux_loss=getattr(found, "aux_loss", None),
            **{name: None if value is None else _one_below_other(value, side) for name, value in values.items()},
        )


def _side_by_side(sides: torch.Tensor, count: int) -> torch.Tensor:
    """Return rows of all answers to an image from all first answers above all second ones."""
    return torch.cat(sides.chunk(count), dim=1)


def _one_below_other(values: torch.Tensor, side: int) -> torch.Tensor:
    """Return all first answers above all second ones, without the columns that predict nothing."""
    return torch.cat([values[:, start : start + side - 1] for start in range(0, values.shape[1], side)])


def _continue(prefix: torch.Tensor, mask: torch.Tensor, side: int, count: int) -> torch.Tensor:
    """Return the positions of whole rows: all answers continue those of the prefix (... x rows x columns)."""
    last = prefix.masked_fill(mask == 0, 0).amax(dim=-1, keepdim=True)
    if last.dim() == 3:
        last = last.amax(dim=0, keepdim=True).expand(len(prefix), -1, -1)
    own = last + 1 + torch.arange(side, device=prefix.device)
    return torch.cat([prefix, *[own] * count], dim=-1)


def plain_positions(batch: dict[str, Any]) -> torch.Tensor:
    """Return the positions of a prefix that counts its tokens (rows x columns)."""
    counted: torch.Tensor = batch["prefix_mask"].long().cumsum(dim=1) - 1
    return counted.clamp(min=0)


def positions_of(model: Any) -> Callable[[dict[str, Any]], torch.Tensor]:
    """Return what computes the positions of a prefix for this model: of image tokens in 2-D, as Qwen does, or plain."""
    body = model.base_model
    if not hasattr(body, "get_rope_index"):
        return plain_positions

    def in_space(batch: dict[str, Any]) -> torch.Tensor:
        found, _ = body.get_rope_index(
            batch["prefix_ids"],
            mm_token_type_ids=batch["prefix_mm_token_type_ids"],
            image_grid_thw=batch["image_grid_thw"],
            attention_mask=batch["prefix_mask"],
        )
        return torch.as_tensor(found)

    return in_space


def use_in(model: Any) -> None:
    """Give the language model our attention, and cut the prefix off before the head: it predicts nothing.

    Args:
        model: the PreTrainedModel without adapter.
    """
    decoder = model.get_decoder()
    decoder.config._attn_implementation = ATTENTION
    model.base_model.register_forward_hook(_cut_prefix)


def _cut_prefix(_module: Any, _inputs: Any, output: Any) -> Any:
    if _pass.layout is not None:
        output.last_hidden_state = output.last_hidden_state[:, _pass.layout.prefix :]
    return output


def why_not(model: Any) -> str | None:
    """Return why pairs of this model cannot share a prefix; None if they can.

    Only what the configuration says; ``engine.training.prefix_check`` compares the numbers.
    """
    config = model.get_decoder().config
    kinds: Sequence[str] = getattr(config, "layer_types", None) or ()
    if any(kind != "full_attention" for kind in kinds) or (not kinds and getattr(config, "sliding_window", None)):
        return "its layers see only a part of the text"
    if config._attn_implementation not in ("sdpa", "flash_attention_2"):
        return f"its attention is {config._attn_implementation}"
    if getattr(config, "attn_logit_softcapping", None):
        return "it limits its attention's logits"
    if getattr(model.config, "model_type", "") in ("gemma3",):
        return "the tokens of an image see one another in both directions"
    return None
