"""The training pairs, and the images that an iteration uses. No Qt, no torch.

Their order depends only on images and regenerations, never on the order in which earlier results arrived.
"""

from __future__ import annotations

from pathlib import Path

from db.engine import Session
from db.queries import images as image_queries
from db.queries import pairs as pair_queries
from engine.contract.specs import TrainKind
from studio.services.projects.splitting import seeded_subset, subset_size
from studio.services.recipes.version_names import MAIN
from studio.services.review.types import TrainRow
from studio.services.settings.schema import Settings


def training_rows(
    session: Session,
    settings: Settings,
    images: Path,
    iteration: int,
    kind: TrainKind,
    *,
    line: str = MAIN,
    vetoes: bool = True,
) -> list[TrainRow]:
    """Return the training pairs: of training images, fractions applied by seed, in image order.

    Vetoed pairs are excluded unless ``vetoes`` is false.

    The consistency fraction is of the pairs of score training (arXiv 2506.02708, section 4.2).
    """
    chosen = _paired_images(session, settings, iteration, kind, line, vetoes=vetoes)
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
        for pair in pair_queries.in_image_order(session, iteration, line)
        if pair.image_id in chosen
    ]


def count_training_rows(session: Session, settings: Settings, iteration: int, kind: TrainKind) -> int:
    """Return the number of :func:`training_rows` without reading them."""
    count = len(_paired_images(session, settings, iteration, kind, MAIN, vetoes=True))
    return count if kind == "score" else subset_size(count, settings.training.consistency.fraction)


def _paired_images(
    session: Session, settings: Settings, iteration: int, kind: TrainKind, line: str, *, vetoes: bool
) -> set[int]:
    """Return the images that an iteration uses and whose pair is not vetoed for this kind of training."""
    paired = set(pair_queries.trainable(session, iteration, kind, line, vetoes=vetoes))
    return paired if settings.pairs.train_fraction == 1 else paired & training_images(session, settings, iteration)


def training_images(session: Session, settings: Settings, iteration: int) -> set[int]:
    """Return the training images that an iteration uses: a seeded share, different in each iteration."""
    ids = image_queries.ids_of_split(session, "train")
    return set(seeded_subset(ids, settings.pairs.train_fraction, settings.project.seed, f"train:{iteration}"))
