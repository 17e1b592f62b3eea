"""The rows that each stage works on, as ``engine.specs`` describes them. No Qt, no torch.

Their order depends on images and draws only, never on how earlier results happened to come in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from db.engine import Session
from db.models import Decision
from db.queries import images as image_queries
from db.queries import pairs as pair_queries
from db.queries import predictions, versions
from engine.specs import TrainKind
from studio.services.errors import StudioError
from studio.services.rows import TrainRow
from studio.services.settings import Settings
from studio.services.splitting import seeded_rank, seeded_subset
from studio.services.stage_context import StageContext
from studio.services.stages import train_kind

Row = dict[str, Any]
_NEEDS_ROWS = ("generate", "train", "predict", "measure")
"""Merging has no rows; judging has none where the settings ask for no explanations."""


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
    kept = [
        (pair, image)
        for pair, image, decision in pair_queries.in_image_order(session, iteration)
        if image.split == "train" and not _vetoed(decision, kind)
    ]
    chosen = _training_images(session, settings, iteration)
    if kind == "consistency":
        used = {pair.image_id for pair, _ in kept} & chosen
        fraction = settings.training.consistency.fraction
        chosen = set(seeded_subset(used, fraction, settings.project.seed, f"consistency:{iteration}"))
    return [
        TrainRow(
            pair_id=pair.id,
            path=str(images / image.path),
            chosen_score=pair.chosen_score,
            chosen_text=pair.chosen_text,
            rejected_score=pair.rejected_score,
            rejected_text=pair.rejected_text,
        )
        for pair, image in kept
        if pair.image_id in chosen
    ]


def _training_images(session: Session, settings: Settings, iteration: int) -> set[int]:
    """The training images that an iteration uses: a seeded share, another one in each iteration."""
    ids = [image.id for image in image_queries.of_splits(session, ("train",))]
    return set(seeded_subset(ids, settings.pairs.train_fraction, settings.project.seed, f"train:{iteration}"))


def _vetoed(decision: Decision | None, kind: TrainKind) -> bool:
    return decision is not None and decision.verdict == "veto" and decision.scope in ("both", kind)


def _generate(context: StageContext) -> list[Row]:
    used = _training_images(context.session, context.settings, context.iteration)
    root = context.project.images_root()
    return [
        {"image_id": image.id, "path": str(root / image.path), "bin": image.bin, "draw": 0}
        for image in image_queries.of_splits(context.session, ("train",))
        if image.id in used
    ]


def _train(context: StageContext) -> list[Row]:
    root, kind = context.project.images_root(), train_kind(context.version)
    rows = training_rows(context.session, context.settings, root, context.iteration, kind)
    return [dict(row) for row in rows]


def _merge(context: StageContext) -> list[Row]:
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
    """Validation and test predictions, with the grades of the set judge and what earlier versions said."""
    version = context.row(context.version)
    judge = context.settings.judge.name
    grades = predictions.judgements(context.session, version.id, judge)
    others = _earlier(context)
    rows = []
    for prediction, image in predictions.of_version(context.session, version.id, ("val", "test")):
        grade = grades.get(prediction.id)
        given = {} if grade is None else {name: value for name, value in _grades(grade).items() if value is not None}
        rows.append(
            {
                "image_id": image.id,
                "split": image.split,
                "truth": image.mean_score,
                "group": image.group_key,
                "logprobs": prediction.logprobs,
                "label": prediction.label,
                "parse_ok": prediction.parse_ok,
                "grades": given or None,
                "judge": judge if given else None,
                "compare": {name: known[image.id] for name, known in others.items() if image.id in known},
            }
        )
    return rows


def _grades(judgement: Any) -> dict[str, float | None]:
    names = ("consistency", "usefulness", "general")
    return dict(zip(names, (judgement.consistency, judgement.usefulness, judgement.general), strict=True))


def _earlier(context: StageContext) -> dict[str, dict[int, list[float]]]:
    """Log-probabilities by image of every version made before this one."""
    result: dict[str, dict[int, list[float]]] = {}
    for version in versions.all_versions(context.session):
        if version.name == context.version:
            break
        found = predictions.of_version(context.session, version.id, ("val", "test"))
        result[version.name] = {image.id: prediction.logprobs for prediction, image in found}
    return result


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
    "generate": _generate,
    "train": _train,
    "merge": _merge,
    "predict": _predict,
    "judge": _judge,
    "measure": _measure,
}
