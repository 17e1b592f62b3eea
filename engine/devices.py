"""Where a model's weights will lie. Needs torch and nothing slower, so that a stage can tell before it loads more."""

from __future__ import annotations

import os

import torch

from engine.contract.context import StageError
from engine.contract.specs import ModelSpec


def device_of(model: ModelSpec) -> torch.device:
    """The device that the model's weights will be on; under torchrun each local rank has a GPU of its own.

    Raises:
        StageError: an unknown name, or a GPU where there is none.
    """
    gpu = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
    if model.device == "auto":
        return gpu if torch.cuda.is_available() else torch.device("cpu")
    if model.device == "cuda" and not torch.cuda.is_available():
        raise StageError("The device cuda was asked for, but torch finds no GPU.", 'Set device to "auto" or "cpu".')
    if model.device not in ("cpu", "cuda"):
        raise StageError(f"The device {model.device!r} is unknown.", 'Set device to "auto", "cpu" or "cuda".')
    return gpu if model.device == "cuda" else torch.device("cpu")
