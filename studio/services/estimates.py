"""Disk, memory and time that a project will take, by plain formulae that are shown with their results. No Qt, no torch.

Nothing here is a promise: what cannot be known yet is said to be unknown.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.contract.memory import ADAPTER_BYTES, TRAINED_BYTES, Lengths, Numbers, Shapes, answering, training
from studio.services.base_models.suitability import model_location
from studio.services.base_models.types import ModelFacts
from studio.services.loop.queue import list_jobs
from studio.services.loop.types import JobRow, ResourceEstimate
from studio.services.projects.create_and_open import open_readonly
from studio.services.settings.schema import Settings

ROW_BYTES = 2500
"""A pair or a prediction with its texts in the database and its journal."""
PROMPT_TOKENS = 150
_RATED = ("generate", "train", "predict")


@dataclass(frozen=True, slots=True)
class Amounts:
    """How much work the loop is: images by split."""

    train: int
    val: int
    test: int

    @property
    def images(self) -> int:
        """All images."""
        return self.train + self.val + self.test


Rates = Mapping[tuple[str, str], float]
"""Seconds a unit by (base model, stage): an image generated or predicted, a pair trained on."""


def estimate(settings: Settings, amounts: Amounts, facts: ModelFacts | None, rates: Rates) -> list[ResourceEstimate]:
    """Adapter, disk, memory and time, in this order."""
    adapter = None if facts is None else adapter_parameters(facts, settings.training.rank)
    return [
        _adapter(settings, adapter),
        _disk(settings, amounts, adapter),
        _memory(settings, facts, adapter),
        _time(settings, amounts, rates),
    ]


def adapter_parameters(facts: ModelFacts, rank: int) -> int:
    """The weights of a LoRA adapter: rank times (in + out) for every linear layer of the language model."""
    return _shapes(facts).adapter(rank)


def number_bytes(settings: Settings) -> int:
    """Bytes of one weight of the base model."""
    match settings.model.dtype:
        case "float32":
            return 4
        case "auto":
            on_gpu = settings.model.device == "cuda" or (settings.model.device == "auto" and has_gpu())
            return 2 if on_gpu else 4
        case _:
            return 2


def has_gpu() -> bool:
    """Whether the system knows an NVIDIA device."""
    return Path("/dev/nvidiactl").exists()


def measured_rates(roots: Iterable[Path]) -> dict[tuple[str, str], float]:
    """Seconds a unit from the finished jobs of projects on this machine; one that cannot be read is left out."""
    seconds: dict[tuple[str, str], float] = defaultdict(float)
    units: dict[tuple[str, str], float] = defaultdict(float)
    for root in roots:
        project = open_readonly(root)
        if project is None:
            continue
        try:
            key = model_location(project.settings.model.base, root)
            size = project.settings.training.batch_size
            for job in list_jobs(project):
                if (took := _seconds(job)) is not None:
                    seconds[key, job.stage] += took
                    units[key, job.stage] += job.total * (size if job.stage == "train" else 1)
        finally:
            project.close()
    return {key: took / units[key] for key, took in seconds.items()}


def _seconds(job: JobRow) -> float | None:
    if job.state != "done" or job.stage not in _RATED or not job.total or not job.started_at or not job.finished_at:
        return None
    return (job.finished_at - job.started_at).total_seconds()


def _adapter(settings: Settings, adapter: int | None) -> ResourceEstimate:
    if adapter is None:
        return ResourceEstimate(
            "adapter", None, "bytes", "The model is not on this machine yet, so its layers are not known."
        )
    why = f"rank {settings.training.rank} × (in + out) over every linear layer of the language model = {adapter:,} "
    return ResourceEstimate("adapter", adapter * ADAPTER_BYTES, "bytes", f"{why}weights × {ADAPTER_BYTES} bytes")


def _disk(settings: Settings, amounts: Amounts, adapter: int | None) -> ResourceEstimate:
    if adapter is None:
        return ResourceEstimate("disk", None, "bytes", "It depends on the adapter's size.")
    iterations = settings.loop.iterations
    kept = 1 + 3 * (iterations - 1)
    pairs = _pairs(settings, amounts) * iterations
    predictions = amounts.images * (1 + kept)
    size = kept * adapter * ADAPTER_BYTES * 4 + (pairs + predictions) * 2 * ROW_BYTES
    why = (
        f"{kept} adapters over {iterations} iterations, each with a checkpoint of three times its size; {pairs:,} "
        f"pairs and {predictions:,} predictions of about {ROW_BYTES:,} bytes, in the database and in their journals. "
        "Images stay where they are; the base model is not counted."
    )
    return ResourceEstimate("disk", float(size), "bytes", why)


def _memory(settings: Settings, facts: ModelFacts | None, adapter: int | None) -> ResourceEstimate:
    if facts is None or adapter is None:
        return ResourceEstimate(
            "memory", None, "bytes", "The model is not on this machine yet, so its size is not known."
        )
    numbers = Numbers(
        number_bytes(settings), gpu=number_bytes(settings) == 2, four_bit=settings.model.quantization == "4bit"
    )
    shapes, lengths = _shapes(facts), _lengths(settings, facts)
    own = settings.training
    micro = 1 if own.micro_batch == "auto" else own.micro_batch
    images = 1 if settings.pairs.batch_size == "auto" else settings.pairs.batch_size
    anew = own.gradient_checkpointing is True
    train = training(shapes, numbers, lengths, own.rank, micro, checkpointing=anew)
    write = answering(shapes, numbers, lengths, images, answers=2)
    auto = " Where auto is set, the jobs take as many at once as the memory does for; these are the least." * (
        "auto" in (own.micro_batch, settings.pairs.batch_size)
    )
    why = (
        f"{facts.parameters:,} parameters = {train.weights / 1e9:.2f} GB; training: {adapter:,} adapter weights × "
        f"{TRAINED_BYTES} bytes = {train.adapter / 1e9:.2f} GB and activations of {2 * micro} answers of about "
        f"{lengths.sequence} tokens = {(train.kept + train.passing) / 1e9:.2f} GB; pair generation, {images} at a "
        f"time: {write.total / 1e9:.2f} GB in all. The larger one counts; the programs themselves take about "
        f"1 GB more.{auto}"
    )
    return ResourceEstimate("memory", max(train.total, write.total), "bytes", why)


def _shapes(facts: ModelFacts) -> Shapes:
    return Shapes(
        facts.parameters, facts.linears, facts.layers, facts.hidden, facts.heads, facts.kv_heads, facts.head_size,
        facts.vocabulary,
    )  # fmt: skip


def _lengths(settings: Settings, facts: ModelFacts) -> Lengths:
    """Before any data are there: answers as long as they may be, the prompt as long as ours."""
    answer = settings.pairs.max_new_tokens
    return Lengths((facts.image_tokens or 0) + PROMPT_TOKENS + answer, answer, facts.image_tokens or 0)


def _time(settings: Settings, amounts: Amounts, rates: Rates) -> ResourceEstimate:
    base = model_location(settings.model.base, Path.cwd())
    known = {stage: rates[base, stage] for stage in _RATED if (base, stage) in rates}
    if len(known) < len(_RATED):
        missing = ", ".join(stage for stage in _RATED if stage not in known)
        why = f"No job of this model has finished on this machine yet ({missing}); the Jobs page shows the time left."
        return ResourceEstimate("time", None, "seconds", why)
    iterations = settings.loop.iterations
    pairs = _pairs(settings, amounts)
    passes = settings.training.epochs * iterations
    share = settings.training.consistency.fraction * (settings.training.consistency.epochs or settings.training.epochs)
    trained = pairs * (passes + share * (iterations - 1))
    predicted = amounts.images * (2 + 3 * (iterations - 1))
    seconds = known["generate"] * pairs * iterations + known["train"] * trained + known["predict"] * predicted
    why = (
        f"{pairs * iterations:,} pairs × {known['generate']:.3g} s, {trained:,.0f} trained pairs × "
        f"{known['train']:.3g} s, {predicted:,} predictions × {known['predict']:.3g} s, "
        "as measured in this machine's past jobs of this model"
    )
    return ResourceEstimate("time", seconds, "seconds", why)


def _pairs(settings: Settings, amounts: Amounts) -> int:
    return math.ceil(settings.pairs.train_fraction * amounts.train)
