"""Generate: the model writes a chosen and a rejected text for each training image (arXiv 2506.02708, section 3.1)."""

from __future__ import annotations

import math
from collections.abc import Sequence

from db.engine import Session
from db.models import Job
from db.queries import images as image_queries
from db.queries import pairs as pair_queries
from db.queries import resampling as redraw_queries
from db.queries import reviews
from engine.contract.specs import GenerateSpec, ImageLimits
from studio.services.recipes.stage_options import StageOptions
from studio.services.review.flags import pair_flags
from studio.services.review.review_steps import keep_written
from studio.services.settings.prompt import prompt_spec
from studio.services.settings.schema import Settings, none_if_auto
from studio.services.stages.context import StageContext, previous_version
from studio.services.stages.definition import (
    QT_TRANSLATE_NOOP,
    Amounts,
    Product,
    Row,
    RowPaths,
    StageDefinition,
    StageKey,
)
from studio.services.stages.journal_rows import pixel_size, readable_rows, stored_version
from studio.services.stages.training_pairs import training_images

_NEW_TEXTS = "The pair was regenerated with other texts."


def _build_spec(context: StageContext) -> GenerateSpec:
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
        vision=context.vision_cache(),
        server=settings.pairs.server,
    )


def _needs(job: StageKey, product: Product) -> bool:
    if product.what == "base_model":
        return True
    previous = previous_version(job.iteration, job.line, StageOptions.from_dict(job.options))
    return product.what == "version" and product.version == previous


def _input_rows(context: StageContext) -> list[Row]:
    redrawn = redraw_queries.of_job(context.session, context.job_id)
    if redrawn:
        return _redraws(context, redrawn)
    used = training_images(context.session, context.settings, context.iteration)
    root = context.project.images_root()
    return [
        {"image_id": image.id, "path": str(root / image.path), "bin": image.bin, "draw": 0, "size": pixel_size(image)}
        for image in image_queries.of_splits(context.session, ("train",))
        if image.id in used
    ]


def _redraws(context: StageContext, pair_ids: Sequence[int]) -> list[Row]:
    """Return the regeneration rows of these pairs."""
    found = [pair_queries.one(context.session, pair_id) for pair_id in pair_ids]
    root = context.project.images_root()
    return [
        {"image_id": pair.image_id, "path": str(root / pair.path), "bin": pair.bin, "draw": pair.draw + 1}
        for pair in found
        if pair is not None
    ]


def _no_input(context: StageContext) -> tuple[str, str]:
    return "There are no training images.", "Import images with the split train."


def _store(session: Session, job: Job, rows: Sequence[Row]) -> None:
    options = StageOptions.from_dict(job.options)
    generator = stored_version(session, previous_version(job.iteration, job.line, options))
    good = readable_rows(session, rows)
    written = [
        {
            "line": job.line,
            "iteration": job.iteration,
            "image_id": row["image_id"],
            "draw": row["draw"],
            "chosen_score": row["chosen_score"],
            "chosen_text": row["chosen_text"],
            "chosen_truncated": row["chosen_truncated"],
            "rejected_score": row["rejected_score"],
            "rejected_text": row["rejected_text"],
            "rejected_truncated": row["rejected_truncated"],
            "generator_version_id": generator.id,
            "flags": pair_flags(row),
        }
        for row in good
    ]
    # The decisions referred to texts that are no longer shown.
    reviews.reset(session, pair_queries.other_texts(session, written), _NEW_TEXTS)
    pair_queries.put_pairs(session, written)
    draws = [(row["image_id"], row["draw"]) for row in written if row["draw"]]
    if draws:
        keep_written(session, redraw_queries.replaced(session, job.line, job.iteration, draws))


def _units(settings: Settings, amounts: Amounts, _version: str) -> float:
    return math.ceil(settings.pairs.train_fraction * amounts.train)


GENERATE = StageDefinition(
    kind="generate",
    label=QT_TRANSLATE_NOOP("Stages", "Generate"),
    title=QT_TRANSLATE_NOOP("Stages", "Generate the pairs of iteration {iteration}"),
    unit=QT_TRANSLATE_NOOP("Stages", "images"),
    sections=("model", "images", "prompt", "pairs"),
    build_spec=_build_spec,
    product=lambda job: Product("pairs", job.line, job.iteration, None),
    needs=_needs,
    input_rows=_input_rows,
    no_input=_no_input,
    row_paths=RowPaths("image_id", image_queries.paths),
    store=_store,
    batch_setting="pairs.batch_size",
    units=_units,
)
