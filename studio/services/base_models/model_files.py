"""Read a base model's size from its files: config.json and the headers of its weights. No torch.

A weights file starts with a length of eight bytes and a JSON header that contains every tensor's name and shape; only
the header is read.
"""

from __future__ import annotations

import json
import math
import re
import struct
from pathlib import Path
from typing import Any

from engine.contract import hub_cache
from engine.contract.operating_system import is_side_file
from studio.services.base_models.catalogue import known_model
from studio.services.base_models.suitability import DEMO, model_location
from studio.services.base_models.types import ModelFacts

_HEAD_LIMIT = 100_000_000
_LINEAR = re.compile(r"layers\.\d+\.")
_NOT_LANGUAGE = re.compile(r"vision|visual|image|projector|mlp1|embed|lm_head")


def model_facts(name: str, home: Path) -> ModelFacts | None:
    """Return the facts of a base model by its files; of one that was not downloaded yet, by the catalogue.

    None for a hub model that is neither on this machine nor in the catalogue.

    Args:
        name: as in the settings: "demo", a folder or a hub id.
        home: the folder that relative paths start from.
    """
    folder = _folder(name, home)
    if folder is None:
        known = known_model(name)
        return None if known is None else known.facts
    try:
        shapes = _shapes(folder)
        config = json.loads((folder / "config.json").read_text("utf-8"))
    except (OSError, ValueError, struct.error):
        return None
    return _facts(folder, shapes, config) if shapes and isinstance(config, dict) else None


def _folder(name: str, home: Path) -> Path | None:
    folder = Path(model_location(name, home))
    if folder.is_dir() or name == DEMO:
        return folder
    snapshots = hub_cache.repository(name) / "snapshots"
    fetched = [path for path in snapshots.glob("*") if not hub_cache.missing(path)] if snapshots.is_dir() else []
    return max(fetched, key=lambda path: path.stat().st_mtime) if fetched else None


def _weights(folder: Path) -> list[Path]:
    return sorted(file for file in folder.glob("*.safetensors") if not is_side_file(file.name))


def _shapes(folder: Path) -> dict[str, list[int]]:
    shapes: dict[str, list[int]] = {}
    for file in _weights(folder):
        with file.open("rb") as stream:
            (length,) = struct.unpack("<Q", stream.read(8))
            if length > _HEAD_LIMIT:
                raise ValueError(f"{file} has no header")
            head = json.loads(stream.read(length))
        shapes.update({key: entry["shape"] for key, entry in head.items() if key != "__metadata__"})
    return shapes


def _facts(folder: Path, shapes: dict[str, list[int]], config: dict[str, Any]) -> ModelFacts:
    text = next((config[key] for key in ("text_config", "llm_config") if isinstance(config.get(key), dict)), config)
    linears = [
        (shape[1], shape[0])
        for key, shape in shapes.items()
        if len(shape) == 2 and _LINEAR.search(key) and not _NOT_LANGUAGE.search(key)
    ]
    heads = int(text.get("num_attention_heads", 1))
    hidden = int(text.get("hidden_size", 0)) or (linears[0][0] if linears else 0)
    return ModelFacts(
        parameters=sum(math.prod(shape) for shape in shapes.values()),
        stored_bytes=sum(file.stat().st_size for file in _weights(folder)),
        linears=tuple(linears),
        hidden=hidden,
        layers=int(text.get("num_hidden_layers", 0)),
        heads=heads,
        kv_heads=int(text.get("num_key_value_heads") or heads),
        head_size=int(text.get("head_dim") or hidden // heads),
        vocabulary=int(text.get("vocab_size", 0)),
        image_tokens=_image_tokens(config),
    )


def _image_tokens(config: dict[str, Any]) -> int | None:
    vision = config.get("vision_config")
    if config.get("image_grid_pinpoints") and isinstance(vision, dict):  # LLaVA-NeXT: up to four tiles and the whole
        return 5 * int((vision.get("image_size", 336) // vision.get("patch_size", 14)) ** 2)
    given = config.get("image_seq_length")
    if isinstance(given, int):
        return given
    if isinstance(vision, dict) and isinstance(vision.get("image_size"), int) and vision.get("patch_size"):
        merged = float(config.get("downsample_ratio", 1))  # set by InternVL's authors instead of the number of tokens
        return int(int(vision["image_size"] // int(vision["patch_size"]) * merged) ** 2)
    return None
