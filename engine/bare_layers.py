"""The layers that LoRA adapters change, without the model around them: enough for peft to merge adapters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from safetensors import safe_open
from torch import nn

from engine.contract.context import StageError
from engine.families.adapters import UNFIT

Shapes = Mapping[str, tuple[int, int]]
"""Inputs and outputs of each changed layer, by its name."""
_PREFIX, _A, _B = "base_model.model.", ".lora_A.weight", ".lora_B.weight"


def bare_layers(folders: Sequence[str]) -> nn.Module:
    """Return a module with nothing but the linear layers that the adapters change; their weights take no memory.

    Args:
        folders: adapters whose files have been checked (``families.adapters.lora_config``).

    Raises:
        StageError: an adapter cannot be read, changes more than linear layers, or other layers than the first.
    """
    shapes = [_shapes(folder) for folder in folders]
    for folder, other in zip(folders[1:], shapes[1:], strict=True):
        if other != shapes[0]:
            raise StageError(
                f"The adapter {folder} does not fit {folders[0]}: they change different layers.",
                "Merge adapters that were trained on the same base model.",
            )
    root = nn.Module()
    for name, (inputs, outputs) in shapes[0].items():
        *path, last = name.split(".")
        place = root
        for part in path:
            if not hasattr(place, part):
                place.add_module(part, nn.Module())
            place = getattr(place, part)
        place.add_module(last, _bare_linear(inputs, outputs))
    return root


def _bare_linear(inputs: int, outputs: int) -> nn.Linear:
    layer = nn.Linear(1, 1, bias=False)
    layer.in_features, layer.out_features = inputs, outputs
    layer.weight = nn.Parameter(torch.zeros(1, 1).expand(outputs, inputs), requires_grad=False)
    return layer


def _shapes(folder: str) -> Shapes:
    found: dict[str, tuple[int, int]] = {}
    try:
        with safe_open(Path(folder) / "adapter_model.safetensors", framework="pt") as file:
            names = sorted(file.keys())
            for name in names:
                if name.startswith(_PREFIX) and name.endswith(_A):
                    layer = name[len(_PREFIX) : -len(_A)]
                    inputs = file.get_slice(name).get_shape()[1]
                    outputs = file.get_slice(_PREFIX + layer + _B).get_shape()[0]
                    found[layer] = (inputs, outputs)
    except UNFIT as error:
        raise damaged(folder, str(error)) from error
    if not found or 2 * len(found) != len(names):
        raise damaged(folder, "it changes other things than linear layers")
    return found


def damaged(folder: str, reason: str) -> StageError:
    """Return the error for an adapter that cannot be merged."""
    return StageError(f"The adapter {folder} cannot be merged: {reason}.", "Run the training that creates it again.")
