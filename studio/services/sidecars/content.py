"""What is set in a sidecar for an image, and what an undo sets. Pure functions."""

from __future__ import annotations

import math
from collections.abc import Mapping

from studio.services.sidecars.properties import OWN, Property, Value, clean
from studio.services.sidecars.stars import star
from studio.services.sidecars.types import REJECTED, SidecarItem, SidecarOptions, StarThresholds

Changes = dict[Property, Value | None]
Properties = Mapping[Property, Value]


def rating_of(item: SidecarItem, options: SidecarOptions, found: StarThresholds | None) -> int | None:
    """Return the rating of an image, -1 to 5; None if none is to be written."""
    if options.reject and item.pick == REJECTED:
        return REJECTED
    if found is None or not has_score(item):
        return None
    assert item.score is not None
    return star(item.score, found, lower_is_better=options.origin.lower_is_better)


def has_score(item: SidecarItem) -> bool:
    """Return whether the model gave a score."""
    return item.score is not None and math.isfinite(item.score)


def changes_for(item: SidecarItem, rating: int | None, options: SidecarOptions, there: Properties) -> Changes:
    """Return what to set and which of our own properties to remove in a sidecar that has these properties."""
    origin = options.origin
    own: dict[Property, str] = {"Version": origin.version, "ModelDigest": origin.model_digest, "Time": origin.time}
    if has_score(item):
        assert item.score is not None
        own |= {"Score": _number(item.score), "ScaleLow": _number(origin.low), "ScaleHigh": _number(origin.high)}
        own["Explanation"] = clean(item.explanation)
    writes_rating = rating is not None and not (options.keep_ratings and is_rated(there))
    if writes_rating:
        own["Stars"] = str(rating)
    elif rating is None and _is_own_rating(there):  # it stays what was written here
        own["Stars"] = there["Stars"].text
    changes: Changes = {one: Value(own[one]) if own.get(one) else None for one in OWN}
    if writes_rating:
        changes["Rating"] = Value(str(rating))
    text = clean(item.explanation).strip()
    if options.describe and text and not (options.keep_ratings and is_described(there)):
        changes["Description"] = Value(text)
    return changes


def undo_changes(former: Properties, now: Properties, rating: str | None, description: str | None) -> Changes:
    """Return what takes out of a sidecar what was written, and restores the values that it had.

    Args:
        former: the properties before the writing.
        now: those of the sidecar as it is.
        rating: the rating that was written, if one was; a rating that somebody changed since stays.
        description: the same for the description.
    """
    changes: Changes = {one: former.get(one) for one in OWN}
    if rating is not None and "Rating" in now and _rating(now["Rating"].text) == _rating(rating):
        changes["Rating"] = former.get("Rating")
    if description is not None and "Description" in now and now["Description"].text.split() == description.split():
        changes["Description"] = former.get("Description")
    return changes


def is_rated(there: Properties) -> bool:
    """Return whether there is a rating other than 0 that was not written here."""
    return "Rating" in there and _rating(there["Rating"].text) not in ("", 0.0) and not _is_own_rating(there)


def is_described(there: Properties) -> bool:
    """Return whether there is a description that was not written here."""
    if "Description" not in there:
        return False
    words = there["Description"].text.split()
    return bool(words) and words != (there["Explanation"].text.split() if "Explanation" in there else [])


def _is_own_rating(there: Properties) -> bool:
    """Return whether the rating is the one that was written here."""
    return "Stars" in there and "Rating" in there and _rating(there["Stars"].text) == _rating(there["Rating"].text)


def _rating(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text.strip()


def _number(value: float) -> str:
    return f"{round(value, 6):.12g}"
