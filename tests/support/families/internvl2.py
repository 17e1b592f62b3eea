"""A tiny InternVL2 as its authors lay it out: their config.json, tensor names, tokenizer.model and added tokens."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sentencepiece
import torch
from safetensors.torch import save_file
from support.families.tiny_family import Tiny
from torch import Tensor

PIECES = 430
IN_PLACE = ("<|action_start|>", "<|im_end|>", "<|im_start|>")
"""Take the ids of the last pieces, which are trained to be replaced."""
BEHIND = ("<img>", "</img>", "<IMG_CONTEXT>", "<quad>", "</quad>", "<ref>", "</ref>", "<box>", "</box>")
TEXTS = [
    f"USER: ASSISTANT: user assistant system #Score: {d}\n#Explain: The photo is sharp. Rate the photo and explain."
    for d in range(10)
]
SIDE, PATCH = 16, 4


def config(**changes: Any) -> dict[str, Any]:
    """The authors' config.json; ``changes`` name a part's setting as vision__x or llm__x, or one of the whole."""
    whole: dict[str, Any] = {
        "architectures": ["InternVLChatModel"],
        "auto_map": {"AutoConfig": "configuration_internvl_chat.InternVLChatConfig"},
        "model_type": "internvl_chat",
        "downsample_ratio": 0.5,
        "dynamic_image_size": True,
        "force_image_size": SIDE,
        "max_dynamic_patch": 6,
        "min_dynamic_patch": 1,
        "ps_version": "v2",
        "select_layer": -1,
        "template": "internlm2-chat",
        "torch_dtype": "float32",
        "use_thumbnail": True,
        "vision_config": _vision_config(),
        "llm_config": _llm_config(),
    }
    for key, value in changes.items():
        part, _, name = key.rpartition("__")
        (whole[f"{part}_config"] if part else whole)[name] = value
    return whole


def _vision_config() -> dict[str, Any]:
    return {
        "architectures": ["InternVisionModel"],
        "model_type": "intern_vit_6b",
        "hidden_size": 24,
        "num_hidden_layers": 2,
        "num_attention_heads": 3,
        "intermediate_size": 40,
        "image_size": SIDE,
        "patch_size": PATCH,
        "num_channels": 3,
        "hidden_act": "gelu",
        "norm_type": "layer_norm",
        "layer_norm_eps": 1e-6,
        "qkv_bias": True,
        "qk_normalization": False,
        "drop_path_rate": 0.1,
    }


def _llm_config() -> dict[str, Any]:
    return {
        "architectures": ["InternLM2ForCausalLM"],
        "auto_map": {"AutoConfig": "configuration_internlm2.InternLM2Config"},
        "model_type": "internlm2",
        "vocab_size": PIECES + len(BEHIND),
        "hidden_size": 32,
        "intermediate_size": 48,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "hidden_act": "silu",
        "max_position_embeddings": 2048,
        "rms_norm_eps": 1e-5,
        "rope_theta": 1000000,
        "rope_scaling": {"type": "dynamic", "factor": 2.0},
        "bias": False,
        "tie_word_embeddings": False,
        "bos_token_id": 1,
        "eos_token_id": 2,
        "pad_token_id": 2,
    }


def make(folder: Path, *, shards: int = 1, dtype: torch.dtype = torch.float32, seed: int = 0, **changes: Any) -> Path:
    """Write the whole model to ``folder`` (made if missing)."""
    folder.mkdir(parents=True, exist_ok=True)
    own = config(**changes)
    (folder / "config.json").write_text(json.dumps(own), encoding="utf-8")
    tensors = {name: tensor.to(dtype) for name, tensor in draw(own, seed).items()}
    save(folder, tensors, shards)
    make_tokenizer(folder)
    colours = {"image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225]}
    kind = {"feature_extractor_type": "CLIPFeatureExtractor", "size": own["force_image_size"]}
    (folder / "preprocessor_config.json").write_text(json.dumps(kind | colours), encoding="utf-8")
    (folder / "modeling_internvl_chat.py").write_text("raise RuntimeError('remote code was run')", encoding="utf-8")
    return folder


def save(folder: Path, tensors: dict[str, Tensor], shards: int = 1) -> None:
    """In one file, or in numbered ones with an index."""
    if shards == 1:
        save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
        return
    names = sorted(tensors)
    places: dict[str, str] = {}
    for index in range(shards):
        file = f"model-{index + 1:05d}-of-{shards:05d}.safetensors"
        own = names[index::shards]
        save_file({name: tensors[name] for name in own}, folder / file, metadata={"format": "pt"})
        places.update(dict.fromkeys(own, file))
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": places}), encoding="utf-8")


def draw(own: dict[str, Any], seed: int = 0) -> dict[str, Tensor]:
    """Random tensors under the authors' names; none is zero or one, so that each counts."""
    generator = torch.Generator().manual_seed(seed)
    return {
        name: torch.randn(shape, generator=generator) * (0.3 if len(shape) > 1 else 0.1) + centre
        for name, shape, centre in _shapes(own)
    }


def _shapes(own: dict[str, Any]) -> Iterator[tuple[str, tuple[int, ...], float]]:
    yield from _vision_shapes(own["vision_config"])
    vision, text = own["vision_config"]["hidden_size"], own["llm_config"]["hidden_size"]
    merged = vision * round(1 / own["downsample_ratio"]) ** 2
    yield from _norm("mlp1.0", merged)
    yield from _linear("mlp1.1", merged, text)
    yield from _linear("mlp1.3", text, text)
    yield from _text_shapes(own["llm_config"])


def _vision_shapes(own: dict[str, Any]) -> Iterator[tuple[str, tuple[int, ...], float]]:
    width, inner, patch = own["hidden_size"], own["intermediate_size"], own["patch_size"]
    at = "vision_model.embeddings."
    yield at + "class_embedding", (1, 1, width), 0
    yield at + "position_embedding", (1, 1 + (own["image_size"] // patch) ** 2, width), 0
    yield at + "patch_embedding.weight", (width, own["num_channels"], patch, patch), 0
    yield at + "patch_embedding.bias", (width,), 0
    for index in range(own["num_hidden_layers"]):
        at = f"vision_model.encoder.layers.{index}."
        yield from _linear(at + "attn.qkv", width, 3 * width, bias=own["qkv_bias"])
        yield from _linear(at + "attn.proj", width, width)
        yield from _linear(at + "mlp.fc1", width, inner)
        yield from _linear(at + "mlp.fc2", inner, width)
        for name in ("norm1", "norm2"):
            yield from _norm(at + name, width, bias=own["norm_type"] == "layer_norm")
        for name in ("q_norm", "k_norm") if own["qk_normalization"] else ():
            yield from _norm(f"{at}attn.{name}", width, bias=False)
        yield at + "ls1", (width,), 0.5
        yield at + "ls2", (width,), 0.5


def _text_shapes(own: dict[str, Any]) -> Iterator[tuple[str, tuple[int, ...], float]]:
    width, inner, words = own["hidden_size"], own["intermediate_size"], own["vocab_size"]
    heads = own["num_attention_heads"] + 2 * own["num_key_value_heads"]
    yield "language_model.model.tok_embeddings.weight", (words, width), 0
    for index in range(own["num_hidden_layers"]):
        at = f"language_model.model.layers.{index}."
        fused = heads * width // own["num_attention_heads"]
        yield from _linear(at + "attention.wqkv", width, fused, bias=own["bias"])
        yield from _linear(at + "attention.wo", width, width, bias=own["bias"])
        yield at + "feed_forward.w1.weight", (inner, width), 0
        yield at + "feed_forward.w2.weight", (width, inner), 0
        yield at + "feed_forward.w3.weight", (inner, width), 0
        yield at + "attention_norm.weight", (width,), 1
        yield at + "ffn_norm.weight", (width,), 1
    yield "language_model.model.norm.weight", (width,), 1
    if not own["tie_word_embeddings"]:
        yield "language_model.output.weight", (words, width), 0


def _linear(name: str, before: int, after: int, bias: bool = True) -> Iterator[tuple[str, tuple[int, ...], float]]:
    yield f"{name}.weight", (after, before), 0
    if bias:
        yield f"{name}.bias", (after,), 0


def _norm(name: str, width: int, bias: bool = True) -> Iterator[tuple[str, tuple[int, ...], float]]:
    yield f"{name}.weight", (width,), 1
    if bias:
        yield f"{name}.bias", (width,), 0


def make_tokenizer(folder: Path, **training: Any) -> None:
    """Train a sentencepiece model as InternLM2's is made, and write its files; ``training`` are the trainer's."""
    options: dict[str, Any] = {
        "model_type": "bpe",
        "vocab_size": PIECES,
        "byte_fallback": True,
        "split_digits": True,
        "normalization_rule_name": "identity",
        "remove_extra_whitespaces": False,
        "add_dummy_prefix": False,
        "user_defined_symbols": ["\n", "\n\n", "▁▁▁", *(f"[UNUSED_TOKEN_{i}]" for i in range(len(IN_PLACE)))],
        "hard_vocab_limit": True,
        "minloglevel": 2,
    } | training
    with (folder / "tokenizer.model").open("wb") as out:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter([line for text in TEXTS for line in text.splitlines()] * 20),
            model_writer=out,
            **options,
        )
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(folder / "tokenizer.model"))
    first = pieces.piece_to_id("[UNUSED_TOKEN_0]")
    named = {name: first + i for i, name in enumerate(IN_PLACE)}
    named |= {name: PIECES + i for i, name in enumerate(BEHIND)}
    (folder / "added_tokens.json").write_text(json.dumps(named), encoding="utf-8")
    entries = {"<unk>": 0, "<s>": 1, "</s>": 2} | named
    flags = {"lstrip": False, "normalized": False, "rstrip": False, "single_word": False, "special": True}
    settings = {
        "added_tokens_decoder": {str(number): {"content": name, **flags} for name, number in entries.items()},
        "auto_map": {"AutoTokenizer": ["tokenization_internlm2.InternLM2Tokenizer", None]},
        "tokenizer_class": "InternLM2Tokenizer",
        "bos_token": "<s>",
        "eos_token": "</s>",
        "pad_token": "</s>",
        "unk_token": "<unk>",
        "add_bos_token": True,
        "add_eos_token": False,
        "model_max_length": 8192,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), encoding="utf-8")


TINY = {
    # 3 x 2 tiles and the whole, 4 tokens each; in the layout of its authors, converted when it is loaded.
    "internvl2": Tiny(
        make,
        "<s><|im_start|>system\n你是由上海人工智能实验室联合商汤科技开发的书生多模态大模型，英文名叫InternVL, "
        "是一个有用无害的人工智能助手。<|im_end|><|im_start|>user\n<IMG_CONTEXT>\n",
        "<|im_end|><|im_start|>assistant\n",
        "",
        "<IMG_CONTEXT>",
        28,
    ),
}
