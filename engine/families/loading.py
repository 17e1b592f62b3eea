"""Load a model from a folder or by hub id; every error is explained. Safetensors only; remote code is never run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from transformers import AutoConfig, AutoModelForImageTextToText, GenerationConfig, ProcessorMixin
from transformers.models.auto.modeling_auto import MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES

from engine.contract import hub_cache
from engine.contract.context import StageError
from engine.contract.specs import ModelSpec
from engine.devices import device_of
from engine.families import internvl2, precision
from engine.families.adapters import attach
from engine.families.checks import check, check_chat
from engine.families.processors import load_processor
from engine.families.registry import family_of
from engine.families.vlm import Limits, VisionLanguageModel


def load(model: ModelSpec, *, trainable: bool = False) -> VisionLanguageModel:
    """Load the weights, the processor and, if the spec names one, the adapter.

    Args:
        model: what to load and how.
        trainable: keep the adapter's weights trainable; the base is frozen either way.

    Raises:
        StageError: a file is missing, not an image-text-to-text model, no safetensors, no chat template, no image
            token.
    """
    device, dtype = device_of(model), precision.dtype_of(model)
    if model.threads > 0:
        torch.set_num_threads(model.threads)
    config = _config(model)
    limits = _limits(model, config)
    processor = _processor(model, config.model_type)
    weights = _weights(model, config, dtype)
    weights.requires_grad_(False)
    weights.generation_config = _plain_generation(weights.generation_config, processor.tokenizer)
    loaded = VisionLanguageModel(
        weights, processor, device, dtype, limits, shares_prefill=family_of(config.model_type).shares_prefill
    )
    check(loaded, model.base)
    if model.adapter is not None:
        loaded.model = attach(weights, model.adapter, trainable=trainable)
    loaded.model.train(trainable)
    return loaded


def load_without_weights(model: ModelSpec) -> VisionLanguageModel:
    """Load what turns images and text into tokens, for a model that runs elsewhere; its ``model`` is None.

    Raises:
        StageError: as ``load``.
    """
    config = _config(model)
    processor = _processor(model, config.model_type)
    loaded = VisionLanguageModel(None, processor, torch.device("cpu"), torch.float32, _limits(model, config))
    check_chat(loaded, model.base)
    return loaded


def base_folder(model: ModelSpec) -> Path:
    """Return the folder of the base model in transformers' format; a model in another layout is converted once.

    Raises:
        StageError: no such folder, a hub model that is not on this machine, or one that cannot be converted.
    """
    return internvl2.native_folder(published_folder(model))


def published_folder(model: ModelSpec) -> Path:
    """Return the folder of the base model's published files, local or in the hub cache. Never accesses the network.

    Raises:
        StageError: no such folder, or a hub model that is not on this machine.
    """
    folder = Path(model.base).expanduser()
    if folder.is_dir():
        if not (folder / "config.json").is_file():
            raise StageError(
                f"The model folder {model.base} has no config.json.", "Choose a folder saved by save_pretrained."
            )
        return folder
    if not hub_cache.HUB_ID.fullmatch(model.base):
        raise StageError(
            f"The model {model.base} does not exist.",
            "Enter an existing folder, or a hub id such as organisation/model.",
        )
    found = hub_cache.snapshot(model.base, model.revision)
    if found is None:
        at = f" at {model.revision}" if model.revision else ""
        remedy = f"Download it (needs the network): run the project again, or score-studio download {model.base}"
        raise StageError(f"The model {model.base}{at} is not on this machine.", remedy)
    return found


def _source(model: ModelSpec) -> dict[str, Any]:
    return {"pretrained_model_name_or_path": str(base_folder(model)), "trust_remote_code": False}


def _config(model: ModelSpec) -> Any:
    try:
        config = AutoConfig.from_pretrained(**_source(model))
    except (OSError, ValueError) as error:
        raise _unreadable(model, "configuration", error) from error
    if config.model_type not in MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES:
        raise StageError(
            f"The model {model.base} is of type {config.model_type!r}, which does not take images and text.",
            "Choose an image-text-to-text model, such as a LLaVA.",
        )
    if config.is_encoder_decoder:
        raise StageError(
            f"The model {model.base} is of type {config.model_type!r}, an encoder-decoder: "
            "its answers cannot be prefilled.",
            "Choose a decoder-only model, such as a LLaVA.",
        )
    return config


def _limits(model: ModelSpec, config: Any) -> Limits:
    length = config.get_text_config().to_dict().get("max_position_embeddings")
    if length is None:
        raise StageError(
            f"The configuration of the model {model.base} does not define the context length of its language model.",
            "Add max_position_embeddings to the text_config in its config.json.",
        )
    return Limits(int(length))


def _processor(model: ModelSpec, model_type: str) -> Any:
    try:
        processor = load_processor(_source(model), model_type)
    except ImportError as error:
        needs = ", ".join(family_of(model_type).needs) or "the package that it names"
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
    # Older folders store it with the tokenizer.
    processor.chat_template = processor.chat_template or processor.tokenizer.chat_template
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
    four_bit = precision.quantization_of(model, config)
    placed: dict[str, Any] = {"quantization_config": four_bit, "device_map": {"": device_of(model)}} if four_bit else {}
    attention = precision.attention_of(model, config)
    try:
        loaded: Any = AutoModelForImageTextToText.from_pretrained(
            **_source(model),
            config=config,
            dtype=dtype,
            attn_implementation=attention,
            use_safetensors=True,
            output_loading_info=True,
            **placed,
        )
    except (OSError, ValueError, ImportError, RuntimeError, SafetensorError) as error:
        raise _unreadable(model, "weights", error) from error
    weights, info = loaded
    missing = sorted(info["missing_keys"])
    if missing:
        # transformers would initialise them at random.
        raise _unreadable(model, "weights", ValueError(f"{len(missing)} tensors are missing, such as {missing[0]}"))
    return weights if four_bit else weights.to(device_of(model))


def _unreadable(model: ModelSpec, part: str, error: Exception) -> StageError:
    remedy = "Check the folder: it must hold a model saved by transformers, with its weights as safetensors."
    return StageError(f"The {part} of the model {model.base} cannot be loaded: {_first_line(error)}", remedy)


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__


def _plain_generation(own: GenerationConfig, tokenizer: Any) -> GenerationConfig:
    """Keep only the model's end tokens: its own sampling and penalties must not affect greedy answers."""
    ends = own.eos_token_id if isinstance(own.eos_token_id, list) else [own.eos_token_id]
    end_ids = sorted({int(token) for token in [*ends, tokenizer.eos_token_id] if token is not None})
    return GenerationConfig(  # type: ignore[no-untyped-call]
        eos_token_id=end_ids, pad_token_id=tokenizer.pad_token_id, bos_token_id=tokenizer.bos_token_id
    )
