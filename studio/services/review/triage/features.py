"""Numbers that describe pairs for the triage: flags, scores, margins, lengths, tone, and words. No Qt, no torch."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from db.queries.reviewing.triage_rows import TriageRow
from engine.contract.polarity import polarity
from studio.services.review.flags import WEIGHTS
from studio.services.review.text_index import make_index

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


def plain_features(rows: Sequence[TriageRow]) -> Array:
    """Return all but the words, standardised over all rows, shape [pairs, features]; constant ones are 0."""
    import numpy as np

    margins = np.array([[_nan(row.margin_score), _nan(row.margin_consistency)] for row in rows]).reshape(-1, 2)
    missing = np.isnan(margins)
    with np.errstate(all="ignore"):
        means = [column[~np.isnan(column)].mean() if (~np.isnan(column)).any() else 0.0 for column in margins.T]
    margins = np.where(missing, means, margins)
    texts = np.array([_text_features(row.chosen, row.rejected) for row in rows]).reshape(len(rows), -1)
    scores = np.array([[row.chosen_score, row.rejected_score] for row in rows], dtype=float).reshape(-1, 2)
    distance = np.abs(scores[:, :1] - scores[:, 1:])
    higher = scores[:, :1] > scores[:, 1:]
    flags = np.array([[flag in row.flags for flag in WEIGHTS] for row in rows], dtype=float).reshape(len(rows), -1)
    found = np.hstack([flags, scores, distance, higher, margins, missing, texts]).astype(float)
    spread = found.std(axis=0)
    result: Array = (found - found.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    return result


def word_features(rows: Sequence[TriageRow]) -> Any:
    """Return TF-IDF weights of the words of the chosen, then of the rejected text: sparse [pairs, words], 0 to 1."""
    from scipy.sparse import hstack
    from sklearn.preprocessing import MaxAbsScaler

    ids, none = [row.id for row in rows], [""] * len(rows)
    chosen = make_index(ids, [row.chosen for row in rows], none)
    rejected = make_index(ids, [row.rejected for row in rows], none)
    return MaxAbsScaler().fit_transform(hstack([chosen.weights, rejected.weights], format="csr"))


def _text_features(chosen: str, rejected: str) -> tuple[float, ...]:
    one, other = chosen.casefold().split(), rejected.casefold().split()
    words, others = math.log1p(len(one)), math.log1p(len(other))
    tone, against = quick_tone(one), quick_tone(other)
    every = set(one) | set(other)
    common = len(set(one) & set(other)) / len(every) if every else 1.0
    return words, others, min(words, others), abs(words - others), tone, against, tone - against, common


def quick_tone(words: Sequence[str]) -> float:
    """Return the mean polarity of the words that have one, -1 to 1; 0 without any.

    Negations and what clauses do are ignored: reading every text as the flags do takes minutes for thousands of pairs.
    """
    values = [value for word in words if (value := _word_tone(word.strip(".,;:!?()\"'")))]
    return sum(values) / len(values) if values else 0.0


@lru_cache(maxsize=50_000)
def _word_tone(word: str) -> float:
    return polarity(word)


def _nan(value: float | None) -> float:
    return float("nan") if value is None else value
