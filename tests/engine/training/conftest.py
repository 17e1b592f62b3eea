"""The tiny LLaVA and its images, made once for all tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.tiny import make_images, make_tiny_llava


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_llava(tmp_path_factory.mktemp("training") / "base")


@pytest.fixture(scope="session")
def images(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return make_images(tmp_path_factory.mktemp("images"), 18)
