"""The demo model's architecture: a LLaVA of about two million parameters, its tokenizer and its processor.

Only stock transformers classes are used, so that the saved model loads with `AutoModelForImageTextToText` and
`AutoProcessor` alone. The module does not depend on what the model is trained on.
"""

from collections.abc import Iterable

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import (
    LlavaConfig,
    LlavaForConditionalGeneration,
    LlavaProcessor,
    PreTrainedTokenizerFast,
    Qwen2Config,
    SiglipImageProcessorPil,
    SiglipVisionConfig,
)

from engine.demo.camera import PATCH, SIZE

IMAGE_TOKENS = (SIZE // PATCH) ** 2
PAD, IMAGE, USER, ASSISTANT, END = "<pad>", "<image>", "<|user|>", "<|assistant|>", "<|end|>"
VOCABULARY_SIZE = 1024
WIDTH, _HEADS, _EXPANSION = 128, 4, 3
_VISION_LAYERS, _LANGUAGE_LAYERS = 4, 3
_POSITIONS = 1024
_LOW_BRIGHTNESS, _LOW_COLOUR = 36, 6
"""Filters of low frequencies; the others are spread over the high ones."""

CHAT_TEMPLATE = """\
{%- for message in messages %}
    {%- if message['role'] not in ['user', 'assistant'] %}
        {{- raise_exception('The roles are user and assistant, not ' + message['role'] + '.') }}
    {%- endif %}
    {{- '<|' + message['role'] + '|>' }}
    {%- if message['content'] is string %}
        {{- message['content'] }}
    {%- else %}
        {%- for block in message['content'] %}
            {%- if block['type'] == 'image' %}
                {{- '<image>' }}
            {%- else %}
                {{- block['text'] }}
            {%- endif %}
        {%- endfor %}
    {%- endif %}
    {{- '<|end|>' }}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|assistant|>' }}
{%- endif %}
"""


def build_tokenizer(texts: Iterable[str]) -> PreTrainedTokenizerFast:
    """Train a byte-level BPE tokenizer in which every digit is a token of its own."""
    bpe = Tokenizer(models.BPE())
    digits = pre_tokenizers.Digits(individual_digits=True)
    bpe.pre_tokenizer = pre_tokenizers.Sequence([digits, pre_tokenizers.ByteLevel(add_prefix_space=False)])
    bpe.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY_SIZE,
        special_tokens=[PAD, IMAGE, USER, ASSISTANT, END],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    bpe.train_from_iterator(texts, trainer)
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=bpe,
        pad_token=PAD,
        eos_token=END,
        extra_special_tokens=[IMAGE, USER, ASSISTANT],
        padding_side="left",
        model_max_length=_POSITIONS,
    )


def build_processor(tokenizer: PreTrainedTokenizerFast, side: int = SIZE) -> LlavaProcessor:
    """Return the processor: images become side x side pixels in -1..1, and a placeholder for each patch in the text."""
    images = SiglipImageProcessorPil(
        size={"height": side, "width": side}, image_mean=[0.5] * 3, image_std=[0.5] * 3, do_convert_rgb=True
    )
    return LlavaProcessor(  # type: ignore[no-untyped-call]
        image_processor=images,
        tokenizer=tokenizer,
        patch_size=PATCH,
        vision_feature_select_strategy="full",
        chat_template=CHAT_TEMPLATE,
    )


def build_model(
    tokenizer: PreTrainedTokenizerFast, side: int = SIZE, positions: int = _POSITIONS
) -> LlavaForConditionalGeneration:
    """Return the untrained model; its weights come from torch's global random state."""
    vision = SiglipVisionConfig(
        hidden_size=WIDTH,
        intermediate_size=WIDTH * _EXPANSION,
        num_hidden_layers=_VISION_LAYERS,
        num_attention_heads=_HEADS,
        image_size=side,
        patch_size=PATCH,
        vision_use_head=False,
    )
    text = Qwen2Config(
        vocab_size=len(tokenizer),
        hidden_size=WIDTH,
        intermediate_size=WIDTH * _EXPANSION,
        num_hidden_layers=_LANGUAGE_LAYERS,
        num_attention_heads=_HEADS,
        num_key_value_heads=_HEADS,
        max_position_embeddings=positions,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    config = LlavaConfig(
        vision_config=vision,
        text_config=text,
        image_token_index=tokenizer.get_vocab()[IMAGE],
        vision_feature_layer=-1,
        vision_feature_select_strategy="full",
        image_seq_length=(side // PATCH) ** 2,
        tie_word_embeddings=True,
    )
    model = LlavaForConditionalGeneration(config)
    with torch.no_grad():
        model.model.vision_tower.embeddings.patch_embedding.weight.copy_(_frequency_filters())
    model.generation_config.eos_token_id = tokenizer.eos_token_id
    model.generation_config.pad_token_id = tokenizer.pad_token_id
    return model


def _frequency_filters() -> torch.Tensor:
    """Return the first filters of the patches, (WIDTH, 3, PATCH, PATCH): cosine waves of brightness and of two colours.

    Blur and noise are amplitudes of high frequencies, which random filters mix with everything else; waves of one
    frequency each show them from the start. High frequencies are weak in images, so their filters are scaled up.
    """
    place = torch.arange(PATCH) + 0.5
    waves = torch.cos(torch.pi / PATCH * place * torch.arange(PATCH)[:, None]) * (2 / PATCH) ** 0.5
    waves[0] /= 2**0.5
    colours = torch.tensor([[1.0, 1.0, 1.0], [1.0, -1.0, 0.0], [0.5, 0.5, -1.0]])
    colours /= colours.norm(dim=1, keepdim=True)
    by_frequency = sorted(
        ((across, down) for across in range(PATCH) for down in range(PATCH)), key=lambda pair: (sum(pair), pair)
    )
    chosen = [(0, *pair) for pair in by_frequency[:_LOW_BRIGHTNESS]]
    chosen += [(colour, *pair) for colour in (1, 2) for pair in by_frequency[:_LOW_COLOUR]]
    high = by_frequency[_LOW_BRIGHTNESS:]
    left = WIDTH - len(chosen)
    chosen += [(at % 3, *high[at * len(high) // left]) for at in range(left)]
    filters = [
        colours[colour][:, None, None] * torch.outer(waves[down], waves[across]) * (0.06 + 0.1 * (across + down))
        for colour, across, down in chosen
    ]
    return torch.stack(filters)
