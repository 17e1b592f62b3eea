"""How numbers and times are written in tables and labels. Pure functions."""

from __future__ import annotations

import math
from datetime import UTC, datetime

from studio.services.versions.types import MetricValue

NOTHING = "–"


def number(value: float | None, places: int = 3) -> str:
    """The number with fixed places; a dash where there is none."""
    return NOTHING if value is None or not math.isfinite(value) else f"{value:.{places}f}"


def with_interval(metric: MetricValue | None) -> str:
    """``0.812 [0.790, 0.833]``; without an interval the value alone."""
    if metric is None or metric.value is None:
        return NOTHING
    if metric.lo is None or metric.hi is None:
        return number(metric.value)
    return f"{number(metric.value)} [{number(metric.lo)}, {number(metric.hi)}]"


def percent(metric: MetricValue | None) -> str:
    """A rate as a percentage with one place."""
    if metric is None or metric.value is None:
        return NOTHING
    return f"{100 * metric.value:.1f}%"


def duration(seconds: float) -> str:
    """``45 s``, ``3 min 05 s``, ``2 h 07 min``."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def clock(moment: datetime | None) -> str:
    """The local time of day; the date too where it is not today."""
    if moment is None:
        return NOTHING
    local = in_utc(moment).astimezone()
    today = local.date() == datetime.now().astimezone().date()
    return local.strftime("%H:%M:%S" if today else "%Y-%m-%d %H:%M")


def in_utc(moment: datetime) -> datetime:
    """The same moment, aware; a naive one is UTC."""
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
