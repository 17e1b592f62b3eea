"""The words of an iteration's pairs as TF-IDF vectors, kept in memory until a text changes. No Qt, no torch.

A pair is one document: its chosen and its rejected text. The weight of a word is (1 + ln count) * (1 + ln((1 + n) /
(1 + pairs with it))), and vectors have length 1, so that a product of two is their cosine.
"""

from __future__ import annotations

import re
import threading
from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from db.queries.reviewing import pair_texts
from studio.services.projects.project import Project

if TYPE_CHECKING:  # SciPy is loaded where it is needed
    from studio.services.images.image_columns import Ids

_WORD = re.compile(r"\w.*\w")
"""What is a word between white space: two letters or digits at least, without the punctuation around them."""


@dataclass(frozen=True, slots=True)
class TextIndex:
    """``weights`` is a SciPy sparse matrix [pairs, words], rows in the order of ``ids`` (ascending)."""

    ids: Ids
    words: tuple[str, ...]
    weights: Any

    def place(self, pair_id: int) -> int | None:
        """Return the row of a pair."""
        import numpy as np

        place = int(np.searchsorted(self.ids, pair_id))
        return place if place < len(self.ids) and self.ids[place] == pair_id else None


class TextIndexes:
    """The index of the iteration asked for last; thread-safe. One for each open window."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._lock = threading.Lock()
        self._known: tuple[list[tuple[int, str, str]], TextIndex] | None = None

    def of(self, iteration: int) -> TextIndex:
        """Return the index of an iteration's pairs as they are now; made again only if a text is another one.

        The texts are read each time: ids are used again after an iteration was discarded, and new texts replace old
        ones in place.
        """
        with self._lock:
            with self._project.reader() as session:
                rows = pair_texts.pair_texts(session, iteration)
            if self._known is not None and self._known[0] == rows:
                return self._known[1]
            index = make_index([row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows])
            self._known = (rows, index)
            return index


def make_index(ids: list[int], chosen: list[str], rejected: list[str]) -> TextIndex:
    """Return the index of these pairs; ids ascending."""
    import numpy as np
    from scipy.sparse import csr_array

    vocabulary, found, tokens = _Vocabulary(), array("q"), []
    for one, other in zip(chosen, rejected, strict=True):
        before = len(found)
        found.extend(map(vocabulary.__getitem__, f"{one} {other}".casefold().split()))
        tokens.append(len(found) - before)
    terms = np.frombuffer(found, dtype=np.int64)
    n, size = len(ids), max(1, len(vocabulary.words))
    pairs = np.repeat(np.arange(n, dtype=np.int64), tokens)
    keys, counts = np.unique((pairs * size + terms)[terms >= 0], return_counts=True)
    rows, columns = keys // size, keys % size
    seen = np.bincount(columns, minlength=size)
    values = (1 + np.log(counts)) * (1 + np.log((1 + n) / (1 + seen)))[columns]
    norms = np.sqrt(np.bincount(rows, values**2, minlength=n))
    starts = np.concatenate(([0], np.cumsum(np.bincount(rows, minlength=n))))
    weights = csr_array(((values / norms[rows]).astype(np.float32), columns, starts), shape=(n, size))
    return TextIndex(np.asarray(ids, dtype=np.int64), tuple(vocabulary.words), weights)


class _Vocabulary(dict[str, int]):
    """Numbers of the words in what is between white space; -1 for what is no word. Each is looked at once."""

    def __init__(self) -> None:
        super().__init__()
        self.words: dict[str, int] = {}

    def __missing__(self, token: str) -> int:
        word = _WORD.search(token)
        number = -1 if word is None else self.words.setdefault(word.group(), len(self.words))
        self[token] = number
        return number
