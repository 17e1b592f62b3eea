"""Reread: a version reads scores from its own explanations, alone and beside another image. No part of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from db.engine import Session
from db.models import Image, Job, Prediction
from db.queries import predictions, rereads
from engine.contract.specs import ImageLimits, RereadSpec
from studio.services.seeding import seeded_rank
from studio.services.settings.prompt import prompt_spec
from studio.services.stages.context import StageContext
from studio.services.stages.definition import (
    QT_TRANSLATE_NOOP,
    Product,
    Row,
    RowPaths,
    StageDefinition,
    StageKey,
)
from studio.services.stages.judge import judge_sample

SWAP_PURPOSE = "rationale swap"


def _build_spec(context: StageContext) -> RereadSpec:
    settings = context.settings
    return RereadSpec(
        model=context.model(context.version),
        prompt=prompt_spec(settings.prompt),
        max_new_tokens=settings.predict.max_new_tokens,
        image=ImageLimits(settings.images.longest_side),
        vision=context.vision_cache(),
    )


def _needs(job: StageKey, product: Product) -> bool:
    if product.what == "base_model":
        return True
    return product.what in ("version", "predictions") and product.version == job.version_name


def _input_rows(context: StageContext) -> list[Row]:
    """Return the test explanations that keep the format, of the images that are judged."""
    version = context.row(context.version)
    found = predictions.of_version(context.session, version.id, ("test",), explained=True)
    judged = judge_sample([image.id for _, image in found], context.settings)
    usable = [(row, image) for row, image in found if image.id in judged and row.parse_ok and row.text.strip()]
    other = swapped_with([row for row, _ in usable], context.settings.project.seed)
    root = context.project.images_root()
    return [_row(row, str(root / image.path), other.get(row.id)) for row, image in usable]


def _row(row: Prediction, path: str, other: Prediction | None) -> Row:
    return {
        "prediction_id": row.id,
        "path": path,
        "text": row.text,
        "swapped_id": None if other is None else other.id,
        "swapped_text": "" if other is None else other.text,
    }


def swapped_with(rows: Sequence[Prediction], seed: int) -> dict[int, Prediction]:
    """Return for each prediction that of another image whose text takes its place; the same images for all versions."""
    order = sorted(rows, key=lambda row: seeded_rank(seed, SWAP_PURPOSE, row.image_id))
    return {row.id: order[place - 1] for place, row in enumerate(order)} if len(order) > 1 else {}


def _paths(session: Session) -> Mapping[int, str]:
    """Return the current path of each prediction's image."""
    found = session.query(Prediction.id, Image.path).join(Image, Image.id == Prediction.image_id)
    return {prediction: path for prediction, path in found}  # noqa: C416  a Query is not a mapping


def _no_input(context: StageContext) -> tuple[str, str]:
    return f"There are no explanations of {context.version_name} to read.", "Run the project first."


def _store(session: Session, job: Job, rows: Sequence[Row]) -> None:
    names = ("prediction_id", "logprobs", "swapped_id", "swapped_logprobs")
    rereads.put_rereads(session, [{name: row[name] for name in names} for row in rows if "problem" not in row])


REREAD = StageDefinition(
    kind="reread",
    label=QT_TRANSLATE_NOOP("Stages", "Reread"),
    title=QT_TRANSLATE_NOOP("Stages", "Read scores from the texts of {version}"),
    unit=QT_TRANSLATE_NOOP("Stages", "images"),
    sections=("model", "images", "prompt", "judge.sample"),
    build_spec=_build_spec,
    product=lambda job: Product("rereads", job.line, job.iteration, job.version_name),
    needs=_needs,
    input_rows=_input_rows,
    no_input=_no_input,
    row_paths=RowPaths("prediction_id", _paths),
    store=_store,
)
