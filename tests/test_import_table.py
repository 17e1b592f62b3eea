"""Who may import whom (ARCHITECTURE.md holds the same table in words)."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TORCH_STACK = ("torch", "transformers", "peft", "trl", "accelerate", "datasets", "safetensors", "tokenizers")
QT = ("PySide6", "pyqtgraph", "shiboken6")
LIGHT_ENGINE = (
    "engine.contract.specs", "engine.contract.events", "engine.contract.context", "engine.contract.binning", "engine.contract.prompts", "engine.contract.artifacts",
    "engine.contract.resources", "engine.contract.judge_types", "engine.contract.lexicon", "engine.judges.offline",
    "engine.contract.polarity", "engine.contract.hub_cache", "engine.contract.hub_layouts", "engine.contract.oom", "engine.contract.batching_record",
    "engine.contract.memory", "engine.contract.batching_policy",
)  # fmt: skip
"""Modules of the engine that need nothing but the standard library: the types and rules that both sides share."""
HUB_CLIENT = "engine.contract.hub_client"
"""Used by both sides too: huggingface_hub needs no torch, and this module imports it only when something is asked."""
TO_THE_WINDOW = {"studio/jobs/supervisor.py": ("studio.widgets.window_queue",)}
"""The one way from a thread to the window's; it knows QtCore only, as the supervisor does."""

FORBIDDEN: dict[str, tuple[str, ...]] = {
    "engine": (*QT, "sqlalchemy", "db", "studio"),
    "db": (*QT, *TORCH_STACK, "engine", "studio", "pandas"),
    "studio/services": (*QT, *TORCH_STACK, "studio.jobs", "studio.models", "studio.views", "studio.widgets"),
    "studio/jobs": (*TORCH_STACK, "studio.models", "studio.views", "studio.widgets"),
    "studio/models": (*TORCH_STACK, "sqlalchemy", "db"),
    "studio/views": (*TORCH_STACK, "sqlalchemy", "db"),
    "studio/widgets": (*TORCH_STACK, "sqlalchemy", "db"),
    "studio": TORCH_STACK,
}
QT_FREE_IN_JOBS = ("process.py", "runner.py", "orphans.py", "tool.py", "demo_project.py", "examining.py")


def _modules(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def _imports(path: Path) -> Iterator[tuple[int, str]]:
    """Every module named by an import anywhere in the file, also inside functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def _within(name: str, packages: tuple[str, ...]) -> bool:
    return any(name == package or name.startswith(package + ".") for package in packages)


@pytest.mark.parametrize("folder", FORBIDDEN)
def test_that_no_module_imports_what_its_room_must_not_know(folder: str) -> None:
    modules = _modules(folder)
    assert modules, f"{folder} has no modules: this table is out of date"
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in modules
        for line, name in _imports(path)
        if _within(name, FORBIDDEN[folder])
        and not _within(name, TO_THE_WINDOW.get(path.relative_to(ROOT).as_posix(), ()))
    ]
    assert not wrong, "\n".join(wrong)


def test_that_the_studio_takes_only_the_light_modules_of_the_engine() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in _modules("studio")
        for line, name in _imports(path)
        if name.startswith("engine.") and not _within(name, (*LIGHT_ENGINE, HUB_CLIENT))
    ]
    assert not wrong, "\n".join(wrong)


def test_that_the_light_modules_of_the_engine_import_the_standard_library_only() -> None:
    wrong = []
    for module in LIGHT_ENGINE:
        path = ROOT / (module.replace(".", "/") + ".py")
        for line, name in _imports(path):
            if name.split(".")[0] not in sys.stdlib_module_names and not _within(name, LIGHT_ENGINE):
                wrong.append(f"{path.relative_to(ROOT)}:{line} imports {name}")
    assert not wrong, "\n".join(wrong)


def test_that_the_hubs_client_is_imported_only_when_it_is_asked() -> None:
    path = ROOT / (HUB_CLIENT.replace(".", "/") + ".py")
    at_once = [
        name
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""])
    ]
    assert not [name for name in at_once if name.split(".")[0] in ("huggingface_hub", "httpx2")]
    known = (*LIGHT_ENGINE, "huggingface_hub", "httpx2", *sys.stdlib_module_names)
    assert not [(line, name) for line, name in _imports(path) if not _within(name, known)]


@pytest.mark.parametrize("name", QT_FREE_IN_JOBS)
def test_that_only_the_supervisor_knows_qt_among_the_jobs(name: str) -> None:
    wrong = [f"{line}: {module}" for line, module in _imports(ROOT / "studio/jobs" / name) if _within(module, QT)]
    assert not wrong, wrong
