"""Lists the calls of Qt that other threads than the window's make. Used by the tests of the window, all of them.

Every thread of Python is watched with a profile function, which Python calls before a function of C is called: methods,
static functions, signals. Constructors of types are no such calls, but an object is of no use without its methods.
Modules that use Qt must not be imported there either: PySide6 makes its types when they are first named.
"""

from __future__ import annotations

import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType, ModuleType

import pytest
from PySide6.QtCore import QThread

QT = ("PySide6", "shiboken6")


@contextmanager
def watched_threads(*threads: type[QThread]) -> Iterator[list[str]]:
    """What threads call of Qt until the end, each as "function, then the stack that called it".

    Args:
        threads: classes whose ``run`` is a thread of Qt, which Python's ``threading`` does not know.
    """
    found: list[str] = []
    before = threading.getprofile()
    profile = _profile(found, threading.get_ident())
    with pytest.MonkeyPatch.context() as patch:
        for thread in threads:
            patch.setattr(thread, "run", _watched(thread.run, profile))
        threading.setprofile(profile)
        try:
            yield found
        finally:
            threading.setprofile(before)


def _watched(run: Callable[[QThread], None], profile: Callable[[FrameType, str, object], None]) -> Callable[..., None]:
    def watched(self: QThread) -> None:
        sys.setprofile(profile)
        run(self)

    return watched


def _profile(found: list[str], window: int) -> Callable[[FrameType, str, object], None]:
    plain: set[object] = set()

    def imports_qt(frame: FrameType) -> bool:
        return _uses_qt(frame) and threading.get_ident() != window

    def profile(frame: FrameType, event: str, argument: object) -> None:
        if event == "c_call":
            # Millions of times in a test: what owns the function tells it, or the function itself where nothing does.
            owner = getattr(argument, "__self__", None)
            key = argument if owner is None else owner if isinstance(owner, type | ModuleType) else type(owner)
            if key in plain:
                return
            if not _is_qt(argument):
                if owner is None or not _may_be_qt(key):
                    plain.add(key)
            elif threading.get_ident() != window:
                tell(frame, _name(argument))
        elif event == "return" and frame.f_code.co_name == "<module>" and imports_qt(frame):
            tell(frame, f"import of {frame.f_globals.get('__name__')}")

    def tell(frame: FrameType, what: str) -> None:
        stack = "".join(traceback.format_stack(frame, limit=40))
        found.append(f"{threading.current_thread().name}: {what}\n{stack}")

    return profile


def _uses_qt(module: FrameType) -> bool:
    """Whether a module that has just been imported names a type of Qt."""
    values = list(module.f_globals.values())
    return any(isinstance(value, type) and str(getattr(value, "__module__", "")).startswith(QT) for value in values)


def _is_qt(function: object) -> bool:
    """Whether a function of C, a bound method of C or a static one, is Qt's."""
    owner = getattr(function, "__self__", None)
    if isinstance(owner, ModuleType):
        return owner.__name__.startswith(QT)
    if owner is None:  # a static method: only its representation names the kind of its type
        return "Shiboken" in repr(function)
    kind = owner if isinstance(owner, type) else type(owner)
    name = str(getattr(function, "__qualname__", "")).split(".")[0]
    return _of_qt(next((base for base in kind.__mro__ if base.__name__ == name), kind))


def _may_be_qt(owner: object) -> bool:
    """Whether functions of this module, or of objects of this type, may be Qt's."""
    if isinstance(owner, ModuleType):
        return owner.__name__.startswith(QT)
    return isinstance(owner, type) and any(map(_of_qt, owner.__mro__))


def _of_qt(kind: type) -> bool:
    return any(str(base.__module__).startswith(QT) for base in kind.__mro__)


def _name(function: object) -> str:
    owner = getattr(function, "__self__", None)
    kind = owner if isinstance(owner, type | ModuleType) else type(owner)
    return str(getattr(function, "__qualname__", function)) if owner is None else f"{kind.__name__}.{function.__name__}"  # type: ignore[attr-defined]
