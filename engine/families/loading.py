"""Loading a model by folder or hub id, with every refusal explained. Safetensors only; remote code is never run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from transformers import AutoConfig, AutoModelForImageTextToText, GenerationConfig, ProcessorMixin
from transformers.models.auto.modeling_auto import MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES

from engine.context import StageError
from engine.devices import device_of
from engine.families.adapters import attach
from engine.families.checks import check
from engine.families.processors import load_processor
from engine.families.registry import family_of
from engine.families.seam import Limits, VisionLanguageModel
from engine.specs import ModelSpec

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
    device, dtype = device_of(model), _dtype(model)
    if model.threads > 0:
        torch.set_num_threads(model.threads)
    config = _config(model)
    processor = _processor(model, config.model_type)
    weights = _weights(model, config, dtype).to(device)
    weights.requires_grad_(False)
    weights.generation_config = _plain_generation(weights.generation_config, processor.tokenizer)
    length = int(config.get_text_config().max_position_embeddings)
    loaded = VisionLanguageModel(
        weights, processor, device, dtype, Limits(length), shares_prefill=family_of(config.model_type).shares_prefill
    )
    check(loaded, model.base)
    if model.adapter is not None:
        loaded.model = attach(weights, model.adapter, trainable=trainable)
    loaded.model.train(trainable)
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


def _processor(model: ModelSpec, model_type: str) -> Any:
    try:
        processor = load_processor(_source(model), model_type)
    except ImportError as error:
        needs = ", ".join(family_of(model_type).needs) or "what it names"
        raise StageError(
            f"The processor of the model {model.base} cannot be loaded: {_first_line(error)}", f"Install {needs}."
        ) from error
    except (OSError, ValueError) as error:
        raise _unreadable(model, "processor", error) from error
    if not isinstance(processor, ProcessorMixin) or not {"image_processor", "tokenizer"} <= set(processor.__dict__):
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
        loaded: Any = AutoModelForImageTextToText.from_pretrained(
            **_source(model),
            config=config,
            dtype=dtype,
            attn_implementation=attention,
            use_safetensors=True,
            output_loading_info=True,
        )
    except (OSError, ValueError, ImportError, RuntimeError, SafetensorError) as error:
        raise _unreadable(model, "weights", error) from error
    weights, info = loaded
    missing = sorted(info["missing_keys"])
    if missing:
        # transformers would fill them with random numbers.
        raise _unreadable(model, "weights", ValueError(f"{len(missing)} tensors are missing, such as {missing[0]}"))
    return weights


def _unreadable(model: ModelSpec, part: str, error: Exception) -> StageError:
    reason = _first_line(error)
    if Path(model.base).expanduser().is_dir():
        remedy = "Check the folder: it must hold a model saved by transformers, its weights as safetensors."
    else:
        remedy = "Check the id and the network, or download the model first and name its folder."
    return StageError(f"The {part} of the model {model.base} cannot be loaded: {reason}", remedy)


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__


def _plain_generation(own: GenerationConfig, tokenizer: Any) -> GenerationConfig:
    """The model's end tokens and nothing else: its own sampling and penalties must not leak into greedy answers."""
    ends = own.eos_token_id if isinstance(own.eos_token_id, list) else [own.eos_token_id]
    end_ids = sorted({int(token) for token in [*ends, tokenizer.eos_token_id] if token is not None})
    return GenerationConfig(  # type: ignore[no-untyped-call]
        eos_token_id=end_ids, pad_token_id=tokenizer.pad_token_id, bos_token_id=tokenizer.bos_token_id
    )


def _dtype(model: ModelSpec) -> torch.dtype:
    if model.dtype == "auto":
        return torch.bfloat16 if device_of(model).type == "cuda" else torch.float32
    if model.dtype not in _DTYPES:
        raise StageError(f"The dtype {model.dtype!r} is unknown.", f"Set dtype to auto or one of {sorted(_DTYPES)}.")
    return _DTYPES[model.dtype]
