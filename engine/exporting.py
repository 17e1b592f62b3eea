"""A model version as a model of its own: the adapter's weights put into the base's, for plain transformers to load.

Knows no stage. What leaves here needs neither peft nor this project.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from transformers.utils.hub import cached_file

from engine import families
from engine.context import StageError
from engine.specs import ModelSpec

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
"""Copied from the base as they are: the processor has not learnt anything."""


def export_merged(model: ModelSpec, folder: Path) -> Path:
    """Write ``model.base`` with ``model.adapter`` merged into it to ``folder``, as safetensors, with the processor.

    In bfloat16 the merged weights are rounded once more; in float32 the logits are the adapter model's own.

    Args:
        model: with an adapter.
        folder: made; must not hold anything yet.

    Raises:
        StageError: no adapter, a folder that holds something, or what ``families.load`` refuses.
    """
    if model.adapter is None:
        raise StageError(f"The model {model.base} has no adapter to merge.", "Name a trained version.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise StageError(f"The folder {folder} is not empty.", "Name a new folder.")
    part = folder.with_name(folder.name + ".part")
    if part.exists():
        shutil.rmtree(part)
    loaded = families.load(model)
    merged = loaded.model.merge_and_unload(safe_merge=True)
    merged.save_pretrained(str(part))
    _copy_processor(model, part)
    if folder.exists():
        folder.rmdir()
    part.replace(folder)
    return folder


def _copy_processor(model: ModelSpec, folder: Path) -> None:
    base = Path(model.base).expanduser()
    for name in PROCESSOR_FILES:
        found = cached_file(
            str(base) if base.is_dir() else model.base,
            name,
            revision=model.revision or "main",
            _raise_exceptions_for_missing_entries=False,
        )
        if found is not None:
            shutil.copyfile(found, folder / name)
