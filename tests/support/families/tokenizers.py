"""Small tokenizers of the four kinds that the families have, trained on a few sentences.

The vocabulary and its merges are learnt here; what cuts and joins a text is transformers' own class for the family.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import GemmaTokenizer, LlamaTokenizer, PreTrainedTokenizerFast, Qwen2Tokenizer
from transformers.models.qwen2.tokenization_qwen2 import PRETOKENIZE_REGEX

_TEXTS = [
    f"USER: ASSISTANT: user assistant model system #Score: {d}\n#Explain: The photo is sharp. Rate the photo:\n"
    + "a \na\n\n" * 4
    for d in range(10)
]
_BYTES = sorted(pre_tokenizers.ByteLevel.alphabet())
_FALLBACK = [f"<0x{byte:02X}>" for byte in range(256)]


def qwen(specials: Sequence[str], named: Mapping[str, str] | None = None) -> PreTrainedTokenizerFast:
    """Qwen2's and Qwen3's: bytes, digits apart, two line ends in one token, nothing added at the beginning."""
    bpe = Tokenizer(models.BPE(unk_token=None, byte_fallback=False))
    split = pre_tokenizers.Split(Regex(PRETOKENIZE_REGEX), behavior="isolated")
    level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    bpe.pre_tokenizer = pre_tokenizers.Sequence([split, level])
    _train(bpe, [], _BYTES)
    return Qwen2Tokenizer(
        **_learnt(bpe), eos_token="<|im_end|>", pad_token="<|endoftext|>", **_special(specials, named)
    )


def smol(specials: Sequence[str], *, end: str, named: Mapping[str, str]) -> PreTrainedTokenizerFast:
    """SmolLM's: GPT-2's bytes and words, each digit apart; the token of a turn's beginning is the sequence's too."""
    bpe = Tokenizer(models.BPE(unk_token=None, byte_fallback=False))
    level = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), level])
    bpe.decoder = decoders.ByteLevel()
    _train(bpe, ["<|im_start|>", end, *specials], _BYTES)
    return PreTrainedTokenizerFast(
        tokenizer_object=bpe,
        padding_side="left",
        bos_token="<|im_start|>",
        eos_token=end,
        pad_token="<|im_end|>",
        **_special(specials, named),
    )


def llama(specials: Sequence[str]) -> PreTrainedTokenizerFast:
    """Vicuna's: a space is a ▁ before its word, digits apart, a line's end is a byte, ``<s>`` at the beginning."""
    bpe = Tokenizer(models.BPE(unk_token="<unk>", byte_fallback=True, fuse_unk=True))
    words = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="first", split=True)
    bpe.pre_tokenizer = pre_tokenizers.Sequence([words, _APART])
    _train(bpe, ["<unk>", "<s>", "</s>", *_FALLBACK], _printable(), [text.replace("\n", " ") for text in _TEXTS])
    return LlamaTokenizer(**_learnt(bpe), pad_token="<pad>", add_bos_token=True, **_special(specials, None))


def gemma(specials: Sequence[str], named: Mapping[str, str]) -> PreTrainedTokenizerFast:
    """Gemma's: as Llama's, but no ▁ is put before a text that has none, and a line's end has a token."""
    bpe = Tokenizer(models.BPE(unk_token="<unk>", byte_fallback=True, fuse_unk=True))
    bpe.normalizer = normalizers.Replace(" ", "▁")
    words = pre_tokenizers.Split("▁", behavior="merged_with_next")
    bpe.pre_tokenizer = pre_tokenizers.Sequence([words, _APART])
    _train(bpe, ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>", *_FALLBACK], [*_printable(), "\n"])
    return GemmaTokenizer(**_learnt(bpe), add_bos_token=True, **_special(specials, named))


_APART = pre_tokenizers.Split(Regex("[0-9\n]"), behavior="isolated")


def _printable() -> list[str]:
    return sorted({chr(code) for code in range(33, 127)} | {"▁"})


def _train(
    bpe: Tokenizer, specials: Sequence[str], alphabet: Sequence[str], texts: Sequence[str] = tuple(_TEXTS)
) -> None:
    trainer = trainers.BpeTrainer(
        vocab_size=len(specials) + len(alphabet) + 120,
        special_tokens=list(specials),
        initial_alphabet=list(alphabet),
        show_progress=False,
    )
    bpe.train_from_iterator(list(texts) * 20, trainer)


def _learnt(bpe: Tokenizer) -> dict[str, Any]:
    model = json.loads(bpe.to_str())["model"]
    return {"vocab": model["vocab"], "merges": [tuple(pair) for pair in model["merges"]]}


def _special(specials: Sequence[str], named: Mapping[str, str] | None) -> dict[str, Any]:
    return {"extra_special_tokens": list(specials), "model_specific_special_tokens": dict(named or {})}
