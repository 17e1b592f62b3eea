"""Saved filters of the Images page, stored in the project. No Qt, no torch."""

from __future__ import annotations

import dataclasses
from typing import Any

from db.queries import saved_filters as queries
from studio.services.errors import StudioError
from studio.services.images.types import ORDERS, ChangedRatings, ImageFilter, ImageSort, SavedImageFilter, Tag
from studio.services.projects.project import Project
from studio.services.projects.types import SPLITS

_PAGE = "images"
NAME_LENGTH = 80


def saved_filters(project: Project) -> list[SavedImageFilter]:
    """Return the saved filters in name order."""
    with project.reader() as session:
        return [_from_body(name, body) for name, body in queries.of_page(session, _PAGE)]


def save_filter(project: Project, saved: SavedImageFilter) -> None:
    """Save a filter, replacing one of the same name, in one transaction.

    Raises:
        StudioError: the name is empty or too long.
    """
    name = saved.name.strip()
    if not name or len(name) > NAME_LENGTH:
        raise StudioError(
            f"A filter cannot be saved under the name {saved.name!r}.",
            f"Enter a name of 1 to {NAME_LENGTH} characters.",
        )
    body = {"filter": dataclasses.asdict(saved.filter), "sort": dataclasses.asdict(saved.sort)}
    with project.session() as session:
        queries.put(session, _PAGE, name, body)


def forget_filter(project: Project, name: str) -> None:
    """Delete a saved filter, in one transaction."""
    with project.session() as session:
        queries.remove(session, _PAGE, name)


def _from_body(name: str, body: dict[str, Any]) -> SavedImageFilter:
    wanted, sort = dict(body["filter"]), body["sort"]
    return SavedImageFilter(
        name,
        ImageFilter(
            splits=tuple(split for split in SPLITS if split in wanted["splits"]),
            bins=tuple(wanted["bins"]),
            low=wanted["low"],
            high=wanted["high"],
            problem=wanted["problem"],
            vetoed=wanted["vetoed"],
            tag=None if wanted["tag"] is None else Tag(**wanted["tag"]),
            changed=None if wanted["changed"] is None else ChangedRatings(**wanted["changed"]),
            text=wanted["text"],
        ),
        ImageSort(next((order for order in ORDERS if order == sort["by"]), "id"), bool(sort["descending"])),
    )
