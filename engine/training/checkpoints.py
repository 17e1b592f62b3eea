"""Checkpoints of a training: complete ones are sealed with a manifest, all others are remains of a kill."""

from __future__ import annotations

import shutil
from pathlib import Path

from engine.contract import artifacts

_PREFIX = "checkpoint-"
KEPT = 2
"""The newest sealed checkpoint and the previous one, in case a disk loses the newest."""


def newest_complete(folder: Path) -> Path | None:
    """Return the checkpoint to resume from: the newest one whose every byte matches its manifest.

    Incomplete ones are skipped; the resumed training overwrites them.
    """
    return next((checkpoint for checkpoint in reversed(_sorted(folder)) if not artifacts.verify(checkpoint)), None)


def seal(checkpoint: Path) -> None:
    """Mark a checkpoint as complete, and delete those no longer needed."""
    artifacts.seal(checkpoint)
    for old in _sorted(checkpoint.parent)[:-KEPT]:
        shutil.rmtree(old)


def at_step(folder: Path, step: int) -> Path:
    """Return the path where trl saves the checkpoint of an optimiser step."""
    return folder / f"{_PREFIX}{step}"


def step_of(checkpoint: Path) -> int:
    """Return the optimiser step after which a checkpoint was written."""
    return int(checkpoint.name.removeprefix(_PREFIX))


def _sorted(folder: Path) -> list[Path]:
    found = (path for path in folder.glob(_PREFIX + "*") if path.name.removeprefix(_PREFIX).isdecimal())
    return sorted(found, key=step_of)
