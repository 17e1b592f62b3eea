"""Suggest: a version is asked how to improve a sample of test images (arXiv 2506.02708, B.3). No part of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from db.engine import Session
from db.models import Image, Job, Prediction
from db.queries import images as image_queries
from db.queries import suggestions
from engine.contract.chat.requests import judged_instruction
from engine.contract.specs import ImageLimits, SuggestSpec
from studio.services.seeding import seeded_sample
from studio.services.settings.prompt import prompt_spec
from studio.services.settings.schema import Settings
from studio.services.stages.context import StageContext
from studio.services.stages.definition import (
    QT_TRANSLATE_NOOP,
    Product,
    Row,
    RowPaths,
    StageDefinition,
    StageKey,
)
from studio.services.stages.journal_rows import readable_rows, stored_version

SAMPLE_PURPOSE = "suggest"


def asked_images(session: Session, version_id: int, settings: Settings) -> list[tuple[Image, Prediction]]:
    """Return the sample of test images with the version's answer: the same images for every version."""
    found = suggestions.answered_test_images(session, version_id)
    ids = [image.id for image, _ in found]
    sample = set(seeded_sample(ids, settings.chat.sample, settings.project.seed, SAMPLE_PURPOSE))
    return [pair for pair in found if pair[0].id in sample]


def _build_spec(context: StageContext) -> SuggestSpec:
    settings = context.settings
    return SuggestSpec(
        model=context.model(context.version),
        prompt=prompt_spec(settings.prompt),
        question=f"{judged_instruction()}.",
        max_new_tokens=settings.chat.max_new_tokens,
        image=ImageLimits(settings.images.longest_side),
        vision=context.vision_cache(),
    )


def _needs(job: StageKey, product: Product) -> bool:
    return product.what == "predictions" and product.version == job.version_name


def _input_rows(context: StageContext) -> list[Row]:
    root = context.project.images_root()
    found = asked_images(context.session, context.row(context.version).id, context.settings)
    return [
        {"image_id": image.id, "path": str(root / image.path), "answer": prediction.raw} for image, prediction in found
    ]


def _no_input(context: StageContext) -> tuple[str, str]:
    return f"{context.version} has explained no test images.", "Predict it first: run the project."


def _store(session: Session, job: Job, rows: Sequence[Row]) -> None:
    version = stored_version(session, job.version_name)
    own = {"model_version_id": version.id, "job_id": job.id}
    good = [{**own, **row} for row in readable_rows(session, rows)]
    suggestions.put_suggestions(session, good)


def _finish(session: Session, job: Job, _settings: Settings, _result: Mapping[str, Any]) -> None:
    suggestions.keep_only(session, stored_version(session, job.version_name).id, job.id)


SUGGEST = StageDefinition(
    kind="suggest",
    label=QT_TRANSLATE_NOOP("Stages", "Suggest"),
    title=QT_TRANSLATE_NOOP("Stages", "Ask {version} for suggestions"),
    unit=QT_TRANSLATE_NOOP("Stages", "images"),
    sections=("model", "images", "prompt", "chat.max_new_tokens", "chat.sample"),
    build_spec=_build_spec,
    product=lambda job: Product("suggestions", job.line, job.iteration, job.version_name),
    needs=_needs,
    input_rows=_input_rows,
    no_input=_no_input,
    row_paths=RowPaths("image_id", image_queries.paths),
    store=_store,
    finish=_finish,
)
