"""Measure peak memory on a GPU against the estimate: pair generation, one DPO step of 128 pairs, merge, predict.

Each phase runs in its own worker, as in a job, so that its peak (``torch.cuda.max_memory_allocated``) is its own. On a
CPU, which has no such counter, only the resident set is reported: it shows that everything runs, not that it fits.
"""

from __future__ import annotations

import dataclasses
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from transformers import AutoConfig

from bench.gpu_models import SHAPES, make
from engine.batching import longest_answers
from engine.contract.context import write_jsonl
from engine.contract.memory import ADAPTER_BYTES, Lengths, MemoryNeed, Numbers, Shapes, answering, base_bytes, training
from engine.contract.specs import (
    GenerateSpec,
    LoraSpec,
    MergeSpec,
    ModelSpec,
    PredictSpec,
    PromptSpec,
    RunFolder,
    StageSpec,
    TrainSpec,
)
from engine.families.processors import load_processor
from engine.families.shapes import shapes_of_config
from engine.families.vlm import Limits, VisionLanguageModel
from engine.training.length_filter import FILE_NAME

PICTURES, SIZE = 8, (448, 336)
TEXT = "The photo is sharp, and its light is soft. " * 20
PROMPT = PromptSpec("Rate the photo and explain what is good and what is bad about it. " * 6)


@dataclass(frozen=True, slots=True)
class MeasuredPhase:
    """One phase of one model, in bytes; ``peak`` is 0 on a CPU. ``ratio``: estimate / peak, ideally 1."""

    model: str
    phase: str
    batch: int
    checkpointing: bool
    sequence: int
    seconds: float
    rss: int
    peak: int
    estimate: int
    ratio: float | None


@dataclass(frozen=True, slots=True)
class Amount:
    """Amount of work: ``batch`` pairs per optimiser step, images at a time, new tokens, the adapter's rank."""

    batch: int
    images: int
    new_tokens: int
    rank: int


FULL, TINY = Amount(128, 16, 256, 64), Amount(8, 4, 16, 4)


def measure(names: list[str], device: str, *, tiny: bool) -> list[MeasuredPhase]:
    """Run all phases of these models, each in a temporary folder that is deleted afterwards.

    Raises:
        RuntimeError: a phase failed; the message contains its last event.
    """
    found: list[MeasuredPhase] = []
    for name in names:
        with tempfile.TemporaryDirectory(prefix="bench-gpu-") as folder:
            base = make(name, Path(folder) / "base", device, tiny=tiny)
            found.extend(_Model(name, Path(folder), base, device, TINY if tiny else FULL).phases())
    return found


@dataclass(slots=True)
class _Model:
    name: str
    folder: Path
    base: Path
    device: str
    amount: Amount

    def phases(self) -> Iterator[MeasuredPhase]:
        amount, model = self.amount, ModelSpec(str(self.base), dtype="bfloat16", device=self.device)
        pictures = self._pictures()
        shapes = shapes_of_config(AutoConfig.from_pretrained(self.base))
        numbers = Numbers(2, self.device == "cuda")
        lengths = longest_answers(self._outline(), PROMPT, amount.new_tokens, max(SIZE))
        generate = GenerateSpec(model, PROMPT, 0, 1, max_new_tokens=amount.new_tokens, batch_size=amount.images)
        images = [{"image_id": i, "path": path, "bin": i % 10, "draw": 0} for i, path in enumerate(pictures)]
        need = answering(shapes, numbers, lengths, amount.images, answers=2)
        yield self._phase("generate", generate, images[: amount.images], need, lengths)
        yield self._train(model, pictures, shapes, numbers)
        adapters = self._adapters()
        merge = MergeSpec(model, adapters)
        weights = base_bytes(shapes, numbers)
        three = MemoryNeed(weights, float(3 * shapes.adapter(amount.rank) * ADAPTER_BYTES), 0.0, 0.0)
        yield self._phase("merge", merge, [], three, lengths)
        merged = dataclasses.replace(model, adapter=str(RunFolder(self.folder / "merge").adapter))
        predict = PredictSpec(merged, PROMPT, max_new_tokens=amount.new_tokens, batch_size=amount.images)
        need = answering(shapes, numbers, lengths, amount.images, answers=1, rank=amount.rank)
        rows = [{"image_id": row["image_id"], "path": row["path"], "explain": True} for row in images]
        yield self._phase("predict", predict, rows[: amount.images], need, lengths)

    def _train(self, model: ModelSpec, pictures: list[str], shapes: Shapes, numbers: Numbers) -> MeasuredPhase:
        amount = self.amount
        spec = TrainSpec(
            model, PROMPT, "score", 1, 0, None, LoraSpec(amount.rank, 2 * amount.rank), 5e-5, 0.1,
            batch_size=amount.batch, micro_batch=None, gradient_checkpointing=None,
        )  # fmt: skip
        pairs = [
            {"pair_id": i, "path": pictures[i], "chosen_score": i % 10, "chosen_text": TEXT,
             "rejected_score": (i + 5) % 10, "rejected_text": TEXT[: len(TEXT) // 2]}
            for i in range(amount.batch)
        ]  # fmt: skip
        began = time.perf_counter()
        events = self._work("train", spec, pairs)
        result = _last(events, "Finished")["result"]
        lengths = Lengths(**json.loads((self.folder / "train" / FILE_NAME).read_text("utf-8"))["lengths"])
        micro, checkpointing = int(result["micro_batch"]), bool(result["gradient_checkpointing"])
        shared = all(event.get("code") != "prefix_not_shared" for event in events)
        need = training(shapes, numbers, lengths, amount.rank, micro, checkpointing=checkpointing, shared=shared)
        return self._result("train", events, began, need, lengths, micro, checkpointing)

    def _phase(
        self, phase: str, spec: StageSpec, rows: list[dict[str, Any]], need: MemoryNeed, lengths: Lengths
    ) -> MeasuredPhase:
        began = time.perf_counter()
        return self._result(phase, self._work(phase, spec, rows), began, need, lengths, len(rows))

    def _result(
        self,
        phase: str,
        events: list[dict[str, Any]],
        began: float,
        need: MemoryNeed,
        lengths: Lengths,
        batch: int,
        checkpointing: bool = False,
    ) -> MeasuredPhase:
        seconds = round(time.perf_counter() - began, 1)
        memory = [event for event in events if event["event"] == "Memory"]
        peak = max((event["device"] for event in memory), default=0)
        rss = max((event["rss"] for event in memory), default=0)
        ratio = round(need.total / peak, 3) if peak else None
        return MeasuredPhase(
            self.name, phase, batch, checkpointing, lengths.sequence, seconds, rss, peak, round(need.total), ratio
        )

    def _work(self, phase: str, spec: StageSpec, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Run a stage in a worker; returns its events."""
        folder = RunFolder(self.folder / phase)
        folder.path.mkdir()
        folder.spec.write_text(spec.to_json(), "utf-8")
        write_jsonl(folder.input, rows)
        with folder.log.open("wb") as log:
            command = [sys.executable, "-m", "engine.worker", str(folder.path)]
            subprocess.run(command, stdout=log, stderr=subprocess.STDOUT, cwd=Path(__file__).parents[1], check=False)
        events = [json.loads(line) for line in folder.events.read_text("utf-8").splitlines()]
        if not events or events[-1]["event"] != "Finished":
            last = events[-1] if events else folder.log.read_text("utf-8", "replace")[-2000:]
            raise RuntimeError(f"{self.name}, {phase}: {last}")
        return events

    def _pictures(self) -> list[str]:
        folder = self.folder / "pictures"
        folder.mkdir()
        for index in range(max(self.amount.batch, self.amount.images)):
            colour = (index * 53 % 256, index * 101 % 256, index * 29 % 256)
            Image.new("RGB", SIZE, colour).save(folder / f"{index:03}.png")
        return sorted(str(path) for path in folder.iterdir())

    def _adapters(self) -> tuple[str, str]:
        """Return the trained adapter and a copy of it, as two parents of a merge."""
        trained, twin = RunFolder(self.folder / "train").adapter, self.folder / "twin"
        shutil.copytree(trained, twin)
        return str(trained), str(twin)

    def _outline(self) -> VisionLanguageModel:
        """Return processor and configuration without the weights, which suffices to count lengths."""
        config = AutoConfig.from_pretrained(self.base)
        processor = load_processor({"pretrained_model_name_or_path": str(self.base)}, config.model_type)
        limits = Limits(int(config.get_text_config().max_position_embeddings))
        return VisionLanguageModel(_Configured(config), processor, torch.device("cpu"), torch.bfloat16, limits)


@dataclass(frozen=True, slots=True)
class _Configured:
    config: Any


def _last(events: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    return next(event for event in reversed(events) if event["event"] == kind)


def run(names: list[str], device: str, *, tiny: bool, as_json: bool) -> int:
    """Measure and print.

    Raises:
        SystemExit: a GPU was requested and torch finds none.
    """
    if device == "cuda" and not torch.cuda.is_available():
        raise SystemExit("torch finds no GPU; --tiny --device cpu checks that everything runs.")
    found = measure(names or list(SHAPES), device, tiny=tiny)
    if as_json:
        card = torch.cuda.get_device_name() if device == "cuda" else "cpu"
        print(json.dumps({"device": card, "tiny": tiny, "phases": [dataclasses.asdict(phase) for phase in found]}))
        return 0
    print("| model | phase | at once | sequence | seconds | peak, GB | estimate, GB | estimate / peak |")
    print("|---|---|---|---|---|---|---|---|")
    for row in found:
        at_once = f"{row.batch}{' with checkpointing' if row.checkpointing else ''}"
        peak, ratio = (f"{row.peak / 1e9:.2f}", f"{row.ratio:.2f}") if row.ratio else ("-", "-")
        print(
            f"| {row.model} | {row.phase} | {at_once} | {row.sequence} | {row.seconds} | {peak} "
            f"| {row.estimate / 1e9:.2f} | {ratio} |"
        )
    return 0
