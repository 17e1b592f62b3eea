"""Judge reading: a language model reads scores from explanations alone. No part of a run."""

from __future__ import annotations

from collections.abc import Sequence

from db.engine import Session
from db.models import Job
from db.queries import judge_readings, predictions
from engine.contract.specs import JudgeReadingSpec
from studio.services.settings.toml_file import parse_settings
from studio.services.stages.context import StageContext
from studio.services.stages.definition import QT_TRANSLATE_NOOP, Product, Row, StageDefinition, StageKey
from studio.services.stages.judge import judge_of, judge_sample, move_judging, server_fields

_COLUMNS = ("prediction_id", "label", "raw", "reason")


def _build_spec(context: StageContext) -> JudgeReadingSpec:
    fields = server_fields(context, f"{context.version}/reading")
    return JudgeReadingSpec(model_name=context.settings.judge.model, **fields)


def _needs(job: StageKey, product: Product) -> bool:
    return product.what == "predictions" and product.version == job.version_name


def _input_rows(context: StageContext) -> list[Row]:
    """Return the explanations that keep the format, of the images that are judged."""
    version = context.row(context.version)
    found = predictions.of_version(context.session, version.id, ("test",), explained=True)
    judged = judge_sample([image.id for _, image in found], context.settings)
    return [
        {"prediction_id": row.id, "text": row.text}
        for row, image in found
        if image.id in judged and row.parse_ok and row.text.strip()
    ]


def _no_input(context: StageContext) -> tuple[str, str]:
    return f"There are no explanations of {context.version_name} to read.", "Run the project first."


def _store(session: Session, job: Job, rows: Sequence[Row]) -> None:
    judge = judge_of(parse_settings(job.config, f"The settings of job {job.id}").judge)
    judge_readings.put_readings(session, [{"judge": judge, **{name: row[name] for name in _COLUMNS}} for row in rows])


JUDGE_READING = StageDefinition(
    kind="judge_reading",
    label=QT_TRANSLATE_NOOP("Stages", "Judge reads"),
    title=QT_TRANSLATE_NOOP("Stages", "Judge reads scores from the texts of {version}"),
    unit=QT_TRANSLATE_NOOP("Stages", "explanations"),
    sections=("judge",),
    build_spec=_build_spec,
    product=lambda job: Product("judge_readings", job.line, job.iteration, job.version_name),
    needs=_needs,
    input_rows=_input_rows,
    no_input=_no_input,
    relocate=move_judging,
    store=_store,
    loads_model=False,
    needs_key=True,
)
