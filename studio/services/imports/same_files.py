"""Images that are the same file under several names, before a project is made: they must not lie in two splits.

Where splits are drawn they become one group; where only val is drawn from the source's train, they stay in train; where
the source has its own splits, nothing is changed and it is told.
No Qt, no torch, no database.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from studio.services.imports.formats.duplicate_files import Digests, same_content, too_many
from studio.services.imports.score_source import ScoredImage

LATER = (
    "Images with equal content were not looked for, there being so many; the check of the images does that later, and "
    "names those that lie in different splits."
)


def kept_together(
    images: Sequence[ScoredImage], root: Path, digests: Digests | None = None, *, val_is_drawn: bool = False
) -> tuple[list[ScoredImage], list[str]]:
    """The images, equal ones of them in one group if splits are to be drawn; and what a person has to know of it.

    ``val_is_drawn``: the source has no val, which was drawn from its train.
    """
    files = [(image.path, image.bytes) for image in images]
    if too_many(files):
        return list(images), [LATER]
    found = same_content(root, files, digests=digests)
    if not found:
        return list(images), []
    if any(image.split is None for image in images):
        return _grouped(images, found), [_told(images, found), "They are in one group, and so in one split."]
    kept = _train_again(images, found) if val_is_drawn else list(images)
    return kept, [_told(kept, found), *_leaks(kept, found)]


def _train_again(images: Sequence[ScoredImage], found: Sequence[Sequence[str]]) -> list[ScoredImage]:
    """Images drawn for val go back to train where the same file is there."""
    splits = {image.path: image.split for image in images}
    torn = [paths for paths in found if {"train", "val"} <= {splits[path] for path in paths}]
    back = {path for paths in torn for path in paths if splits[path] == "val"}
    return [replace(image, split="train") if image.path in back else image for image in images]


def _grouped(images: Sequence[ScoredImage], found: Sequence[Sequence[str]]) -> list[ScoredImage]:
    """Groups that share a file become one, named as the first of them; images without a group get one."""
    own = {image.path: image.group for image in images}
    joined: dict[str, str] = {}

    def first(group: str) -> str:
        while group in joined:
            group = joined[group]
        return group

    added: dict[str, str] = {}
    for paths in found:
        groups = [group for path in paths if (group := own[path]) is not None]
        target = first(groups[0]) if groups else f"same file as {paths[0]}"
        for group in groups[1:]:
            if first(group) != target:
                joined[first(group)] = target
        added.update({path: target for path in paths if own[path] is None})
    result = []
    for image in images:
        group = added.get(image.path, image.group)
        now = first(group) if group is not None else None
        result.append(image if now == image.group else replace(image, group=now))
    return result


def _told(images: Sequence[ScoredImage], found: Sequence[Sequence[str]]) -> str:
    scores = {image.path: image.score for image in images}
    surplus = sum(len(paths) - 1 for paths in found)
    one = found[0]
    how_many = "1 image is" if surplus == 1 else f"{surplus} images are"
    text = f"{how_many} the same file as another one, under another name: {one[0]} and {one[1]}"
    text += " for example." if len(found) > 1 else "."
    differing = sum(len({scores[path] for path in paths}) > 1 for paths in found)
    if differing:
        text += f" Of {differing} of {len(found)} such files the scores differ."
    return text


def _leaks(images: Sequence[ScoredImage], found: Sequence[Sequence[str]]) -> list[str]:
    splits = {image.path: image.split for image in images}
    torn = [paths for paths in found if len({splits[path] for path in paths}) > 1]
    if not torn:
        return []
    shown = " and ".join(f"{path} ({splits[path]})" for path in torn[0][:2])
    if splits[torn[0][0]] == splits[torn[0][1]]:
        shown = ", ".join(f"{path} ({splits[path]})" for path in torn[0])
    files = "1 of these files lies" if len(torn) == 1 else f"{len(torn)} of these files lie"
    return [f"{files} in more than one split, as the table says, so that measured figures come out too good: {shown}."]
