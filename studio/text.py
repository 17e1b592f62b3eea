"""How text, numbers and times are written for people, in the window and on the command line. Pure functions, no Qt."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studio.services.versions.types import MetricValue

LINE_LIMIT = 40_000
"""Characters of a text on one line; more than any field of one line takes."""
_HIDDEN = (0x00AD, 0x061C, 0x200B, 0x200E, 0x200F, 0xFEFF)
"""Signs without a shape, other than the joiners that emoji and some scripts need."""


def _signs() -> dict[int, str]:
    """What stands for a character that could not be seen, or would change how its neighbours are shown."""
    ranges = (
        range(0x80, 0xA0),
        range(0x2028, 0x202F),
        range(0x2060, 0x2070),
        range(0xD800, 0xE000),
        range(0xFFF9, 0xFFFC),
    )
    signs = {code: "\N{REPLACEMENT CHARACTER}" for codes in (_HIDDEN, *ranges) for code in codes}
    signs |= {code: chr(0x2400 + code) for code in range(32)} | {127: "\N{SYMBOL FOR DELETE}"}
    return signs


_IN_LINE = _signs() | {9: " "}
_IN_TEXT = {code: sign for code, sign in _signs().items() if code not in (9, 10)}


def one_line(text: str) -> str:
    """The text with line ends as spaces and control characters made visible, for labels and table cells."""
    cut = text[:LINE_LIMIT]
    return " ".join(cut.splitlines()).translate(_IN_LINE) + ("…" if len(text) > LINE_LIMIT else "")


def printable(text: str) -> str:
    """The text with control characters other than line ends and tabs made visible; as long as it was."""
    return text.translate(_IN_TEXT)


def button_text(text: str) -> str:
    """One line for a button, a check box, a tab or a menu, where a lone & would mark a key and vanish."""
    return one_line(text).replace("&", "&&")


def window_title(text: str) -> str:
    """One line for the title of a window, where [*] marks what is not saved and vanishes."""
    return one_line(text).replace("[*]", "[*][*]")


def cut(text: str, limit: int, more: str) -> str:
    """The text, or its beginning and ``more`` with the number of characters left out."""
    return text if len(text) <= limit else f"{text[:limit]}\n{more.format(len(text) - limit)}"


NOTHING = "–"


def number(value: float | None, places: int = 3, missing: str = NOTHING) -> str:
    """The number with fixed places; a dash where there is none."""
    return missing if value is None or not math.isfinite(value) else f"{value:.{places}f}"


def with_interval(metric: MetricValue | None, missing: str = NOTHING) -> str:
    """``0.812 [0.790, 0.833]``; without an interval the value alone."""
    if metric is None or metric.value is None:
        return missing
    if metric.lo is None or metric.hi is None:
        return number(metric.value)
    return f"{number(metric.value)} [{number(metric.lo)}, {number(metric.hi)}]"


def percent(metric: MetricValue | None, missing: str = NOTHING) -> str:
    """A rate as a percentage with one place: ``12.5%``."""
    return missing if metric is None or metric.value is None else f"{number(100 * metric.value, 1)}%"


def percent_with_interval(metric: MetricValue | None) -> str:
    """``12.5% [9.1, 16.0]``; without an interval the percentage alone."""
    if metric is None or metric.value is None or metric.lo is None or metric.hi is None:
        return percent(metric)
    return f"{percent(metric)} [{number(100 * metric.lo, 1)}, {number(100 * metric.hi, 1)}]"


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


def byte_text(count: int) -> str:
    """``1.4 GB``, ``320 MB``; decimal, as disks and memory are sold."""
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"
