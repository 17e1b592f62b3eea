"""LoRA adapters on a loaded model, through peft. The active adapter is always named "default", as trl requires."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, PeftConfig, PeftModel
from safetensors import SafetensorError

from engine.contract import artifacts
from engine.contract.context import StageError
from engine.families.vlm import VisionLanguageModel

ADAPTER_NAME = "default"
FILES = ("adapter_config.json", "adapter_model.safetensors")


UNFIT = (ValueError, RuntimeError, OSError, SafetensorError)
"""Errors that peft raises for a damaged adapter and for an adapter of another model."""


def check_folder(folder: str) -> None:
    """Check that ``folder`` holds an undamaged adapter; otherwise peft would query the hub.

    Raises:
        StageError: an adapter file is missing, or differs from the folder's manifest, if it has one.
    """
    for name in FILES:
        if not (Path(folder) / name).is_file():
            raise StageError(f"The adapter folder {folder} has no {name}.", "Run the training that creates it again.")
    problems = artifacts.verify(Path(folder)) if artifacts.is_sealed(Path(folder)) else []
    damaged = [problem for problem in problems if problem.startswith(FILES)]
    if damaged:
        raise StageError(
            f"The adapter {folder} has been damaged or changed since it was saved: {'; '.join(damaged)}.",
            "Restore the folder from a backup, or run the training that creates it again.",
        )


def lora_config(folder: str) -> LoraConfig:
    """Return the configuration of a LoRA adapter.

    Raises:
        StageError: it is missing or damaged, or of another kind.
    """
    check_folder(folder)
    try:
        config = PeftConfig.from_pretrained(folder)
    except UNFIT as error:
        raise StageError(
            f"The configuration of the adapter {folder} cannot be read: {error}.",
            "Run the training that creates it again.",
        ) from error
    if not isinstance(config, LoraConfig):
        raise StageError(f"The adapter {folder} is not a LoRA adapter.", "Use an adapter made by Score Studio.")
    return config


def attach(model: Any, folder: str, *, trainable: bool) -> PeftModel:
    """Load the adapter of ``folder`` onto ``model``.

    Raises:
        StageError: the folder holds no adapter, or one for another model.
    """
    check_folder(folder)
    try:
        return PeftModel.from_pretrained(
            model, folder, adapter_name=ADAPTER_NAME, is_trainable=trainable, local_files_only=True
        )
    except UNFIT as error:
        raise StageError(
            f"The adapter {folder} does not fit this model: {error}",
            "Use the base model that the adapter was trained on.",
        ) from error


def fold(vlm: VisionLanguageModel) -> None:
    """Add the adapter to the weights, so that answers take one matrix product a layer instead of three.

    Only in float32, where this changes nothing but rounding: in 16 bits, small changes of the weights would be lost.
    """
    if isinstance(vlm.model, PeftModel) and vlm.dtype == torch.float32:
        vlm.model = vlm.model.merge_and_unload()
