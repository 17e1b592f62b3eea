"""Measure: fits the reference values on validation, then computes metrics with intervals on the test images.

See arXiv 2506.02708, section 4.3.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from db.engine import Session
from db.models import WORD_TONE, Image, Job, Judgement, ModelVersion, Prediction, Reread
from db.queries import judge_readings, predictions, rereads, versions
from engine.contract.specs import MeasureSpec
from studio.services.imports.import_store import stored_binning
from studio.services.recipes.stage_options import StageOptions
from studio.services.recipes.version_names import BASE, MAIN, final_version, kind_of, version_name
from studio.services.stages.context import StageContext
from studio.services.stages.definition import QT_TRANSLATE_NOOP, Product, Row, StageDefinition, StageKey, keep_spec
from studio.services.stages.journal_rows import stored_version


def _build_spec(context: StageContext) -> MeasureSpec:
    return MeasureSpec(
        against=_closely_compared(context),
        version=context.version,
        bin_means=stored_binning(context.session).means,
        bootstrap=context.settings.measure.bootstrap,
        seed=context.settings.project.seed,
        readout=context.settings.measure.readout,
        splits=context.options.splits or ("val", "test"),
    )


def _needs(job: StageKey, product: Product) -> bool:
    """Return whether the product is predictions or judgements that it measures or compares with.

    A measurement compares with all versions of earlier iterations; on other lines also with the main line's versions of
    the same iteration, or up to the one that its recipe names. So the order of jobs never changes their results.
    """
    if product.what not in ("predictions", "judgements", "rereads", "judge_readings"):
        return False
    if product.version == job.version_name:
        return True
    if product.line == job.line:
        return product.iteration < job.iteration
    return product.line == MAIN and product.iteration <= _last_compared(
        job.iteration, StageOptions.from_dict(job.options)
    )


def _requires(job: StageKey, product: Product) -> bool:
    return product.what == "predictions" and product.version == job.version_name


def _input_rows(context: StageContext) -> list[Row]:
    """Return validation and test predictions with the judges' grades, and predictions of earlier versions."""
    own = _Examined.load(context.session, context.row(context.version))
    others = {row.name: _Examined.load(context.session, row) for row in _compared(context)}
    near = _closely_compared(context)
    return [
        {
            "image_id": image.id,
            "split": image.split,
            "truth": image.mean_score,
            "bin": image.bin,
            "group": image.group_key,
            "logprobs": prediction.logprobs,
            "label": prediction.label,
            "text": prediction.text,
            "parse_ok": prediction.parse_ok if prediction.explained else None,
            "truncated": prediction.truncated,
            "judged": own.grades.get(image.id, {}),
            "reread": own.rereads.get(image.id),
            "compare": _of_image(image.id, {name: other.logprobs for name, other in others.items()}),
            "compare_answers": _of_image(
                image.id, {name: other.answers for name, other in others.items() if name in near}
            ),
            "compare_reread": _of_image(
                image.id, {name: other.rereads for name, other in others.items() if name in near}
            ),
            "judge_read": own.readings.get(image.id, {}),
            "compare_judge_read": _of_image(
                image.id, {name: other.readings for name, other in others.items() if name in near}
            ),
            "compare_judged": _of_image(image.id, {name: other.grades for name, other in others.items()}),
        }
        for prediction, image in own.found
    ]


def _no_input(context: StageContext) -> tuple[str, str]:
    return f"There are no predictions of {context.version_name} on the test images.", "Predict first."


@dataclass(frozen=True, slots=True)
class _Examined:
    """A version's predictions on validation and test, and by image log-probabilities, explanations, and grades."""

    found: list[tuple[Prediction, Image]]
    logprobs: dict[int, list[float]]
    answers: dict[int, Row]
    grades: dict[int, dict[str, Row]]
    rereads: dict[int, Row]
    readings: dict[int, dict[str, int | None]]

    @classmethod
    def load(cls, session: Session, version: ModelVersion) -> _Examined:
        found = predictions.of_version(session, version.id, ("val", "test"))
        judged = predictions.all_judgements(session, version.id)
        read = rereads.of_version(session, version.id)
        labels = {row.id: row.label for row, _ in found}
        by_judges = judge_readings.of_version(session, version.id)
        return cls(
            found=found,
            logprobs={image.id: row.logprobs for row, image in found},
            answers={
                image.id: {"label": row.label, "text": row.text, "parse_ok": row.parse_ok}
                for row, image in found
                if row.explained
            },
            grades={
                image.id: {one.judge: _grades(one) for one in judged[row.id] if one.judge != WORD_TONE}
                for row, image in found
                if row.id in judged
            },
            rereads={image.id: _reread(read[row.id], labels) for row, image in found if row.id in read},
            readings={image.id: by_judges[row.id] for row, image in found if row.id in by_judges},
        )


def _reread(row: Reread, labels: Mapping[int, int | None]) -> Row:
    """Return what was read; the text of a swap without a label of its own says nothing."""
    label = None if row.swapped_id is None or row.swapped_logprobs is None else labels.get(row.swapped_id)
    return {"logprobs": row.logprobs, "swapped_logprobs": row.swapped_logprobs, "swapped_label": label}


def _grades(judgement: Judgement) -> Row:
    """Return the grades; None where there is none."""
    return {name: getattr(judgement, name) for name in ("consistency", "usefulness", "general")}


def _closely_compared(context: StageContext) -> tuple[str, ...]:
    """Return the versions to compare with in every metric: base, the previous one, the main line's counterpart."""
    near = [BASE, context.previous] if context.iteration else []
    if context.line != MAIN:
        near.append(version_name(context.iteration, kind_of(context.version)))
        if context.options.against is not None:
            near.append(final_version(context.options.against))
    return tuple(dict.fromkeys(near))


def _of_image(image_id: int, by_version: Mapping[str, Mapping[int, Any]]) -> Row:
    return {name: known[image_id] for name, known in by_version.items() if image_id in known}


def _compared(context: StageContext) -> list[ModelVersion]:
    """Return every earlier version of its own line, and of the main line up to its iteration, or the recipe's."""
    made = list(versions.all_versions(context.session))
    own = [row.name for row in made].index(context.version)
    # Versions of one search or of one series of merges are compared with the main line, not each with all others.
    alone = context.options.parts is not None or context.options.splits is not None
    earlier = [] if alone else [row for row in made[:own] if row.line == context.line]
    if context.line == MAIN:
        return earlier
    last = _last_compared(context.iteration, context.options)
    return [*(row for row in made if row.line == MAIN and row.iteration <= last), *earlier]


def _last_compared(iteration: int, options: StageOptions) -> int:
    return max(iteration, options.against or 0)


def _store(session: Session, job: Job, rows: Sequence[Row]) -> None:
    version = stored_version(session, job.version_name)
    for row in rows:
        versions.set_calibration(session, version.id, row["calibration"])
        found = [("test", "", row["metrics"]), ("val", "", row.get("validation", {}))]
        found += [("test", judge, metrics) for judge, metrics in row.get("judged", {}).items()]
        versions.replace_metrics(
            session,
            version.id,
            [
                _metric(version, job, split, judge, name, body)
                for split, judge, metrics in found
                for name, body in metrics.items()
            ],
        )
        predictions.set_scores(session, version.id, dict(row["scores"]))


def _metric(version: ModelVersion, job: Job, split: str, judge: str, name: str, body: Mapping[str, Any]) -> Row:
    return {
        "model_version_id": version.id,
        "split": split,
        "judge": judge,
        "name": name,
        "value": body["value"],
        "lo": body.get("lo"),
        "hi": body.get("hi"),
        "n": body.get("n") or 0,
        "job_id": job.id,
    }


MEASURE = StageDefinition(
    kind="measure",
    label=QT_TRANSLATE_NOOP("Stages", "Measure"),
    title=QT_TRANSLATE_NOOP("Stages", "Measure {version}"),
    unit=QT_TRANSLATE_NOOP("Stages", "versions"),
    units=lambda settings, amounts, version: 1.0,
    rate_unit=QT_TRANSLATE_NOOP("Stages", "jobs"),
    sections=("measure",),
    build_spec=_build_spec,
    product=lambda job: Product("metrics", job.line, job.iteration, job.version_name),
    needs=_needs,
    requires=_requires,
    input_rows=_input_rows,
    no_input=_no_input,
    relocate=keep_spec,
    store=_store,
    loads_model=False,
)
