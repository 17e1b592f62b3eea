"""Projects on which services are tried: twenty training, ten validation and ten test images, no model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.acting import write_table

from studio.services import projects
from studio.services.project import Project

SPLITS = {"train": 20, "val": 10, "test": 10}


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """A new project; nothing has run."""
    names = [(f"{split}/{index}.png", split) for split, count in SPLITS.items() for index in range(count)]
    lines = [f"{name},{number * 0.25},{split}" for number, (name, split) in enumerate(names)]
    images, scores = write_table(tmp_path / "data", ["image,score,split", *lines], [name for name, _ in names])
    root = tmp_path / "project"
    projects.create_project(root, images=images, scores=scores, model="some/model", preset="demo")
    opened = projects.open_project(root, exclusive=True)
    yield opened
    opened.close()


def set_setting(project: Project, old: str, new: str) -> None:
    """Edit studio.toml as a person would."""
    file = project.root / "studio.toml"
    text = file.read_text("utf-8")
    assert old in text, text
    file.write_text(text.replace(old, new, 1), "utf-8")
