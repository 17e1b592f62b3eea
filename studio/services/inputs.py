"""The rows that each stage works on, as ``engine.contract.specs`` describes them. No Qt, no torch.

Their order depends on images and draws only, never on how earlier results happened to come in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from db.engine import Session
from db.models import Image, Judgement, ModelVersion, Prediction
from db.queries import images as image_queries
from db.queries import pairs as pair_queries
from db.queries import predictions, versions
from db.queries import resampling as redraw_queries
from engine.contract.specs import TrainKind
from studio.services.errors import StudioError
from studio.services.projects.splitting import seeded_subset, subset_size
from studio.services.review.types import TrainRow
from studio.services.seeding import seeded_rank
from studio.services.settings.schema import Settings
from studio.services.stage_context import StageContext
from studio.services.stages import train_kind

Row = dict[str, Any]
_NEEDS_ROWS = ("generate", "train", "predict", "measure")
"""Downloading and merging have no rows; judging has none where the settings ask for no explanations."""


def input_rows(context: StageContext, stage: str) -> list[Row]:
    """The input rows of a stage.

    Raises:
        StudioError: there is nothing to work on; says which stage has to come first.
    """
    rows = _ROWS[stage](context)
    if not rows and stage in _NEEDS_ROWS:
        raise StudioError(*_nothing(context, stage))
    return rows


def training_rows(
    session: Session, settings: Settings, images: Path, iteration: int, kind: TrainKind
) -> list[TrainRow]:
    """The pairs that a training is given: of training images, vetoed ones left out, fractions applied by seed.

    The consistency fraction is of what score training uses (METHOD.md, A).
    """
    chosen = _paired_images(session, settings, iteration, kind)
    if kind == "consistency":
        fraction = settings.training.consistency.fraction
        chosen = set(seeded_subset(chosen, fraction, settings.project.seed, f"consistency:{iteration}"))
    return [
        TrainRow(
            pair_id=pair.id,
            path=str(images / pair.path),
            chosen_score=pair.chosen_score,
            chosen_text=pair.chosen_text,
            rejected_score=pair.rejected_score,
            rejected_text=pair.rejected_text,
        )
        for pair in pair_queries.in_image_order(session, iteration)
        if pair.image_id in chosen
    ]


def count_training_rows(session: Session, settings: Settings, iteration: int, kind: TrainKind) -> int:
    """How many :func:`training_rows` there are, without reading them."""
    count = len(_paired_images(session, settings, iteration, kind))
    return count if kind == "score" else subset_size(count, settings.training.consistency.fraction)


def _paired_images(session: Session, settings: Settings, iteration: int, kind: TrainKind) -> set[int]:
    """The images that an iteration uses and whose pair is not vetoed for this kind of training."""
    paired = set(pair_queries.trainable(session, iteration, kind))
    return paired if settings.pairs.train_fraction == 1 else paired & _training_images(session, settings, iteration)


def _training_images(session: Session, settings: Settings, iteration: int) -> set[int]:
    """The training images that an iteration uses: a seeded share, another one in each iteration."""
    ids = image_queries.ids_of_split(session, "train")
    return set(seeded_subset(ids, settings.pairs.train_fraction, settings.project.seed, f"train:{iteration}"))


def _generate(context: StageContext) -> list[Row]:
    redrawn = redraw_queries.of_job(context.session, context.job_id)
    if redrawn:
        return _redraws(context, redrawn)
    used = _training_images(context.session, context.settings, context.iteration)
    root = context.project.images_root()
    return [
        {"image_id": image.id, "path": str(root / image.path), "bin": image.bin, "draw": 0}
        for image in image_queries.of_splits(context.session, ("train",))
        if image.id in used
    ]


def _redraws(context: StageContext, pair_ids: Sequence[int]) -> list[Row]:
    """The next draw of each pair."""
    found = [pair_queries.one(context.session, pair_id) for pair_id in pair_ids]
    root = context.project.images_root()
    return [
        {"image_id": pair.image_id, "path": str(root / pair.path), "bin": pair.bin, "draw": pair.draw + 1}
        for pair in found
        if pair is not None
    ]


def _train(context: StageContext) -> list[Row]:
    root, kind = context.project.images_root(), train_kind(context.version)
    rows = training_rows(context.session, context.settings, root, context.iteration, kind)
    return [dict(row) for row in rows]


def _none(context: StageContext) -> list[Row]:
    return []


def _predict(context: StageContext) -> list[Row]:
    explained: Sequence[str] = context.settings.predict.explain_splits
    root = context.project.images_root()
    splits = ("val", "test", *(("train",) if "train" in explained else ()))
    return [
        {"image_id": image.id, "path": str(root / image.path), "explain": image.split in explained}
        for image in image_queries.of_splits(context.session, splits)
    ]


def _judge(context: StageContext) -> list[Row]:
    version = context.row(context.version)
    if not predictions.of_version(context.session, version.id, ("val", "test")):
        raise StudioError(f"There is no prediction of {version.name} to judge.", "Predict first.")
    found = predictions.of_version(context.session, version.id, ("test",), explained=True)
    sample, seed = context.settings.judge.sample, context.settings.project.seed
    if 0 < sample < len(found):
        ranked = sorted(found, key=lambda record: seeded_rank(seed, "judge", record[1].id))
        found = sorted(ranked[:sample], key=lambda record: record[1].id)
    return [
        {"prediction_id": row.id, "label": row.label, "text": row.text, "parse_ok": row.parse_ok} for row, _ in found
    ]


def _measure(context: StageContext) -> list[Row]:
    """Validation and test predictions, with the judge's grades, and what earlier versions said."""
    judge = context.settings.judge.name
    own = _Examined.load(context.session, context.row(context.version), judge)
    others = {row.name: _Examined.load(context.session, row, judge) for row in _earlier(context)}
    rows = []
    for prediction, image in own.found:
        grades = own.grades.get(image.id)
        rows.append(
            {
                "image_id": image.id,
                "split": image.split,
                "truth": image.mean_score,
                "group": image.group_key,
                "logprobs": prediction.logprobs,
                "label": prediction.label,
                "parse_ok": prediction.parse_ok,
                "grades": grades,
                "judge": judge if grades else None,
                "compare": _of_image(image.id, {name: other.logprobs for name, other in others.items()}),
                "compare_grades": _of_image(image.id, {name: other.grades for name, other in others.items()}),
            }
        )
    return rows


@dataclass(frozen=True, slots=True)
class _Examined:
    """A version's predictions on validation and test, and by image its log-probabilities and one judge's grades."""

    found: list[tuple[Prediction, Image]]
    logprobs: dict[int, list[float]]
    grades: dict[int, dict[str, float]]

    @classmethod
    def load(cls, session: Session, version: ModelVersion, judge: str) -> _Examined:
        found = predictions.of_version(session, version.id, ("val", "test"))
        judged = predictions.judgements(session, version.id, judge)
        given = {image.id: _grades(judged[row.id]) for row, image in found if row.id in judged}
        return cls(
            found=found,
            logprobs={image.id: row.logprobs for row, image in found},
            grades={image_id: grades for image_id, grades in given.items() if grades},
        )


def _grades(judgement: Judgement) -> dict[str, float]:
    """The grades that were given; a failed one is left out."""
    names = ("consistency", "usefulness", "general")
    values = (judgement.consistency, judgement.usefulness, judgement.general)
    return {name: value for name, value in zip(names, values, strict=True) if value is not None}


def _of_image(image_id: int, by_version: Mapping[str, Mapping[int, Any]]) -> Row:
    return {name: known[image_id] for name, known in by_version.items() if image_id in known}


def _earlier(context: StageContext) -> list[ModelVersion]:
    """Every version made before this one."""
    made = list(versions.all_versions(context.session))
    return made[: [row.name for row in made].index(context.version)]


def _nothing(context: StageContext, stage: str) -> tuple[str, str]:
    iteration, version = context.iteration, context.version_name
    return {
        "generate": ("There is no training image.", "Import images with the split train."),
        "train": (
            f"Iteration {iteration} has no pair left to train {version} on.",
            "Generate its pairs first, and do not veto all of them.",
        ),
        "predict": ("There is no validation or test image.", "Import images with the splits val and test."),
        "measure": (f"There is no prediction of {version} on the test images.", "Predict first."),
    }[stage]


_ROWS: dict[str, Callable[[StageContext], list[Row]]] = {
    "download": _none,
    "generate": _generate,
    "train": _train,
    "merge": _none,
    "predict": _predict,
    "judge": _judge,
    "measure": _measure,
}
