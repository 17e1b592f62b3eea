"""A tiny random model and projects on it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from support.projects import ENVIRONMENT, make_project, write_photos
from support.session.once import made_once

MAKE_MODEL = (
    "import sys; from pathlib import Path; from support.tiny import make_tiny_llava; make_tiny_llava(Path(sys.argv[1]))"
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder starts processes."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.child)


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A LLaVA of random weights. Made in a process of its own: this one shall not load torch."""
    path = str(Path(__file__).parents[1])
    root = str(Path(__file__).parents[2])
    environment = {**ENVIRONMENT, "PYTHONPATH": f"{root}:{path}"}

    def make(folder: Path) -> None:
        subprocess.run([sys.executable, "-c", MAKE_MODEL, str(folder)], check=True, env=environment)

    return made_once(tmp_path_factory, "tiny-model", make)


@pytest.fixture(scope="session")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with images and scores.csv."""
    folder = tmp_path_factory.mktemp("photos")
    write_photos(folder)
    return folder


@pytest.fixture
def project(tmp_path: Path, tiny_model: Path, photos: Path) -> Path:
    """A new project on the tiny model."""
    return make_project(tmp_path / "project", tiny_model, photos)
