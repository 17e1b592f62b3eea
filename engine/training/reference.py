"""The reference's log-probabilities: computed once for each answer, kept for every training of the project.

The base never changes, so neither do they. trl's own option for this rejects image data, because its dataset cannot
hold the images; its loss nevertheless accepts them from the batch. The score and the consistency training of an
iteration share their images and their chosen answers, so the first of them also computes what the second needs.
Independent of the stages.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np
import torch

from engine.cancellation import stop_if_requested
from engine.contract.context import RunContext
from engine.contract.events import Phase
from engine.contract.specs import TrainSpec
from engine.families.loading import published_folder
from engine.families.vlm import VisionLanguageModel
from engine.training.collator import PreferenceCollator
from engine.training.preference_rows import PreferenceRow
from engine.training.step_trainer import StepTrainer

_RECORD = np.dtype([("key", "V16"), ("value", "<f4")])
_OWN = "reference"
"""The folder within a run's checkpoints, where the project gives none."""


class ReferenceStore:
    """Log-probabilities by key, in the files of a folder: one for each process that has written.

    A file that a kill cut short is read up to its last whole record.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[bytes, float] = {}
        self._out: BinaryIO | None = None

    def read(self) -> None:
        """Read everything that any process has written."""
        for path in sorted(self._folder.glob("*.f32")):
            data = path.read_bytes()
            records = np.frombuffer(data[: len(data) // _RECORD.itemsize * _RECORD.itemsize], _RECORD)
            self._known.update(zip((key.tobytes() for key in records["key"]), records["value"].tolist(), strict=True))

    def __contains__(self, key: bytes) -> bool:
        """Whether the value is known."""
        return key in self._known

    def __getitem__(self, key: bytes) -> float:
        """Return a known value."""
        return self._known[key]

    def append(self, name: str, values: dict[bytes, float]) -> None:
        """Keep values in the file of this name; durable on return."""
        if self._out is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            path = self._folder / f"{name}.f32"
            whole = path.stat().st_size // _RECORD.itemsize * _RECORD.itemsize if path.exists() else 0
            self._out = path.open("r+b" if path.exists() else "w+b")
            self._out.truncate(whole)
            self._out.seek(whole)
        self._out.write(np.array(list(values.items()), _RECORD).tobytes())
        self._out.flush()
        os.fsync(self._out.fileno())
        self._known.update(values)

    def close(self) -> None:
        """Close the file."""
        if self._out is not None:
            self._out.close()
            self._out = None


def use_fixed_reference(
    trainer: StepTrainer, collator: PreferenceCollator, rows: Sequence[PreferenceRow], spec: TrainSpec, ctx: RunContext
) -> int:
    """Compute the missing log-probabilities of the rows under the base, and use them for training.

    They are stored batch by batch, so that a resumed training uses the same bits and continues with the first missing
    batch. With several processes each computes its share, and all read the whole.

    Args:
        trainer: not yet training; its policy is an adapter on the base.
        collator: the trainer's own; its batches contain the log-probabilities from now on.
        rows: those that are trained on, in the order of the trainer's dataset.
        spec: says where the project keeps them.
        ctx: checked for a stop before every forward pass.

    Returns:
        The answers that this process computed.

    Raises:
        CancelledError: stopped on request; finished batches are kept.
    """
    folder = Path(spec.reference_folder) if spec.reference_folder else ctx.folder.checkpoints / _OWN
    store = ReferenceStore(folder)
    store.read()
    keys = ReferenceKeys(spec, collator.vlm)
    try:
        count = _complete(store, keys, trainer, collator, rows, spec, ctx)
    finally:
        store.close()
        collator.stop_ahead()
    if ctx.world_size > 1:
        ctx.wait_for_ranks("reference")
        store.read()
    sides = [[store[keys.of(row.path, getattr(row, side))] for row in rows] for side in ("chosen", "rejected")]
    collator.reference = tuple(torch.tensor(side, dtype=torch.float32) for side in sides)
    return count


def _complete(
    store: ReferenceStore,
    keys: ReferenceKeys,
    trainer: StepTrainer,
    collator: PreferenceCollator,
    rows: Sequence[PreferenceRow],
    spec: TrainSpec,
    ctx: RunContext,
) -> int:
    """Compute what is missing. The batches equal those of an uninterrupted run, so that the floats are identical."""
    size, count = trainer.args.per_device_train_batch_size, 0
    own = rows[ctx.rank :: ctx.world_size]
    name = f"{ctx.folder.path.name}-{ctx.rank}"
    for start in range(0, len(own), size):
        batch = own[start : start + size]
        answers = [_answers(row, also=spec.reference_of_both) for row in batch]
        stop_if_requested(ctx)
        if all(keys.of(row.path, text) in store for row, texts in zip(batch, answers, strict=True) for text in texts):
            continue
        ctx.emit(Phase("reference", start, len(own)))
        collator.open_ahead([row.path for row in own[start : start + 2 * size]])
        found = trainer.base_log_probs(collator.with_answers([row.path for row in batch], answers), len(batch))
        values = {
            keys.of(row.path, text): value
            for row, texts, row_values in zip(batch, answers, found, strict=True)
            for text, value in zip(texts, row_values, strict=True)
        }
        store.append(name, {key: value for key, value in values.items() if key not in store})
        count += len(values)
    if count:
        ctx.emit(Phase(""))
    return count


def _answers(row: PreferenceRow, *, also: bool) -> list[str]:
    """Return the answers of a row whose reference is needed, by this training or by the other one of its iteration."""
    return [row.chosen, row.rejected, *([row.rescored] if also and row.rescored else [])]


class ReferenceKeys:
    """Keys of log-probabilities: everything that they depend on, 16 bytes of its SHA-256.

    The number format is that of the loaded weights: "auto" means another one once there is a GPU.
    """

    def __init__(self, spec: TrainSpec, vlm: VisionLanguageModel) -> None:
        model = spec.model
        base = published_folder(model)
        files = sorted(path for path in base.iterdir() if path.suffix in (".safetensors", ".json", ".bin"))
        stamps = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in files]
        how = [model.base, model.revision, str(vlm.dtype), vlm.device.type, model.quantization, model.attention]
        prompt, image = dataclasses.asdict(spec.prompt), dataclasses.asdict(spec.image)
        self._common = json.dumps([how, stamps, prompt, image], sort_keys=True).encode()
        self._images: dict[str, bytes] = {}

    def of(self, path: str, text: str) -> bytes:
        """Return the key of an answer to an image."""
        if path not in self._images:
            self._images[path] = hashlib.sha256(Path(path).read_bytes()).digest()
        parts = (self._common, self._images[path], text.encode())
        return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).digest()[:16]
