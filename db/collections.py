"""Tables of collections: folders of images outside the project that its versions, or exported models, score.

Nothing refers to a version's row or to a job's, so that deleting a version leaves what it said. The migrations contain
the same statements; a test compares the two.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.models import Base, JsonDict, utc_now


class Collection(Base):
    """Images to score. ``sources`` are absolute folders and files, ``options`` how its images are scored."""

    __tablename__ = "collection"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    sources: Mapped[list[str]]
    options: Mapped[JsonDict] = mapped_column(default=dict)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class CollectionImage(Base):
    """One image of a collection. ``path`` is absolute; ``bytes`` and ``modified_ns`` tell a changed file.

    ``missing``: the file was not there at the latest look; what is known about it is kept. ``pick``: 1 picked,
    -1 rejected, 0 neither.
    """

    __tablename__ = "collection_image"
    id: Mapped[int] = mapped_column(primary_key=True)
    collection_id: Mapped[int] = mapped_column(ForeignKey("collection.id"))
    path: Mapped[str]
    name: Mapped[str]
    bytes: Mapped[int]
    modified_ns: Mapped[int]
    missing: Mapped[bool] = mapped_column(default=False)
    problem: Mapped[str | None]
    pick: Mapped[int] = mapped_column(default=0)
    __table_args__ = (
        CheckConstraint("pick BETWEEN -1 AND 1", name="collection_image_pick"),
        UniqueConstraint("collection_id", "path", name="collection_image_once"),
    )


class Scorer(Base):
    """A model that scores collections: a version of the project, or an exported model in ``folder``.

    ``digest`` tells a version from a later one of the same name, and an export from another in the same folder;
    ``reference`` are the ten values in the original scale by which its scores are read out.
    """

    __tablename__ = "scorer"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    digest: Mapped[str]
    folder: Mapped[str]
    base: Mapped[str]
    reference: Mapped[list[float]]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    __table_args__ = (UniqueConstraint("name", "digest", "folder", "base", name="scorer_once"),)


class CollectionScore(Base):
    """What a scorer says about an image. ``score`` is in the original scale; ``job_id`` is the job that asked."""

    __tablename__ = "collection_score"
    id: Mapped[int] = mapped_column(primary_key=True)
    image_id: Mapped[int] = mapped_column(ForeignKey("collection_image.id"))
    scorer_id: Mapped[int] = mapped_column(ForeignKey("scorer.id"))
    logprobs: Mapped[list[float]]
    label: Mapped[int | None]
    score: Mapped[float]
    text: Mapped[str]
    raw: Mapped[str]
    parse_ok: Mapped[bool]
    truncated: Mapped[bool]
    explained: Mapped[bool]
    job_id: Mapped[int]
    __table_args__ = (
        UniqueConstraint("image_id", "scorer_id", name="collection_score_once"),
        Index("collection_score_by_scorer", "scorer_id", "image_id", "score"),
    )


class PickStep(Base):
    """One action of picking, on one or more images, which is undone as a unit: ``former`` picks by image, and the new.

    A new action deletes those that are undone.
    """

    __tablename__ = "pick_step"
    id: Mapped[int] = mapped_column(primary_key=True)
    collection_id: Mapped[int] = mapped_column(ForeignKey("collection.id"))
    at: Mapped[datetime] = mapped_column(default=utc_now)
    undone: Mapped[bool] = mapped_column(default=False)
    former: Mapped[JsonDict]
    pick: Mapped[int]
    __table_args__ = (Index("pick_step_by_collection", "collection_id", "id"),)
