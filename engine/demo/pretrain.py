"""Pretrain the demo model from scratch: first its vision tower, then the language model on what the tower sees.

The training is bounded by steps, never by time, and every random choice is seeded: the same machine with the same
versions produces the same weights. The module does not depend on where the model is stored.
"""

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import LlavaForConditionalGeneration, LlavaProcessor, PreTrainedTokenizerFast

from engine.demo.architecture import (
    ASSISTANT,
    END,
    IMAGE,
    IMAGE_TOKENS,
    USER,
    WIDTH,
    build_model,
    build_processor,
    build_tokenizer,
)
from engine.demo.camera import PATCH, SIZE
from engine.demo.corpus import (
    UNKNOWN,
    VOCABULARY,
    Conversation,
    CorpusPicture,
    Mix,
    converse,
    scene_picture,
    texture_picture,
)
from engine.demo.scenes import SUBJECTS, derive_seed

_BETAS = (0.9, 0.98)
_WEIGHT_DECAY = 0.02
_AMOUNTS = 4
_CLUTTER_WEIGHT = 2.0
_ROWS = SIZE // PATCH
_TOKENIZER_TEXTS = 12_000
_LOG_EVERY = 100
_PICTURES_AT_ONCE = 250


@dataclass(frozen=True, slots=True)
class PretrainSettings:
    """Everything that determines the weights, besides the versions of the libraries."""

    seed: int = 0
    scenes: int = 16_000
    textures: int = 5_000
    vision_steps: int = 6_000
    vision_batch: int = 48
    vision_rate: float = 1.5e-3
    language_steps: int = 3_000
    language_batch: int = 32
    language_rate: float = 2e-3
    autocast: bool = False
    threads: int = 2
    mix: Mix = field(default_factory=Mix)


@dataclass(frozen=True, slots=True)
class Pretrained:
    """The trained model and its processor, ready to be saved."""

    model: LlavaForConditionalGeneration
    processor: LlavaProcessor


@dataclass(frozen=True, slots=True)
class _Pictures:
    """The corpus as tensors.

    Attributes:
        pixels: (N, 3, SIZE, SIZE) uint8.
        labels: (N, attributes) int64.
        amounts: (N, 4) float32.
        subject, clutter: (N, rows, columns) of patches, int64 and float32.
    """

    pictures: Sequence[CorpusPicture]
    pixels: Tensor
    labels: Tensor
    amounts: Tensor
    subject: Tensor
    clutter: Tensor


def pretrain(settings: PretrainSettings, log: Callable[[str], None]) -> Pretrained:
    """Draw the corpus, train tokenizer, vision tower and model; restores torch's thread count and random state."""
    threads = torch.get_num_threads()
    torch.set_num_threads(settings.threads)
    try:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(settings.seed)
            return _pretrain(settings, log)
    finally:
        torch.set_num_threads(threads)


def _pretrain(settings: PretrainSettings, log: Callable[[str], None]) -> Pretrained:
    log(f"drawing {settings.scenes} scenes and {settings.textures} textures")
    corpus = _draw(settings)
    rng = random.Random(derive_seed("demo-pretraining", settings.seed, "conversations"))
    tokenizer = build_tokenizer(_tokenizer_texts(corpus.pictures, settings.mix, rng))
    model = build_model(tokenizer)
    log(f"{sum(weight.numel() for weight in model.parameters()):,} parameters, {len(tokenizer)} tokens")
    heads = _AttributeHeads(WIDTH)
    _train_vision(model, heads, corpus, settings, log)
    _train_language(model, corpus, tokenizer, settings, rng, log)
    model.train(False)
    return Pretrained(model, build_processor(tokenizer))


def _draw(settings: PretrainSettings) -> _Pictures:
    pictures = [scene_picture(settings.seed, index) for index in range(settings.scenes)]
    pictures += [texture_picture(settings.seed, index) for index in range(settings.textures)]
    pixels = torch.from_numpy(np.stack([picture.pixels for picture in pictures])).permute(0, 3, 1, 2).contiguous()
    subject, clutter = (
        torch.from_numpy(np.stack([getattr(picture, part) for picture in pictures])).reshape(-1, _ROWS, _ROWS)
        for part in ("subject", "clutter")
    )
    labels = torch.tensor([picture.labels for picture in pictures])
    amounts = torch.tensor([picture.amounts for picture in pictures])
    return _Pictures(pictures, pixels, labels, amounts, subject, clutter)


def _tokenizer_texts(pictures: Sequence[CorpusPicture], mix: Mix, rng: random.Random) -> list[str]:
    texts = []
    for index in range(_TOKENIZER_TEXTS):
        conversation = converse(pictures[index % len(pictures)], mix, rng)
        texts += [conversation.prompt, conversation.given + conversation.learned]
    return texts


@dataclass(frozen=True, slots=True)
class _Batch:
    """Some pictures: normalised pixels (B, 3, SIZE, SIZE), and the rest as in `_Pictures`."""

    pixels: Tensor
    labels: Tensor
    amounts: Tensor
    subject: Tensor
    clutter: Tensor


class _AttributeHeads(nn.Module):
    """Linear heads on the vision tower: on its mean and maximum for the whole image, on each token for its patch."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.named = nn.ModuleList(nn.Linear(2 * width, len(options)) for options in VOCABULARY.values())
        self.amounts = nn.Linear(2 * width, _AMOUNTS)
        self.local_amounts = nn.Linear(width, _AMOUNTS)
        self.subject = nn.Linear(width, 1 + len(SUBJECTS))
        self.clutter = nn.Linear(width, 1)

    def loss(self, features: Tensor, seen: _Batch) -> Tensor:
        """Return the loss of features (B, tokens, width); what is UNKNOWN or NaN is ignored.

        The amounts are the same everywhere in an image. That each token has to know them, and what is in its patch,
        teaches the tower in a fraction of the steps that the whole image's labels need.
        """
        pooled = torch.cat([features.mean(1), features.amax(1)], dim=-1)
        known = (seen.labels != UNKNOWN).sum().clamp(min=1)
        named = sum(
            functional.cross_entropy(head(pooled), seen.labels[:, column], ignore_index=UNKNOWN, reduction="sum")
            for column, head in enumerate(self.named)
        )
        everywhere = seen.amounts[:, None].expand(-1, features.shape[1], -1)
        amounts = functional.smooth_l1_loss(self.amounts(pooled), seen.amounts)
        amounts = amounts + functional.smooth_l1_loss(self.local_amounts(features), everywhere)
        subject = functional.cross_entropy(
            self.subject(features).flatten(0, 1), seen.subject.flatten(), ignore_index=UNKNOWN
        )
        visible = ~seen.clutter.isnan().flatten(1)
        clutter = functional.smooth_l1_loss(
            self.clutter(features)[..., 0][visible], seen.clutter.flatten(1)[visible], beta=0.1
        )
        return named / known + amounts + subject + _CLUTTER_WEIGHT * clutter


def _train_vision(
    model: LlavaForConditionalGeneration,
    heads: _AttributeHeads,
    corpus: _Pictures,
    settings: PretrainSettings,
    log: Callable[[str], None],
) -> None:
    tower = model.model.vision_tower
    weights = [*tower.parameters(), *heads.parameters()]
    optimiser = torch.optim.AdamW(weights, lr=settings.vision_rate, weight_decay=_WEIGHT_DECAY, betas=_BETAS)
    schedule = _cosine(optimiser, settings.vision_steps)
    losses: list[float] = []
    for step in range(settings.vision_steps):
        chosen = torch.randint(0, len(corpus.pictures), (settings.vision_batch,))
        seen = _mirrored(corpus, chosen)
        with torch.autocast("cpu", torch.bfloat16, enabled=settings.autocast):
            features = tower(seen.pixels).last_hidden_state
        loss = heads.loss(features.float(), seen)
        losses.append(_update(loss, weights, optimiser, schedule))
        _report("vision", step, settings.vision_steps, losses, log)


def _train_language(
    model: LlavaForConditionalGeneration,
    corpus: _Pictures,
    tokenizer: PreTrainedTokenizerFast,
    settings: PretrainSettings,
    rng: random.Random,
    log: Callable[[str], None],
) -> None:
    features = _features(model, corpus.pixels)
    tower = {id(weight) for weight in model.model.vision_tower.parameters()}
    language = [weight for weight in model.parameters() if id(weight) not in tower]
    optimiser = torch.optim.AdamW(language, lr=settings.language_rate, weight_decay=_WEIGHT_DECAY, betas=_BETAS)
    schedule = _cosine(optimiser, settings.language_steps)
    losses: list[float] = []
    for step in range(settings.language_steps):
        chosen = torch.randint(0, len(corpus.pictures), (settings.language_batch,))
        talks = [converse(corpus.pictures[index], settings.mix, rng) for index in chosen.tolist()]
        loss = _answer_loss(model, features[chosen], _rows(tokenizer, talks), settings.autocast)
        losses.append(_update(loss, language, optimiser, schedule))
        _report("language", step, settings.language_steps, losses, log)


@torch.no_grad()
def _features(model: LlavaForConditionalGeneration, pictures: Tensor) -> Tensor:
    """Return what the projector of a stock LLaVA gets of pictures (N, 3, SIZE, SIZE) uint8: (N, tokens, width).

    That is the hidden state of the configured layer: the tower's `last_hidden_state` has one more normalisation.
    """
    layer = model.config.vision_feature_layer
    return torch.cat(
        [
            model.model.vision_tower(_normalised(some), output_hidden_states=True).hidden_states[layer]
            for some in torch.split(pictures, _PICTURES_AT_ONCE)
        ]
    )


@dataclass(frozen=True, slots=True)
class _Rows:
    """Tokenised conversations, right padded, each (B, length); `learned` marks the tokens that the loss covers."""

    ids: Tensor
    mask: Tensor
    learned: Tensor


def _rows(tokenizer: PreTrainedTokenizerFast, talks: Sequence[Conversation]) -> _Rows:
    images = [IMAGE * IMAGE_TOKENS if talk.about_image else "" for talk in talks]
    heads = [f"{USER}{image}{talk.prompt}{END}{ASSISTANT}" for image, talk in zip(images, talks, strict=True)]
    given = tokenizer([head + talk.given for head, talk in zip(heads, talks, strict=True)]).input_ids
    learned = tokenizer([talk.learned + END for talk in talks]).input_ids
    length = max(len(first) + len(last) for first, last in zip(given, learned, strict=True))
    rows = _Rows(
        torch.full((len(talks), length), tokenizer.pad_token_id),
        torch.zeros(len(talks), length, dtype=torch.long),
        torch.zeros(len(talks), length, dtype=torch.bool),
    )
    for row, (first, last) in enumerate(zip(given, learned, strict=True)):
        end = len(first) + len(last)
        rows.ids[row, :end] = torch.tensor(first + last)
        rows.mask[row, :end] = 1
        rows.learned[row, len(first) : end] = True
    return rows


def _answer_loss(model: LlavaForConditionalGeneration, features: Tensor, rows: _Rows, autocast: bool) -> Tensor:
    """Return the mean loss of the learned tokens; features (B, tokens, width) of the row's picture."""
    with torch.autocast("cpu", torch.bfloat16, enabled=autocast):
        about_image = (rows.ids == model.config.image_token_id).any(1)
        seen = model.model.multi_modal_projector(features[about_image])
        embedded = model.get_input_embeddings()(rows.ids).to(seen.dtype)
        places = (rows.ids == model.config.image_token_id).unsqueeze(-1).expand_as(embedded)
        embedded = embedded.masked_scatter(places, seen)
        hidden = model.model.language_model(
            inputs_embeds=embedded, attention_mask=rows.mask, use_cache=False
        ).last_hidden_state
    predicts = rows.learned[:, 1:]
    logits = model.lm_head(hidden[:, :-1][predicts].float())
    return functional.cross_entropy(logits, rows.ids[:, 1:][predicts])


def _mirrored(corpus: _Pictures, chosen: Tensor) -> _Batch:
    """Return normalised images, each mirrored with probability 0.5: no attribute depends on left and right."""
    mirrored = torch.rand(len(chosen)) < 0.5
    parts = [_normalised(corpus.pixels[chosen]), corpus.subject[chosen], corpus.clutter[chosen]]
    for part in parts:
        part[mirrored] = part[mirrored].flip(-1)
    pixels, subject, clutter = parts
    return _Batch(pixels, corpus.labels[chosen], corpus.amounts[chosen], subject, clutter)


def _normalised(pixels: Tensor) -> Tensor:
    return pixels.float().div_(127.5).sub_(1.0)


def _cosine(optimiser: torch.optim.Optimizer, steps: int) -> torch.optim.lr_scheduler.LambdaLR:
    warmup = max(1, min(60, steps // 10))

    def factor(step: int) -> float:
        return min(1.0, (step + 1) / warmup) * (0.475 * (1.0 + math.cos(math.pi * step / steps)) + 0.05)

    return torch.optim.lr_scheduler.LambdaLR(optimiser, factor)


def _update(
    loss: Tensor,
    weights: Sequence[nn.Parameter],
    optimiser: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LambdaLR,
) -> float:
    optimiser.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_(weights, 1.0)
    optimiser.step()
    schedule.step()
    return loss.item()


def _report(stage: str, step: int, steps: int, losses: Sequence[float], log: Callable[[str], None]) -> None:
    if (step + 1) % _LOG_EVERY == 0 or step + 1 == steps:
        recent = losses[-_LOG_EVERY:]
        log(f"{stage} {step + 1}/{steps} loss {sum(recent) / len(recent):.3f}")
