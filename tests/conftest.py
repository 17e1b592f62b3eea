"""What holds for every test: a home of the hub's client of its own, empty but for one model that tests may name."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.cached import place_model

HUB_MODEL = "some/model"
_ELSEWHERE = ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_TOKEN", "HF_TOKEN_PATH", "HF_ENDPOINT")


@pytest.fixture(scope="session", autouse=True)
def hub_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The home, with ``some/model`` in its cache by its files' names alone."""
    home = tmp_path_factory.mktemp("hub-home")
    with pytest.MonkeyPatch.context() as patch:
        for name in _ELSEWHERE:
            patch.delenv(name, raising=False)
        patch.setenv("HF_HOME", str(home))
        place_model(HUB_MODEL)
        yield home


@pytest.fixture(autouse=True)
def garbage_goes_in_this_thread(request: pytest.FixtureRequest) -> Iterator[None]:
    """Where Qt is used, as in the app (``studio.gc_policy``): no other thread may take Qt's objects apart."""
    if request.node.get_closest_marker("gui") is None and "qtbot" not in request.fixturenames:
        yield
        return
    gc.disable()
    yield
    gc.collect()
    gc.enable()
