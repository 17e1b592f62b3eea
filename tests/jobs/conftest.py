"""A real project for a pretending worker."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.projects import write_photos

from studio.services.loop import next_action
from studio.services.projects import create_and_open
from studio.services.projects.project import Project


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder starts processes."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.child)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    """A project with its base stages queued; what its model is does not matter here."""
    scores = write_photos(tmp_path / "data")
    monkeypatch.setattr(create_and_open, "check_model", lambda name: name)
    create_and_open.create_project(
        tmp_path / "project", images=scores.parent / "images", scores=scores, model="some/model"
    )
    opened = create_and_open.open_project(tmp_path / "project", exclusive=True)
    next_action.enqueue_next(opened, 0)
    yield opened
    opened.close()
