"""Handle images that are the same file under several names before a project is created: they must be in one split.

If splits are random, they become one group; if only val is chosen from the source's train, they stay in train; if the
source has its own splits, nothing is changed and a warning is returned.
No Qt, no torch, no database.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from studio.services.imports.formats.duplicate_files import Digests, same_content, too_many
from studio.services.imports.score_source import ScoredImage

LATER = (
    "There are too many images to search for duplicates now; the image check will do that later and list "
    "duplicates in different splits."
)


def kept_together(
    images: Sequence[ScoredImage], root: Path, digests: Digests | None = None, *, val_is_drawn: bool = False
) -> tuple[list[ScoredImage], list[str]]:
    """Return the images, with equal ones in one group if splits are to be random; and the messages for the user.

    ``val_is_drawn``: the source has no val, which was chosen from its train.
    """
    files = [(image.path, image.bytes) for image in images]
    if too_many(files):
        return list(images), [LATER]
    found = same_content(root, files, digests=digests)
    if not found:
        return list(images), []
    if any(image.split is None for image in images):
        return _grouped(images, found), [_summary(images, found), "They form one group and will be in one split."]
    kept = _train_again(images, found) if val_is_drawn else list(images)
    return kept, [_summary(kept, found), *_leaks(kept, found)]


def _train_again(images: Sequence[ScoredImage], found: Sequence[Sequence[str]]) -> list[ScoredImage]:
    """Return the images with val images moved back to train if the same file is there."""
    splits = {image.path: image.split for image in images}
    torn = [paths for paths in found if {"train", "val"} <= {splits[path] for path in paths}]
    back = {path for paths in torn for path in paths if splits[path] == "val"}
    return [replace(image, split="train") if image.path in back else image for image in images]


def _grouped(images: Sequence[ScoredImage], found: Sequence[Sequence[str]]) -> list[ScoredImage]:
    """Merge groups that share a file, under the name of the first; images without a group get one."""
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


def _summary(images: Sequence[ScoredImage], found: Sequence[Sequence[str]]) -> str:
    scores = {image.path: image.score for image in images}
    surplus = sum(len(paths) - 1 for paths in found)
    one = found[0]
    how_many = "1 image is a duplicate" if surplus == 1 else f"{surplus} images are duplicates"
    text = f"{how_many} under another name: {one[0]} and {one[1]}"
    text += ", for example." if len(found) > 1 else "."
    differing = sum(len({scores[path] for path in paths}) > 1 for paths in found)
    if differing:
        text += f" The scores differ for {differing} of {len(found)} such files."
    return text


def _leaks(images: Sequence[ScoredImage], found: Sequence[Sequence[str]]) -> list[str]:
    splits = {image.path: image.split for image in images}
    torn = [paths for paths in found if len({splits[path] for path in paths}) > 1]
    if not torn:
        return []
    shown = " and ".join(f"{path} ({splits[path]})" for path in torn[0][:2])
    if splits[torn[0][0]] == splits[torn[0][1]]:
        shown = ", ".join(f"{path} ({splits[path]})" for path in torn[0])
    files = "1 of these files is" if len(torn) == 1 else f"{len(torn)} of these files are"
    return [f"{files} in more than one split of the table, so measured results will be too good: {shown}."]
