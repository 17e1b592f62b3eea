"""Convert the authors' tensors to transformers' names: renamed, fused ones split, no value changed.

Works tensor by tensor: at any time one tensor and one unwritten shard are in memory. Every tensor keeps its dtype.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor
from transformers import InternVLConfig, InternVLForConditionalGeneration

from engine.contract.context import StageError
from engine.contract.hub_cache import WEIGHTS, WEIGHTS_INDEX, weight_files

SHARD_BYTES = 512 * 1024**2
_VISION, _TEXT = "model.vision_tower.", "model.language_model."
_RENAMED = (
    (r"vision_model\.embeddings\.class_embedding", _VISION + "embeddings.cls_token"),
    (r"vision_model\.embeddings\.position_embedding", _VISION + "embeddings.position_embeddings"),
    (r"vision_model\.embeddings\.patch_embedding\.", _VISION + "embeddings.patch_embeddings.projection."),
    (r"vision_model\.encoder\.layers\.(\d+)\.attn\.proj\.", _VISION + r"encoder.layer.\1.attention.projection_layer."),
    (r"vision_model\.encoder\.layers\.(\d+)\.attn\.([qk])_norm\.", _VISION + r"encoder.layer.\1.attention.\2_norm."),
    (r"vision_model\.encoder\.layers\.(\d+)\.attn\.qkv\.", _VISION + r"encoder.layer.\1.attention.{part}_proj."),
    (r"vision_model\.encoder\.layers\.(\d+)\.mlp\.(fc[12])\.", _VISION + r"encoder.layer.\1.mlp.\2."),
    (r"vision_model\.encoder\.layers\.(\d+)\.norm1\.", _VISION + r"encoder.layer.\1.layernorm_before."),
    (r"vision_model\.encoder\.layers\.(\d+)\.norm2\.", _VISION + r"encoder.layer.\1.layernorm_after."),
    (r"vision_model\.encoder\.layers\.(\d+)\.ls([12])", _VISION + r"encoder.layer.\1.lambda_\2"),
    (r"mlp1\.0\.", "model.multi_modal_projector.layer_norm."),
    (r"mlp1\.1\.", "model.multi_modal_projector.linear_1."),
    (r"mlp1\.3\.", "model.multi_modal_projector.linear_2."),
    (r"language_model\.model\.tok_embeddings\.", _TEXT + "embed_tokens."),
    (r"language_model\.model\.layers\.(\d+)\.attention\.wqkv\.", _TEXT + r"layers.\1.self_attn.{part}_proj."),
    (r"language_model\.model\.layers\.(\d+)\.attention\.wo\.", _TEXT + r"layers.\1.self_attn.o_proj."),
    (r"language_model\.model\.layers\.(\d+)\.feed_forward\.w1\.", _TEXT + r"layers.\1.mlp.gate_proj."),
    (r"language_model\.model\.layers\.(\d+)\.feed_forward\.w3\.", _TEXT + r"layers.\1.mlp.up_proj."),
    (r"language_model\.model\.layers\.(\d+)\.feed_forward\.w2\.", _TEXT + r"layers.\1.mlp.down_proj."),
    (r"language_model\.model\.layers\.(\d+)\.attention_norm\.", _TEXT + r"layers.\1.input_layernorm."),
    (r"language_model\.model\.layers\.(\d+)\.ffn_norm\.", _TEXT + r"layers.\1.post_attention_layernorm."),
    (r"language_model\.model\.norm\.", _TEXT + "norm."),
    (r"language_model\.output\.", "lm_head."),
)
_END = r"(weight|bias)?"


def write(source: Path, config: InternVLConfig, folder: Path) -> None:
    """Write the weights of ``source`` to ``folder`` in transformers' format, in shards with an index.

    Raises:
        StageError: no safetensors, or a tensor is unknown, missing or of another shape.
    """
    wanted = _wanted(config)
    files = [source / name for name in weight_files(source)]
    _check_names(files, set(wanted))
    shards: list[list[str]] = []
    total = 0
    for shard in _shards(_converted(files, config, wanted)):
        total += _bytes(shard)
        save_file(shard, folder / _part(len(shards)), metadata={"format": "pt"})
        shards.append(list(shard))
    _name_shards(folder, shards, total)


def _wanted(config: InternVLConfig) -> dict[str, torch.Size]:
    with torch.device("meta"):
        model = InternVLForConditionalGeneration(config)
    shapes = {name: tensor.shape for name, tensor in model.state_dict().items()}
    if config.tie_word_embeddings:
        shapes.pop("lm_head.weight")
    return shapes


def _target(name: str) -> str | None:
    """Return the new name, with ``{part}`` for q, k and v of a fused tensor; None for an unknown tensor."""
    for pattern, replacement in _RENAMED:
        found = re.fullmatch(pattern + _END, name)
        if found:
            return found.expand(replacement) + (found.groups()[-1] or "")
    return None


def _targets(name: str) -> list[str]:
    target = _target(name)
    if target is None:
        return []
    return [target.replace("{part}", part) for part in "qkv"] if "{part}" in target else [target]


def _check_names(files: list[Path], wanted: set[str]) -> None:
    found: set[str] = set()
    for file in files:
        for name in _names(file):
            targets = _targets(name)
            if not targets or not wanted.issuperset(targets):
                raise _unfit(f"it has a tensor that its configuration does not define: {name}")
            found.update(targets)
    missing = sorted(wanted - found)
    if missing:
        raise _unfit(f"{len(missing)} tensors are missing, such as the one that becomes {missing[0]}")


def _names(file: Path) -> list[str]:
    if not file.is_file():
        raise StageError(
            f"The model's weights are not available as safetensors: {file.name} is missing.",
            "Choose a folder or hub model whose weights are safetensors files.",
        )
    try:
        with safe_open(file, "pt") as opened:
            return list(opened.keys())
    except SafetensorError as error:
        raise StageError(
            f"The model's weights in {file.name} are damaged: {error}.", "Download the file again."
        ) from error


def _converted(
    files: list[Path], config: InternVLConfig, wanted: dict[str, torch.Size]
) -> Iterator[tuple[str, Tensor]]:
    text: Any = config.text_config
    for file in files:
        with safe_open(file, "pt") as opened:
            for name in opened.keys():  # noqa: SIM118 - a safetensors file is not a mapping
                tensor: Tensor = opened.get_tensor(name)
                targets = _targets(name)
                parts = _cut(tensor, len(targets), name, text.num_key_value_heads, text.head_dim)
                for target, part in zip(targets, parts, strict=True):
                    if part.shape != wanted[target]:
                        raise _mismatch(name, tensor)
                    yield target, part.clone()


def _cut(tensor: Tensor, count: int, name: str, kv_heads: int, head: int) -> list[Tensor]:
    """Split a fused tensor into queries, keys and values; return any other tensor alone.

    The vision part stores them in three blocks, InternLM2 by key-value head: the query heads of its group, its key,
    its value.
    """
    if count == 1:
        return [tensor]
    if ".attn.qkv." in name:
        return list(tensor.chunk(3))
    if tensor.shape[0] % (kv_heads * head):
        raise _mismatch(name, tensor)
    rest = tensor.shape[1:]
    groups = tensor.view(kv_heads, -1, head, *rest)
    return [groups[:, :-2].reshape(-1, *rest), groups[:, -2].reshape(-1, *rest), groups[:, -1].reshape(-1, *rest)]


def _shards(tensors: Iterator[tuple[str, Tensor]]) -> Iterator[dict[str, Tensor]]:
    shard: dict[str, Tensor] = {}
    for name, tensor in tensors:
        if shard and _bytes(shard) + tensor.nbytes > SHARD_BYTES:
            yield shard
            shard = {}
        shard[name] = tensor
    yield shard


def _bytes(shard: dict[str, Tensor]) -> int:
    return sum(tensor.nbytes for tensor in shard.values())


def _part(index: int) -> str:
    return f"part-{index}.safetensors"


def _name_shards(folder: Path, shards: list[list[str]], total: int) -> None:
    """Rename the shards as transformers does; the names include the number of shards."""
    if len(shards) == 1:
        (folder / _part(0)).rename(folder / WEIGHTS)
        return
    places: dict[str, str] = {}
    for index, names in enumerate(shards):
        file = f"model-{index + 1:05d}-of-{len(shards):05d}.safetensors"
        (folder / _part(index)).rename(folder / file)
        places.update(dict.fromkeys(names, file))
    text = json.dumps({"metadata": {"total_size": total}, "weight_map": places}, indent=1, sort_keys=True)
    (folder / WEIGHTS_INDEX).write_text(text, encoding="utf-8")


def _mismatch(name: str, tensor: Tensor) -> StageError:
    return _unfit(f"{name} has the shape {tuple(tensor.shape)}, which does not match its configuration")


def _unfit(reason: str) -> StageError:
    return StageError(
        f"The model cannot be converted: {reason}.", "Download the model's files again, all of the same version."
    )
