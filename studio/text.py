"""Format text, numbers and times for display, in the window and on the command line. Pure functions, no Qt."""

from __future__ import annotations

import html
import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studio.services.versions.types import MetricValue

LINE_LIMIT = 40_000
"""Maximum number of characters of a one-line text; more than any one-line field shows."""
_UNITS = {
    "seconds": (("h", 3600.0, 5400.0), ("min", 60.0, 90.0), ("s", 1.0, 0.0)),
    "bytes": (("TB", 1e12, 1e12), ("GB", 1e9, 1e9), ("MB", 1e6, 1e6), ("kB", 1e3, 1e3), ("B", 1.0, 0.0)),
}
"""Name of a unit, its size, and the least value that is shown in it."""
_HIDDEN = (0x00AD, 0x061C, 0x200B, 0x200E, 0x200F, 0xFEFF)
"""Invisible characters, except for the joiners that emoji and some scripts need."""


def _visible() -> dict[int, str]:
    """Return visible replacements for characters that are invisible or affect the display of their neighbours."""
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


_IN_LINE = _visible() | {9: " "}
_IN_TEXT = {code: sign for code, sign in _visible().items() if code not in (9, 10)}


def one_line(text: str) -> str:
    """Return the text with line ends as spaces and control characters made visible, for labels and table cells."""
    cut = text[:LINE_LIMIT]
    return " ".join(cut.splitlines()).translate(_IN_LINE) + ("…" if len(text) > LINE_LIMIT else "")


def printable(text: str) -> str:
    """Return the text, equally long, with control characters except line ends and tabs made visible."""
    return text.translate(_IN_TEXT)


def tool_tip(text: str) -> str:
    """Return a tool tip that shows the text literally, in lines that wrap: as HTML, for Qt would guess which it is."""
    return f"<p>{html.escape(text)}</p>" if text else ""


def button_text(text: str) -> str:
    """Return one line for a button, check box, tab or menu, in which a single & would become a shortcut marker."""
    return one_line(text).replace("&", "&&")


def window_title(text: str) -> str:
    """Return one line for a window title, in which [*] would become the marker for unsaved changes."""
    return one_line(text).replace("[*]", "[*][*]")


def cut(text: str, limit: int, more: str) -> str:
    """Return the text; if it is too long, its beginning and ``more`` with the number of omitted characters."""
    return text if len(text) <= limit else f"{text[:limit]}\n{more.format(len(text) - limit)}"


NOTHING = "–"


def number(value: float | None, places: int = 3, missing: str = NOTHING) -> str:
    """Return the number with fixed decimals; a dash for None, infinity and NaN."""
    return missing if value is None or not math.isfinite(value) else f"{value:.{places}f}"


def with_interval(metric: MetricValue | None, missing: str = NOTHING) -> str:
    """Return ``0.812 [0.790, 0.833]``, or the value alone if there is no interval."""
    if metric is None or metric.value is None:
        return missing
    if metric.lo is None or metric.hi is None:
        return number(metric.value)
    return f"{number(metric.value)} [{number(metric.lo)}, {number(metric.hi)}]"


def change_with_interval(metric: MetricValue | None, missing: str = NOTHING) -> str:
    """Return a change with its sign and 95% interval: ``-0.53 [-0.61, -0.45]``."""
    if metric is None or metric.value is None:
        return missing
    if metric.lo is None or metric.hi is None:
        return f"{metric.value:+.2f}"
    return f"{metric.value:+.2f} [{metric.lo:+.2f}, {metric.hi:+.2f}]"


def points_with_interval(metric: MetricValue | None, missing: str = NOTHING) -> str:
    """Return a difference of shares in percentage points with its 95% interval: ``+12 [+3, +21]``."""
    if metric is None or metric.value is None:
        return missing
    value, lo, hi = metric.value, metric.lo, metric.hi
    if lo is None or hi is None:
        return f"{round(100 * value):+d}"
    return f"{round(100 * value):+d} [{round(100 * lo):+d}, {round(100 * hi):+d}]"


def percent(metric: MetricValue | None, missing: str = NOTHING) -> str:
    """Return a rate as a percentage with one decimal: ``12.5%``."""
    return missing if metric is None or metric.value is None else f"{number(100 * metric.value, 1)}%"


def percent_with_interval(metric: MetricValue | None) -> str:
    """Return ``12.5% [9.1, 16.0]``, or the percentage alone if there is no interval."""
    if metric is None or metric.value is None or metric.lo is None or metric.hi is None:
        return percent(metric)
    return f"{percent(metric)} [{number(100 * metric.lo, 1)}, {number(100 * metric.hi, 1)}]"


def chance(p: float) -> str:
    """``p < 0.001``, ``p = 0.012`` or ``p = 0.34``: as many places as say something; never 0."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}" if p < 0.1 else f"p = {p:.2f}"


def duration(seconds: float) -> str:
    """Return ``45 s``, ``3 min 05 s`` or ``2 h 07 min``."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def range_text(low: float, high: float, unit: str, words: tuple[str, str] = ("{0} to {1} {2}", "about {0} {1}")) -> str:
    """Return ``4 to 6 min``, or ``about 5 min`` where both ends are the same when rounded.

    Args:
        low: seconds or bytes.
        high: as ``low``, and not less.
        unit: "seconds" or "bytes".
        words: both forms, for translation: of two numbers and a unit, and of one.
    """
    name, size = next((name, size) for name, size, least in _UNITS[unit] if high >= least)
    first, last = (_two_digits(value / size) for value in (low, high))
    return words[1].format(last, name) if first == last else words[0].format(first, last, name)


def _two_digits(value: float) -> str:
    """Return a number as an estimate has it: two digits, without a useless zero."""
    if value < 10:
        return f"{value:.1f}".removesuffix(".0")
    rounded = round(value, 1 - math.floor(math.log10(value)))
    return f"{rounded:,.0f}"


def clock(moment: datetime | None) -> str:
    """Return the local time of day, with the date unless it is today."""
    if moment is None:
        return NOTHING
    local = in_utc(moment).astimezone()
    today = local.date() == datetime.now().astimezone().date()
    return local.strftime("%H:%M:%S" if today else "%Y-%m-%d %H:%M")


def in_utc(moment: datetime) -> datetime:
    """Return the same moment with a time zone; a naive one is UTC."""
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def byte_text(count: int) -> str:
    """Return ``1.4 GB`` or ``320 MB``: decimal units, as disks and memory are sold."""
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"
