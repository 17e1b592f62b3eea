"""Results of opening every image once: unreadable images and duplicates. No Qt, no torch.

``studio.jobs.image_check_child`` opens the images; this module stores and reports the results.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from db.queries import images as image_queries
from studio.services.projects.project import Project
from studio.services.projects.types import Split


@dataclass(frozen=True, slots=True)
class Examined:
    """One image. ``width`` and ``height`` as displayed; ``problem``: why it cannot be used, None if it can."""

    sha256: str | None = None
    bytes: int | None = None
    width: int | None = None
    height: int | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class SameContent:
    """Images that are the same file, by path with their splits. ``leaks``: they are in more than one split."""

    paths: tuple[str, ...]
    splits: tuple[Split, ...]

    @property
    def leaks(self) -> bool:
        """Return whether training images are also used for measuring."""
        return len(set(self.splits)) > 1

    @property
    def described(self) -> str:
        """Return one path of each split, with the split."""
        return in_words(list(zip(self.paths, self.splits, strict=True)))


def in_words(placed: Sequence[tuple[str, str]]) -> str:
    """Return the first path of each split, with the split."""
    firsts = {split: path for path, split in reversed(placed)}
    return " and ".join(f"{path} ({split})" for split, path in sorted(firsts.items()))


def unchecked(project: Project, after: int = 0, limit: int | None = None) -> list[tuple[int, Path]]:
    """Return id and file of each image that was not opened yet, or had a problem when it was, in id order.

    ``after``: only ids above it; ``limit``: the maximum number.
    """
    root = project.images_root()
    with project.reader() as session:
        return [(key, root / path) for key, path in image_queries.unchecked(session, after, limit)]


def count_unchecked(project: Project) -> int:
    """Return the total number of images that ``unchecked`` returns."""
    with project.reader() as session:
        return image_queries.count_unchecked(session)


def store(project: Project, found: Sequence[tuple[int, Examined]]) -> None:
    """Store the results by image id, in one transaction."""
    rows = [
        {
            "id": key,
            "sha256": one.sha256,
            "width": one.width,
            "height": one.height,
            "problem": one.problem,
        }
        for key, one in found
    ]
    with project.session() as session:
        image_queries.set_checked(session, rows)


def same_content(project: Project) -> list[SameContent]:
    """Return the images that are the same file under several names, those in several splits first."""
    with project.reader() as session:
        rows = image_queries.same_content(session)
    groups: dict[str, list[tuple[str, Split]]] = {}
    for sha256, path, split in rows:
        groups.setdefault(sha256, []).append((path, split))
    found = [
        SameContent(tuple(path for path, _ in rows), tuple(split for _, split in rows)) for rows in groups.values()
    ]
    return sorted(found, key=lambda one: not one.leaks)


def findings(project: Project) -> list[str]:
    """Return the problems of the opened images as texts for the user; empty if there are none."""
    with project.reader() as session:
        problems = image_queries.with_problem(session)
        leaking, first = image_queries.leaks(session)
    found = []
    if problems:
        path, reason = problems[0]
        some = "1 image cannot be used" if len(problems) == 1 else f"{len(problems)} images cannot be used"
        found.append(f"{some} and will be skipped. The first is {path}: {reason}.")
    if leaking:
        some = "1 image is" if leaking == 1 else f"{leaking} images are"
        found.append(
            f"{some} in more than one split under several names, so measured results will be too good: "
            f"{in_words(first)}."
        )
    return found
