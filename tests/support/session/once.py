"""What is expensive to make is made once in a run of the tests, however many workers share the run."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock
from support.session.isolation import in_worker


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """The folder ``name``, shared by all workers and made by the first that asks for it. Nobody may write into it."""
    own = factory.getbasetemp()
    shared = (own.parent if in_worker() else own) / "made-once"
    shared.mkdir(exist_ok=True)
    folder, made = shared / name, shared / f"{name}.made"
    with FileLock(shared / f"{name}.lock"):
        if not made.exists():
            shutil.rmtree(folder, ignore_errors=True)  # of a worker that failed while it made it
            make(folder)
            made.touch()
    return folder
