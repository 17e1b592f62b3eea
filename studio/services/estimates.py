"""Estimates of disk, memory and time for a project, with the formulae behind them. No Qt, no torch.

Values that cannot be known yet are reported as unknown.
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from db.engine import Session
from db.models import Job
from db.queries import jobs
from engine.contract.memory import ADAPTER_BYTES, TRAINED_BYTES, Lengths, Numbers, Shapes, answering, training
from studio.services.base_models.suitability import model_location
from studio.services.base_models.types import ModelFacts
from studio.services.loop.types import ResourceEstimate, Template
from studio.services.projects.create_and_open import open_readonly
from studio.services.recipes.version_names import new_versions
from studio.services.settings.schema import Settings
from studio.services.stages.definition import QT_TRANSLATE_NOOP, Amounts, StageDefinition, Work
from studio.services.stages.generate import GENERATE
from studio.services.stages.predict import PREDICT
from studio.services.stages.registry import STAGES, definition

ROW_BYTES = 2500
"""Bytes of a pair or a prediction with its texts, in the database and its journal."""
PROMPT_TOKENS = 150


@dataclass(frozen=True, slots=True)
class StageRate:
    """Speed of a stage: seconds per unit of its work, and seconds to start a job."""

    seconds: float
    startup: float = 0.0


Rates = Mapping[tuple[str, str], StageRate]
"""By base model and kind of stage, from past jobs on this machine."""


def estimate(settings: Settings, amounts: Amounts, facts: ModelFacts | None, rates: Rates) -> list[ResourceEstimate]:
    """Return the estimates of adapter, disk, memory and time, in this order."""
    adapter = None if facts is None else adapter_parameters(facts, settings.training.rank)
    return [
        _adapter(settings, adapter),
        _disk(settings, amounts, adapter),
        _memory(settings, facts, adapter),
        _time(settings, amounts, rates),
    ]


def adapter_parameters(facts: ModelFacts, rank: int) -> int:
    """Return the number of weights of a LoRA adapter: rank times (in + out) for every linear layer."""
    return _shapes(facts).adapter(rank)


def number_bytes(settings: Settings) -> int:
    """Return the size in bytes of one weight of the base model."""
    match settings.model.dtype:
        case "float32":
            return 4
        case "auto":
            on_gpu = settings.model.device == "cuda" or (settings.model.device == "auto" and has_gpu())
            return 2 if on_gpu else 4
        case _:
            return 2


def has_gpu() -> bool:
    """Return whether the system has an NVIDIA device."""
    return Path("/dev/nvidiactl").exists()


def measured_rates(roots: Iterable[Path]) -> dict[tuple[str, str], StageRate]:
    """Return how fast each stage was in the jobs of projects on this machine; unreadable projects are skipped.

    Only time that led to progress counts: not starting, waiting, or work that failed.
    """
    found: dict[tuple[str, str], list[_Measured]] = defaultdict(list)
    for root in roots:
        project = open_readonly(root)
        if project is None:
            continue
        try:
            key = model_location(project.settings.model.base, root)
            with project.reader() as session:
                for job in jobs.all_jobs(session):
                    if (measured := _measured(session, job)) is not None:
                        found[key, job.stage].append(measured)
        finally:
            project.close()
    return {key: _rate(measured) for key, measured in found.items()}


@dataclass(frozen=True, slots=True)
class _Measured:
    seconds: float
    units: float
    startup: float | None


def _measured(session: Session, job: Job) -> _Measured | None:
    """Return what a job shows of its stage's speed; None if nothing."""
    stage = definition(job.stage)
    if stage.work is None:
        return None
    unit, items, computing, *_ = jobs.work_done(session, job.id)
    if not job.worked_units:  # of a project from before working time was recorded: computing alone
        return _Measured(computing, items, None) if job.state == "done" and items and computing else None
    units = job.worked_units if not stage.rate_unit else items if unit == stage.rate_unit else 0
    return _Measured(job.worked_seconds, units, job.startup_seconds) if units else None


def _rate(measured: Sequence[_Measured]) -> StageRate:
    startups = [one.startup for one in measured if one.startup is not None]
    seconds = sum(one.seconds for one in measured) / sum(one.units for one in measured)
    return StageRate(seconds, statistics.median(startups) if startups else 0.0)


def _adapter(settings: Settings, adapter: int | None) -> ResourceEstimate:
    if adapter is None:
        reason = QT_TRANSLATE_NOOP("Estimates", "The model is not on this machine yet, so its layers are unknown.")
        return ResourceEstimate("adapter", None, "bytes", [Template(reason)])
    why = QT_TRANSLATE_NOOP(
        "Estimates",
        "rank {rank} × (in + out) over every linear layer of the language model = {adapter:,} weights × {bytes} bytes",
    )
    values = {"rank": settings.training.rank, "adapter": adapter, "bytes": ADAPTER_BYTES}
    return ResourceEstimate("adapter", adapter * ADAPTER_BYTES, "bytes", [Template(why, values)])


def _disk(settings: Settings, amounts: Amounts, adapter: int | None) -> ResourceEstimate:
    if adapter is None:
        reason = QT_TRANSLATE_NOOP("Estimates", "Depends on the size of the adapter.")
        return ResourceEstimate("disk", None, "bytes", [Template(reason)])
    iterations = settings.loop.iterations
    kept = sum(len(new_versions(number)) for number in range(1, iterations + 1))
    pairs, predictions = (round(_work(stage, settings, amounts).units) for stage in (GENERATE, PREDICT))
    size = kept * adapter * ADAPTER_BYTES * 4 + (pairs + predictions) * 2 * ROW_BYTES
    why = QT_TRANSLATE_NOOP(
        "Estimates",
        "{kept} adapters over {iterations} iterations, each with a checkpoint of three times its size; {pairs:,} pairs "
        "and {predictions:,} predictions of about {bytes:,} bytes, in the database and in their journals. Images stay "
        "in their folder; the base model is not included.",
    )
    values = {
        "kept": kept, "iterations": iterations, "pairs": pairs, "predictions": predictions, "bytes": ROW_BYTES,
    }  # fmt: skip
    return ResourceEstimate("disk", float(size), "bytes", [Template(why, values)])


def _memory(settings: Settings, facts: ModelFacts | None, adapter: int | None) -> ResourceEstimate:
    if facts is None or adapter is None:
        reason = QT_TRANSLATE_NOOP("Estimates", "The model is not on this machine yet, so its size is unknown.")
        return ResourceEstimate("memory", None, "bytes", [Template(reason)])
    numbers = Numbers(
        number_bytes(settings), gpu=number_bytes(settings) == 2, four_bit=settings.model.quantization == "4bit"
    )
    shapes, lengths = _shapes(facts), _lengths(settings, facts)
    own = settings.training
    micro = 1 if own.micro_batch == "auto" else own.micro_batch
    images = 1 if settings.pairs.batch_size == "auto" else settings.pairs.batch_size
    recompute = own.gradient_checkpointing is True
    train = training(shapes, numbers, lengths, own.rank, micro, checkpointing=recompute)
    write = answering(shapes, numbers, lengths, images, answers=2)
    why = QT_TRANSLATE_NOOP(
        "Estimates",
        "{parameters:,} parameters = {weights:.2f} GB; training: {adapter:,} adapter weights × {bytes} bytes = "
        "{trained:.2f} GB and activations of {answers} answers of about {tokens} tokens = {activations:.2f} GB; pair "
        "generation, {images} at a time: {writing:.2f} GB in total. The larger of the two counts; the programs "
        "themselves need about 1 GB more.",
    )
    parts = [
        Template(
            why,
            {
                "parameters": facts.parameters, "weights": train.weights / 1e9, "adapter": adapter,
                "bytes": TRAINED_BYTES, "trained": train.adapter / 1e9, "answers": 2 * micro,
                "tokens": lengths.sequence, "activations": (train.kept + train.passing) / 1e9, "images": images,
                "writing": write.total / 1e9,
            },
        )
    ]  # fmt: skip
    if "auto" in (own.micro_batch, settings.pairs.batch_size):
        text = QT_TRANSLATE_NOOP(
            "Estimates", "With auto, jobs use batches as large as the memory allows; these are the minimum."
        )
        parts.append(Template(text))
    return ResourceEstimate("memory", max(train.total, write.total), "bytes", parts)


def _shapes(facts: ModelFacts) -> Shapes:
    return Shapes(
        facts.parameters, facts.linears, facts.layers, facts.hidden, facts.heads, facts.kv_heads, facts.head_size,
        facts.vocabulary,
    )  # fmt: skip


def _lengths(settings: Settings, facts: ModelFacts) -> Lengths:
    """Return lengths before any data exist: answers of maximum length, the default prompt's length."""
    answer = settings.pairs.max_new_tokens
    return Lengths((facts.image_tokens or 0) + PROMPT_TOKENS + answer, answer, facts.image_tokens or 0)


def _time(settings: Settings, amounts: Amounts, rates: Rates) -> ResourceEstimate:
    base = model_location(settings.model.base, Path.cwd())
    stages = [stage for stage in STAGES if stage.work is not None]
    missing = ", ".join(stage.kind for stage in stages if (base, stage.kind) not in rates)
    if missing:
        reason = QT_TRANSLATE_NOOP(
            "Estimates",
            "No job of this model has run on this machine yet ({missing}); the Jobs page will show the time left.",
        )
        return ResourceEstimate("time", None, "seconds", [Template(reason, {"missing": missing})])
    seconds, parts = 0.0, []
    for stage in stages:
        rate, work = rates[base, stage.kind], _work(stage, settings, amounts)
        seconds += work.jobs * rate.startup + work.units * rate.seconds
        text = QT_TRANSLATE_NOOP(
            "Estimates",
            "{stage}: {jobs} × {startup:.3g} s to start + {units:,.0f} {unit} × {seconds:.3g} s;",
        )
        values = {
            "stage": stage.label, "jobs": work.jobs, "startup": rate.startup, "units": work.units,
            "unit": stage.rate_unit or stage.unit, "seconds": rate.seconds,
        }  # fmt: skip
        parts.append(Template(text, values))
    parts.append(Template(QT_TRANSLATE_NOOP("Estimates", "as measured in past jobs of this model here.")))
    return ResourceEstimate("time", seconds, "seconds", parts)


def _work(stage: StageDefinition, settings: Settings, amounts: Amounts) -> Work:
    assert stage.work is not None
    return stage.work(settings, amounts)
