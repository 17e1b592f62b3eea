"""Small trainings on the tiny LLaVA: rows, specs, run folders."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from support.tiny import PROMPT

from engine.contract import artifacts
from engine.contract.context import ListContext, write_jsonl
from engine.contract.events import Event
from engine.contract.specs import LoraSpec, ModelSpec, RunFolder, TrainSpec

_TEXTS = ("The photo is sharp.", "Rate the photo.", "is it sharp and explain", "The photo", "explain. The photo is")

REFERENCE_CHECKS = 6
"""A cancel is heard before each of the passes that compute the reference: 16 pairs by three."""


@dataclasses.dataclass(slots=True)
class PausedAt(ListContext):
    """Asks for a pause as soon as this event is sent."""

    at: Event | None = None

    def emit(self, event: Event) -> None:
        self.events.append(event)
        self.pause = self.pause or event == self.at


def pair_rows(images: Sequence[Path]) -> list[dict[str, Any]]:
    """One pair an image; scores and texts differ from row to row, and so do their lengths."""
    return [
        {
            "pair_id": 100 + index,
            "path": str(path),
            "chosen_score": index % 10,
            "chosen_text": _TEXTS[index % 5],
            "rejected_score": (index + 4) % 10,
            "rejected_text": _TEXTS[(index + 2) % 5],
        }
        for index, path in enumerate(images)
    ]


def model_spec(base: Path) -> ModelSpec:
    """On one CPU thread, in fp32."""
    return ModelSpec(str(base), dtype="float32", device="cpu", threads=1)


def train_spec(base: Path, **changes: Any) -> TrainSpec:
    """Six pairs a step in two passes of three, unless changed."""
    values: dict[str, Any] = {
        "model": model_spec(base),
        "prompt": PROMPT,
        "train_kind": "score",
        "iteration": 1,
        "seed": 3,
        "start_adapter": None,
        "lora": LoraSpec(4, 8),
        "learning_rate": 5e-3,
        "beta": 0.2,
        "epochs": 2.0,
        "batch_size": 6,
        "micro_batch": 3,
        "checkpoint_steps": 2,
    }
    return TrainSpec(**(values | changes))


def run_folder(path: Path, rows: Sequence[dict[str, Any]]) -> RunFolder:
    """A new run folder with its input."""
    path.mkdir(parents=True)
    folder = RunFolder(path)
    write_jsonl(folder.input, rows)
    return folder


def of_type(context: ListContext, kind: type) -> list[Any]:
    """The context's events of one kind, in order."""
    return [event for event in context.events if isinstance(event, kind)]


def adapter_tensors(folder: RunFolder) -> dict[str, torch.Tensor]:
    """What was trained."""
    return load_file(folder.adapter / "adapter_model.safetensors")


def assert_same_bits(one: RunFolder, other: RunFolder) -> None:
    """Two adapters are equal to the last bit, and so are their digests."""
    a, b = adapter_tensors(one), adapter_tensors(other)
    assert set(a) == set(b)
    assert [name for name in a if not torch.equal(a[name], b[name])] == []
    assert artifacts.digest(one.adapter) == artifacts.digest(other.adapter)
