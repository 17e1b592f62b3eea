"""Loads the charts when they are first needed (pyqtgraph and numpy take half a second), and what they are fed with."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType

KINDS = ("base", "score", "merged", "consistency")
"""Kinds of versions in the order of their marks at one iteration."""
STEP = 0.16
"""Distance between marks of one iteration, so that error bars do not overlap."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One version's value with its interval (None: it has none). ``main``: it is its iteration's last version.

    ``branch``: the name of its line where that is not the main one and this is the line's last version.
    ``text`` is the tool tip.
    """

    version: str
    kind: str
    iteration: int
    value: float
    lo: float | None = None
    hi: float | None = None
    main: bool = False
    text: str = ""
    branch: str = ""


@dataclass(frozen=True, slots=True)
class ProbePoint:
    """What one strength does to the score, with its interval (None: it has none)."""

    strength: float
    value: float | None
    lo: float | None = None
    hi: float | None = None


@dataclass(frozen=True, slots=True)
class ProbeLine:
    """The strengths of one degradation (its lane's number) for one version, in a colour of the theme."""

    lane: int
    colour: str
    points: tuple[ProbePoint, ...]


@dataclass(frozen=True, slots=True)
class CalibrationCurve:
    """Points (mean prediction, mean true score) of one version's groups of similar predictions, in a theme's colour."""

    version: str
    colour: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of an interval chart: a value with its interval (None: it has none), in a colour of the theme."""

    name: str
    value: float
    lo: float | None = None
    hi: float | None = None
    colour: str = "mark_score"
    main: bool = False


@dataclass(frozen=True, slots=True)
class CountBar:
    """A row of a chart of counts, in a colour of the theme."""

    name: str
    count: int
    colour: str = "accent"


def place_marks(marks: Sequence[Mark]) -> list[float]:
    """Return each mark's x position: a lone one on its iteration's tick, several around it."""
    places = []
    for number, mark in enumerate(marks):
        beside = [place for place, other in enumerate(marks) if other.iteration == mark.iteration]
        beside.sort(key=lambda place: (KINDS.index(marks[place].kind), place))
        middle = (len(beside) - 1) / 2
        places.append(mark.iteration + STEP * (beside.index(number) - middle))
    return places


def import_numbers() -> None:
    """What pyqtgraph needs beside Qt. Meant for a worker thread, before the charts are imported."""
    importlib.import_module("numpy.linalg")


def import_interval_charts() -> ModuleType:
    """``studio.widgets.interval_chart``. Window's thread: no worker thread imports what uses Qt."""
    return importlib.import_module("studio.widgets.interval_chart")


def import_result_charts() -> ModuleType:
    """``studio.widgets.result_charts``. Window's thread: no worker thread imports what uses Qt."""
    return importlib.import_module("studio.widgets.result_charts")


def import_probe_chart() -> ModuleType:
    """``studio.widgets.probe_chart``. Window's thread, as above."""
    return importlib.import_module("studio.widgets.probe_chart")


def import_calibration_chart() -> ModuleType:
    """``studio.widgets.calibration_chart``. Window's thread, as above."""
    return importlib.import_module("studio.widgets.calibration_chart")


def import_count_chart() -> ModuleType:
    """``studio.widgets.count_chart``. Window's thread, as above."""
    return importlib.import_module("studio.widgets.count_chart")
