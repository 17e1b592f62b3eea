"""Train: one training of an adapter, by DPO (arXiv 2506.02708, section 3.2) or supervised (section 5.2)."""

from __future__ import annotations

import dataclasses
import math
import statistics
from collections.abc import Sequence

from db.engine import Session
from db.models import Job
from db.queries import images as image_queries
from db.queries import jobs as job_queries
from db.queries import pairs as pair_queries
from engine.contract.events import ValidationScore
from engine.contract.specs import ImageLimits, LoraSpec, TrainSpec
from studio.services.imports.import_store import stored_binning
from studio.services.recipes.stage_options import StageOptions
from studio.services.recipes.version_names import BASE, train_kind
from studio.services.seeding import seeded_sample
from studio.services.settings.prompt import prompt_spec
from studio.services.settings.schema import Settings, TrainingSettings, none_if_auto
from studio.services.stages.context import StageContext, previous_version
from studio.services.stages.definition import (
    QT_TRANSLATE_NOOP,
    Amounts,
    Product,
    Row,
    RowPaths,
    StageDefinition,
    StageKey,
    move_model,
)
from studio.services.stages.training_pairs import training_rows

UNPRUNED = 4
"""Trainings of a line that are needed for a median that others are compared with."""
_SCORE = ValidationScore.__name__


def iteration_learning_rate(first: float, decay: float, iteration: int) -> float:
    """Return the learning rate of iteration k: lr0 * decay^(k - 1) (arXiv 2506.02708, section 4.2)."""
    return first * decay ** (iteration - 1)


def _build_spec(context: StageContext) -> TrainSpec:
    settings, training = context.settings, context.settings.training
    kind = train_kind(context.version)
    rate, beta, epochs = _strength(training, kind == "consistency")
    continues = training.start_from == "previous"  # from the base, which has no adapter, with fresh weights
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
        gradient_checkpointing=none_if_auto(training.gradient_checkpointing),
        checkpoint_steps=training.checkpoint_steps,
        image=ImageLimits(settings.images.longest_side),
        on_collapse=training.on_collapse,
        reference_folder=str(context.project.root / "cache" / "reference"),
        reference_of_both=kind == "score" and context.iteration > 1,
        vision=context.vision_cache(),
        objective=context.options.objective,
        watched=_watched(context),
        stop_below=_medians(context),
    )


def _watched(context: StageContext) -> tuple[tuple[str, float], ...]:
    """Return path and true score of a random sample of the validation images, the same for every training.

    The score is negated where lower is better: it is compared with labels, of which 9 is always the best.
    """
    if not context.options.watched:
        return ()
    found = {image.id: image for image in image_queries.of_splits(context.session, ("val",))}
    sample = seeded_sample(found, context.options.watched, context.settings.project.seed, "search")
    root = context.project.images_root()
    sign = -1.0 if stored_binning(context.session).lower_is_better else 1.0
    return tuple((str(root / found[key].path), sign * found[key].mean_score) for key in sorted(sample))


def _medians(context: StageContext) -> tuple[tuple[int, float], ...]:
    """Return by step the median of what the finished trainings of this line had on validation; () for the first few."""
    if not context.options.watched:
        return ()
    curves = [
        {int(event.body["step"]): event.body["srcc"] for event in job_queries.events(context.session, job.id, _SCORE)}
        for job in job_queries.all_jobs(context.session)
        if (job.line, job.stage, job.state) == (context.line, "train", "done") and job.id != context.job_id
    ]
    steps = sorted({step for curve in curves for step in curve})
    known = {step: [value for curve in curves if (value := curve.get(step)) is not None] for step in steps}
    return tuple((step, statistics.median(values)) for step, values in known.items() if len(values) >= UNPRUNED)


def _strength(training: TrainingSettings, consistency: bool) -> tuple[float, float, float]:
    """Return learning rate (of iteration 1), beta and epochs; consistency training may have its own."""
    own = training.consistency
    if not consistency:
        return training.learning_rate, training.beta, training.epochs
    return (
        training.learning_rate if own.learning_rate is None else own.learning_rate,
        training.beta if own.beta is None else own.beta,
        training.epochs if own.epochs is None else own.epochs,
    )


def _needs(job: StageKey, product: Product) -> bool:
    options = StageOptions.from_dict(job.options)
    match product.what:
        case "base_model":
            return True
        case "pairs":
            return product.iteration == job.iteration and product.line == (options.pairs_line or job.line)
        case "version":
            return product.version == previous_version(job.iteration, job.line, options)
        case _:
            return False


def _input_rows(context: StageContext) -> list[Row]:
    rows = training_rows(
        context.session,
        context.settings,
        context.project.images_root(),
        context.iteration,
        train_kind(context.version),
        line=context.pairs_line,
        vetoes=context.options.vetoes,
    )
    return [dict(row) for row in rows]


def _no_input(context: StageContext) -> tuple[str, str]:
    return (
        f"Iteration {context.iteration} has no pairs to train {context.version_name} on.",
        "Generate its pairs first, and do not veto all of them.",
    )


def _relocate(kept: TrainSpec, new: TrainSpec) -> TrainSpec:
    moved: TrainSpec = move_model(kept, new)
    return dataclasses.replace(
        moved, start_adapter=new.start_adapter, reference_folder=new.reference_folder, watched=new.watched
    )


def _store(session: Session, job: Job, rows: Sequence[Row]) -> None:
    """Store the margins with the pairs of the training's own line, not with those of other lines."""
    if StageOptions.from_dict(job.options).pairs_line in (None, job.line):
        kind = train_kind(job.version_name or "")
        pair_queries.set_margins(session, kind, {row["pair_id"]: row["margin"] for row in rows})


def _parents(job: StageKey, spec: TrainSpec) -> list[str]:
    if spec.start_adapter is None:
        return [BASE]
    return [previous_version(job.iteration, job.line, StageOptions.from_dict(job.options))]


def _units(settings: Settings, amounts: Amounts, version: str) -> float:
    """Return the pairs processed in all epochs."""
    training = settings.training
    pairs = math.ceil(settings.pairs.train_fraction * amounts.train)
    own = training.consistency
    if version == "consistency":
        return pairs * own.fraction * (training.epochs if own.epochs is None else own.epochs)
    return pairs * training.epochs


TRAIN = StageDefinition(
    kind="train",
    label=QT_TRANSLATE_NOOP("Stages", "Train"),
    title=QT_TRANSLATE_NOOP("Stages", "Train {version}"),
    unit=QT_TRANSLATE_NOOP("Stages", "steps"),
    sections=("model", "images", "prompt", "training"),
    build_spec=_build_spec,
    product=lambda job: Product("version", job.line, job.iteration, job.version_name),
    needs=_needs,
    input_rows=_input_rows,
    no_input=_no_input,
    relocate=_relocate,
    row_paths=RowPaths("pair_id", pair_queries.image_paths),
    store=_store,
    makes_version=True,
    parents=_parents,
    checkpoints=True,
    has_curve=True,
    batch_setting="training.micro_batch",
    step_labels={
        "score": QT_TRANSLATE_NOOP("Stages", "Train score"),
        "consistency": QT_TRANSLATE_NOOP("Stages", "Train consistency"),
    },
    units=_units,
    rate_unit=QT_TRANSLATE_NOOP("Stages", "pairs"),
)
