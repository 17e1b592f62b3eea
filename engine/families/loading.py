"""Loading a model by folder or hub id, with every refusal explained. Safetensors only; remote code is never run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import torch
from transformers import AutoConfig, AutoModelForImageTextToText, AutoProcessor
from transformers.models.auto.modeling_auto import MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES

from engine.context import StageError
from engine.families.adapters import attach
from engine.families.seam import Limits, VisionLanguageModel
from engine.specs import ModelSpec

SHARES_PREFILL = frozenset({"llava"})
"""Model types whose cache alone carries a prompt; shown by test for each."""

_DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")


def load(model: ModelSpec, *, trainable: bool = False) -> VisionLanguageModel:
    """Load the weights, the processor and, if the spec names one, the adapter.

    Args:
        model: what to load and how.
        trainable: leave the adapter's weights trainable; the base is frozen either way.

    Raises:
        StageError: nothing there, no image-text-to-text model, no safetensors, no chat template, no image token.
    """
    _check_place(model.base)
    device, dtype = _device(model.device), _dtype(model.dtype, model.device)
    if model.threads > 0:
        torch.set_num_threads(model.threads)
    config = _config(model)
    processor = _processor(model)
    weights = _weights(model, config, dtype).to(device)
    weights.requires_grad_(False)
    if model.adapter is not None:
        weights = attach(weights, model.adapter, trainable=trainable)
    weights.train(trainable)
    length = int(config.get_text_config().max_position_embeddings)
    loaded = VisionLanguageModel(
        weights, processor, device, dtype, Limits(length), shares_prefill=config.model_type in SHARES_PREFILL
    )
    _check_image_token(loaded, model.base)
    return loaded


def _check_place(base: str) -> None:
    folder = Path(base).expanduser()
    if folder.is_dir():
        if not (folder / "config.json").is_file():
            raise StageError(f"The model folder {base} has no config.json.", "Name a folder that save_pretrained made.")
        return
    if not _HUB_ID.fullmatch(base):
        raise StageError(
            f"The model {base} does not exist.", "Name an existing folder, or a hub id such as organisation/model."
        )


def _source(model: ModelSpec) -> dict[str, Any]:
    base = Path(model.base).expanduser()
    return {
        "pretrained_model_name_or_path": str(base) if base.is_dir() else model.base,
        "revision": model.revision or "main",
        "trust_remote_code": False,
    }


def _config(model: ModelSpec) -> Any:
    try:
        config = AutoConfig.from_pretrained(**_source(model))
    except (OSError, ValueError) as error:
        raise _unreadable(model, "configuration", error) from error
    if config.model_type not in MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES:
        raise StageError(
            f"The model {model.base} is of type {config.model_type!r}, which does not answer about images.",
            "Choose an image-text-to-text model, such as a LLaVA.",
        )
    return config


def _processor(model: ModelSpec) -> Any:
    try:
        processor = AutoProcessor.from_pretrained(**_source(model))
    except (OSError, ValueError) as error:
        raise _unreadable(model, "processor", error) from error
    if not hasattr(processor, "image_processor") or not hasattr(processor, "tokenizer"):
        raise StageError(
            f"The model {model.base} has no processor for images and text together.",
            "The folder needs processor_config.json and preprocessor_config.json beside the tokenizer.",
        )
    if processor.chat_template is None:
        raise StageError(
            f"The model {model.base} has no chat template.",
            "Choose an instruction-tuned model, or add chat_template.jinja to its folder.",
        )
    processor.tokenizer.padding_side = "left"
    if processor.tokenizer.pad_token is None:
        processor.tokenizer.pad_token = processor.tokenizer.eos_token
    return processor


def _weights(model: ModelSpec, config: Any, dtype: torch.dtype) -> Any:
    attention = None if model.attention == "auto" else model.attention
    try:
        return AutoModelForImageTextToText.from_pretrained(
            **_source(model), config=config, dtype=dtype, attn_implementation=attention, use_safetensors=True
        )
    except (OSError, ValueError, ImportError) as error:
        raise _unreadable(model, "weights", error) from error


def _unreadable(model: ModelSpec, part: str, error: Exception) -> StageError:
    reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if Path(model.base).expanduser().is_dir():
        remedy = "Check the folder: it must hold a model saved by transformers, its weights as safetensors."
    else:
        remedy = "Check the id and the network, or download the model first and name its folder."
    return StageError(f"The {part} of the model {model.base} cannot be loaded: {reason}", remedy)


def _check_image_token(loaded: VisionLanguageModel, base: str) -> None:
    token = loaded.processor.image_token if hasattr(loaded.processor, "image_token") else None
    if token is None or loaded.chat_text("x").count(token) != 1:
        raise StageError(
            f"The model {base} has no image token: its chat template does not place an image ({token!r}).",
            "Choose a vision language model whose chat template handles images.",
        )


def _device(name: str) -> torch.device:
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if name == "cuda" and not torch.cuda.is_available():
        raise StageError("The device cuda was asked for, but torch finds no GPU.", 'Set device to "auto" or "cpu".')
    if name not in ("cpu", "cuda"):
        raise StageError(f"The device {name!r} is unknown.", 'Set device to "auto", "cpu" or "cuda".')
    return torch.device(name)


def _dtype(name: str, device: str) -> torch.dtype:
    if name == "auto":
        return torch.bfloat16 if _device(device).type == "cuda" else torch.float32
    if name not in _DTYPES:
        raise StageError(f"The dtype {name!r} is unknown.", f"Set dtype to auto or one of {sorted(_DTYPES)}.")
    return _DTYPES[name]
