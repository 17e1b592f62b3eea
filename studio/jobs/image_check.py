"""The check of a project's images: a child opens each once, and the findings are stored as they arrive.

It can be stopped at any time and resumes where it stopped. No Qt, no torch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from studio.jobs.image_check_child import examine
from studio.services.images.image_check import Examined, count_unchecked, findings, store, unchecked
from studio.services.projects.project import Project

BATCH = 100
"""Images whose findings are stored in one transaction."""
PORTION = 2000
"""Images queried together: a list of all would block the window in a very large project."""


@dataclass(frozen=True, slots=True)
class CheckEnd:
    """The number of images opened now, and the new findings about all images; empty if there are none."""

    opened: int
    told: tuple[str, ...]


def check_images(
    project: Project,
    stopped: Callable[[], bool] = lambda: False,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
    resting: Callable[[], bool] = lambda: False,
) -> CheckEnd:
    """Open unchecked images, and again those with a problem. Blocks; ``on_progress`` receives done and total.

    No image is opened while ``resting`` returns True.

    Raises:
        StudioError: the database cannot be written.
        ToolError: no image can be opened at all.
    """
    before = findings(project)
    total, done, last = count_unchecked(project), 0, 0
    while not stopped() and (todo := unchecked(project, last, PORTION)):
        for opened in _opened(project, todo, stopped, resting):
            on_progress(done + opened, total)
        done, last = done + opened, todo[-1][0]
    after = findings(project)
    return CheckEnd(done, tuple(text for text in after if text not in before))


def _opened(
    project: Project, todo: Sequence[tuple[int, Path]], stopped: Callable[[], bool], resting: Callable[[], bool]
) -> Iterator[int]:
    """Open these images and store the findings; yields the number opened after each batch and at the end."""
    kept: list[tuple[int, Examined]] = []
    done = 0
    for (key, _file), found in zip(todo, examine([file for _, file in todo], stopped, resting=resting), strict=False):
        kept.append((key, found))
        if len(kept) == BATCH:
            store(project, kept)
            done, kept = done + len(kept), []
            yield done
    store(project, kept)
    yield done + len(kept)
