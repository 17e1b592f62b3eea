"""Projects on which services are tried: twenty training, ten validation and ten test images, no model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.fake_engine import run_fake_jobs_until, write_table

from studio.services.projects import create_and_open
from studio.services.projects.project import Project

SPLITS = {"train": 20, "val": 10, "test": 10}


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """A new project; nothing has run."""
    opened = _make(tmp_path)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """A project of three finished iterations, for tests that only look."""
    opened = _make(tmp_path_factory.mktemp("finished"))
    run_fake_jobs_until(opened, 3)
    yield opened
    opened.close()


def _make(folder: Path) -> Project:
    names = [(f"{split}/{index}.png", split) for split, count in SPLITS.items() for index in range(count)]
    lines = [f"{name},{number * 0.25},{split}" for number, (name, split) in enumerate(names)]
    images, scores = write_table(folder / "data", ["image,score,split", *lines], [name for name, _ in names])
    create_and_open.create_project(folder / "project", images=images, scores=scores, model="some/model", preset="demo")
    return create_and_open.open_project(folder / "project", exclusive=True)
