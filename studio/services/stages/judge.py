"""Judge: grades the explanations of a version (arXiv 2506.02708, A.2). The judge never feeds training."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from db.engine import Session
from db.models import Job
from db.queries import predictions
from engine.contract.judge_types import MODEL_JUDGE, judge_id, origin_of
from engine.contract.specs import JudgeSpec, JudgingSpec
from studio.services.errors import StudioError
from studio.services.seeding import seeded_sample
from studio.services.settings.schema import JudgeSettings, Settings
from studio.services.settings.toml_file import parse_settings
from studio.services.stages.context import StageContext
from studio.services.stages.definition import QT_TRANSLATE_NOOP, Amounts, Product, Row, StageDefinition, StageKey

SAMPLE_PURPOSE = "judge"
Judging = TypeVar("Judging", bound=JudgingSpec)
_COLUMNS = ("prediction_id", "consistency", "usefulness", "general", "raw", "reason")
SPENDING = "spending"
"""The project's folder of what its judges have cost; not in the cache, which may be deleted."""
PUBLISHED_PRICES = {("https://api.openai.com", "gpt-4o-2024-08-06"): (2.50, 10.00)}
"""USD per million tokens of prompt and answer, by server and model, where the settings have none."""


def judge_of(settings: JudgeSettings) -> str:
    """Return the id under which this judge's grades are stored."""
    return judge_id(settings.name, settings.base_url, settings.model)


def prices_of(settings: JudgeSettings) -> tuple[float | None, float | None]:
    """Return USD per million tokens of prompt and answer: as set, or as published; None where neither is known."""
    if settings.price_prompt is not None:
        return settings.price_prompt, settings.price_answer
    return PUBLISHED_PRICES.get((origin_of(settings.base_url), settings.model), (None, None))


def _build_spec(context: StageContext) -> JudgeSpec:
    settings = context.settings.judge
    if settings.name != MODEL_JUDGE:
        return JudgeSpec(judge=settings.name)
    return JudgeSpec(judge=settings.name, model=settings.model, **server_fields(context, context.version))


def server_fields(context: StageContext, purpose: str) -> dict[str, Any]:
    """Return the fields of every ``JudgingSpec``; the cost limit holds for all jobs of one purpose together."""
    settings, root = context.settings.judge, context.project.root
    prompt, answer = prices_of(settings)
    return {
        "base_url": settings.base_url,
        "max_tokens": settings.max_tokens,
        "attempts": settings.attempts,
        "parallel": settings.parallel,
        "price_prompt": prompt,
        "price_answer": answer,
        "max_cost": settings.max_cost,
        "batch": settings.batch,
        "kept_folder": str(root / "cache" / "judge"),
        "ledger": str(root / SPENDING / _ledger_name(purpose, judge_of(settings))),
    }


def judge_sample(images: Iterable[int], settings: Settings) -> set[int]:
    """Return which of these images are judged: all, or a random sample that is the same for every version."""
    if not settings.judge.sample:
        return set(images)
    return set(seeded_sample(images, settings.judge.sample, settings.project.seed, SAMPLE_PURPOSE))


def _ledger_name(purpose: str, judge: str) -> str:
    """Return a file name for what a judge has cost for a purpose, such as a version's explanations."""
    digest = hashlib.sha256(f"{purpose}\n{judge}".encode()).hexdigest()[:16]
    return f"cost-{purpose.replace('/', '-')}-{digest}.jsonl"


def move_judging(kept: Judging, new: Judging) -> Judging:
    """Return the kept spec with the project's present folder, and the present limit."""
    return dataclasses.replace(kept, kept_folder=new.kept_folder, ledger=new.ledger, max_cost=new.max_cost)


def _needs(job: StageKey, product: Product) -> bool:
    return product.what == "predictions" and product.version == job.version_name


def _input_rows(context: StageContext) -> list[Row]:
    """Return the explained test predictions, or a seeded sample; none if the settings request no explanations."""
    version = context.row(context.version)
    if not predictions.of_version(context.session, version.id, ("val", "test")):
        raise StudioError(f"There are no predictions of {version.name} to judge.", "Predict first.")
    found = predictions.of_version(context.session, version.id, ("test",), explained=True)
    judged = judge_sample([image.id for _, image in found], context.settings)
    found = [record for record in found if record[1].id in judged]
    by_model = context.settings.judge.name == MODEL_JUDGE
    return [
        {
            "prediction_id": row.id,
            # A language model is told a score in any case: where the answer names none, the likeliest one.
            "label": _likeliest(row.logprobs) if by_model and row.label is None else row.label,
            "text": row.text,
            "parse_ok": row.parse_ok,
        }
        for row, _ in found
    ]


def _likeliest(logprobs: Sequence[float]) -> int:
    return max(range(len(logprobs)), key=logprobs.__getitem__)


def _store(session: Session, job: Job, rows: Sequence[Row]) -> None:
    judge = judge_of(parse_settings(job.config, f"The settings of job {job.id}").judge)
    predictions.put_judgements(session, [{"judge": judge, **{name: row[name] for name in _COLUMNS}} for row in rows])


def _units(settings: Settings, amounts: Amounts, _version: str) -> float:
    """Return the explanations of the test images that are judged."""
    return min(amounts.test, settings.judge.sample or amounts.test)


JUDGE = StageDefinition(
    kind="judge",
    label=QT_TRANSLATE_NOOP("Stages", "Judge"),
    title=QT_TRANSLATE_NOOP("Stages", "Judge {version}"),
    unit=QT_TRANSLATE_NOOP("Stages", "explanations"),
    units=_units,
    sections=("judge",),
    build_spec=_build_spec,
    product=lambda job: Product("judgements", job.line, job.iteration, job.version_name),
    needs=_needs,
    input_rows=_input_rows,
    relocate=move_judging,
    store=_store,
    loads_model=False,
    needs_key=True,
)
