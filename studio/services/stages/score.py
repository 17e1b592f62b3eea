"""Score: a version or an exported model scores and explains images of a collection. No part of a run."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from db.engine import Session
from db.models import Job
from db.queries.collections import images as images_queries
from db.queries.collections import scores as scores_queries
from engine.contract.specs import ScoreSpec
from studio.services.errors import StudioError
from studio.services.stages.context import StageContext
from studio.services.stages.definition import (
    QT_TRANSLATE_NOOP,
    Product,
    Row,
    StageDefinition,
    StageKey,
    move_model,
)

_COLUMNS = ("image_id", "logprobs", "label", "text", "raw", "parse_ok", "truncated", "explained")


def _build_spec(context: StageContext) -> ScoreSpec:
    from studio.services.scoring.scorers import spec_of

    spec = spec_of(context.session, context.project, context.options.scorer)
    model = dataclasses.replace(
        spec.model, device=context.settings.model.device, threads=context.settings.model.threads
    )
    # Without a vision cache: that is for the project's own images.
    return ScoreSpec(model, spec.prompt, spec.max_new_tokens, spec.batch_size, spec.image)


def _needs(_job: StageKey, product: Product) -> bool:
    return product.what == "base_model"


def _input_rows(context: StageContext) -> list[Row]:
    """Return what is to be done now: images that have their score already are left out."""
    options, session = context.options, context.session
    match options.part:
        case "extremes":
            found = scores_queries.extremes(session, options.collection, options.scorer, options.extremes)
        case "chosen":
            found = scores_queries.chosen(session, options.collection, options.images or ())
        case part:
            found = scores_queries.unscored(session, options.collection, options.scorer, explain=part == "all")
    explain = options.part != "none"
    return [{"image_id": key, "path": path, "explain": explain} for key, path in found]


def _no_input(context: StageContext) -> tuple[str, str]:
    return f"There is nothing left to score: {context.options.subject}.", "Add images, or choose another model."


def _store(session: Session, job: Job, rows: Sequence[Row]) -> None:
    """Store scores and problems of the images that are still in the collection."""
    scorer = scores_queries.scorer(session, int(job.options["scorer"]))
    if scorer is None:
        raise StudioError(f"The scoring model of {job.title} is not in the database.", "Score the images again.")
    known = images_queries.existing(session, [row["image_id"] for row in rows])
    kept = [row for row in rows if row["image_id"] in known]
    images_queries.set_problems(session, {row["image_id"]: row.get("problem") for row in kept})
    own = {"scorer_id": scorer.id, "job_id": job.id}
    scores_queries.put_scores(
        session,
        [
            {**own, **{name: row[name] for name in _COLUMNS}, "score": _expected(row["logprobs"], scorer.reference)}
            for row in kept
            if "problem" not in row
        ],
    )


def _expected(logprobs: Sequence[float], reference: Sequence[float]) -> float:
    from studio.services.versions.prediction import expected_score

    return expected_score(logprobs, reference)


SCORE = StageDefinition(
    kind="score",
    label=QT_TRANSLATE_NOOP("Stages", "Score"),
    title=QT_TRANSLATE_NOOP("Stages", "Score {subject}"),
    unit=QT_TRANSLATE_NOOP("Stages", "images"),
    sections=("model.device", "model.threads"),
    build_spec=_build_spec,
    product=lambda job: Product("collection_scores", job.line, job.iteration, None),
    needs=_needs,
    input_rows=_input_rows,
    relocate=move_model,
    no_input=_no_input,
    store=_store,
)
