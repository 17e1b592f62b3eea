"""Reviewers beside the first one: their names, and how far they agree with the first. No Qt, no torch.

The first reviewer has no name and decides: training uses their latest decision on a pair. Named reviewers review the
same pairs for themselves. Agreement is between keep and veto, whatever a veto's scope and reason are.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass

from db.models import DECIDING
from db.queries import meta
from db.queries.reviewing import reviewers as queries
from studio.services.errors import StudioError
from studio.services.projects.project import Project
from studio.services.review import pair_list

LONGEST = 40
"""Characters of a name."""
_KEY = "reviewers"
_VERDICTS = ("keep", "veto")
_Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class ReviewerAgreement:
    """A named reviewer beside the first one, on the ``n`` pairs on which both have decided.

    Attributes:
        reviewed: pairs that this reviewer has decided on.
        same, same_lo, same_hi: share of equal verdicts with Wilson's 95% interval; None without common pairs.
        kappa, lo, hi: Cohen's kappa with its 95% bootstrap interval; None if undefined, as when all verdicts are equal.
        disagreements: pairs with different verdicts.
    """

    reviewer: str
    reviewed: int
    n: int
    same: float | None = None
    same_lo: float | None = None
    same_hi: float | None = None
    kappa: float | None = None
    lo: float | None = None
    hi: float | None = None
    disagreements: int = 0


def reviewer_names(project: Project) -> tuple[str, ...]:
    """Return the named reviewers: those that were added, then others that have decided."""
    with project.reader() as session:
        stored = meta.get(session, _KEY)
        found = queries.reviewers(session)
    return tuple(dict.fromkeys([*(json.loads(stored) if stored else ()), *found]))


def add_reviewer(project: Project, name: str) -> str:
    """Add a reviewer in one transaction; returns the name with its white space tidied.

    Raises:
        StudioError: the name is empty, too long, or there already.
    """
    wanted = " ".join(name.split())
    if not wanted or len(wanted) > LONGEST:
        raise StudioError("A reviewer needs a name.", f"Enter 1 to {LONGEST} characters.")
    known = reviewer_names(project)
    if wanted.casefold() in (each.casefold() for each in known):
        raise StudioError(f"“{wanted}” is a reviewer already.", "Choose them in the list, or enter another name.")
    with project.session() as session:
        meta.put(session, _KEY, json.dumps([*known, wanted]))
    return wanted


def agreements(project: Project, iteration: int | None = None) -> list[ReviewerAgreement]:
    """Return each named reviewer's agreement with the first one; None: of all iterations."""
    return [_agreement(project, name, iteration) for name in reviewer_names(project)]


def _agreement(project: Project, reviewer: str, iteration: int | None) -> ReviewerAgreement:
    import numpy as np

    from studio.services.judging.agreement import kappa_interval

    assert reviewer != DECIDING
    reviewed = pair_list.counts(project, iteration, reviewer).reviewed
    with project.reader() as session:
        found = queries.verdict_pairs(session, reviewer, iteration)
    n = sum(found.values())
    if not n:
        return ReviewerAgreement(reviewer, reviewed, 0)
    same = sum(count for (first, second), count in found.items() if first == second)
    matrix = np.array([[found.get((first, second), 0) for second in _VERDICTS] for first in _VERDICTS])
    kappa, lo, hi = kappa_interval(matrix)
    return ReviewerAgreement(reviewer, reviewed, n, same / n, *wilson_interval(same, n), kappa, lo, hi, n - same)


def wilson_interval(successes: int, n: int) -> tuple[float, float]:
    """Return Wilson's 95% interval of a share; n is at least 1."""
    share, square = successes / n, _Z * _Z
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = _Z / (1 + square / n) * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)
