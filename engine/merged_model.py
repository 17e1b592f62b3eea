"""Export a model version as a standalone model: the adapter's weights merged into the base, loadable by transformers.

Independent of the stages. The exported folder needs neither peft nor this project.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from safetensors import safe_open
from transformers import AutoConfig

from engine import families
from engine.contract.atomic_files import atomic_dir
from engine.contract.context import StageError
from engine.contract.specs import ModelSpec
from engine.families.loading import base_folder

PROCESSOR_FILES = (
    "added_tokens.json",
    "chat_template.jinja",
    "chat_template.json",
    "generation_config.json",
    "merges.txt",
    "preprocessor_config.json",
    "processor_config.json",
    "special_tokens_map.json",
    "tokenizer.json",
    "tokenizer.model",
    "tokenizer_config.json",
    "video_preprocessor_config.json",
    "vocab.json",
)
"""Copied unchanged from the base: training does not change the processor."""
SHARD_SIZE = "5GB"
STEPS = ("load", "merge", "write", "processor")
_DTYPES = {
    "F32": "float32", "BF16": "bfloat16", "F16": "float16",
    "torch.float32": "float32", "torch.bfloat16": "bfloat16", "torch.float16": "float16",
}  # fmt: skip
_WEIGHTS, _INDEX = "model.safetensors", "model.safetensors.index.json"


def export_merged(model: ModelSpec, folder: Path, on_step: Callable[[int], None] = lambda done: None) -> Path:
    """Write ``model.base`` with ``model.adapter`` merged into it to ``folder``, as safetensors, with the processor.

    In bfloat16 the merged weights are rounded once more; in float32 the logits are the adapter model's own.

    Args:
        model: with an adapter.
        folder: created; must be empty or absent.
        on_step: called with the number of finished ``STEPS``; may raise to stop, which leaves nothing behind.

    Raises:
        StageError: no adapter, a folder that is not empty, or an error of ``families.load``.
    """
    if model.adapter is None:
        raise StageError(f"The model {model.base} has no adapter to merge.", "Choose a trained version.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise StageError(f"The folder {folder} is not empty.", "Choose a new folder.")
    with atomic_dir(folder) as part:
        _write(model, part, on_step)
    return folder


def in_stored_dtype(model: ModelSpec) -> ModelSpec:
    """Return the spec that loads the base's weights in their stored dtype, without quantisation."""
    return replace(model, dtype=_stored_dtype(model), quantization="none")


def _write(model: ModelSpec, folder: Path, on_step: Callable[[int], None]) -> None:
    loaded = families.load(replace(model, quantization="none"))  # never merge into quantised weights
    on_step(1)
    merged = loaded.model.merge_and_unload(safe_merge=True)
    on_step(2)
    merged.save_pretrained(str(folder), max_shard_size=SHARD_SIZE)
    on_step(3)
    for name in PROCESSOR_FILES:
        found = _base_file(model, name)
        if found is not None:
            shutil.copyfile(found, folder / name)
    on_step(4)


def _stored_dtype(model: ModelSpec) -> str:
    found = _base_file(model, "config.json")
    if found is None:
        raise StageError(f"The base model {model.base} has no config.json.", "Choose a model saved by save_pretrained.")
    config = AutoConfig.from_pretrained(str(Path(found).parent), trust_remote_code=False)
    names = (str(own.dtype) for own in (config, config.get_text_config()) if own.dtype is not None)
    return next((_DTYPES[name] for name in names if name in _DTYPES), None) or _dtype_of_weights(model)


def _dtype_of_weights(model: ModelSpec) -> str:
    """Return the dtype of the first tensor, if the configuration does not name one."""
    weights = _base_file(model, _WEIGHTS)
    if weights is None and (index := _base_file(model, _INDEX)) is not None:
        names = json.loads(Path(index).read_text(encoding="utf-8"))["weight_map"].values()
        weights = _base_file(model, min(names))
    if weights is None:
        return "float32"
    with safe_open(weights, "pt") as file:
        first = min(file.keys())
        return _DTYPES.get(file.get_slice(first).get_dtype(), "float32")


def _base_file(model: ModelSpec, name: str) -> str | None:
    found = base_folder(model) / name
    return str(found) if found.is_file() else None
