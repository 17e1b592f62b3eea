"""Helpers for the rows of several stages: sizes of images, rows of readable images, versions by name."""

from __future__ import annotations

from collections.abc import Sequence

from db.engine import Session
from db.models import Image, ModelVersion
from db.queries import images, versions
from studio.services.errors import StudioError
from studio.services.stages.definition import Row


def pixel_size(image: Image) -> list[int] | None:
    """Return width and height of the upright image; None before it was checked."""
    return None if image.width is None or image.height is None else [image.width, image.height]


def readable_rows(session: Session, rows: Sequence[Row]) -> list[Row]:
    """Return the rows of readable images; store the problems of the others and clear those that are solved."""
    good = [row for row in rows if "problem" not in row]
    for row in rows:
        if "problem" in row:
            images.set_problem(session, row["image_id"], row["problem"])
    images.clear_problems(session, [row["image_id"] for row in good])
    return good


def stored_version(session: Session, name: str | None) -> ModelVersion:
    """Return the version's row.

    Raises:
        StudioError: it is not in the database.
    """
    version = versions.by_name(session, name or "")
    if version is None:
        message = f"The version {name} is not in the database."
        raise StudioError(message, "Check the project with: score-studio check DIR")
    return version
