"""The stage "merge": combine several adapters of one base into one, through peft's ``add_weighted_adapter``.

Writes no journal and does not load the base model. The merged adapter has scale 1 (alpha equals rank), as peft creates
it; a training that starts from it restores the settings' scale (``engine.training.trainer``).
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from peft import LoraConfig, PeftModel, get_peft_model_state_dict, load_peft_weights

from engine.bare_layers import bare_layers, damaged
from engine.contract import artifacts
from engine.contract.context import RunContext, StageError
from engine.contract.events import Note, Progress, Started
from engine.contract.merge_methods import LARGEST_RATIO, LEAST_RATIO, MERGE_METHODS, SIGN_METHODS
from engine.contract.specs import MergeSpec
from engine.families.adapters import UNFIT, attach, lora_config
from engine.training.adapter import save_adapter

_SEED = 0
"""Random seed of the pruning in the dare methods, for which peft uses torch's global generator."""
_MERGED = "merged"


def run(spec: MergeSpec, ctx: RunContext) -> dict[str, Any]:
    """Merge the adapters into ``adapter/`` of the run folder; an existing complete result is kept. Only rank 0 works.

    Adapters of weight 0 are left out.

    Returns:
        adapter_digest, method, rank, size_ratio (size of the merged adapter relative to the mean of its parents); empty
        for other ranks.

    Raises:
        StageError: unknown method, invalid weights or density, unequal ranks, adapters that do not fit each other, or a
            merged adapter of another size than its parents, unless ``spec.force``.
    """
    if ctx.rank:
        return {}
    _check_settings(spec)
    spec = _without_unused(spec)
    configs = [lora_config(folder) for folder in spec.adapters]
    ranks = [int(config.r) for config in configs]
    _check_ranks(spec, ranks)
    sizes = [_saved_size(folder, config) for folder, config in zip(spec.adapters, configs, strict=True)]
    if not artifacts.is_sealed(ctx.folder.adapter) or artifacts.verify(ctx.folder.adapter):
        ctx.check_cancelled()
        ctx.emit(Started("merge", 1, "merge", device="cpu"))
        merged = merge(spec)
        factors = get_peft_model_state_dict(merged, adapter_name=_MERGED)
        _check_ratio(spec, _ratio(_size(merged.peft_config[_MERGED], factors), sizes), ctx)
        ctx.check_cancelled()
        save_adapter(merged, spec.model, ctx.folder.adapter, adapter_name=_MERGED)
    ctx.emit(Progress(1, 1))
    rank = sum(ranks) if spec.method == "cat" else max(ranks)
    size = _saved_size(str(ctx.folder.adapter), lora_config(str(ctx.folder.adapter)))
    return {
        "adapter_digest": artifacts.digest(ctx.folder.adapter),
        "method": spec.method,
        "rank": rank,
        "size_ratio": round(_ratio(size, sizes), 4),
    }


def merge(spec: MergeSpec) -> PeftModel:
    """Return the layers that the adapters change with all adapters, and "merged", made of them."""
    model = attach(bare_layers(spec.adapters), spec.adapters[0], trainable=False)
    names = _names(len(spec.adapters))
    for name, folder in zip(names[1:], spec.adapters[1:], strict=True):
        _load_adapter(model, folder, name)
    pruned = {} if MERGE_METHODS[spec.method].density is None else {"density": spec.density}
    torch.manual_seed(_SEED)
    with torch.no_grad():
        model.add_weighted_adapter(
            names,
            list(spec.weights),
            _MERGED,
            combination_type=spec.method,
            majority_sign_method=spec.sign_method,
            **pruned,
        )
    # peft joins the parents' patterns to "(a)|(b)", which would double in length in every iteration.
    configs: dict[str, Any] = model.peft_config
    targets = [configs[name].target_modules for name in names]
    if all(target == targets[0] for target in targets):
        configs[_MERGED].target_modules = targets[0]
    return model


def _saved_size(folder: str, config: LoraConfig) -> float:
    try:
        return _size(config, load_peft_weights(folder, device="cpu"))
    except UNFIT as error:
        raise damaged(folder, str(error)) from error


def _ratio(size: float, parents: Sequence[float]) -> float:
    """Return the size relative to the parents' mean; 1 if the parents change nothing."""
    mean = sum(parents) / len(parents)
    return size / mean if mean else 1.0


def _size(config: Any, factors: Mapping[str, torch.Tensor]) -> float:
    """Return the Frobenius norm of scale * B A over all layers, from the factors alone: the trace of B'B AA'."""
    total = 0.0
    for key, tensor in factors.items():
        if ".lora_A." in key:
            a, b = tensor.double(), factors[key.replace(".lora_A.", ".lora_B.")].double()
            total += float(((b.T @ b) * (a @ a.T)).sum())
    scale: float = config.lora_alpha / (math.sqrt(config.r) if config.use_rslora else config.r)
    return math.sqrt(max(0.0, total)) * scale


def _names(count: int) -> list[str]:
    return ["default", *(f"parent{index}" for index in range(1, count))]


def _check_settings(spec: MergeSpec) -> None:
    if spec.method not in MERGE_METHODS:
        raise StageError(f"The merge method {spec.method!r} is unknown.", f"Choose one of {', '.join(MERGE_METHODS)}.")
    if spec.sign_method not in SIGN_METHODS:
        raise StageError(
            f"The sign method {spec.sign_method!r} is unknown.", f"Choose one of {', '.join(SIGN_METHODS)}."
        )
    if not 0.0 < spec.density <= 1.0:
        raise StageError(f"The merge density {spec.density} must be above 0 and at most 1.", "The paper uses 0.5.")
    if len(spec.adapters) < 2 or len(spec.weights) != len(spec.adapters):
        raise StageError(
            f"There are {len(spec.weights)} weights for {len(spec.adapters)} adapters.",
            "A merge needs two or more adapters and one weight for each.",
        )
    if min(spec.weights) < 0 or not any(spec.weights) or not all(map(math.isfinite, spec.weights)):
        raise StageError(
            f"The merge weights {list(spec.weights)} must be 0 or more, and not all 0.",
            "Use 0 to leave an adapter out.",
        )


def _without_unused(spec: MergeSpec) -> MergeSpec:
    used = [(folder, weight) for folder, weight in zip(spec.adapters, spec.weights, strict=True) if weight]
    return dataclasses.replace(spec, adapters=tuple(folder for folder, _ in used), weights=tuple(w for _, w in used))


def _check_ranks(spec: MergeSpec, ranks: list[int]) -> None:
    if MERGE_METHODS[spec.method].on_factors and len(set(ranks)) > 1:
        others = [name for name, method in MERGE_METHODS.items() if not method.on_factors]
        raise StageError(
            f"The merge method {spec.method} needs adapters of equal rank, but their ranks are {ranks}.",
            f"Train both with the same rank, or choose one of {', '.join(others)}.",
        )


def _check_ratio(spec: MergeSpec, ratio: float, ctx: RunContext) -> None:
    if LEAST_RATIO <= ratio <= LARGEST_RATIO:
        return
    text = (
        f"The adapter merged by {spec.method} with weights {list(spec.weights)} and density {spec.density:g} is "
        f"{ratio:.2f} times as large as its parents; between {LEAST_RATIO} and {LARGEST_RATIO} is expected."
    )
    if spec.force:
        ctx.emit(Note("warning", "merge_size", text))
        return
    default = MERGE_METHODS[spec.method]
    density = "" if default.density is None else f" and density {default.density}"
    raise StageError(
        text,
        f"A model with such an adapter often repeats itself. Use the method's own weights ({default.weight:g} "
        f"each{density}), another method, or set merge.force to true.",
    )


def _load_adapter(model: PeftModel, folder: str, name: str) -> None:
    try:
        model.load_adapter(folder, name, local_files_only=True)
    except UNFIT as error:
        raise StageError(
            f"The adapter {folder} does not fit the others: {error}",
            "Merge adapters that were trained on the same base model.",
        ) from error
