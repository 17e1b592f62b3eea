"""Translate the authors' config.json into transformers' InternVLConfig. Does not load tensors.

A setting that transformers' InternVL cannot reproduce is rejected by name, not approximated.
"""

from __future__ import annotations

from typing import Any

from transformers import InternVLConfig, InternVLVisionConfig, LlamaConfig

from engine.contract.context import StageError
from engine.contract.hub_cache import conversion_problem

_REMEDY = "Choose a copy of the model in transformers' own format: its name ends in -hf."
_NORM_EPS = 1e-6
"""The epsilon of transformers' query and key norms, whatever the other layers use."""
_MUST_BE = {"select_layer": -1, "ps_version": "v2", "template": "internlm2-chat"}


def translate(config: dict[str, Any], image_token_id: int, ends: list[int]) -> InternVLConfig:
    """Return the configuration of the same model in transformers' format.

    Args:
        config: the authors' config.json.
        image_token_id: id of the placeholder token for an image's features.
        ends: ids of the tokens that end an answer.

    Raises:
        StageError: a setting is missing, or transformers' InternVL has no counterpart for it.
    """
    for key, wanted in _MUST_BE.items():
        _require(_get(config, key) == wanted, key, config[key])
    vision, text = _get(config, "vision_config"), _get(config, "llm_config")
    ratio = float(_get(config, "downsample_ratio"))
    _require(1 / ratio == int(1 / ratio), "downsample_ratio", ratio)
    side = int(_get(vision, "image_size"))
    _require(config.get("force_image_size", side) in (side, None), "force_image_size", config.get("force_image_size"))
    tied = bool(text.get("tie_word_embeddings", False))
    return InternVLConfig(
        vision_config=_vision(vision),
        text_config=_text(text, tied, ends),
        image_token_id=image_token_id,
        image_seq_length=image_tokens(config),
        downsample_ratio=ratio,
        vision_feature_layer=-1,
        vision_feature_select_strategy="default",
        projector_hidden_act="gelu",
        tie_word_embeddings=tied,
        dtype=config.get("torch_dtype"),
        architectures=["InternVLForConditionalGeneration"],
    )


def check_language_model(config: dict[str, Any]) -> None:
    """Reject the family's other members, whose language models are not InternLM2.

    Raises:
        StageError: another language model, or none.
    """
    rejection = conversion_problem(config)
    if rejection is not None:
        reason, remedy = rejection
        raise StageError(f"The model {reason}.", remedy)


def image_tokens(config: dict[str, Any]) -> int:
    """Return the number of tokens per tile."""
    vision = _get(config, "vision_config")
    patches = int(_get(vision, "image_size")) // int(_get(vision, "patch_size"))
    return int(patches * float(_get(config, "downsample_ratio"))) ** 2


def tiling(config: dict[str, Any]) -> dict[str, Any]:
    """Return the tiling settings of transformers' image processor, which adds the whole image as one more tile.

    Raises:
        StageError: tiles without the whole image, which that processor does not support.
    """
    cut = bool(_get(config, "dynamic_image_size"))
    _require(not cut or bool(_get(config, "use_thumbnail")), "use_thumbnail", config.get("use_thumbnail"))
    return {
        "crop_to_patches": cut,
        "min_patches": int(_get(config, "min_dynamic_patch")),
        "max_patches": int(_get(config, "max_dynamic_patch")),
    }


def _vision(own: dict[str, Any]) -> InternVLVisionConfig:
    eps, normed = float(_get(own, "layer_norm_eps")), bool(_get(own, "qk_normalization"))
    _require(not normed or eps == _NORM_EPS, "layer_norm_eps", eps)
    # drop_path_rate only regularises training, and the vision part is never trained here.
    return InternVLVisionConfig(
        hidden_size=_get(own, "hidden_size"),
        num_hidden_layers=_get(own, "num_hidden_layers"),
        num_attention_heads=_get(own, "num_attention_heads"),
        intermediate_size=_get(own, "intermediate_size"),
        image_size=_get(own, "image_size"),
        patch_size=_get(own, "patch_size"),
        num_channels=own.get("num_channels", 3),
        attention_bias=bool(_get(own, "qkv_bias")),
        use_qk_norm=normed,
        hidden_act=_get(own, "hidden_act"),
        norm_type=_get(own, "norm_type"),
        layer_norm_eps=eps,
        use_absolute_position_embeddings=True,
        use_mask_token=False,
        use_mean_pooling=True,  # leaves the last layer's output unchanged: the authors' tower has no final norm
    )


def _text(own: dict[str, Any], tied: bool, ends: list[int]) -> LlamaConfig:
    return LlamaConfig(
        vocab_size=_get(own, "vocab_size"),
        hidden_size=_get(own, "hidden_size"),
        intermediate_size=_get(own, "intermediate_size"),
        num_hidden_layers=_get(own, "num_hidden_layers"),
        num_attention_heads=_get(own, "num_attention_heads"),
        num_key_value_heads=_get(own, "num_key_value_heads"),
        hidden_act=_get(own, "hidden_act"),
        max_position_embeddings=_get(own, "max_position_embeddings"),
        rms_norm_eps=_get(own, "rms_norm_eps"),
        initializer_range=own.get("initializer_range", 0.02),
        attention_bias=bool(_get(own, "bias")),
        mlp_bias=False,
        rope_parameters=_rotary(own),
        tie_word_embeddings=tied,
        bos_token_id=own.get("bos_token_id"),
        eos_token_id=ends,
        pad_token_id=own.get("pad_token_id"),
    )


def _rotary(own: dict[str, Any]) -> dict[str, Any]:
    """Return the rotary embedding's parameters; InternLM2 rotates the two halves of a head as Llama does.

    Dynamic NTK scaling has the same formula in both. It starts beyond ``max_position_embeddings``, which no prompt of
    this project reaches: it is kept for other users of the converted model.
    """
    base = {"rope_theta": float(_get(own, "rope_theta"))}
    scaling = own.get("rope_scaling")
    if scaling is None:
        return {"rope_type": "default", **base}
    kind = scaling.get("type")
    _require(kind in ("dynamic", "linear"), "rope_scaling", scaling)
    return {"rope_type": kind, "factor": float(scaling["factor"]), **base}


def _get(settings: dict[str, Any], key: str) -> Any:
    if key not in settings:
        raise StageError(f"The model's config.json has no {key!r}, which the conversion needs.", _REMEDY)
    return settings[key]


def _require(fits: bool, key: str, value: Any) -> None:
    if not fits:
        raise StageError(
            f"The model's config.json has {key} = {value!r}, which transformers' InternVL has no counterpart for.",
            _REMEDY,
        )
