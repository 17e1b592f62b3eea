"""What the tests of a training share: a tiny base, 16 pairs, and one training that nothing stopped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.tiny import make_images, make_tiny_llava
from support.training import pair_rows, run_folder, train_spec

from engine.contract.context import ListContext
from engine.contract.events import Progress
from engine.stages import train


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_llava(tmp_path_factory.mktemp("train") / "base")


@pytest.fixture(scope="session")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    return pair_rows(make_images(tmp_path_factory.mktemp("images"), 16))


@pytest.fixture(scope="session")
def finished(base: Path, rows: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> ListContext:
    """An uninterrupted training of 16 pairs, 3 steps an epoch, 2 epochs."""
    context = ListContext(run_folder(tmp_path_factory.mktemp("whole") / "run", rows), [])
    context.events.append(Progress(0, train.run(train_spec(base), context)["steps"]))
    return context
