"""Loads the charts when they are first needed (pyqtgraph and numpy take half a second), and what they are fed with."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from types import ModuleType


@dataclass(frozen=True, slots=True)
class Mark:
    """One version's value with its interval (None: it has none), for ``IterationChart``."""

    kind: str
    iteration: int
    value: float
    lo: float | None = None
    hi: float | None = None


def import_charts() -> ModuleType:
    """``studio.widgets.charts``. Meant for a worker thread; widgets are made on the GUI thread afterwards."""
    return importlib.import_module("studio.widgets.charts")
