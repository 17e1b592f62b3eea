"""Judge suggestions: a language model grades what a version suggests, with the image (arXiv 2506.02708, B.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from db.engine import Session
from db.models import Job
from db.queries import images as image_queries
from db.queries import suggestions, versions
from engine.contract.chat.requests import judged_instruction
from engine.contract.specs import ImageLimits, JudgeSuggestionsSpec
from studio.services.errors import StudioError
from studio.services.recipes.version_names import BASE
from studio.services.settings.schema import Settings
from studio.services.settings.toml_file import parse_settings
from studio.services.stages.context import StageContext
from studio.services.stages.definition import QT_TRANSLATE_NOOP, Product, Row, RowPaths, StageDefinition, StageKey
from studio.services.stages.journal_rows import stored_version
from studio.services.stages.judge import judge_of, move_judging, server_fields

_COLUMNS = ("suggestion_id", *suggestions.GRADES, "raw", "reason")


def _build_spec(context: StageContext) -> JudgeSuggestionsSpec:
    settings = context.settings
    return JudgeSuggestionsSpec(
        instruction=judged_instruction(),
        model_name=settings.judge.model,
        image=ImageLimits(settings.images.longest_side),
        bootstrap=settings.measure.bootstrap,
        seed=settings.project.seed,
        **server_fields(context, f"{context.version}/suggestions"),
    )


def _needs(job: StageKey, product: Product) -> bool:
    """Return whether the product is what is graded, or the grades of the base."""
    if product.what == "suggestion_grades":
        return product.version == BASE and job.version_name != BASE
    return _requires(job, product)


def _requires(job: StageKey, product: Product) -> bool:
    return product.what == "suggestions" and product.version == job.version_name


def _input_rows(context: StageContext) -> list[Row]:
    root, session = context.project.images_root(), context.session
    found = suggestions.of_version(session, context.row(context.version).id)
    if not found:
        raise StudioError(f"{context.version} has not been asked for suggestions.", "Ask first: score-studio suggest.")
    base = None if context.version == BASE else versions.by_name(session, BASE)
    given = suggestions.grades_by_image(session, base.id, judge_of(context.settings.judge)) if base is not None else {}
    return [
        {
            "suggestion_id": row.id,
            "image_id": image.id,
            "path": str(root / image.path),
            "text": row.text,
            "group": image.group_key,
            "base": given.get(image.id),
        }
        for row, image in found
    ]


def _judge(job: Job) -> str:
    return judge_of(parse_settings(job.config, f"The settings of job {job.id}").judge)


def _store(session: Session, job: Job, rows: Sequence[Row]) -> None:
    judge = _judge(job)
    suggestions.put_grades(session, [{"judge": judge, **{name: row[name] for name in _COLUMNS}} for row in rows])


def _finish(session: Session, job: Job, _settings: Settings, result: Mapping[str, Any]) -> None:
    version = stored_version(session, job.version_name)
    suggestions.replace_figures(session, version.id, _judge(job), job.id, result.get("figures", []))


JUDGE_SUGGESTIONS = StageDefinition(
    kind="judge_suggestions",
    label=QT_TRANSLATE_NOOP("Stages", "Judge suggestions"),
    title=QT_TRANSLATE_NOOP("Stages", "Judge suggestions of {version}"),
    unit=QT_TRANSLATE_NOOP("Stages", "suggestions"),
    sections=("judge", "images", "chat.sample", "measure.bootstrap"),
    build_spec=_build_spec,
    product=lambda job: Product("suggestion_grades", job.line, job.iteration, job.version_name),
    needs=_needs,
    requires=_requires,
    input_rows=_input_rows,
    relocate=move_judging,
    row_paths=RowPaths("image_id", image_queries.paths),
    store=_store,
    finish=_finish,
    loads_model=False,
    needs_key=True,
)
