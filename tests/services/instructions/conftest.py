"""A folder of images for instructions to be about. They are not opened."""

from __future__ import annotations

from pathlib import Path

import pytest

IMAGES = ("a.jpg", "b.jpg", "c/d.png", "grün é.png")


@pytest.fixture(scope="session")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pictures") / "images"
    for name in IMAGES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x")
    (folder.parent / "secret.jpg").write_bytes(b"x")
    return folder
