"""How far judges agree on the same explanations: language models, people, and the estimate from word tone.

Weighted kappa (Cohen 1968, quadratic weights) is 1 if two judges always give the same grade and 0 if they agree as by
chance; a grade that is far off counts more. No Qt, no torch.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from db.models import WORD_TONE
from db.queries import grading as queries
from engine.contract.judge_types import GRADE_WORDS
from studio.services.judging.grading import SCALES, Scale
from studio.services.judging.judge_names import is_person
from studio.services.projects.project import Project

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

GRADES = len(GRADE_WORDS)
RESAMPLES = 1000
SEED = 0
_EQUAL = 1e-9
"""Kappas that differ by less are the same one."""


@dataclass(frozen=True, slots=True)
class JudgeSummary:
    """One judge: how many explanations it was given, how many it graded, and its mean on each scale (None: no grades).

    ``kind`` is "model", "person" or "estimate": the last is word tone, which is no judge.
    """

    judge: str
    kind: str
    asked: int
    graded: int
    means: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class JudgePair:
    """The agreement of two judges on one scale, on the ``n`` explanations that both graded.

    Attributes:
        kappa, lo, hi: quadratic weighted kappa with its 95% bootstrap interval; None if undefined. No interval
            without any disagreement.
        spearman: rank correlation; None if one of them always gives the same grade.
        same: the share of equal grades.
        matrix: counts by the grade of ``first`` (rows) and of ``second``, from bad to excellent.
    """

    first: str
    second: str
    scale: Scale
    n: int
    kappa: float | None
    lo: float | None
    hi: float | None
    spearman: float | None
    same: float
    matrix: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """All judges, and every two of them that have graded the same explanations."""

    judges: tuple[JudgeSummary, ...]
    pairs: tuple[JudgePair, ...]


def agreement(project: Project) -> Agreement:
    """Return what the judges of a project have graded and how far they agree."""
    import numpy as np

    with project.reader() as session:
        known = [judge for judge, _ in queries.judges(session)]
        found = {judge: queries.grades_of(session, judge) for judge in sorted(known, key=_rank)}
    ids = {judge: np.asarray([row[0] for row in rows], dtype=np.int64) for judge, rows in found.items()}
    given = {
        judge: np.asarray([row[1:4] for row in rows], dtype=np.float64).reshape(-1, len(SCALES))
        for judge, rows in found.items()
    }
    summaries = tuple(_summary(judge, grades) for judge, grades in given.items())
    pairs = []
    for first, second in itertools.combinations(found, 2):
        _, mine, theirs = np.intersect1d(ids[first], ids[second], assume_unique=True, return_indices=True)
        for place, scale in enumerate(SCALES):
            x, y = given[first][mine, place], given[second][theirs, place]
            both = np.isfinite(x) & np.isfinite(y)
            if both.any():
                pairs.append(_pair(first, second, scale, x[both].astype(int), y[both].astype(int)))
    return Agreement(summaries, tuple(pairs))


def _rank(judge: str) -> tuple[int, str]:
    """Language models first, then people, the estimate last."""
    return (2 if judge == WORD_TONE else 1 if is_person(judge) else 0), judge


def _summary(judge: str, grades: Array) -> JudgeSummary:
    import numpy as np

    known = np.isfinite(grades)
    means = tuple(
        float(grades[known[:, place], place].mean()) if known[:, place].any() else None for place in range(len(SCALES))
    )
    kind = "estimate" if judge == WORD_TONE else "person" if is_person(judge) else "model"
    return JudgeSummary(judge, kind, len(grades), int(known.any(axis=1).sum()), means)


def _pair(first: str, second: str, scale: Scale, x: Array, y: Array) -> JudgePair:
    import numpy as np

    n = len(x)
    matrix = np.zeros((GRADES, GRADES), dtype=np.int64)
    np.add.at(matrix, (x, y), 1)
    kappa, lo, hi = kappa_interval(matrix)
    return JudgePair(
        first,
        second,
        scale,
        n,
        kappa,
        lo,
        hi,
        _known(rank_correlation(matrix)),
        float(np.trace(matrix)) / n,
        tuple(tuple(int(count) for count in row) for row in matrix),
    )


def kappa_interval(matrix: Array) -> tuple[float | None, float | None, float | None]:
    """Return weighted kappa of counts ``[k, k]`` with its 95% bootstrap interval; None where it is undefined.

    There is no interval where all resamples have the same kappa, as without any disagreement: it would say that the
    value is certain. With two categories, quadratic weights are those of Cohen's unweighted kappa.
    """
    import numpy as np

    n, size = int(matrix.sum()), len(matrix)
    drawn = np.random.default_rng(SEED).multinomial(n, matrix.ravel() / n, RESAMPLES).reshape(-1, size, size)
    values = weighted_kappa(drawn)
    values = values[np.isfinite(values)]
    varies = len(values) >= RESAMPLES / 2 and float(np.ptp(values)) > _EQUAL
    lo, hi = np.percentile(values, [2.5, 97.5]) if varies else (math.nan, math.nan)
    return _known(float(weighted_kappa(matrix[None])[0])), _known(float(lo)), _known(float(hi))


def weighted_kappa(matrices: Array) -> Array:
    """Return Cohen's kappa with quadratic weights of count matrices ``[m, k, k]``; NaN where it is undefined."""
    import numpy as np

    grades = np.arange(matrices.shape[-1])
    weights = (grades[:, None] - grades[None, :]) ** 2
    totals = matrices.sum(axis=(1, 2))
    chance = matrices.sum(axis=2)[:, :, None] * matrices.sum(axis=1)[:, None, :] / totals[:, None, None]
    seen, expected = (weights * matrices).sum(axis=(1, 2)), (weights * chance).sum(axis=(1, 2))
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Array = np.where(expected > 0, 1 - seen / expected, np.nan)
    return found


def rank_correlation(matrix: Array) -> float:
    """Return Spearman's correlation, with average ranks for ties, from the counts ``[k, k]``; NaN if constant."""
    import numpy as np

    rows, columns, n = matrix.sum(axis=1), matrix.sum(axis=0), matrix.sum()
    x, y = (np.cumsum(counts) - (counts - 1) / 2 - (n + 1) / 2 for counts in (rows, columns))
    spread = float((rows * x * x).sum() * (columns * y * y).sum())
    return float((matrix * x[:, None] * y[None, :]).sum() / math.sqrt(spread)) if spread > 0 else math.nan


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None
