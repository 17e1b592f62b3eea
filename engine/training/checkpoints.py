"""Checkpoints of a training: complete ones are sealed with a manifest, all others are leftovers of a kill."""

from __future__ import annotations

import shutil
from pathlib import Path

from engine.contract import artifacts

_PREFIX = "checkpoint-"
KEPT = 2
"""The newest sealed checkpoint and the one before it, should a disk lose the newest."""


def newest_complete(folder: Path) -> Path | None:
    """The checkpoint to resume from: the last one whose every byte is as it was sealed.

    Incomplete ones are passed over; the resumed training writes over them.
    """
    return next((checkpoint for checkpoint in reversed(_sorted(folder)) if not artifacts.verify(checkpoint)), None)


def seal(checkpoint: Path) -> None:
    """Declare a checkpoint complete, and remove those that are not needed any more."""
    artifacts.seal(checkpoint)
    for old in _sorted(checkpoint.parent)[:-KEPT]:
        shutil.rmtree(old)


def at_step(folder: Path, step: int) -> Path:
    """Where trl saves the checkpoint of an optimiser step."""
    return folder / f"{_PREFIX}{step}"


def step_of(checkpoint: Path) -> int:
    """The optimiser step after which a checkpoint was written."""
    return int(checkpoint.name.removeprefix(_PREFIX))


def _sorted(folder: Path) -> list[Path]:
    found = (path for path in folder.glob(_PREFIX + "*") if path.name.removeprefix(_PREFIX).isdecimal())
    return sorted(found, key=step_of)
