"""The engine's interface to a vision language model, whatever its family.

The generic path serves every model that transformers loads as image-text-to-text with its own processor and chat
template. Independent of the stages.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from peft import PeftModel
from PIL import Image
from torch import nn

from engine.contract.context import StageError
from engine.contract.specs import LABELS, PromptSpec
from engine.families.labels import LabelSite, find_label_site
from engine.families.vision import ImageFile, opened

if TYPE_CHECKING:
    from engine.families.vision import VisionFeatures

_IMAGE_TOKENS = ("image_token", "video_token", "start_image_token", "end_image_token", "boi_token", "eoi_token")
"""Attributes of processors whose words stand for images."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a model: ``max_length`` is the number of positions of the language model, including image tokens."""

    max_length: int


class UnfitImageError(StageError):
    """An image that the family's processor rejects, such as one that is 200 times as long as it is wide."""

    def __init__(self, sizes: Sequence[tuple[int, int]], error: Exception) -> None:
        width, height = max(sizes, key=lambda size: max(size) / min(size))
        self.reason = f"the model's processor does not accept an image of {width} x {height} pixels ({error})"
        super().__init__(f"An image cannot be used: {self.reason}.", "Exclude images of that shape, or crop them.")


@dataclass(slots=True)
class VisionLanguageModel:
    """A loaded model with its processor.

    Attributes:
        model: a PreTrainedModel, or a PeftModel around it whose adapter is named "default".
        processor: the model's own processor; its tokenizer pads on the left.
        device, dtype: location and type of the weights.
        limits: maximum lengths.
        shares_prefill: whether several answers can continue the key-value cache of one prompt.
        opens_turn: whether a bare prompt ends with the chat template's own opening of an answer instead of its
            generation prompt. For templates whose generation prompt differs from how they begin an answer
            (LLaVA-interleave's is followed by another newline), so that a free answer starts at the same position as
            an injected and a trained one.
        special_pattern: matches the special tokens in a text; compiled when it is first needed.
        vision: keeps what the vision tower makes of images; None computes it at every use.
    """

    model: Any
    processor: Any
    device: torch.device
    dtype: torch.dtype
    limits: Limits
    shares_prefill: bool = False
    opens_turn: bool = False
    special_pattern: re.Pattern[str] | None = None
    vision: VisionFeatures | None = None

    @property
    def tokenizer(self) -> Any:
        """The processor's tokenizer."""
        return self.processor.tokenizer

    @property
    def base(self) -> Any:
        """The PreTrainedModel, without what peft puts around it."""
        return self.model.get_base_model() if isinstance(self.model, PeftModel) else self.model

    def chat_text(self, prompt_text: str, answer_prefix: str | None = None) -> str:
        """Render one image and ``prompt_text`` with the model's own chat template.

        Args:
            prompt_text: the user's message.
            answer_prefix: the beginning of the assistant's answer, to be continued; None ends where the model begins
                its own.
        """
        prompt_text = self.literal(prompt_text)
        if answer_prefix is None:
            return self._turn_opening(prompt_text) if self.opens_turn else self._generation_prompt(prompt_text)
        chat = [_question(prompt_text), _message("assistant", self.literal(answer_prefix))]
        return str(self.processor.apply_chat_template(chat, continue_final_message=True, tokenize=False))

    def conversation_text(self, prompt_text: str, answers: Sequence[str], questions: Sequence[str]) -> str:
        """Render a conversation about one image, up to where the model begins its next answer.

        Args:
            prompt_text: the user's first message, with the image.
            answers: the model's answers so far, in order.
            questions: the user's message after each of them.
        """
        chat = [_question(self.literal(prompt_text))]
        for answer, question in zip(answers, questions, strict=True):
            chat += [_message("assistant", self.literal(answer)), _message("user", self.literal(question))]
        if not self.opens_turn:
            return str(self.processor.apply_chat_template(chat, add_generation_prompt=True, tokenize=False))
        chat.append(_message("assistant", "#"))
        opened = self.processor.apply_chat_template(chat, continue_final_message=True, tokenize=False)
        return str(opened).removesuffix("#")

    def literal(self, text: str) -> str:
        """Return a text whose special tokens, such as ``<image>``, are broken by a space: they are only text then."""
        return self._special().sub(lambda found: f"{found[0][0]} {found[0][1:]}", text)

    def has_special(self, text: str) -> bool:
        """Return whether a text contains special tokens."""
        return self._special().search(text) is not None

    def _special(self) -> re.Pattern[str]:
        if self.special_pattern is None:
            added = self.tokenizer.added_tokens_decoder.values()
            images = (getattr(self.processor, name, None) for name in _IMAGE_TOKENS)
            words = {str(token) for token in added if token.special} | {word for word in images if word}
            words |= set(self.tokenizer.all_special_tokens)
            longest_first = sorted((word for word in words if len(word) > 1), key=len, reverse=True)
            self.special_pattern = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")
        return self.special_pattern

    def needs_opening(self, prompt_text: str, answer: str) -> bool:
        """Return whether ``answer`` continues the tokens of its turn's opening, not those of the generation prompt."""
        continued = self.token_ids(self.chat_text(prompt_text, answer))
        bare, opening = (
            self.token_ids(text) for text in (self._generation_prompt(prompt_text), self._turn_opening(prompt_text))
        )
        return continued[: len(bare)] != bare and continued[: len(opening)] == opening

    def _generation_prompt(self, prompt_text: str) -> str:
        chat = [_question(prompt_text)]
        return str(self.processor.apply_chat_template(chat, add_generation_prompt=True, tokenize=False))

    def _turn_opening(self, prompt_text: str) -> str:
        return self.chat_text(prompt_text, "#").removesuffix("#")

    def encode(self, images: Sequence[Image.Image], texts: Sequence[str]) -> Any:
        """Return model inputs (a BatchFeature on the device) for one image per text; shorter texts are left-padded.

        Raises:
            UnfitImageError: an image of a shape that the family's processor rejects.
        """
        try:
            batch = self.processor(
                images=[[image] for image in images],
                text=list(texts),
                padding=True,
                padding_side="left",
                add_special_tokens=self.adds_special_tokens(texts[0]),
                return_tensors="pt",
            )
        except ValueError as error:
            raise UnfitImageError([image.size for image in images], error) from error
        return batch.to(self.device, dtype=self.dtype)

    def inputs(self, images: Sequence[Image.Image | ImageFile], texts: Sequence[str]) -> dict[str, Any]:
        """Return what ``encode`` returns, with the vision tower's output instead of pixels if that is kept.

        For images of the project; what is only tried out is encoded.
        """
        if self.vision is not None:
            return self.vision.inputs(images, texts)
        return dict(self.encode(opened(images), texts))

    def token_ids(self, chat_text: str) -> list[int]:
        """Return the token ids of a rendered chat, its image placeholder not expanded."""
        special = self.adds_special_tokens(chat_text)
        return list(self.tokenizer(chat_text, add_special_tokens=special)["input_ids"])

    def label_site(self, prompt: PromptSpec) -> LabelSite:
        """Locate the score label for this tokenizer.

        Raises:
            StageError: the labels have no tokens of their own.
        """
        answers = [f"{prompt.score_tag}{label}\n{prompt.explain_tag}" for label in LABELS]
        rendered = [self.token_ids(self.chat_text(prompt.text, answer)) for answer in answers]
        return find_label_site(self.token_ids(self.chat_text(prompt.text)), rendered)

    def lora_targets(self) -> str:
        """Return a regular expression for peft: the language model's linear layers; no vision, projector or head.

        Only for a model without an adapter, since an adapter renames layers.
        """
        decoder = self.model.get_decoder()
        path = next((name for name, module in self.model.named_modules() if module is decoder), "")
        linears = {name.split(".")[-1] for name, module in decoder.named_modules() if isinstance(module, nn.Linear)}
        if not path or not linears:
            raise StageError("The language model inside this model cannot be identified.", "Choose another model.")
        return rf"{re.escape(path)}\..*\.({'|'.join(sorted(linears))})"

    def end_ids(self) -> list[int]:
        """Return all tokens that end an answer."""
        return list(self.model.generation_config.eos_token_id)

    def adds_special_tokens(self, text: str) -> bool:
        bos = self.tokenizer.bos_token
        return bos is None or not text.startswith(bos)


def _question(prompt_text: str) -> dict[str, Any]:
    return {"role": "user", "content": [{"type": "image"}, {"type": "text", "text": prompt_text}]}


def _message(role: str, text: str) -> dict[str, Any]:
    return {"role": role, "content": [{"type": "text", "text": text}]}
