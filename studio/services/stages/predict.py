"""Predict: a version scores and explains the validation and test images."""

from __future__ import annotations

from collections.abc import Sequence

from db.engine import Session
from db.models import Job
from db.queries import images as image_queries
from db.queries import predictions
from engine.contract.specs import ImageLimits, PredictSpec
from studio.services.settings.prompt import prompt_spec
from studio.services.settings.schema import Settings, none_if_auto
from studio.services.stages.context import StageContext
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
from studio.services.stages.judge import judge_sample

_COLUMNS = ("image_id", "logprobs", "label", "text", "raw", "parse_ok", "truncated", "explained")


def predicted_splits(settings: Settings) -> tuple[str, ...]:
    """Return the splits whose images a version predicts: val and test, and train if it is to be explained."""
    return ("val", "test", *(("train",) if "train" in settings.predict.explain_splits else ()))


def predicted_images(settings: Settings, amounts: Amounts) -> int:
    """Return how many images one version predicts."""
    return sum(getattr(amounts, split) for split in predicted_splits(settings))


def _build_spec(context: StageContext) -> PredictSpec:
    settings = context.settings
    return PredictSpec(
        model=context.model(context.version),
        prompt=prompt_spec(settings.prompt),
        max_new_tokens=settings.predict.max_new_tokens,
        batch_size=none_if_auto(settings.predict.batch_size),
        image=ImageLimits(settings.images.longest_side),
        vision=context.vision_cache(),
    )


def _needs(job: StageKey, product: Product) -> bool:
    if product.what == "base_model":
        return True
    return product.what == "version" and product.version == job.version_name


def _input_rows(context: StageContext) -> list[Row]:
    explained: Sequence[str] = context.settings.predict.explain_splits
    root = context.project.images_root()
    splits = context.options.splits or predicted_splits(context.settings)
    found = list(image_queries.of_splits(context.session, splits))
    skipped = _not_judged(context.settings, [image.id for image in found if image.split == "test"])
    return [
        {
            "image_id": image.id,
            "path": str(root / image.path),
            "explain": image.split in explained and image.id not in skipped,
            "size": pixel_size(image),
        }
        for image in found
    ]


def _not_judged(settings: Settings, test: Sequence[int]) -> set[int]:
    """Return the test images whose explanations nobody will judge, if only the others are to be explained."""
    return set() if settings.predict.explain == "all" else set(test) - judge_sample(test, settings)


def _no_input(context: StageContext) -> tuple[str, str]:
    return "There are no validation or test images.", "Import images with the splits val and test."


def _store(session: Session, job: Job, rows: Sequence[Row]) -> None:
    version = stored_version(session, job.version_name)
    good = readable_rows(session, rows)
    predictions.put_predictions(
        session, [{"model_version_id": version.id, **{name: row[name] for name in _COLUMNS}} for row in good]
    )


def _units(settings: Settings, amounts: Amounts, _version: str) -> float:
    return predicted_images(settings, amounts)


PREDICT = StageDefinition(
    kind="predict",
    label=QT_TRANSLATE_NOOP("Stages", "Predict"),
    title=QT_TRANSLATE_NOOP("Stages", "Predict with {version}"),
    unit=QT_TRANSLATE_NOOP("Stages", "images"),
    sections=("model", "images", "prompt", "predict", "judge.sample"),
    build_spec=_build_spec,
    product=lambda job: Product("predictions", job.line, job.iteration, job.version_name),
    needs=_needs,
    input_rows=_input_rows,
    no_input=_no_input,
    row_paths=RowPaths("image_id", image_queries.paths),
    store=_store,
    batch_setting="predict.batch_size",
    units=_units,
)
