"""Estimates of disk, memory and time for a project, with the formulae behind them. No Qt, no torch.

Values that cannot be known yet are reported as unknown.
"""

from __future__ import annotations

import math
from pathlib import Path

from engine.contract.memory import ADAPTER_BYTES, TRAINED_BYTES, Lengths, Numbers, Shapes, answering, training
from studio.services.base_models.suitability import model_location
from studio.services.base_models.types import ModelFacts
from studio.services.estimating.ahead import stage_times
from studio.services.estimating.devices import has_gpu
from studio.services.estimating.types import AheadStage, EstimateRange, Rates
from studio.services.loop.types import ResourceEstimate, Template
from studio.services.recipes.planned_stage import Stage
from studio.services.recipes.self_training import stage_order
from studio.services.recipes.version_names import kind_of, new_versions
from studio.services.settings.schema import Settings
from studio.services.stages.definition import QT_TRANSLATE_NOOP, Amounts
from studio.services.stages.registry import definition
from studio.text import range_text

ROW_BYTES = EstimateRange(1500, 6000)
"""Bytes of a pair or a prediction with its texts, in the database, journals, inputs of later jobs and judgements."""
PROMPT_TOKENS = 150


def estimate(settings: Settings, amounts: Amounts, facts: ModelFacts | None, rates: Rates) -> list[ResourceEstimate]:
    """Return the estimates of adapter, disk, memory and time, in this order."""
    adapter = None if facts is None else adapter_parameters(facts, settings.training.rank)
    return [
        _adapter(settings, adapter),
        _disk(settings, amounts, facts, adapter),
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


def _adapter(settings: Settings, adapter: int | None) -> ResourceEstimate:
    if adapter is None:
        reason = QT_TRANSLATE_NOOP("Estimates", "The model is not on this machine yet, so its layers are unknown.")
        return ResourceEstimate("adapter", None, "bytes", [Template(reason)])
    why = QT_TRANSLATE_NOOP(
        "Estimates",
        "rank {rank} × (in + out) over every linear layer of the language model = {adapter:,} weights × {bytes} bytes",
    )
    values = {"rank": settings.training.rank, "adapter": adapter, "bytes": ADAPTER_BYTES}
    return ResourceEstimate("adapter", _exactly(adapter * ADAPTER_BYTES), "bytes", [Template(why, values)])


def _disk(settings: Settings, amounts: Amounts, facts: ModelFacts | None, adapter: int | None) -> ResourceEstimate:
    if facts is None or adapter is None:
        reason = QT_TRANSLATE_NOOP("Estimates", "Depends on the size of the adapter.")
        return ResourceEstimate("disk", None, "bytes", [Template(reason)])
    iterations = settings.loop.iterations
    kept = sum(len(new_versions(number)) for number in range(1, iterations + 1))
    stages = list(stage_order(iterations))
    pairs, predictions = (
        round(sum(_units(stage, settings, amounts) or 0 for stage in stages if stage.stage == kind))
        for kind in ("generate", "predict")
    )
    adapters = kept * adapter * ADAPTER_BYTES
    cached = _cached(settings, amounts, facts)
    size = EstimateRange(adapters, adapters * 4) + ROW_BYTES.times(pairs + predictions) + cached
    why = QT_TRANSLATE_NOOP(
        "Estimates",
        "{kept} adapters over {iterations} iterations, each with a checkpoint of up to three times its size; {pairs:,} "
        "pairs and {predictions:,} predictions of {low:,.0f} to {high:,.0f} bytes with their journals and judgements; "
        "up to {cache:.1f} GB of cached image features. Images stay in their folder; the base model is not included.",
    )
    values = {
        "kept": kept, "iterations": iterations, "pairs": pairs, "predictions": predictions, "low": ROW_BYTES.low,
        "high": ROW_BYTES.high, "cache": cached.high / 1e9,
    }  # fmt: skip
    return ResourceEstimate("disk", size, "bytes", [Template(why, values)])


def _cached(settings: Settings, amounts: Amounts, facts: ModelFacts) -> EstimateRange:
    """Return the bytes of the image features that the project keeps, as far as the settings allow."""
    images = amounts.val + amounts.test + math.ceil(settings.pairs.train_fraction * amounts.train)
    features = images * (facts.image_tokens or 0) * facts.hidden * number_bytes(settings)
    allowed = settings.compute.vision_cache_gb * 1e9
    return EstimateRange(min(float(features), allowed), min(1.5 * features, allowed))


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
    return ResourceEstimate("memory", _exactly(max(train.total, write.total)), "bytes", parts)


def _exactly(value: float) -> EstimateRange:
    return EstimateRange(value, value)


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
    ahead = [
        AheadStage(stage.stage, stage.title, "" if stage.version_name is None else kind_of(stage.version_name), units)
        for stage in stage_order(settings.loop.iterations)
        if (units := _units(stage, settings, amounts)) is not None
    ]
    found = stage_times(ahead, (), rates, base, settings)
    if found is None:
        reason = QT_TRANSLATE_NOOP(
            "Estimates", "No job of this model has run on this machine yet; after the first one the time is known."
        )
        return ResourceEstimate("time", None, "seconds", [Template(reason)])
    parts = []
    for (kind, _device), seconds in found.by_kind().items():
        own = [one for one in ahead if one.kind == kind]
        stage = definition(kind)
        text = QT_TRANSLATE_NOOP("Estimates", "{stage}: {time} for {units:,.0f} {unit};")
        values = {
            "stage": stage.label, "units": sum(one.units for one in own),
            "unit": stage.rate_unit or stage.unit, "time": range_text(seconds.low, seconds.high, "seconds"),
        }  # fmt: skip
        parts.append(Template(text, values))
    why = QT_TRANSLATE_NOOP(
        "Estimates", "starting included, as measured in past jobs of this model here, with and without its caches."
    )
    return ResourceEstimate("time", found.total, "seconds", [*parts, Template(why)])


def _units(stage: Stage, settings: Settings, amounts: Amounts) -> float | None:
    units = definition(stage.stage).units
    return None if units is None else units(settings, amounts, kind_of(stage.version_name or ""))
