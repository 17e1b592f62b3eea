"""Check from its files whether a base model suits the loop. No torch: the engine loads it later."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from engine.contract.hub_cache import HUB_ID, IMAGE_PROCESSORS, TOKENIZERS, conversion_problem, is_authors_internvl
from engine.contract.resources import resource_path
from studio.services.errors import StudioError

DEMO = "demo"
_IMAGE_TOKEN_KEYS = ("image_token_id", "image_token_index", "img_context_token_id")


def model_location(name: str, project_root: Path) -> str:
    """Return what the engine loads for a name in the settings: a folder's absolute path, or the unchanged hub id."""
    if name == DEMO:
        return str(resource_path("demo", "model"))
    folder = (project_root / Path(name).expanduser()).resolve()
    return str(folder) if folder.is_dir() else name


def is_hub_model(name: str, project_root: Path) -> bool:
    """Return whether a name in the settings is a hub repository."""
    return HUB_ID.fullmatch(name) is not None and model_location(name, project_root) == name


def is_moved(old: str, new: str, project_root: Path) -> bool:
    """Return whether ``new`` may be ``old`` in another place: a folder, if the old model cannot be found."""
    found = Path(model_location(old, project_root)).is_dir()
    return not found and Path(model_location(new, project_root)).is_dir()


def check_model(name: str) -> str:
    """Reject an unsuitable base model; a hub id is checked when its model is downloaded.

    Returns:
        The name for the settings: "demo", an absolute folder or a hub id.

    Raises:
        StudioError: no such folder, or a folder without weights, processor, chat template or image token.
    """
    folder = resource_path("demo", "model") if name == DEMO else Path(name).expanduser()
    if folder.is_dir():
        _check_folder(folder, name)
        return name if name == DEMO else str(folder.resolve())
    if name == DEMO:
        raise StudioError("The built-in demo model is missing.", "Create it with: score-studio build-demo-model.")
    if HUB_ID.fullmatch(name) and not folder.exists():
        return name
    raise StudioError(
        f"The model {name!r} does not exist.",
        'Choose an existing folder, a hub id such as organisation/model, or "demo" for the built-in demo model.',
    )


def _check_folder(folder: Path, name: str) -> None:
    if not (folder / "config.json").exists():
        raise StudioError(
            f"The folder {name!r} is not a model: it has no config.json.",
            "Choose a folder with a whole downloaded model: its config.json, weights (*.safetensors) and tokenizer.",
        )
    config = _json(folder / "config.json", name)
    if not any(folder.glob("*.safetensors")):
        raise _refusal(name, "has no weights (*.safetensors)", "Convert the weights with save_pretrained.")
    if not any((folder / file).is_file() for file in TOKENIZERS):
        raise _refusal(name, f"has no tokenizer ({' or '.join(TOKENIZERS)})", "Save the tokenizer beside the weights.")
    if not any((folder / file).is_file() for file in IMAGE_PROCESSORS):
        raise _refusal(name, "has no image processor", "Save the model's processor beside the weights.")
    if is_authors_internvl(config):  # chat template and image token are added by the conversion
        _check_converted(config, name)
        return
    if not _has_chat_template(folder):
        raise _refusal(name, "has no chat template", "Choose an instruction-tuned model, or add chat_template.jinja.")
    if not any(isinstance(config.get(key), int) for key in _IMAGE_TOKEN_KEYS):
        raise _refusal(name, "has no image token in config.json", "Choose a vision language model, such as a LLaVA.")


def _check_converted(config: dict[str, Any], name: str) -> None:
    refused = conversion_problem(config)
    if refused is not None:
        raise _refusal(name, *refused)


def _has_chat_template(folder: Path) -> bool:
    if (folder / "chat_template.jinja").is_file():
        return True
    files = ("chat_template.json", "processor_config.json", "tokenizer_config.json")
    return any(_json(folder / file, folder.name).get("chat_template") for file in files if (folder / file).is_file())


def _json(file: Path, name: str) -> dict[str, Any]:
    try:
        data = json.loads(file.read_text("utf-8"))
    except FileNotFoundError as error:
        raise _refusal(name, f"has no {file.name}", "Choose a folder with a whole downloaded model.") from error
    except (OSError, ValueError) as error:
        raise _refusal(name, f"has an unreadable {file.name} ({error})", "Save the model again.") from error
    if not isinstance(data, dict):
        raise _refusal(name, f"has a {file.name} without settings", "Save the model again.")
    return data


def _refusal(name: str, reason: str, remedy: str) -> StudioError:
    return StudioError(f"The model {name!r} {reason}.", remedy)
