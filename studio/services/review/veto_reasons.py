"""Reasons of vetoes: the project's own list, and how often each was given. No Qt, no torch.

A verdict stores its reason as text, so that changing the list changes no verdict.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from db.queries import meta
from db.queries.reviewing import pair_filters
from studio.services.errors import StudioError
from studio.services.projects.project import Project
from studio.services.review.types import ReasonCount

MOST = 9
"""Reasons in a list: one for each of the keys 1 to 9."""
LONGEST = 60
"""Characters of a reason."""
DEFAULT_REASONS = (
    "wrong object",
    "generic",
    "contradicts the score",
    "format",
    "language",
    "texts too similar",
    "repetitive",
)
_KEY = "veto_reasons"


def veto_reasons(project: Project) -> tuple[str, ...]:
    """Return the project's reasons, the first for key 1."""
    with project.reader() as session:
        stored = meta.get(session, _KEY)
    return DEFAULT_REASONS if stored is None else tuple(json.loads(stored))


def set_veto_reasons(project: Project, reasons: Sequence[str]) -> tuple[str, ...]:
    """Replace the project's list, in one transaction; empty texts are left out. Returns the list.

    Raises:
        StudioError: there are too many reasons, one is too long, or one is there twice.
    """
    wanted = tuple(text for reason in reasons if (text := " ".join(reason.split())))
    if len(wanted) > MOST:
        raise StudioError(f"{len(wanted)} reasons are too many.", f"Enter at most {MOST}, one for each of the keys.")
    for number, reason in enumerate(wanted):
        if len(reason) > LONGEST:
            raise StudioError(f"“{reason[:LONGEST]}…” is too long.", f"Use at most {LONGEST} characters.")
        if reason.casefold() in (other.casefold() for other in wanted[:number]):
            raise StudioError(f"“{reason}” is there twice.", "Remove one of them.")
    with project.session() as session:
        meta.put(session, _KEY, json.dumps(wanted))
    return wanted


def reason_counts(project: Project, iteration: int | None = None, reviewer: str = "") -> list[ReasonCount]:
    """Return how many pairs are vetoed for each reason, most frequent first; "" is no reason. None: all iterations.

    Reasons of the project's list that were not given are included, at the end.
    """
    with project.reader() as session:
        found = pair_filters.reason_counts(session, iteration, reviewer)
    unused = [reason for reason in veto_reasons(project) if reason not in found]
    return [ReasonCount(reason, pairs) for reason, pairs in [*found.items(), *((reason, 0) for reason in unused)]]
