"""From settings to the engine's frozen specs, one function a stage. No Qt, no torch."""

from __future__ import annotations

from collections.abc import Callable

from engine.contract.specs import (
    DownloadSpec,
    GenerateSpec,
    ImageLimits,
    JudgeSpec,
    LoraSpec,
    MeasureSpec,
    MergeSpec,
    PredictSpec,
    StageSpec,
    TrainSpec,
)
from studio.services.imports.import_store import stored_binning
from studio.services.settings.prompt import prompt_spec
from studio.services.settings.schema import AutoCount, AutoSwitch, TrainingSettings
from studio.services.stage_context import StageContext
from studio.services.stages import train_kind


def stage_spec(context: StageContext, stage: str) -> StageSpec:
    """The spec of a stage.

    Raises:
        StudioError: a version that it needs is missing, or the prompt cannot be rendered.
    """
    return _SPECS[stage](context)


def iteration_learning_rate(first: float, decay: float, iteration: int) -> float:
    """lr of iteration k: lr0 * decay^(k - 1) (seed 000, 4.2)."""
    return first * decay ** (iteration - 1)


def _download(context: StageContext) -> DownloadSpec:
    return DownloadSpec(context.model(), offline=context.settings.model.offline)


def _generate(context: StageContext) -> GenerateSpec:
    settings = context.settings
    return GenerateSpec(
        model=context.model(context.previous),
        prompt=prompt_spec(settings.prompt),
        seed=settings.project.seed,
        iteration=context.iteration,
        exclusion_radius=settings.pairs.exclusion_radius,
        max_new_tokens=settings.pairs.max_new_tokens,
        temperature=settings.pairs.temperature,
        batch_size=none_if_auto(settings.pairs.batch_size),
        image=ImageLimits(settings.images.longest_side),
    )


def _train(context: StageContext) -> TrainSpec:
    settings, training = context.settings, context.settings.training
    kind = train_kind(context.version)
    rate, beta, epochs = _strength(training, kind == "consistency")
    continues = context.iteration > 1 and training.start_from == "previous"
    return TrainSpec(
        model=context.model(),
        prompt=prompt_spec(settings.prompt),
        train_kind=kind,
        iteration=context.iteration,
        seed=settings.project.seed,
        start_adapter=context.adapter(context.previous) if continues else None,
        lora=LoraSpec(training.rank, 2 * training.rank if training.alpha is None else training.alpha),
        learning_rate=iteration_learning_rate(rate, training.decay, context.iteration),
        beta=beta,
        epochs=epochs,
        batch_size=training.batch_size,
        micro_batch=none_if_auto(training.micro_batch),
        scheduler=training.scheduler,
        warmup_steps=training.warmup_steps,
        max_grad_norm=training.max_grad_norm,
        gradient_checkpointing=switch_or_open(training.gradient_checkpointing),
        checkpoint_steps=training.checkpoint_steps,
        image=ImageLimits(settings.images.longest_side),
    )


def none_if_auto(value: AutoCount) -> int | None:
    """A number, or None where the stage chooses."""
    return None if value == "auto" else value


def switch_or_open(value: AutoSwitch) -> bool | None:
    """A switch, or None where the stage chooses."""
    return None if value == "auto" else value


def _strength(training: TrainingSettings, consistency: bool) -> tuple[float, float, float]:
    """Learning rate (of iteration 1), beta and epochs; consistency training has its own where they are set."""
    own = training.consistency
    if not consistency:
        return training.learning_rate, training.beta, training.epochs
    return (
        training.learning_rate if own.learning_rate is None else own.learning_rate,
        training.beta if own.beta is None else own.beta,
        training.epochs if own.epochs is None else own.epochs,
    )


def _merge(context: StageContext) -> MergeSpec:
    merge = context.settings.merge
    parts = (context.adapter(f"iter{context.iteration}/{kind}") for kind in ("score", "consistency"))
    return MergeSpec(
        model=context.model(),
        adapters=tuple(part for part in parts if part is not None),
        weights=merge.weights,
        density=merge.density,
        method=merge.method,
        sign_method=merge.sign_method,
    )


def _predict(context: StageContext) -> PredictSpec:
    settings = context.settings
    return PredictSpec(
        model=context.model(context.version),
        prompt=prompt_spec(settings.prompt),
        max_new_tokens=settings.predict.max_new_tokens,
        batch_size=none_if_auto(settings.predict.batch_size),
        image=ImageLimits(settings.images.longest_side),
    )


def _judge(context: StageContext) -> JudgeSpec:
    return JudgeSpec(judge=context.settings.judge.name)


def _measure(context: StageContext) -> MeasureSpec:
    return MeasureSpec(
        version=context.version,
        bin_means=stored_binning(context.session).means,
        bootstrap=context.settings.measure.bootstrap,
        seed=context.settings.project.seed,
    )


_SPECS: dict[str, Callable[[StageContext], StageSpec]] = {
    "download": _download,
    "generate": _generate,
    "train": _train,
    "merge": _merge,
    "predict": _predict,
    "judge": _judge,
    "measure": _measure,
}
