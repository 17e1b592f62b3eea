"""A randomly initialised LLaVA of a few thousand weights, saved in a folder in well under a second.

The tokenizer comes in three kinds that treat the space before a digit differently, because the label position must be
right for each: "digits" (the space apart, every digit its own token), "spaced" (" 7" is one token) and "metaspace"
(Llama's: the space is a ▁ before the digit).
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import torch
from PIL import Image, ImageDraw
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import (
    LlamaConfig,
    LlavaConfig,
    LlavaForConditionalGeneration,
    LlavaProcessor,
    PreTrainedTokenizerFast,
    SiglipImageProcessor,
    SiglipVisionConfig,
)

from engine.contract.specs import ModelSpec, PromptSpec
from engine.families import VisionLanguageModel, load

TokenizerKind = Literal["digits", "spaced", "metaspace"]
PAD, START, END, IMAGE = "<pad>", "<s>", "</s>", "<image>"
SIDE, PATCH, WIDTH = 24, 8, 32
PROMPT = PromptSpec("Rate the photo and explain.")
_TEXTS = [f"USER: ASSISTANT: #Score: {d}\n#Explain: The photo is sharp. Rate the photo and explain." for d in range(10)]
_SCORES = [f"#Score: {d}\n" for d in range(10)] * 50

# As in the LLaVA family: the generation prompt ends in a colon, an answer begins after a space.
CHAT_TEMPLATE = (
    "{% for message in messages %}{{ message['role'].upper() + ': ' }}"
    "{% for block in message['content'] %}"
    "{% if block['type'] == 'image' %}{{ '<image>\n' }}{% else %}{{ block['text'] }}{% endif %}"
    "{% endfor %}{{ ' ' if message['role'] == 'user' else '</s>' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ 'ASSISTANT:' }}{% endif %}"
)


def make_tiny_llava(folder: Path, kind: TokenizerKind = "digits", seed: int = 0, layers: int = 2) -> Path:
    """Save model, tokenizer and processor in ``folder`` (made if missing) and return it."""
    tokenizer = make_tokenizer(kind)
    torch.manual_seed(seed)
    model = LlavaForConditionalGeneration(_config(tokenizer, layers))
    model.generation_config.eos_token_id = tokenizer.eos_token_id
    model.generation_config.pad_token_id = tokenizer.pad_token_id
    model.save_pretrained(folder)
    images = SiglipImageProcessor(size={"height": SIDE, "width": SIDE}, do_convert_rgb=True)
    processor = LlavaProcessor(
        image_processor=images,
        tokenizer=tokenizer,
        patch_size=PATCH,
        vision_feature_select_strategy="full",
        chat_template=CHAT_TEMPLATE,
    )
    processor.save_pretrained(folder)
    return folder


def make_images(folder: Path, count: int, size: tuple[int, int] = (40, 30)) -> list[Path]:
    """Draw ``count`` different PNG files in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{index:03}.png" for index in range(count)]
    for index, path in enumerate(paths):
        picture = Image.new("RGB", size, (index * 53 % 256, index * 101 % 256, index * 29 % 256))
        box = (index % 20, index % 10, index % 20 + 15, index % 10 + 12)
        ImageDraw.Draw(picture).ellipse(box, fill=(255 - index * 7 % 256, 40, index * 17 % 256))
        picture.save(path)
    return paths


def make_tokenizer(kind: TokenizerKind) -> PreTrainedTokenizerFast:
    """Train a byte-pair tokenizer of the given kind on a few sentences."""
    bpe = Tokenizer(models.BPE(unk_token=None, byte_fallback=False))
    if kind == "metaspace":
        bpe.pre_tokenizer = pre_tokenizers.Sequence(
            [
                pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="first"),
                pre_tokenizers.Split(Regex("[0-9\n]"), behavior="isolated"),
            ]
        )
        bpe.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="first")
        alphabet = sorted({character for text in _TEXTS for character in text} | {"▁"})
    else:
        digits = pre_tokenizers.Digits(individual_digits=True)
        level = pre_tokenizers.ByteLevel(add_prefix_space=False)
        bpe.pre_tokenizer = pre_tokenizers.Sequence([digits, level]) if kind == "digits" else level
        bpe.decoder = decoders.ByteLevel()
        alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(
        vocab_size=400, special_tokens=[PAD, START, END, IMAGE], initial_alphabet=alphabet, show_progress=False
    )
    bpe.train_from_iterator(_TEXTS + _SCORES, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=bpe,
        pad_token=PAD,
        eos_token=END,
        bos_token=START,
        extra_special_tokens=[IMAGE],
        padding_side="left",
    )


def _config(tokenizer: PreTrainedTokenizerFast, layers: int) -> LlavaConfig:
    vision = SiglipVisionConfig(
        hidden_size=WIDTH,
        intermediate_size=WIDTH * 2,
        num_hidden_layers=2,
        num_attention_heads=2,
        image_size=SIDE,
        patch_size=PATCH,
        vision_use_head=False,
    )
    text = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=WIDTH,
        intermediate_size=WIDTH * 2,
        num_hidden_layers=layers,
        num_attention_heads=2,
        num_key_value_heads=2,
        max_position_embeddings=512,
        initializer_range=0.3,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return LlavaConfig(
        vision_config=vision,
        text_config=text,
        image_token_id=tokenizer.convert_tokens_to_ids(IMAGE),
        vision_feature_layer=-1,
        vision_feature_select_strategy="full",
        image_seq_length=(SIDE // PATCH) ** 2,
    )


def teach_format(folder: Path, images: list[Path], steps: int = 60) -> Path:
    """Train the tiny model in ``folder`` to answer each image in the asked form, with a score that depends on it."""
    vlm = load(ModelSpec(str(folder)))
    pictures = [Image.open(path).convert("RGB") for path in images]
    ids, labels = _answers_to_learn(vlm, pictures)
    vlm.model.requires_grad_(True)
    optimiser = torch.optim.AdamW(vlm.model.parameters(), lr=5e-3, weight_decay=0.0)
    for _ in range(steps):
        optimiser.zero_grad()
        vlm.model(**ids, labels=labels).loss.backward()
        optimiser.step()
    vlm.model.save_pretrained(folder)
    return folder


def answer_ids(vlm: VisionLanguageModel, prompt_text: str, answer: str) -> list[int]:
    """Return the token ids of ``answer`` as they follow the generation prompt, without the turn's end."""
    before = vlm.token_ids(vlm.chat_text(prompt_text))
    return vlm.token_ids(vlm.chat_text(prompt_text, answer))[len(before) :]


def _answers_to_learn(
    vlm: VisionLanguageModel, pictures: list[Image.Image]
) -> tuple[dict[str, torch.Tensor], torch.Tensor]:
    answers = [f"#Score: {index % 10}\n#Explain: The photo is sharp." for index in range(len(pictures))]
    texts = [vlm.chat_text(PROMPT.text, answer) + END for answer in answers]
    inputs = dict(vlm.encode(pictures, texts))
    labels = inputs["input_ids"].clone()
    for row, answer in zip(labels, answers, strict=True):
        row[: len(row) - len(answer_ids(vlm, PROMPT.text, answer)) - 1] = -100
    # Left padding shifts positions, and generation counts them from the first real token.
    inputs["position_ids"] = (inputs["attention_mask"].cumsum(-1) - 1).clamp(min=0)
    return inputs, labels
