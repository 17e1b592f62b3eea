"""What holds for every test: folders of its own in the place of the user's, one hub model that tests may name,
no process left over at the end, and ``--quick`` for the tests of the inner loop."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.cached import place_model
from support.session.isolation import isolate, remove
from support.session.leftovers import left_over, mark_children
from support.session.quick import LEFT_OUT, ProcessesStarted, loads_torch

HUB_MODEL = "some/model"
STARTED = pytest.StashKey[ProcessesStarted]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds ``--quick``."""
    parser.addoption("--quick", action="store_true", help=f"leave out what loads torch, and {', '.join(LEFT_OUT)}")


def pytest_configure(config: pytest.Config) -> None:
    """Before any test module is imported: some read the environment as they are."""
    folder = isolate()
    config.add_cleanup(lambda: remove(folder))
    config.stash[STARTED] = ProcessesStarted()
    mark_children()
    place_model(HUB_MODEL)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """In a quick run nothing is imported that loads torch."""
    wanted = config.getoption("quick") and (collection_path.is_dir() or collection_path.suffix == ".py")
    return True if wanted and loads_torch(collection_path) else None


@pytest.hookimpl(trylast=True)  # after the folders have marked their own
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """In a quick run what is marked as slow in one way or another is left out."""
    if config.getoption("quick"):
        out = {item for item in items if is_left_out(item)}
        config.hook.pytest_deselected(items=[item for item in items if item in out])
        items[:] = [item for item in items if item not in out]


@pytest.fixture(autouse=True)
def garbage_goes_in_this_thread(request: pytest.FixtureRequest) -> Iterator[None]:
    """Where Qt is used, as in the app (``studio.gc_policy``): no other thread may take Qt's objects apart."""
    if request.node.get_closest_marker("gui") is None and "qtbot" not in request.fixturenames:
        yield
        return
    gc.disable()
    yield
    gc.collect()
    if request.node.get_closest_marker("gui") is not None:
        gc.freeze()  # what outlives a test is not looked through after each one that follows, until its file ends
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def no_process_left_over() -> Iterator[None]:
    """Fails the last test of a worker when a child, or a child's child, still runs after it."""
    yield
    assert left_over() == []


@pytest.fixture(autouse=True)
def what_starts_a_process_is_marked(request: pytest.FixtureRequest) -> Iterator[None]:
    """So that the quick run stays quick."""
    commands = request.config.stash[STARTED].commands
    commands.clear()
    yield
    if not is_left_out(request.node):
        assert commands == [], "a test that starts processes is marked with @pytest.mark.child"


def is_left_out(item: pytest.Item) -> bool:
    """Whether a test is no part of the quick run."""
    places = [item.path, *(folder for folder in item.path.parents if Path(__file__).parent in folder.parents)]
    return any(map(loads_torch, places)) or any(item.get_closest_marker(mark) for mark in LEFT_OUT)
