"""Seeded choices independent of order, platform and Python version: splits and subsets. Standard library only."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence

from studio.services.errors import StudioError
from studio.services.imports.score_source import ScoredImage
from studio.services.projects.types import Split
from studio.services.seeding import seeded_rank
from studio.services.settings.schema import SplitSettings


def seeded_subset(ids: Iterable[int], fraction: float, seed: int, purpose: str) -> list[int]:
    """Return the given share of the ids, rounded up, ascending. A larger share contains the smaller one."""
    known = set(ids)
    share = subset_size(len(known), fraction)
    if share == len(known):
        return sorted(known)
    return sorted(sorted(known, key=lambda key: seeded_rank(seed, purpose, key))[:share])


def subset_size(count: int, fraction: float) -> int:
    """Return the size of a :func:`seeded_subset` of this many ids."""
    return math.ceil(fraction * count - 1e-9)


def assign_splits(images: Sequence[ScoredImage], shares: SplitSettings, seed: int) -> list[Split]:
    """Return the split of each image: the table's own, or a seeded random one that keeps each group in one split.

    Raises:
        StudioError: the table's own split divides a group, or leaves no image to train on or to measure.
    """
    own = [image.split for image in images if image.split is not None]
    splits = own if len(own) == len(images) else _random_splits(images, shares, seed)
    _check_groups(images, splits)
    for needed, purpose in (("train", "train on"), ("test", "measure on")):
        if needed not in splits:
            remedy = "Add images, or change the split column or the table [split] of a config file."
            raise StudioError(f"None of the {len(images)} images is in the split {needed!r}, to {purpose}.", remedy)
    return splits


def _random_splits(images: Sequence[ScoredImage], shares: SplitSettings, seed: int) -> list[Split]:
    """Place groups in shuffled order along a line of unit length; the middle of a group determines its split."""
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, image in enumerate(images):
        groups[("image", image.path) if image.group is None else ("group", image.group)].append(index)
    result: list[Split] = ["train"] * len(images)
    before = 0
    for key in sorted(groups, key=lambda key: seeded_rank(seed, "split", key)):
        middle = (before + len(groups[key]) / 2) / len(images)
        before += len(groups[key])
        split: Split = "train" if middle < shares.train else "val" if middle < shares.train + shares.val else "test"
        for index in groups[key]:
            result[index] = split
    return result


def _check_groups(images: Sequence[ScoredImage], splits: Sequence[Split]) -> None:
    first: dict[str, tuple[Split, str]] = {}
    for image, split in zip(images, splits, strict=True):
        if image.group is None:
            continue
        known, path = first.setdefault(image.group, (split, image.path))
        if known != split:
            raise StudioError(
                f"The group {image.group!r} is in two splits: {path} is in {known}, {image.path} in {split}.",
                "Put all images of a group into one split, or omit the split column for random splits.",
            )
