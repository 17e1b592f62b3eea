"""Rank unreviewed pairs by the chance of a veto: a logistic regression on the verdicts so far. No Qt, no torch.

How well it does is measured by cross-validation, on verdicts that the model in question has not seen: the share of the
vetoes among the first 30% by its order, and the area under the ROC curve (AUC). Ranks are compared within a fold only,
since each fold has a model of its own. Whether there is a pattern at all is a stratified rank test (van Elteren's) of
that AUC against 0.5, with twice its variance, since folds learn from one another. Pairs of one image, as of several
lines, are in one fold and count as one observation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, sqrt
from typing import TYPE_CHECKING, Any

from db.queries.reviewing.triage_rows import TriageRow, triage_rows
from studio.services.projects.project import Project
from studio.services.review.triage.features import plain_features, word_features

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from studio.services.images.image_columns import Ids

    Array = NDArray[Any]

MIN_VERDICTS, MIN_VETOES, MIN_KEPT = 40, 10, 10
FIRST = 0.3
"""Share of the order that the hit rate is about."""
WORDS = 60
"""Words that a model uses: those whose weights differ most between vetoed and kept pairs (chi-squared)."""
LEVEL = 0.01
"""Probability of the rank test below which there is a pattern."""
FOLDS, REPEATS, SEED = 5, 3, 0
CHANGE_C = 0.3
"""Strength of the weights: the inverse of scikit-learn's regularisation."""


@dataclass(frozen=True, slots=True)
class Triage:
    """The ranking of an iteration's pairs, and how good it is.

    Attributes:
        iteration: whose pairs they are.
        verdicts, vetoes: what was learned from.
        vetoed_images: the images that the vetoes are about.
        missing_verdicts, missing_vetoes, missing_kept: how many more are needed (vetoes and kept pairs of different
            images); all 0 if there are enough.
        ids, chances: the pairs, ascending, and the estimated chance of a veto of each; None without enough verdicts.
        found: share of the vetoes among the first ``FIRST`` of the order, cross-validated.
        auc, p: cross-validated area under the ROC curve, and how likely one as large is if vetoes are random.
        """  # fmt: skip

    iteration: int
    verdicts: int
    vetoes: int
    vetoed_images: int
    missing_verdicts: int = 0
    missing_vetoes: int = 0
    missing_kept: int = 0
    ids: Ids | None = None
    chances: Array | None = None
    found: float = 0.0
    auc: float = 0.5
    p: float = 1.0

    @property
    def is_enough(self) -> bool:
        """Return whether there are enough verdicts to learn from."""
        return self.ids is not None

    @property
    def has_pattern(self) -> bool:
        """Return whether vetoes follow a pattern that the order uses; if not, it is no better than chance."""
        return self.is_enough and self.p < LEVEL


def triage(project: Project, iteration: int, reviewer: str = "") -> Triage:
    """Learn from a reviewer's verdicts on an iteration's pairs; a few seconds for thousands of pairs."""
    with project.reader() as session:
        rows = triage_rows(session, iteration, reviewer)
    return rank(rows, iteration)


def rank(rows: Sequence[TriageRow], iteration: int) -> Triage:
    """Return the ranking of these pairs, in id order."""
    import numpy as np

    vetoed = np.array([row.verdict == "veto" for row in rows], dtype=bool)
    decided = np.array([row.verdict != "none" for row in rows], dtype=bool)
    verdicts, vetoes = int(decided.sum()), int(vetoed.sum())
    images = np.array([row.image_id for row in rows], dtype=np.int64)
    different, kept = (len(np.unique(images[which])) for which in (vetoed, decided & ~vetoed))
    missing = max(0, MIN_VERDICTS - verdicts), max(0, MIN_VETOES - different), max(0, MIN_KEPT - kept)
    if any(missing):
        return Triage(iteration, verdicts, vetoes, different, *missing)
    plain, words = plain_features(rows), word_features(rows)
    known = np.flatnonzero(decided)
    labels = vetoed[known]
    found, auc, p = _cross_validated(plain[known], words[known], labels, images[known])
    chances = _predicted(plain[known], words[known], labels, plain, words)
    ids = np.array([row.id for row in rows], dtype=np.int64)
    return Triage(iteration, verdicts, vetoes, different, 0, 0, 0, ids, chances, found, auc, p)


def in_order(ranking: Triage, ids: Ids) -> Ids:
    """Return these pairs by falling chance of a veto; pairs that came after the ranking are last."""
    import numpy as np

    if ranking.ids is None or ranking.chances is None:
        return ids
    places = np.searchsorted(ranking.ids, ids).clip(max=max(0, len(ranking.ids) - 1))
    known = ranking.ids[places] == ids if len(ranking.ids) else np.zeros(len(ids), dtype=bool)
    chances = np.where(known, ranking.chances[places], -1.0) if len(ranking.ids) else np.full(len(ids), -1.0)
    order: Ids = ids[np.argsort(-chances, kind="stable")]
    return order


def _predicted(plain: Array, words: Any, labels: Array, new_plain: Array, new_words: Any) -> Array:
    """Fit on the first, return the chance of a veto for the others."""
    from scipy.sparse import csr_array, hstack
    from sklearn.feature_selection import SelectKBest, chi2
    from sklearn.linear_model import LogisticRegression

    seen = words.getnnz(axis=0) if hasattr(words, "getnnz") else (words != 0).sum(axis=0)
    often = seen >= 2  # a word of one pair says nothing about others
    chosen = SelectKBest(chi2, k=min(WORDS, int(often.sum()))) if often.any() else None
    parts, new_parts = [csr_array(plain)], [csr_array(new_plain)]
    if chosen is not None:
        parts.append(chosen.fit_transform(words[:, often], labels))
        new_parts.append(chosen.transform(new_words[:, often]))
    model = LogisticRegression(C=CHANGE_C, class_weight="balanced", max_iter=500)
    model.fit(hstack(parts, format="csr"), labels)
    chances: Array = model.predict_proba(hstack(new_parts, format="csr"))[:, 1]
    return chances


def _cross_validated(plain: Array, words: Any, labels: Array, images: Array) -> tuple[float, float, float]:
    """Return the hit rate, the AUC and the probability of such an AUC by chance."""
    import numpy as np

    hits, better, compared, variance = 0.0, 0.0, 0.0, 0.0
    for repeat in range(REPEATS):
        fold = folds(labels, images, SEED + repeat)
        for number in range(FOLDS):
            train, test = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
            chances = _predicted(plain[train], words[train], labels[train], plain[test], words[test])
            vetoed, kept = chances[labels[test]], chances[~labels[test]]
            first = FIRST * len(test)
            order = np.argsort(-chances, kind="stable")
            hits += _found(labels[test][order], first)
            differences = vetoed[:, None] - kept[None, :]
            better += float((differences > 0).sum() + 0.5 * (differences == 0).sum())
            compared += len(vetoed) * len(kept)
            pairs_an_image = len(test) / len(np.unique(images[test]))
            variance += len(vetoed) * len(kept) * (len(test) + 1) / 12 * pairs_an_image
    # Repeats use the same verdicts again: they make the estimate steadier, but add no evidence. What makes a verdict of
    # one fold like one of another raises the ranks in both folds, so that the variance is up to twice that of the test.
    deviation = (better - compared / 2) / REPEATS
    z = deviation / sqrt(2 * variance / REPEATS)
    return hits / (REPEATS * int(labels.sum())), better / compared, 0.5 * erfc(z / sqrt(2))


def folds(labels: Array, images: Array, seed: int) -> Array:
    """Return the fold of each pair, 0 to ``FOLDS`` - 1: random, an image in one fold, vetoes spread evenly.

    scikit-learn's StratifiedGroupKFold takes seconds for thousands of images.
    """
    import numpy as np

    units, which = np.unique(images, return_inverse=True)
    shares = np.bincount(which, labels) / np.bincount(which)
    dealt = np.random.default_rng(seed).permutation(len(units))
    dealt = dealt[np.argsort(shares[dealt], kind="stable")]
    fold = np.empty(len(units), dtype=np.int64)
    fold[dealt] = np.arange(len(units)) % FOLDS
    found: Array = fold[which]
    return found


def _found(vetoed: Array, first: float) -> float:
    """Return the vetoes among the first so many (a fraction counts in part) of an order."""
    whole = int(first)
    part = (first - whole) * float(vetoed[whole]) if whole < len(vetoed) else 0.0
    return float(vetoed[:whole].sum()) + part
