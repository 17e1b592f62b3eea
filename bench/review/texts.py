"""How long the words of similar pairs and the order by doubt take, by CPU time."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

from bench.big_project import WORDS
from db.queries.reviewing.triage_rows import TriageRow
from studio.services.review.text_index import make_index
from studio.services.review.triage.ranking import rank

SEED = 7
RARE = 3000
"""Words beside the common ones, each seldom."""
PLANTED, SHARE = "lovely", 0.1
"""The word for which the simulated reviewer vetoes, and the share of the pairs that have it."""


def measure(pairs: int, words: int, reviewed: int) -> dict[str, Any]:
    """Return CPU seconds without imports, and how well the order finds a planted rule."""
    rows = _rows(pairs, words, reviewed)
    _timed(lambda: rank(_rows(200, 20, 100), 1))  # imports
    texts = [row.chosen for row in rows], [row.rejected for row in rows]
    index, indexed = _timed(lambda: make_index([row.id for row in rows], *texts))
    _, compared = _timed(lambda: (index.weights @ index.weights[[0]].T).toarray())
    ranking, learned = _timed(lambda: rank(rows, 1))
    return {
        "pairs": pairs,
        "words": words,
        "verdicts": ranking.verdicts,
        "vetoes": ranking.vetoes,
        "index_s": round(indexed, 2),
        "compare_s": round(compared, 6),
        "learn_s": round(learned, 2),
        "found_in_first_30_percent": round(ranking.found, 3),
        "p": ranking.p,
    }


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    began = time.thread_time()
    result = work()
    return result, time.thread_time() - began


def _rows(pairs: int, words: int, reviewed: int) -> list[TriageRow]:
    chance = random.Random(SEED)
    known = [*WORDS, *(f"rare{number}" for number in range(RARE))]
    decided = set(chance.sample(range(pairs), min(reviewed, pairs)))
    rows = []
    for number in range(pairs):
        planted = chance.random() < SHARE
        chosen, rejected = (" ".join(chance.choices(known, k=words)) for _ in range(2))
        verdict = ("veto" if planted else "keep") if number in decided else "none"
        text = f"{PLANTED} {chosen}" if planted else chosen
        rows.append(TriageRow(number + 1, text, rejected, 7, 2, chance.gauss(1, 1), None, [], verdict, number))
    return rows


def markdown(found: dict[str, Any]) -> str:
    """Format the figures as a Markdown table."""
    head = f"{found['pairs']} pairs of {found['words']} words a text, {found['verdicts']} verdicts"
    return "\n".join(
        [
            head,
            "",
            "| | CPU, s |",
            "|---|---|",
            f"| words of all pairs | {found['index_s']} |",
            f"| similar pairs of one | {found['compare_s']:.3f} |",
            f"| order by doubt, cross-validated | {found['learn_s']} |",
        ]
    )
