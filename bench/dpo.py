"""Time one DPO step: image and prompt once per pair (ours) against stock trl, in one process, turn by turn.

Baselines: trl with its defaults; trl tuned (no gradient checkpointing); and the strongest, our own trainer on stock
rows with the reference already known. All take the same weights, pairs, batch, type and threads, and nothing is cut.
Before anything is timed, loss and gradients are compared; a figure whose ``equal`` is false is void.
"""

from __future__ import annotations

import dataclasses
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import torch

from bench import demo_family, straightforward
from bench.machine import machine
from engine import families
from engine.contract.context import ListContext
from engine.contract.specs import LoraSpec, ModelSpec, RunFolder, TrainSpec
from engine.families.vlm import VisionLanguageModel
from engine.training import prefix_check
from engine.training.collator import PreferenceCollator, close_answer
from engine.training.preference_rows import PreferenceRow
from engine.training.trainer import make_trainer

SIDES = (432, 704)
"""Pixels of an image: 729 and 1,936 tokens."""
LARGEST_ERROR = 1e-4
RANK = 64
Step = Callable[[], float]


@dataclass(frozen=True, slots=True)
class DpoResult:
    """One comparison: ratios above 1 mean that ours is faster.

    Attributes:
        c, r: tokens of image and prompt, and of an answer.
        baseline: what ours is compared with.
        ratio_wall, ratio_cpu: median seconds of the baseline / median seconds of ours.
        ideal: the ratio of the tokens that are computed.
        equal: whether loss and gradients agree within 1e-4 of their size.
        max_rel_err: the larger of both relative differences.
        seconds, baseline_seconds: median wall-clock seconds of a step.
        peak_mb, baseline_peak_mb: memory of a step at its peak, each in a process of its own; None: not measured.
    """

    c: int
    r: int
    baseline: str
    ratio_wall: float
    ratio_cpu: float
    ideal: float
    equal: bool
    max_rel_err: float
    seconds: float
    baseline_seconds: float
    peak_mb: float | None
    baseline_peak_mb: float | None


@dataclass(slots=True)
class Variant:
    """A trainer and where its batches come from, with the seconds of its timed steps."""

    name: str
    trainer: Any
    batch: Callable[[], dict[str, Any]]
    wall: list[float] = dataclasses.field(default_factory=list)
    cpu: list[float] = dataclasses.field(default_factory=list)

    def step(self) -> tuple[float, torch.Tensor]:
        """Collate and compute one micro-batch with its gradients; returns the loss and all gradients."""
        model = self.trainer.model
        model.train()
        model.zero_grad()
        self.trainer.current_gradient_accumulation_steps = 1  # set by a whole training
        loss = self.trainer.training_step(model, self.batch(), torch.tensor(1))
        grads = [weight.grad.flatten() for weight in model.parameters() if weight.grad is not None]
        return float(loss), torch.cat(grads)

    def timed(self) -> None:
        wall, cpu = time.perf_counter(), time.process_time()
        self.step()
        self.wall.append(time.perf_counter() - wall)
        self.cpu.append(time.process_time() - cpu)


def run(sides: Sequence[int] = SIDES, *, rounds: int = 5, pairs: int = 2, threads: int = 1) -> dict[str, Any]:
    """Measure at each size of the images; returns {"results": [...], "machine": {...}}."""
    torch.set_num_threads(threads)
    results: list[DpoResult] = []
    for side in sides:
        with tempfile.TemporaryDirectory() as folder:
            results += _measure(Path(folder), side, rounds, pairs, threads)
    return {"results": [dataclasses.asdict(result) for result in results], "machine": machine(threads)}


def _measure(folder: Path, side: int, rounds: int, pairs: int, threads: int) -> list[DpoResult]:
    spec = demo_family.make(folder / "model", side, threads)
    rows = demo_family.make_rows(folder / "images", side, pairs)
    mine = ours(folder / "ours", spec, rows, shared=True)
    stock = ours(folder / "stock", spec, rows, shared=False)
    others = [
        stock,
        _trl(folder / "tuned", spec, rows, "trl, tuned", gradient_checkpointing=False),
        _trl(folder / "defaults", spec, rows, "trl, defaults", gradient_checkpointing=True),
    ]
    for variant in (mine, *others):
        same_weights(variant.trainer.model)
    loss, gradients = mine.step()
    errors = {}
    for variant in others:
        their_loss, theirs = variant.step()
        off = abs(their_loss - loss) / abs(their_loss)
        errors[variant.name] = max(off, float((theirs - gradients).norm() / theirs.norm()))
    for _ in range(rounds):
        for variant in (mine, *others):
            variant.timed()
    answers = [close_answer(_vlm_of(stock), demo_family.PROMPT.text, text) for row in rows for text in _texts(row)]
    r = round(statistics.mean(answer.answer_tokens for answer in answers))
    batch = stock.batch()
    c = round(float(batch["attention_mask"].sum()) / len(batch["attention_mask"])) - r
    peaks = {name: _peak(side, pairs, name) for name in ("shared", "stock")}
    return [_result(mine, variant, c, r, errors[variant.name], peaks) for variant in others]


def _peak(side: int, pairs: int, rows: str) -> float | None:
    """Return the megabytes that a step needs at its peak; None where they cannot be measured."""
    if not Path("/proc/self/clear_refs").exists():
        return None
    command = [sys.executable, "-m", "bench.dpo_child", str(side), str(pairs), rows]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(done.stdout.split()[-1])


def _result(mine: Variant, other: Variant, c: int, r: int, error: float, peaks: dict[str, float | None]) -> DpoResult:
    wall, cpu = (statistics.median(other.wall), statistics.median(other.cpu))
    own_wall, own_cpu = statistics.median(mine.wall), statistics.median(mine.cpu)
    passes = 1.0 if other.name == STOCK else 4 / 3  # trl computes the reference as well: forward 1, backward 2
    return DpoResult(
        c, r, other.name, wall / own_wall, cpu / own_cpu, passes * 2 * (c + r) / (c + 2 * r + 1),
        error <= LARGEST_ERROR, error, own_wall, wall,
        peaks["shared"], peaks["stock"] if other.name == STOCK else None,
    )  # fmt: skip


STOCK = "stock rows, reference known"


def ours(folder: Path, model: ModelSpec, rows: Sequence[PreferenceRow], *, shared: bool) -> Variant:
    folder.mkdir()
    spec = TrainSpec(
        model, demo_family.PROMPT, "score", 1, 0, None, LoraSpec(RANK, 2 * RANK), 5e-5, 0.1,
        batch_size=len(rows), micro_batch=len(rows), share_prefix=shared,
    )  # fmt: skip
    context = ListContext(RunFolder(folder), [])
    vlm = families.load(model)
    collator = PreferenceCollator(vlm, demo_family.PROMPT.text, straightforward.opened)
    prefix_check.prepare(spec, vlm, collator, context)
    trainer = make_trainer(spec, vlm, rows, collator, folder)
    prefix_check.confirm(trainer, collator, context)
    assert collator.share_prefix is shared, context.events
    examples: list[Any] = list(cast("Any", trainer.train_dataset))
    known = trainer.compute_ref_log_probs(trainer.model, collator(examples))
    collator.reference = tuple(side.float().cpu() for side in known)
    return Variant("shared prefix" if shared else STOCK, trainer, lambda: collator(examples))


def _trl(folder: Path, model: ModelSpec, rows: Sequence[PreferenceRow], name: str, **changes: Any) -> Variant:
    vlm = families.load(model)
    trainer = straightforward.trainer(
        folder, vlm, demo_family.PROMPT, rows, RANK, per_device_train_batch_size=len(rows), **changes
    )
    examples: list[Any] = list(cast("Any", trainer.train_dataset))
    return Variant(name, trainer, lambda: dict(trainer.data_collator([dict(example) for example in examples])))


def _vlm_of(variant: Variant) -> VisionLanguageModel:
    collator: PreferenceCollator = variant.trainer.data_collator
    return collator.vlm


def _texts(row: PreferenceRow) -> tuple[str, str]:
    return row.chosen, row.rejected


def same_weights(model: Any) -> None:
    """Give every adapter the same weights, none of them zero, so that all gradients are compared."""
    torch.manual_seed(1)
    for name, weight in sorted(model.named_parameters()):
        if "lora_" in name:
            with torch.no_grad():
                weight.copy_(torch.randn(weight.shape) * 0.02)


def markdown(found: dict[str, Any]) -> str:
    """Render the results as a table."""
    lines = [
        "| c | r | against | wall | CPU | ideal | equal (error) | s a step | MB a step |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {row['c']} | {row['r']} | {row['baseline']} | {row['ratio_wall']:.2f} | {row['ratio_cpu']:.2f} "
        f"| {row['ideal']:.2f} | {row['equal']} ({row['max_rel_err']:.1e}) "
        f"| {row['baseline_seconds']:.2f} -> {row['seconds']:.2f} | {_megabytes(row)} |"
        for row in found["results"]
    ]
    return "\n".join(lines)


def _megabytes(row: dict[str, Any]) -> str:
    before, after = row["baseline_peak_mb"], row["peak_mb"]
    return "-" if before is None or after is None else f"{before:.0f} -> {after:.0f}"
