"""Save an adapter atomically, so that stock ``PeftModel.from_pretrained`` loads it as "default"."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from engine.contract import artifacts
from engine.contract.atomic_files import atomic_dir
from engine.contract.specs import ModelSpec

CONFIG = "adapter_config.json"
_CARD = "README.md"


def save_adapter(model: Any, base: ModelSpec, folder: Path, adapter_name: str = "default") -> str:
    """Save one adapter of a PeftModel into ``folder`` (emptied first), sealed with a manifest.

    Equal adapters give equal files: peft's unordered lists are sorted, its model card is omitted.

    Returns:
        The folder's digest.
    """
    with atomic_dir(folder, replace=True) as part:
        model.save_pretrained(str(part), selected_adapters=[adapter_name])
        (part / _CARD).unlink(missing_ok=True)
        if adapter_name != "default":
            saved = part / adapter_name
            for file in saved.iterdir():
                file.replace(part / file.name)
            saved.rmdir()
        _normalise_config(part / CONFIG, base)
        artifacts.seal(part)
    return artifacts.digest(folder)


def _normalise_config(path: Path, base: ModelSpec) -> None:
    config = json.loads(path.read_text(encoding="utf-8"))
    config.update(base_model_name_or_path=base.base, revision=base.revision, inference_mode=True)
    if isinstance(config["target_modules"], list):
        config["target_modules"].sort()
    path.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n", encoding="utf-8")
