"""A project with measured versions, and a folder of further images."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.fake_engine import run_fake_jobs_until

from studio.services.projects.project import Project


@pytest.fixture
def measured(project: Project) -> Iterator[Project]:
    """The project after one iteration."""
    run_fake_jobs_until(project, 1)
    return project


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Twelve image files in two folders; nothing here decodes them."""
    folder = tmp_path / "holiday"
    for number in range(12):
        file = folder / ("beach" if number % 2 else "") / f"photo {number:02}.jpg"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"photo" * (number + 1))
    (folder / "notes.txt").write_text("no image")
    return folder
