"""The stage "merge": combine several adapters of one base into one, through peft's ``add_weighted_adapter``.

Writes no journal. The merged adapter has scale 1 (alpha equals rank), as peft creates it; a training that starts from
it restores the settings' scale (``engine.training.trainer``).
"""

from __future__ import annotations

from typing import Any

import torch
from peft import PeftConfig, PeftModel

from engine.contract import artifacts
from engine.contract.context import RunContext, StageError
from engine.contract.events import Progress, Started
from engine.contract.specs import MergeSpec, ModelSpec
from engine.families.adapters import UNFIT, check_folder
from engine.model_loading import load_model
from engine.training.adapter import save_adapter
from engine.usage import memory_of

FACTOR_METHODS = ("linear", "ties", "dare_linear", "dare_ties", "magnitude_prune")
"""Methods that work on the LoRA factors A and B separately, and therefore need equal ranks."""
PRODUCT_METHODS = ("svd", "ties_svd", "dare_linear_svd", "dare_ties_svd", "magnitude_prune_svd")
"""Methods that work on the products BA and truncate the result to the largest rank."""
METHODS = (*FACTOR_METHODS, *PRODUCT_METHODS, "cat")
SIGN_METHODS = ("total", "frequency")
_WITHOUT_DENSITY = ("linear", "svd", "cat")
_SEED = 0
"""Random seed of the pruning in the dare methods, for which peft uses torch's global generator."""
_MERGED = "merged"


def run(spec: MergeSpec, ctx: RunContext) -> dict[str, Any]:
    """Merge the adapters into ``adapter/`` of the run folder; an existing complete result is kept.

    Returns:
        adapter_digest, method, rank.

    Raises:
        StageError: unknown method, invalid weights or density, unequal ranks, an adapter that does not fit.
    """
    _check_settings(spec)
    ranks = [_rank(folder) for folder in spec.adapters]
    _check_ranks(spec, ranks)
    if not artifacts.is_sealed(ctx.folder.adapter) or artifacts.verify(ctx.folder.adapter):
        ctx.check_cancelled()
        vlm = load_model(_with_first_adapter(spec), ctx)
        ctx.emit(Started("merge", 1, "merge", device=vlm.device.type))
        merged = merge(vlm.model, spec)
        ctx.check_cancelled()
        ctx.emit(memory_of(vlm.device))
        save_adapter(merged, spec.model, ctx.folder.adapter, adapter_name=_MERGED)
    ctx.emit(Progress(1, 1))
    rank = sum(ranks) if spec.method == "cat" else max(ranks)
    return {"adapter_digest": artifacts.digest(ctx.folder.adapter), "method": spec.method, "rank": rank}


def merge(model: PeftModel, spec: MergeSpec) -> PeftModel:
    """Add the adapter "merged" to a model that already has the first adapter as "default"."""
    names = ["default", *(f"parent{index}" for index in range(1, len(spec.adapters)))]
    for name, folder in zip(names[1:], spec.adapters[1:], strict=True):
        _load_adapter(model, folder, name)
    pruned = {} if spec.method in _WITHOUT_DENSITY else {"density": spec.density}
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


def _check_settings(spec: MergeSpec) -> None:
    if spec.method not in METHODS:
        raise StageError(f"The merge method {spec.method!r} is unknown.", f"Choose one of {', '.join(METHODS)}.")
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


def _check_ranks(spec: MergeSpec, ranks: list[int]) -> None:
    if spec.method in FACTOR_METHODS and len(set(ranks)) > 1:
        raise StageError(
            f"The merge method {spec.method} needs adapters of equal rank, but their ranks are {ranks}.",
            f"Train both with the same rank, or choose one of {', '.join(PRODUCT_METHODS)}.",
        )


def _rank(folder: str) -> int:
    check_folder(folder)
    return int(PeftConfig.from_pretrained(folder).r)


def _with_first_adapter(spec: MergeSpec) -> ModelSpec:
    base = spec.model
    return ModelSpec(base.base, base.revision, spec.adapters[0], base.dtype, base.device, base.threads, base.attention)


def _load_adapter(model: PeftModel, folder: str, name: str) -> None:
    try:
        model.load_adapter(folder, name, local_files_only=True)
    except UNFIT as error:
        raise StageError(
            f"The adapter {folder} does not fit this model: {error}",
            "Merge adapters that were trained on the same base model.",
        ) from error
