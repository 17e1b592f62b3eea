"""What opening every image once has shown: which cannot be used, and which are the same file. No Qt, no torch.

The opening itself is ``studio.jobs.image_check_child``; here is what is kept of it.
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
    """One image. ``width`` and ``height`` as a person sees it; ``problem``: why it cannot be used, None if it can."""

    sha256: str | None = None
    bytes: int | None = None
    width: int | None = None
    height: int | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class SameContent:
    """Images that are the same file, by path with their splits. ``leaks``: they lie in more than one split."""

    paths: tuple[str, ...]
    splits: tuple[Split, ...]

    @property
    def leaks(self) -> bool:
        """Whether what is trained on is also measured on."""
        return len(set(self.splits)) > 1

    @property
    def described(self) -> str:
        """One path of each split, with the split."""
        return in_words(list(zip(self.paths, self.splits, strict=True)))


def in_words(placed: Sequence[tuple[str, str]]) -> str:
    """The first path of each split, with the split."""
    firsts = {split: path for path, split in reversed(placed)}
    return " and ".join(f"{path} ({split})" for split, path in sorted(firsts.items()))


def unchecked(project: Project, after: int = 0, limit: int | None = None) -> list[tuple[int, Path]]:
    """Id and file of each image that was not opened yet, or that had a problem when it was, by id.

    ``after``: only ids above it; ``limit``: at most so many.
    """
    root = project.images_root()
    with project.reader() as session:
        return [(key, root / path) for key, path in image_queries.unchecked(session, after, limit)]


def count_unchecked(project: Project) -> int:
    """How many images ``unchecked`` gives in all."""
    with project.reader() as session:
        return image_queries.count_unchecked(session)


def store(project: Project, found: Sequence[tuple[int, Examined]]) -> None:
    """Keep what was found, by image id, in one transaction."""
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
    """The images that are the same file under several names, those that lie in several splits first."""
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
    """What a person has to know of the images that were opened, in words; empty if all is well."""
    with project.reader() as session:
        problems = image_queries.with_problem(session)
        leaking, first = image_queries.leaks(session)
    told = []
    if problems:
        path, reason = problems[0]
        some = "1 image cannot be used" if len(problems) == 1 else f"{len(problems)} images cannot be used"
        told.append(f"{some}; the stages leave them out. The first is {path}: {reason}.")
    if leaking:
        some = "1 image lies" if leaking == 1 else f"{leaking} images lie"
        told.append(
            f"{some} in more than one split, under several names, so that measured figures come out too good: "
            f"{in_words(first)}."
        )
    return told
