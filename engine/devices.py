"""The device of a model's weights. Imports only torch, so that a stage can report it before it loads more."""

from __future__ import annotations

import os

import torch

from engine.contract.context import StageError
from engine.contract.specs import ModelSpec


def device_of(model: ModelSpec) -> torch.device:
    """Return the device of the model's weights; under torchrun each local rank has a GPU of its own.

    Raises:
        StageError: an unknown name, or a GPU was requested and torch finds none.
    """
    gpu = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
    if model.device == "auto":
        return gpu if torch.cuda.is_available() else torch.device("cpu")
    if model.device == "cuda" and not torch.cuda.is_available():
        raise StageError("The device is set to cuda, but torch finds no GPU.", 'Set device to "auto" or "cpu".')
    if model.device not in ("cpu", "cuda"):
        raise StageError(f"The device {model.device!r} is unknown.", 'Set device to "auto", "cpu" or "cuda".')
    return gpu if model.device == "cuda" else torch.device("cpu")
