"""Check that a loaded model supports everything the method needs; each failure names its reason.

All checks run on the model itself: its chat template, its tokenizer, its processor and its vision part. They do not
depend on where the model came from.
"""

from __future__ import annotations

from typing import Any

import torch
from jinja2 import TemplateError
from PIL import Image

from engine.contract.context import StageError
from engine.contract.prompts import answer_prefix
from engine.contract.specs import PromptSpec
from engine.families.vlm import UnfitImageError, VisionLanguageModel

TRIAL_SIZE = (448, 299)


_MISFITS = (ValueError, TypeError, RuntimeError, IndexError, KeyError, AttributeError)
"""Errors of a mismatched processor and weights; they may arise anywhere in the family's own code."""


class _ReachedError(Exception):
    """The image features have reached the language model, which itself is not run."""


def check(vlm: VisionLanguageModel, base: str) -> None:
    """Reject a model that cannot answer about an image; find out how its chat template begins an answer.

    Args:
        vlm: the base without an adapter, in evaluation mode.
        base: its folder or hub id, for the messages.

    Raises:
        StageError: no usable chat template, no image token, labels without tokens of their own, no separate language
            model, or a processor that does not match the weights.
    """
    check_chat(vlm, base)
    vlm.lora_targets()
    reason = image_problem(vlm, TRIAL_SIZE)
    if reason is not None:
        raise StageError(
            f"The processor of the model {base} does not match its weights: {reason}",
            "Download the current processor_config.json and preprocessor_config.json from the model's publisher.",
        )


def image_problem(vlm: VisionLanguageModel, size: tuple[int, int]) -> str | None:
    """Return why an image of ``size`` (width, height) does not reach the language model; None if it does.

    The processor's image tokens and the vision part's features are combined as in a real call.
    """
    try:
        inputs = dict(vlm.encode([Image.new("RGB", size, (90, 120, 150))], [vlm.chat_text("x")]))
    except UnfitImageError as error:
        return f"{error.reason}."
    except _MISFITS as error:
        return f"it cannot prepare an image of {size[0]} x {size[1]} pixels ({_line(error)})."
    extra = _per_token_input(inputs)
    if extra is not None:
        return f"it adds several values of {extra} per token, which is not supported."
    handle = vlm.model.get_decoder().register_forward_pre_hook(_stop)
    try:
        with torch.inference_mode():
            vlm.model(**inputs)
    except _ReachedError:
        return None
    except _MISFITS as error:
        return f"the model does not accept the prepared image ({_line(error)})."
    finally:
        handle.remove()
    return "the language model does not receive the image."


def _line(error: Exception) -> str:
    return str(error).strip().split("\n")[0] or type(error).__name__


def _per_token_input(inputs: dict[str, Any]) -> str | None:
    """Return an input with several values per token: cutting, forking and padding support one value per token."""
    tokens = inputs["input_ids"].shape
    return next((name for name, value in inputs.items() if value.ndim > 2 and value.shape[:2] == tokens), None)


def _stop(*_: Any) -> None:
    raise _ReachedError


def check_chat(vlm: VisionLanguageModel, base: str) -> None:
    """Check what needs no weights: the chat template and the labels; find out how the template begins an answer.

    Raises:
        StageError: no usable chat template, no image token, or labels without tokens of their own.
    """
    token = vlm.processor.__dict__.get("image_token")
    try:
        text = vlm.chat_text("x")
        vlm.chat_text("x", "y")
    except (TemplateError, TypeError, ValueError) as error:
        raise StageError(
            f"The chat template of the model {base} cannot render an image with a prefilled answer: {error}",
            "Choose a model whose chat template supports images and continued answers.",
        ) from error
    if token is None or text.count(token) != 1:
        raise StageError(
            f"The model {base} has no image token: its chat template does not place an image ({token!r}).",
            "Choose a vision language model whose chat template handles images.",
        )
    vlm.opens_turn = vlm.needs_opening("x", answer_prefix(0))
    vlm.label_site(PromptSpec("x"))
