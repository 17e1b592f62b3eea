"""Small tokenizers of the three kinds that the families have, trained on a few sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

_TEXTS = [
    f"USER: ASSISTANT: user assistant model system #Score: {d}\n#Explain: The photo is sharp. Rate the photo."
    for d in range(10)
]


def byte_level(
    specials: Sequence[str], *, end: str, pad: str, named: Mapping[str, str] | None = None
) -> PreTrainedTokenizerFast:
    """Qwen's and SmolLM's: bytes, each digit a token of its own, nothing added at the beginning."""
    bpe = Tokenizer(models.BPE(unk_token=None, byte_fallback=False))
    level = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), level])
    bpe.decoder = decoders.ByteLevel()
    _train(bpe, [pad, *specials], sorted(pre_tokenizers.ByteLevel.alphabet()))
    return _fast(bpe, specials, named, eos_token=end, pad_token=pad)


def llama(specials: Sequence[str]) -> PreTrainedTokenizerFast:
    """Vicuna's: a space is a ▁ before its word, digits are apart, a sequence begins with ``<s>``."""
    bpe = Tokenizer(models.BPE(unk_token="<unk>", byte_fallback=False))
    _metaspace(bpe, "first")
    _train(bpe, ["<unk>", "<s>", "</s>", "<pad>", *specials], _alphabet())
    _begin_with(bpe, "<s>")
    return _fast(bpe, specials, None, bos_token="<s>", eos_token="</s>", pad_token="<pad>", unk_token="<unk>")


def gemma(specials: Sequence[str], named: Mapping[str, str]) -> PreTrainedTokenizerFast:
    """Gemma's: as Llama's, but no ▁ is put before a text that has none."""
    bpe = Tokenizer(models.BPE(unk_token="<unk>", byte_fallback=False))
    bpe.normalizer = normalizers.Replace(" ", "▁")
    bpe.pre_tokenizer = pre_tokenizers.Split(Regex("[0-9\n]"), behavior="isolated")
    bpe.decoder = decoders.Replace("▁", " ")
    _train(bpe, ["<pad>", "<eos>", "<bos>", "<unk>", *specials], _alphabet())
    _begin_with(bpe, "<bos>")
    return _fast(bpe, specials, named, bos_token="<bos>", eos_token="<eos>", pad_token="<pad>", unk_token="<unk>")


def _metaspace(bpe: Tokenizer, scheme: str) -> None:
    bpe.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Metaspace(replacement="▁", prepend_scheme=scheme),
            pre_tokenizers.Split(Regex("[0-9\n]"), behavior="isolated"),
        ]
    )
    bpe.decoder = decoders.Metaspace(replacement="▁", prepend_scheme=scheme)


def _begin_with(bpe: Tokenizer, token: str) -> None:
    bpe.post_processor = processors.TemplateProcessing(
        single=f"{token} $A", pair=f"{token} $A {token} $B", special_tokens=[(token, bpe.token_to_id(token))]
    )


def _alphabet() -> list[str]:
    printable = {chr(code) for code in range(32, 127)} - {" "}
    return sorted(printable | {"▁", "\n"})


def _train(bpe: Tokenizer, specials: Sequence[str], alphabet: list[str]) -> None:
    trainer = trainers.BpeTrainer(
        vocab_size=420, special_tokens=list(specials), initial_alphabet=alphabet, show_progress=False
    )
    bpe.train_from_iterator(_TEXTS * 20, trainer)


def _fast(
    bpe: Tokenizer, specials: Sequence[str], named: Mapping[str, str] | None, **tokens: str
) -> PreTrainedTokenizerFast:
    return PreTrainedTokenizerFast(
        tokenizer_object=bpe,
        extra_special_tokens=list(specials),
        model_specific_special_tokens=dict(named or {}),
        padding_side="left",
        **tokens,
    )
