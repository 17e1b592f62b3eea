"""Veto many pairs of an iteration at once: ``python scripts/veto_by_flag.py PROJECT --iteration 1 --count 100``.

Vetoes pairs with the flag first, in the order of the list of pairs, then others drawn at random by the seed, until
there are as many as asked for; pairs that are vetoed already are left alone. It is one step of the review: one undo in
the window takes it back. Close the project's window first.

To see what the vetoes change, train the iteration again with them (or without them, if they came before its training):

    score-studio run PROJECT --recipe retrained --iteration 1
    score-studio lines PROJECT
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Sequence
from pathlib import Path

from studio.services.errors import StudioError
from studio.services.projects.create_and_open import open_project
from studio.services.projects.project import Project
from studio.services.review import pair_list, review_steps
from studio.services.review.flags import WEIGHTS
from studio.services.review.types import PairFilter


def veto_by_flag(project: Project, iteration: int, count: int, flag: str, seed: int) -> tuple[int, int]:
    """Return how many pairs with the flag and how many others were vetoed.

    Raises:
        StudioError: the iteration has no pair that is not vetoed yet.
    """

    def listed(**conditions: str) -> list[int]:
        ids: list[int] = pair_list.listed(project, PairFilter(iteration=iteration, **conditions)).tolist()  # type: ignore[arg-type]
        return ids

    vetoed = set(listed(state="veto"))
    flagged = [pair_id for pair_id in listed(flag=flag) if pair_id not in vetoed][:count]
    others = [pair_id for pair_id in listed() if pair_id not in vetoed.union(flagged)]
    drawn = random.Random(seed).sample(others, min(count - len(flagged), len(others)))
    review_steps.decide_all(project, flagged + sorted(drawn), "veto")
    return len(flagged), len(drawn)


def main(arguments: Sequence[str] | None = None) -> int:
    """Return the exit code."""
    parser = argparse.ArgumentParser(description="Veto many pairs of an iteration at once.")
    parser.add_argument("project", type=Path)
    parser.add_argument("--iteration", type=int, default=1)
    parser.add_argument("--count", type=int, default=100, help="how many pairs to veto (100)")
    parser.add_argument("--flag", choices=sorted(WEIGHTS), default="rejected_praises", help="these pairs come first")
    parser.add_argument("--seed", type=int, default=0, help="decides which other pairs are drawn (0)")
    given = parser.parse_args(arguments)
    if given.count < 1:
        parser.error("--count must be at least 1")
    try:
        project = open_project(given.project, exclusive=True)
        try:
            flagged, drawn = veto_by_flag(project, given.iteration, given.count, given.flag, given.seed)
        finally:
            project.close()
    except StudioError as error:
        print(error, file=sys.stderr)
        return 2
    print(
        f"Vetoed {flagged + drawn} pairs of iteration {given.iteration}: {flagged} with {given.flag}, {drawn} others."
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
