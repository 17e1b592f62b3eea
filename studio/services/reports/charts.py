"""The charts of a report, drawn by matplotlib without its global state, so that any thread can draw.

Every value has its 95% interval where there is one. The colours can be told apart by people who do not see red or
green (Okabe and Ito 2008).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.contract.specs import LABELS
from studio.services.versions.types import MetricValue

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#8A8A8A"
_SERIES = (BLUE, ORANGE, GREEN, "#CC79A7", "#E69F00", "#56B4E9")
_WIDTH, _HEIGHT = 7.2, 3.2
_MOST_POINTS = 2000
"""Points of a scatter chart, so that a report of 50,000 images can still be opened."""


@dataclass(frozen=True, slots=True)
class Point:
    """One value at a named place, drawn faintly if it is beside the main line."""

    place: str
    metric: MetricValue
    faint: bool = False


def intervals(points: Sequence[Point], label: str) -> Figure:
    """Draw values with their intervals, one place beside the other, and connect the main ones."""
    figure, axes = _figure()
    places = [_literal(point.place) for point in points]
    main = [index for index, point in enumerate(points) if not point.faint]
    axes.plot(main, [points[index].metric.value or 0.0 for index in main], color=BLUE, linewidth=1.2, alpha=0.6)
    for index, point in enumerate(points):
        _with_interval(axes, index, point.metric, GREY if point.faint else BLUE)
    turned = len(places) > 5
    axes.set_xticks(range(len(places)), places, rotation=20 if turned else 0, ha="right" if turned else "center")
    axes.set_ylabel(label)
    axes.grid(axis="y", alpha=0.25)
    return figure


def scatter(panels: Sequence[tuple[str, Sequence[float], Sequence[float]]], scale: str) -> Figure:
    """Draw predicted against true scores, one panel each: (title, true, predicted)."""
    figure, every = _panels(len(panels), 3.4)
    values = [value for _, truth, predicted in panels for value in (*truth, *predicted)]
    lowest, highest = min(values), max(values)
    for axes, (title, truth, predicted) in zip(every, panels, strict=True):
        step = math.ceil(len(truth) / _MOST_POINTS) or 1
        axes.plot([lowest, highest], [lowest, highest], color=GREY, linewidth=0.8, linestyle="--")
        axes.scatter(truth[::step], predicted[::step], s=9, color=BLUE, alpha=0.45, linewidths=0, rasterized=True)
        axes.set_title(_literal(title), fontsize=9)
        axes.set_xlabel(f"true {scale}")
        axes.set_ylabel(f"predicted {scale}")
    return figure


def shares(series: Sequence[tuple[str, Sequence[float]]], label: str) -> Figure:
    """Draw how often each label 0..9 occurs, one series beside the other."""
    figure, axes = _figure()
    width = 0.8 / max(1, len(series))
    for number, (name, values) in enumerate(series):
        places = [label + (number - (len(series) - 1) / 2) * width for label in LABELS]
        axes.bar(
            places, [100 * value for value in values], width, label=_literal(name), color=_SERIES[number % len(_SERIES)]
        )
    axes.set_xticks(list(LABELS))
    axes.set_xlabel(label)
    axes.set_ylabel("images in %")
    axes.grid(axis="y", alpha=0.25)
    axes.legend(loc="upper left", frameon=False, fontsize=8)
    return figure


def histogram(values: Sequence[float], edges: Sequence[float], label: str) -> Figure:
    """Draw the distribution of the mean scores, with the edges of the ten bins."""
    figure, axes = _figure(2.4)
    axes.hist(values, bins=40, color=BLUE, alpha=0.75)
    for edge in edges:
        axes.axvline(edge, color=ORANGE, linewidth=0.8)
    axes.set_xlabel(label)
    axes.set_ylabel("images")
    return figure


def calibration(series: Sequence[tuple[str, Sequence[tuple[float, float]]]], scale: str) -> Figure:
    """Draw the mean true score of images with similar predictions: (name, points of mean prediction and truth)."""
    figure, axes = _figure(3.6, 4.4)
    values = [value for _, points in series for point in points for value in point]
    axes.plot([min(values), max(values)], [min(values), max(values)], color=GREY, linewidth=0.8, linestyle="--")
    for number, (name, points) in enumerate(series):
        scored, true = zip(*points, strict=True)
        axes.plot(scored, true, marker="o", markersize=4, label=_literal(name), color=_SERIES[number % len(_SERIES)])
    axes.set_xlabel(f"predicted {scale}")
    axes.set_ylabel(f"true {scale}")
    axes.legend(loc="upper left", frameon=False, fontsize=8)
    return figure


def rows_with_intervals(
    names: Sequence[str], series: Sequence[tuple[str, Sequence[MetricValue | None]]], label: str
) -> Figure:
    """Draw a value with its interval for each name, from top to bottom, and a line at 0."""
    figure, axes = _figure(max(2.2, 0.32 * len(names) + 0.9))
    axes.axvline(0, color=GREY, linewidth=0.8)
    gap = 0.6 / max(1, len(series))
    for number, (name, metrics) in enumerate(series):
        colour = _SERIES[number % len(_SERIES)]
        for place, metric in enumerate(metrics):
            if metric is not None and metric.value is not None:
                _with_interval(axes, place + (number - (len(series) - 1) / 2) * gap, metric, colour, across=True)
        axes.plot([], [], "o", color=colour, markersize=5, label=_literal(name))
    axes.set_yticks(range(len(names)), [_literal(name) for name in names])
    axes.invert_yaxis()
    axes.set_xlabel(label)
    axes.grid(axis="x", alpha=0.25)
    axes.legend(loc="upper left", frameon=False, fontsize=8)
    return figure


def plane(points: Sequence[tuple[str, MetricValue, MetricValue, bool]], across: str, up: str) -> Figure:
    """Draw versions by two measures with both intervals: (name, across, up, whether it is the main line's)."""
    figure, axes = _figure(3.8)
    for name, x, y, main in points:
        assert x.value is not None
        assert y.value is not None
        colour = BLUE if main else ORANGE
        axes.errorbar(
            x.value,
            y.value,
            xerr=_spread(x),
            yerr=_spread(y),
            fmt="o",
            markersize=5,
            color=colour,
            elinewidth=0.7,
            alpha=0.85,
        )
        axes.annotate(_literal(name), (x.value, y.value), xytext=(4, 4), textcoords="offset points", fontsize=7)
    axes.set_xlabel(across)
    axes.set_ylabel(up)
    axes.grid(alpha=0.25)
    return figure


def _with_interval(axes: Axes, place: float, metric: MetricValue, colour: str, *, across: bool = False) -> None:
    assert metric.value is not None
    spread = _spread(metric)
    if across:
        axes.errorbar(metric.value, place, xerr=spread, fmt="o", markersize=5, color=colour, elinewidth=1, capsize=2)
    else:
        axes.errorbar(place, metric.value, yerr=spread, fmt="o", markersize=5, color=colour, elinewidth=1, capsize=2)


def _literal(name: str) -> str:
    """Return a name as matplotlib shows it literally: it takes text between dollars for formulas."""
    return name.replace("$", r"\$")


def _spread(metric: MetricValue) -> list[list[float]] | None:
    """Return what matplotlib wants of an interval: the distances of its ends from the value."""
    if metric.value is None or metric.lo is None or metric.hi is None:
        return None
    return [[max(0.0, metric.value - metric.lo)], [max(0.0, metric.hi - metric.value)]]


def _figure(height: float = _HEIGHT, width: float = _WIDTH) -> tuple[Figure, Axes]:
    figure, every = _panels(1, height, width)
    return figure, every[0]


def _panels(count: int, height: float, width: float = _WIDTH) -> tuple[Figure, list[Axes]]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    every = [figure.add_subplot(1, count, number + 1) for number in range(count)]
    for axes in every:
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(labelsize=8)
        axes.xaxis.label.set_fontsize(9)
        axes.yaxis.label.set_fontsize(9)
    return figure, every
