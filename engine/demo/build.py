"""Build the demo model into a folder that stock transformers loads, with a manifest that records how it was made.

The folder `resources/demo/model` was made by `build_demo_model` with its default seed. The module does not depend on
who uses the model.
"""

import hashlib
import json
import platform
from collections.abc import Callable
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from engine.contract.resources import resource_path
from engine.demo.pretrain import PretrainSettings, pretrain

DEMO_MODEL = resource_path("demo", "model")
"""The folder of the demo model that ships with the project."""

MANIFEST = "BUILD.json"
_LIBRARIES = ("torch", "transformers", "tokenizers", "numpy", "pillow")


def build_demo_model(out: Path, *, seed: int = 0, log: Callable[[str], None]) -> None:
    """Train the demo model from scratch and save it in `out`.

    Deterministic: the same seed on the same machine with the same versions gives the same weights. `log` is called
    with one line of progress at a time.
    """
    build_model_folder(out, PretrainSettings(seed=seed), log)


def build_model_folder(out: Path, settings: PretrainSettings, log: Callable[[str], None]) -> None:
    """Pretrain with the given settings; save model, processor and manifest in `out`, replacing existing files."""
    trained = pretrain(settings, log)
    out.mkdir(parents=True, exist_ok=True)
    trained.model.save_pretrained(out)
    trained.processor.save_pretrained(out)
    write_manifest(out, settings)
    log(f"saved in {out}")


def write_manifest(out: Path, settings: PretrainSettings) -> None:
    """Record command, settings, versions and digests of a folder whose other files are complete."""
    manifest = {
        "command": f"score-studio build-demo-model --seed {settings.seed}",
        "settings": asdict(settings),
        "versions": {"python": platform.python_version()} | {name: version(name) for name in _LIBRARIES},
        "sha256": {file: digest(out / file) for file in ("model.safetensors", "tokenizer.json")},
    }
    (out / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def digest(file: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    return hashlib.sha256(file.read_bytes()).hexdigest()
