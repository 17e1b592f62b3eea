"""Reviewers beside the first one: their names, and how far they agree with the first. No Qt, no torch.

The first reviewer has no name and decides: training uses their latest decision on a pair. Named reviewers review the
same pairs for themselves. Agreement is between keep and veto, whatever a veto's scope and reason are, and between the
verdicts that each gave: one that the first took over from the other says nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from db.models import DECIDING
from db.queries import meta
from db.queries.reviewing import reviewers as queries
from engine.contract.statistics.intervals import wilson_interval
from studio.services.errors import StudioError
from studio.services.projects.project import Project
from studio.services.review import pair_list

LONGEST = 40
"""Characters of a name."""
_KEY = "reviewers"
_VERDICTS = ("keep", "veto")


@dataclass(frozen=True, slots=True)
class ReviewerAgreement:
    """A named reviewer beside the first one, on the ``n`` pairs on which both have decided for themselves.

    A verdict that the first one took over is none of theirs: the one that they gave before is compared.

    Attributes:
        reviewed: pairs that this reviewer has decided on.
        same, same_lo, same_hi: share of equal verdicts with Wilson's 95% interval; None without common pairs.
        kappa, lo, hi: Cohen's kappa with its 95% bootstrap interval; None if undefined, as when all verdicts are equal.
            There is no interval without any disagreement.
        disagreements: pairs whose verdicts in effect are different.
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
    different = sum(count for _own, first, second, count in found if first != second)
    matrix = np.zeros((len(_VERDICTS), len(_VERDICTS)), dtype=np.int64)
    for own, _first, second, count in found:
        if own in _VERDICTS:
            matrix[_VERDICTS.index(own), _VERDICTS.index(second)] += count
    n = int(matrix.sum())
    if not n:
        return ReviewerAgreement(reviewer, reviewed, 0, disagreements=different)
    same = float(np.trace(matrix)) / n
    kappa, lo, hi = kappa_interval(matrix)
    return ReviewerAgreement(reviewer, reviewed, n, same, *wilson_interval(same, n), kappa, lo, hi, different)
