"""Pairs whose texts are like those of a chosen one, by TF-IDF cosine. No Qt, no torch."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import cast

from db.queries.reviewing import pair_texts
from studio.services.errors import StudioError
from studio.services.projects.project import Project
from studio.services.review.text_index import TextIndex, TextIndexes
from studio.services.review.types import PairVerdict

SHARED_WORDS = 6
"""Words that say why a pair is similar: those that add most to the cosine."""
LEAST = 0.05
"""Pairs below this cosine have nothing in common but the commonest words, and are left out."""


class SharedWords:
    """The words that pairs share with a chosen one, found when they are asked for; ``places`` are rows of the index."""

    def __init__(self, index: TextIndex, place: int) -> None:
        import numpy as np

        chosen = index.weights[[place]]
        self._index = index
        self._weight = np.zeros(index.weights.shape[1], dtype=np.float32)
        self._weight[chosen.indices] = chosen.data
        self._known: dict[int, tuple[str, ...]] = {}

    def of(self, place: int) -> tuple[str, ...]:
        """Return the words of both, those that count most first."""
        found = self._known.get(place)
        if found is None:
            found = self._known[place] = self._find(place)
        return found

    def _find(self, place: int) -> tuple[str, ...]:
        import numpy as np

        weights, words = self._index.weights, self._index.words
        own = slice(weights.indptr[place], weights.indptr[place + 1])
        columns = weights.indices[own]
        share = weights.data[own] * self._weight[columns]
        best = np.argsort(-share)[:SHARED_WORDS]
        return tuple(words[columns[each]] for each in best.tolist() if share[each] > 0)


@dataclass(frozen=True, slots=True)
class SimilarPair:
    """A pair and its cosine (0 to 1) to the chosen one; ``shared``: words of both, those that count most first."""

    id: int
    image_name: str
    verdict: PairVerdict
    reason: str
    similarity: float
    place: int = field(repr=False)
    words: SharedWords = field(repr=False)

    @property
    def shared(self) -> tuple[str, ...]:
        """Return the words that add most to the similarity, those that add most first."""
        return self.words.of(self.place)


@dataclass(frozen=True, slots=True)
class TextComparison:
    """The chosen pair, then those of its iteration that are like it, most similar first.

    ``edits``: all edited texts of the iteration when they were compared.
    """

    pairs: list[SimilarPair]
    edits: list[tuple[int, str | None, str | None]]


class SimilarPairs:
    """Compares the texts of a pair with those of the others of its iteration."""

    def __init__(
        self, project: Project, indexes: TextIndexes, pair_id: int, iteration: int, reviewer: str = ""
    ) -> None:
        self._project, self._indexes = project, indexes
        self._pair, self._iteration, self._reviewer = pair_id, iteration, reviewer

    def find(self) -> TextComparison:
        """Compare the texts and read the verdicts.

        Raises:
            StudioError: the pair is not among the pairs of this iteration any more.
        """
        import numpy as np

        with self._project.reader() as session:
            edits = pair_texts.edited_texts(session, self._iteration)
        index = self._indexes.of(self._iteration)
        place = index.place(self._pair)
        if place is None:
            raise StudioError("This pair was replaced.", "Choose another one in the list.")
        with self._project.reader() as session:
            known = pair_texts.names_and_verdicts(session, self._iteration, self._reviewer)
        cosines = (index.weights @ index.weights[[place]].T).toarray().ravel()
        cosines[place] = 2.0  # itself comes first, even if a copy of it is before it
        order = np.argsort(-cosines, kind="stable")
        words = SharedWords(index, place)
        found = []
        for row in order[cosines[order] >= LEAST].tolist():
            key = int(index.ids[row])
            if key in known:
                name, verdict, reason = known[key]
                cosine = min(1.0, float(cosines[row]))
                found.append(SimilarPair(key, name, cast(PairVerdict, verdict), reason, cosine, row, words))
        return TextComparison(found, edits)

    def follow(self, compared: TextComparison) -> TextComparison:
        """Return this with the verdicts of now; texts are compared again only if one was edited since.

        Raises:
            StudioError: the pair is not among the pairs of this iteration any more.
        """
        with self._project.reader() as session:
            edits = pair_texts.edited_texts(session, self._iteration)
            known = pair_texts.names_and_verdicts(session, self._iteration, self._reviewer)
        if edits != compared.edits or any(pair.id not in known for pair in compared.pairs):
            return self.find()
        given = ((pair, *known[pair.id][1:]) for pair in compared.pairs)
        pairs = [replace(pair, verdict=cast(PairVerdict, verdict), reason=reason) for pair, verdict, reason in given]
        return TextComparison(pairs, edits)
