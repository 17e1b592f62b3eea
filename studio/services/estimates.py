"""Disk, memory and time that a project will take, by plain formulae that are shown with their results. No Qt, no torch.

Nothing here is a promise: what cannot be known yet is said to be unknown.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from studio.services.base_models import model_location
from studio.services.projects import open_readonly
from studio.services.queue import list_jobs
from studio.services.rows import JobRow
from studio.services.rows_start import Estimate, ModelFacts
from studio.services.settings import Settings

ADAPTER_BYTES = 4
"""An adapter's weights are float32."""
TRAINED_BYTES = 16
"""A weight that is trained: itself, its gradient and Adam's two moments, each float32."""
ROW_BYTES = 2500
"""A pair or a prediction with its texts in the database and its journal."""
PROMPT_TOKENS = 150
LAYER_BYTES = 34
"""Bytes of activations that one layer keeps, a token and a unit of its width, at two bytes a number."""
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


def estimate(settings: Settings, amounts: Amounts, facts: ModelFacts | None, rates: Rates) -> list[Estimate]:
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
    return sum(rank * (inner + outer) for inner, outer in facts.linears)


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


def _adapter(settings: Settings, adapter: int | None) -> Estimate:
    if adapter is None:
        return Estimate("adapter", None, "bytes", "The model is not on this machine yet, so its layers are not known.")
    why = f"rank {settings.training.rank} × (in + out) over every linear layer of the language model = {adapter:,} "
    return Estimate("adapter", adapter * ADAPTER_BYTES, "bytes", f"{why}weights × {ADAPTER_BYTES} bytes")


def _disk(settings: Settings, amounts: Amounts, adapter: int | None) -> Estimate:
    if adapter is None:
        return Estimate("disk", None, "bytes", "It depends on the adapter's size.")
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
    return Estimate("disk", float(size), "bytes", why)


def _memory(settings: Settings, facts: ModelFacts | None, adapter: int | None) -> Estimate:
    if facts is None or adapter is None:
        return Estimate("memory", None, "bytes", "The model is not on this machine yet, so its size is not known.")
    width = number_bytes(settings)
    weights = facts.parameters * width
    tokens = (facts.image_tokens or 0) + PROMPT_TOKENS + settings.pairs.max_new_tokens
    training = weights + adapter * TRAINED_BYTES + _activations(settings, facts, tokens, width)
    cache = 2 * facts.layers * facts.kv_heads * facts.head_size * width * tokens
    generating = weights + cache * settings.pairs.batch_size
    why = (
        f"{facts.parameters:,} parameters × {width} bytes = {weights / 1e9:.2f} GB; training: {adapter:,} adapter "
        f"weights × {TRAINED_BYTES} bytes and activations of {2 * settings.training.micro_batch} answers of about "
        f"{tokens} tokens = {training / 1e9:.2f} GB in all; generating {settings.pairs.batch_size} at a time = "
        f"{generating / 1e9:.2f} GB in all. The larger one counts; the programs themselves take about 1 GB more."
    )
    return Estimate("memory", float(max(training, generating)), "bytes", why)


def _activations(settings: Settings, facts: ModelFacts, tokens: int, width: int) -> float:
    """What the backward pass needs: LAYER_BYTES × width/2 a layer, and the logits with their gradient in float32."""
    answers = 2 * settings.training.micro_batch
    layers = 1 + facts.layers / 16 if settings.training.gradient_checkpointing else facts.layers
    kept = layers * LAYER_BYTES * width / 2 * facts.hidden * tokens
    logits = 2 * 4 * facts.vocabulary * (settings.pairs.max_new_tokens + PROMPT_TOKENS)
    return answers * (kept + logits)


def _time(settings: Settings, amounts: Amounts, rates: Rates) -> Estimate:
    base = model_location(settings.model.base, Path.cwd())
    known = {stage: rates[base, stage] for stage in _RATED if (base, stage) in rates}
    if len(known) < len(_RATED):
        missing = ", ".join(stage for stage in _RATED if stage not in known)
        why = f"No job of this model has finished on this machine yet ({missing}); the Jobs page shows the time left."
        return Estimate("time", None, "seconds", why)
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
    return Estimate("time", seconds, "seconds", why)


def _pairs(settings: Settings, amounts: Amounts) -> int:
    return math.ceil(settings.pairs.train_fraction * amounts.train)
