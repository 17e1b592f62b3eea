"""The adapter that a training starts from: its weights at the new adapter's scale and rank."""

from __future__ import annotations

import math
from typing import Any

import torch
from peft import LoraConfig, load_peft_weights, set_peft_model_state_dict

from engine.contract.context import StageError
from engine.families.adapters import UNFIT, lora_config

ADAPTER = "default"
_A, _B = ".lora_A.", ".lora_B."
Weights = dict[str, torch.Tensor]


def start_config(folder: str) -> LoraConfig:
    """Return the configuration of a plain LoRA adapter.

    Raises:
        StageError: it is missing or damaged, or has other ranks or scales for some layers.
    """
    start = lora_config(folder)
    if start.rank_pattern or start.alpha_pattern or start.use_rslora:
        raise StageError(
            f"The adapter {folder} is not a plain LoRA adapter.",
            "Start from an adapter made by Score Studio, or set start_from to fresh.",
        )
    return start


def start_from(model: Any, folder: str) -> str:
    """Copy the weights of ``folder`` into the new adapter of ``model``, at that adapter's scale and rank.

    The ratio of the scales is split equally between both factors, so that their scaled product stays the same. To a
    higher rank, the new adapter's own fresh directions are added, whose product is zero. To a lower rank, the strongest
    directions are kept (the best approximation of the product).

    Returns:
        A sentence about a changed rank; "" if it is the same.

    Raises:
        StageError: they are not exactly this adapter's weights.
    """
    start, own = start_config(folder), model.peft_config[ADAPTER]
    share = math.sqrt((start.lora_alpha / start.r) / (own.lora_alpha / own.r))
    try:
        weights = {name: tensor * share for name, tensor in load_peft_weights(folder, device="cpu").items()}
    except UNFIT as error:
        raise _misfit(folder, str(error)) from error
    note = ""
    if start.r < own.r:
        weights = _padded(weights, model)
        note = f"The rank of LoRA is now {own.r}; the adapter that the training starts from has rank {start.r}"
        note += ", so fresh directions were added."
    elif start.r > own.r:
        weights, kept = _truncated(weights, own.r)
        note = f"The rank of LoRA is now {own.r}; the adapter that the training starts from has rank {start.r}"
        note += f", so it was approximated: {kept:.1%} of its size is kept."
    wanted = sum(f".{ADAPTER}." in name for name, _ in model.named_parameters())
    try:
        # Two lists of names: missing (the whole base) and unexpected.
        outcome: tuple[list[str], list[str]] = set_peft_model_state_dict(model, weights, adapter_name=ADAPTER)
    except RuntimeError as error:
        raise _misfit(folder, str(error)) from error
    if outcome[1] or len(weights) != wanted:
        raise _misfit(folder, f"it contains {len(weights)} tensors, but the model needs {wanted}")
    return note


def _padded(weights: Weights, model: Any) -> Weights:
    """Add the new adapter's own rows of A, and zeros to B."""
    fresh = {name.replace(f".{ADAPTER}.", "."): parameter for name, parameter in model.named_parameters()}
    result = {}
    for name, tensor in weights.items():
        if name not in fresh:
            result[name] = tensor  # refused afterwards as not fitting
            continue
        padded = fresh[name].detach().to("cpu", torch.float32).clone()
        if _B in name:
            padded.zero_()
            padded[:, : tensor.shape[1]] = tensor
        else:
            padded[: tensor.shape[0]] = tensor
        result[name] = padded
    return result


def _truncated(weights: Weights, rank: int) -> tuple[Weights, float]:
    """Return the best approximation of each product at this rank, and the share of the whole norm that is kept."""
    result: Weights = {}
    all_squares = kept_squares = 0.0
    for name, a in weights.items():
        if _A not in name:
            continue
        other = name.replace(_A, _B)
        rows, columns = torch.linalg.qr(a.double().T), torch.linalg.qr(weights[other].double())
        left, values, right = torch.linalg.svd(columns.R @ rows.R.T)
        root = values[:rank].sqrt()
        result[name] = ((root[:, None] * right[:rank]) @ rows.Q.T).to(a.dtype).contiguous()
        result[other] = ((columns.Q @ left[:, :rank]) * root).to(a.dtype).contiguous()
        all_squares += float(values.square().sum())
        kept_squares += float(values[:rank].square().sum())
    return result, math.sqrt(kept_squares / all_squares) if all_squares else 1.0


def _misfit(folder: str, reason: str) -> StageError:
    return StageError(
        f"The adapter {folder} does not fit the model: {reason}.", "Start from an adapter of the same base model."
    )
