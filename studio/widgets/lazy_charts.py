"""Loads the charts when they are first needed (pyqtgraph and numpy take half a second), and what they are fed with."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType

KINDS = ("base", "score", "merged", "consistency")
"""Kinds of versions in the order in which their marks stand at one iteration."""
STEP = 0.16
"""How far marks of one iteration stand apart, so that whiskers do not hide each other."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One version's value with its interval (None: it has none). ``main``: it stands for its iteration.

    ``text`` is what the chart says about it under the mouse.
    """

    version: str
    kind: str
    iteration: int
    value: float
    lo: float | None = None
    hi: float | None = None
    main: bool = False
    text: str = ""


def place_marks(marks: Sequence[Mark]) -> list[float]:
    """Where each mark stands: a lone one on its iteration's tick, several around it."""
    places = []
    for mark in marks:
        beside = [kind for kind in KINDS for other in marks if (other.iteration, other.kind) == (mark.iteration, kind)]
        middle = (len(beside) - 1) / 2
        places.append(mark.iteration + STEP * (beside.index(mark.kind) - middle))
    return places


def import_numbers() -> None:
    """What pyqtgraph needs beside Qt. Meant for a worker thread, before the charts are imported."""
    importlib.import_module("numpy.linalg")


def import_result_charts() -> ModuleType:
    """``studio.widgets.result_charts``. Window's thread: no worker thread imports what uses Qt."""
    return importlib.import_module("studio.widgets.result_charts")
