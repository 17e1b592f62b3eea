"""Which tests belong to the quick run: no widgets, no child processes, no torch, none marked slow or gpu.

What needs torch is seen from the imports, so that nothing has to be marked by hand and nothing heavy is loaded to
find out. A test that starts a process has to be marked ``child``; one that is not marked fails when it starts one.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

LEFT_OUT = ("slow", "gpu", "gui", "child")
"""The marks of tests that are no part of the quick run."""
HEAVY = frozenset(
    {"torch", "transformers", "peft", "trl", "accelerate", "datasets", "bitsandbytes", "safetensors.torch"}
)
"""Packages that load torch."""
TESTS = Path(__file__).parents[2]
_ROOTS = (TESTS.parent, TESTS)
_STARTS = frozenset({"subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.system"})


@cache
def loads_torch(file: Path) -> bool:
    """Whether importing this file, or the ``conftest.py`` of this folder, imports torch, directly or through ours."""
    return bool(HEAVY & _loaded(file / "conftest.py" if file.is_dir() else file))


class ProcessesStarted:
    """Hears of every process that this one starts, from now on and for good."""

    def __init__(self) -> None:
        self.commands: list[str] = []
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[object, ...]) -> None:
        if event in _STARTS and arguments[:1] != ("uname",):  # by Python's own platform module, once a process
            self.commands.append(f"{event}: {str(arguments)[:200]}")


def _loaded(start: Path) -> set[str]:
    """The names, and the outer packages, of what is not ours and an import of this file loads."""
    seen: set[Path] = set()
    outer: set[str] = set()
    todo = [start] if start.is_file() else []
    while todo:
        file = todo.pop()
        if file in seen:
            continue
        seen.add(file)
        for name in _imports(file):
            ours = _files(name)
            todo += ours
            if not ours:
                outer |= {name, name.partition(".")[0]}
    return outer


@cache
def _imports(file: Path) -> tuple[str, ...]:
    """What is imported when the file is: not what its functions import when they are called."""
    return tuple(_names(ast.parse(file.read_text("utf-8")).body))


def _names(body: list[ast.stmt]) -> Iterator[str]:
    for line in body:
        match line:
            case ast.Import():
                yield from (alias.name for alias in line.names)
            case ast.ImportFrom(module=str(module), level=0):
                yield module
                yield from (f"{module}.{alias.name}" for alias in line.names)
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                yield from _names(line.orelse)
            case ast.If() | ast.Try() | ast.With() | ast.ClassDef():
                yield from _names([*line.body, *getattr(line, "orelse", []), *getattr(line, "finalbody", [])])
            case _:
                pass


@cache
def _files(name: str) -> tuple[Path, ...]:
    """Our files that importing this name runs: of a module, and of the packages that it is in."""
    parts = name.split(".")
    places = [root.joinpath(*parts[:end]) for root in _ROOTS for end in range(1, len(parts) + 1)]
    candidates = [file for place in places for file in (place / "__init__.py", place.with_suffix(".py"))]
    return tuple(file for file in candidates if file.is_file())
