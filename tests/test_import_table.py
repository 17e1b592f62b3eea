"""Who may import whom (ARCHITECTURE.md's table, by globbing); no circles; small folders; each class name once."""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOP = ("studio", "engine", "db", "resources", "bench")
STANDARD = tuple(sys.stdlib_module_names)
TORCH_STACK = ("torch", "transformers", "peft", "trl", "accelerate", "datasets", "safetensors", "tokenizers")
QT = ("PySide6", "pyqtgraph", "shiboken6")
DATABASE = ("sqlalchemy", "db")
WEB = ("fastapi", "starlette", "uvicorn")
MODULES_A_FOLDER = 20


@dataclass(frozen=True)
class Row:
    """One row of the table. ``only``: the top-level names that may be imported at all; None: any but ``never``."""

    files: str
    never: tuple[str, ...]
    only: tuple[str, ...] | None = None


def _studio(*parts: str) -> tuple[str, ...]:
    return tuple(f"studio.{part}" for part in parts)


TABLE = (
    Row("engine/contract/**/*.py", (), ("engine.contract", "resources", *STANDARD)),
    Row("engine/**/*.py", (*QT, *DATABASE, "studio")),
    Row("db/**/*.py", (), ("db", "sqlalchemy", *STANDARD)),
    Row(
        "studio/services/**/*.py",
        (*QT, *TORCH_STACK, *_studio("jobs", "models", "widgets", "views", "cli", "app")),
    ),
    Row(
        "studio/jobs/**/*.py",
        (*QT, *TORCH_STACK, *_studio("window_queue", "models", "widgets", "views", "cli", "app")),
    ),
    Row(
        "studio/serving/**/*.py",
        (*QT, *TORCH_STACK, *_studio("window_queue", "models", "widgets", "views", "cli", "app")),
    ),
    Row("studio/models/**/*.py", (*TORCH_STACK, *DATABASE, *_studio("jobs", "widgets", "views", "cli", "serving"))),
    Row("studio/widgets/**/*.py", (*TORCH_STACK, *DATABASE, *_studio("jobs", "views", "cli"))),
    Row("studio/views/**/*.py", (*TORCH_STACK, *DATABASE, "studio.cli", "studio.app")),
    Row("studio/cli/**/*.py", (*QT, *TORCH_STACK, "studio.models", "studio.widgets", "studio.views")),
    Row("studio/pictures.py", (*QT, *TORCH_STACK, "engine", *_studio("jobs", "models", "widgets", "views", "cli"))),
    Row("studio/*.py", (*TORCH_STACK, *DATABASE)),
)  # fmt: skip

EXCEPTIONS: dict[str, tuple[str, ...]] = {
    # Both sides ask the hub through huggingface_hub, which needs no torch; imported inside functions.
    "engine/contract/hub_client.py": ("huggingface_hub", "httpx2"),
    # Locks by filelock, which is pure Python: who works on a folder is part of the wall.
    "engine/contract/locks.py": ("filelock",),
    # The queue's thread is a QThread.
    "studio/jobs/supervisor.py": ("PySide6.QtCore", "studio.window_queue"),
    # ``score-studio window`` opens the window; Qt is imported when it is asked for.
    "studio/cli/window.py": ("studio.app", "PySide6"),
}
"""Imports that a row forbids and this file needs; the reasons are in ARCHITECTURE.md too."""


def _modules(pattern: str) -> list[Path]:
    return sorted(ROOT.glob(pattern))


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Return every module named by an import anywhere in the file, also inside functions, with its line."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def _within(name: str, packages: tuple[str, ...]) -> bool:
    return any(name == package or name.startswith(package + ".") for package in packages)


def violations(row: Row, path: Path, root: Path = ROOT) -> list[str]:
    """Return the imports of a file that its row forbids and no exception allows."""
    place = path.relative_to(root).as_posix()
    return [
        f"{place}:{line} imports {name}"
        for line, name in imports(path)
        if (_within(name, row.never) or (row.only is not None and not _within(name, row.only)))
        and not _within(name, EXCEPTIONS.get(place, ()))
    ]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.files)
def test_that_no_module_imports_what_its_row_forbids(row: Row) -> None:
    modules = _modules(row.files)
    assert modules, f"{row.files} matches no file: this table is out of date"
    wrong = [line for path in modules for line in violations(row, path)]
    assert not wrong, "\n".join(wrong)


def test_that_the_studio_imports_engine_contract_only() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in _modules("studio/**/*.py")
        for line, name in imports(path)
        if _within(name, ("engine",)) and not _within(name, ("engine.contract",))
    ]
    assert not wrong, "\n".join(wrong)


def test_that_only_the_service_imports_its_web_framework() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in _modules("studio/**/*.py")
        for line, name in imports(path)
        if _within(name, WEB) and not path.is_relative_to(ROOT / "studio" / "serving")
    ]
    assert not wrong, "\n".join(wrong)


def test_that_every_exception_is_still_needed() -> None:
    unused = []
    for place, allowed in EXCEPTIONS.items():
        used = {package for package in allowed for _, name in imports(ROOT / place) if _within(name, (package,))}
        unused += [f"{place}: {package}" for package in allowed if package not in used]
    assert not unused, unused


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.files)
def test_that_a_planted_import_is_found(row: Row, tmp_path: Path) -> None:
    """The check can fail: a forbidden import in a file of each row, also inside a function, is reported."""
    planted = tmp_path / row.files.replace("**/*", "planted").replace("*", "planted")
    planted.parent.mkdir(parents=True)
    forbidden = row.never[0] if row.never else "torch"
    planted.write_text(f"import json\n\ndef late() -> None:\n    from {forbidden} import thing\n")
    assert violations(row, planted, tmp_path) == [
        f"{planted.relative_to(tmp_path).as_posix()}:4 imports {forbidden}.thing"
    ]


def test_that_the_hubs_client_is_imported_only_when_it_is_asked() -> None:
    path = ROOT / "engine/contract/hub_client.py"
    at_once = [
        name
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""])
    ]
    assert not [name for name in at_once if name.split(".")[0] in ("huggingface_hub", "httpx2")]


def test_that_pandas_is_imported_inside_functions_only() -> None:
    """pandas takes most of a second to import: a window that shows no table need not wait for it."""
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in _modules("studio/**/*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Import | ast.ImportFrom) and "pandas" in ast.unparse(node)
    ]
    assert not wrong, wrong


def _at_run_time(path: Path) -> Iterator[str]:
    """Return the modules that a file imports, without what only type checkers read."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_types = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if node in for_types:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _graph() -> dict[str, set[str]]:
    """Return which of our modules each of them imports, anywhere in the file but for type checkers only."""
    known = {}
    for top in TOP:
        for path in _modules(f"{top}/**/*.py"):
            known[".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")] = path
    graph: dict[str, set[str]] = {}
    for module, path in known.items():
        found = set()
        for name in _at_run_time(path):
            while name and name not in known:
                name = name.rpartition(".")[0]
            found.add(name)
        graph[module] = found - {module, ""}
    return graph


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Return the groups of modules that import one another, directly or by way of others."""
    reach = {module: set(targets) for module, targets in graph.items()}
    changed = True
    while changed:
        changed = False
        for targets in reach.values():
            more = set().union(*(reach.get(target, set()) for target in targets)) - targets
            if more:
                targets |= more
                changed = True
    inside = {module for module in graph if module in reach[module]}
    groups = {
        frozenset({module, *(other for other in reach[module] if module in reach.get(other, set()))})
        for module in inside
    }
    return sorted(sorted(group) for group in groups)


def test_that_no_modules_import_one_another() -> None:
    assert circles(_graph()) == []
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [["a", "b", "c"]]


def test_that_no_folder_grows_over_twenty_modules() -> None:
    counts: dict[Path, int] = defaultdict(int)
    for top in (*TOP, "tests"):
        for path in _modules(f"{top}/**/*.py"):
            counts[path.parent.relative_to(ROOT)] += path.name != "__init__.py"
    large = {str(folder): number for folder, number in counts.items() if number > MODULES_A_FOLDER}
    large.pop("studio/widgets", None)  # Reusable pieces, each understood by itself.
    assert not large


def test_that_no_public_class_name_is_used_twice() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for top in TOP:
        for path in _modules(f"{top}/**/*.py"):
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    places[node.name].append(path.relative_to(ROOT).as_posix())
    assert not {name: files for name, files in places.items() if len(files) > 1}
