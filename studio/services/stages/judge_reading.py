"""Judge reading: a language model reads scores from explanations alone. No part of a run."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from db.engine import Session
from db.models import Job
from db.queries import judge_readings, predictions
from engine.contract.specs import JudgeReadingSpec
from studio.services.settings.toml_file import parse_settings
from studio.services.stages.context import StageContext
from studio.services.stages.definition import QT_TRANSLATE_NOOP, Product, Row, StageDefinition, StageKey
from studio.services.stages.judge import SPENDING, judge_of, judge_sample, ledger_name, prices_of

_COLUMNS = ("prediction_id", "label", "raw", "reason")


def _build_spec(context: StageContext) -> JudgeReadingSpec:
    judge, root = context.settings.judge, context.project.root
    prompt, answer = prices_of(judge)
    return JudgeReadingSpec(
        base_url=judge.base_url,
        model_name=judge.model,
        max_tokens=judge.max_tokens,
        attempts=judge.attempts,
        parallel=judge.parallel,
        price_prompt=prompt,
        price_answer=answer,
        max_cost=judge.max_cost,
        kept_folder=str(root / "cache" / "judge"),
        ledger=str(root / SPENDING / ledger_name(f"{context.version}/reading", judge_of(judge))),
        batch=judge.batch,
    )


def _move(kept: JudgeReadingSpec, new: JudgeReadingSpec) -> JudgeReadingSpec:
    """Return the kept spec with the project's present folder, and the present limit."""
    return dataclasses.replace(kept, kept_folder=new.kept_folder, ledger=new.ledger, max_cost=new.max_cost)


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
    relocate=_move,
    store=_store,
    loads_model=False,
    needs_key=True,
)
