"""Pairs whose texts are like those of a chosen one, by TF-IDF cosine. No Qt, no torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from db.queries.reviewing import pair_texts
from studio.services.errors import StudioError
from studio.services.projects.project import Project
from studio.services.review.text_index import TextIndexes
from studio.services.review.types import PairVerdict

SHARED_WORDS = 6
"""Words that say why a pair is similar: those that add most to the cosine."""
LEAST = 0.05
"""Pairs below this cosine have nothing in common but the commonest words, and are left out."""


@dataclass(frozen=True, slots=True)
class SimilarPair:
    """A pair and its cosine (0 to 1) to the chosen one; ``shared``: words of both, those that count most first."""

    id: int
    image_name: str
    verdict: PairVerdict
    reason: str
    similarity: float
    shared: tuple[str, ...]


def similar_pairs(
    project: Project, indexes: TextIndexes, pair_id: int, iteration: int, reviewer: str = ""
) -> list[SimilarPair]:
    """Return this pair, then those of the iteration that are like it, most similar first.

    Raises:
        StudioError: the pair is not among the pairs of this iteration any more.
    """
    import numpy as np

    index = indexes.of(iteration)
    place = index.place(pair_id)
    if place is None:
        raise StudioError("This pair was replaced.", "Choose another one in the list.")
    with project.reader() as session:
        known = pair_texts.names_and_verdicts(session, iteration, reviewer)
    chosen = index.weights[[place]]
    cosines = (index.weights @ chosen.T).toarray().ravel()
    cosines[place] = 2.0  # itself comes first, even if a copy of it is before it
    order = np.argsort(-cosines, kind="stable")
    order = order[cosines[order] >= LEAST]
    weight = np.zeros(index.weights.shape[1], dtype=np.float32)
    weight[chosen.indices] = chosen.data
    starts, columns, data = index.weights.indptr, index.weights.indices, index.weights.data
    found = []
    for row in order.tolist():
        own = columns[starts[row] : starts[row + 1]]
        share = data[starts[row] : starts[row + 1]] * weight[own]
        best = np.argsort(-share)[:SHARED_WORDS]
        shared = tuple(index.words[own[each]] for each in best.tolist() if share[each] > 0)
        key = int(index.ids[row])
        if key in known:
            name, verdict, reason = known[key]
            found.append(
                SimilarPair(key, name, cast(PairVerdict, verdict), reason, min(1.0, float(cosines[row])), shared)
            )
    return found
