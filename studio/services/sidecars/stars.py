"""Stars from scores, by thresholds or by shares. Pure functions."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from studio.services.errors import StudioError
from studio.services.sidecars.types import (
    REJECTED,
    SidecarItem,
    StarCounts,
    StarRule,
    StarThresholds,
)


def star_counts(
    items: Iterable[SidecarItem], rule: StarRule | None, *, reject: bool = True, lower_is_better: bool = False
) -> StarCounts:
    """Return how many images get how many stars. Fast enough to be called while a slider moves.

    Raises:
        StudioError: the rule makes no sense.
    """
    rows = list(items)
    found = thresholds(rule, scores(rows), lower_is_better=lower_is_better) if rule is not None else None
    counts = [0] * 6
    rejected = unscored = 0
    for one in rows:
        if reject and one.pick == REJECTED:
            rejected += 1
        elif one.score is None or not math.isfinite(one.score):
            unscored += 1
        elif found is not None:
            counts[star(one.score, found, lower_is_better=lower_is_better)] += 1
    return StarCounts((counts[0], counts[1], counts[2], counts[3], counts[4], counts[5]), rejected, unscored, found)


def scores(items: Iterable[SidecarItem]) -> list[float]:
    """Return the scores of the images that have one."""
    return [one.score for one in items if one.score is not None and math.isfinite(one.score)]


def thresholds(rule: StarRule, found: Sequence[float], *, lower_is_better: bool = False) -> StarThresholds | None:
    """Return the score from which an image gets each number of stars; None for shares of no scores.

    Equal scores always get equal stars. Where a border falls among equal scores, all of them get the higher number.

    Raises:
        StudioError: the rule makes no sense.
    """
    if isinstance(rule, StarThresholds):
        if any(math.isnan(one) for one in rule.lowest) or list(rule.lowest) != sorted(
            rule.lowest, reverse=lower_is_better
        ):
            shown = ", ".join(f"{one:g}" for one in rule.lowest)
            which, way = ("highest", "descending") if lower_is_better else ("lowest", "ascending")
            raise StudioError(f"The {which} scores of one to five stars, {shown}, are not {way}.", "Sort them.")
        return rule
    total = sum(rule.shares)
    if any(not 0 <= one <= 1 for one in rule.shares) or total > 1 + 1e-9:
        shown = ", ".join(f"{100 * one:g}%" for one in rule.shares)
        raise StudioError(f"The shares {shown} are not parts of a whole.", "Use shares of 0 to 100%, together 100%.")
    if not found:
        return None
    ordered = sorted(found, reverse=not lower_is_better)
    nothing = -math.inf if lower_is_better else math.inf
    lowest, sofar = [], 0.0
    for share in rule.shares:
        sofar += share
        count = round(min(1.0, sofar) * len(ordered))
        lowest.append(ordered[count - 1] if count else nothing)
    five, four, three, two, one = lowest
    return StarThresholds((one, two, three, four, five))


def star(score: float, found: StarThresholds, *, lower_is_better: bool = False) -> int:
    """Return the number of stars, 0 to 5."""
    return sum(score <= one if lower_is_better else score >= one for one in found.lowest)
