"""PySide6 6.12 on Python 3.11 gives away references to None and True: the guard, and whether it is still needed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

CALLS = 1000
HEAD = """
import os, sys
from PySide6.QtCore import QCoreApplication, QObject, Signal
from studio.pyside_refcount_workaround import make_singletons_last

class Thing(QObject):
    happened = Signal()

application, thing = QCoreApplication([]), Thing()
"""
COUNTING = (
    HEAD
    + f"""
spare = [None, True] * {10 * CALLS}  # so that the counting does not end the process

def lost(value, act):
    before = sys.getrefcount(value)
    for _ in range({CALLS}):
        act()
    return before - sys.getrefcount(value)

print(lost(None, lambda: thing.setObjectName("a")), lost(True, thing.happened.emit), flush=True)
os._exit(0)  # Python would give back the spare references, of which too few are left
"""
)
MANY_CALLS = (
    HEAD
    + """
make_singletons_last()
for _ in range(100_000):
    thing.happened.emit()
    thing.setObjectName("a")
print(sys.getrefcount(None), sys.getrefcount(True))
"""
)
before_immortality = pytest.mark.skipif(sys.version_info >= (3, 12), reason="None and True are immortal there")


def run(code: str) -> tuple[int, ...]:
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    return tuple(int(number) for number in done.stdout.split())


@before_immortality
def test_that_qt_still_gives_away_references() -> None:
    """A canary. If this fails, PySide6 is mended: take ``studio/pyside_refcount_workaround.py`` and its calls out."""
    none, true = run(COUNTING)
    assert none > CALLS // 2 or true > CALLS // 2


@before_immortality
def test_that_a_long_life_does_not_use_them_up() -> None:
    none, true = run(MANY_CALLS)
    assert none > 1 << 39 and true > 1 << 39
