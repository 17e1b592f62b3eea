"""Parse numbers as people write them, and compute statistics of votes. An ambiguous number is rejected."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence

from studio.services.imports.formats.records import RefusedError

_COMMA = re.compile(r"[+-]?\d+,(\d+)")
_MONTH = r"(?:jan|feb|mar|mär|mrz|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez)[a-zä]*\.?"
_DATE = re.compile(
    r"\d{4}-\d{1,2}-\d{1,2}(?:[T ][\d:.]+)?|\d{1,2}([./-])\d{1,2}\1\d{4}"
    rf"|\d{{1,2}}[-. ]+{_MONTH}|{_MONTH}[-. ]+\d{{1,4}}",
    re.IGNORECASE,
)


def finite_number(text: str) -> float | None:
    """Return the number in a cell, or None."""
    try:
        number = float(text) if "_" not in text else math.nan
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def score_of(text: str, ambiguous: Callable[[], bool]) -> float:
    """Return a score, with a decimal point or a decimal comma.

    ``ambiguous`` returns whether a comma before three digits could separate thousands in this table; called only if
    needed.

    Raises:
        RefusedError: not a finite number, or an ambiguous one.
    """
    number = finite_number(text)
    if number is not None:
        return number
    comma = _COMMA.fullmatch(text.strip())
    if comma is None:
        raise RefusedError(text, _no_number(text))
    if len(comma[1]) == 3 and ambiguous():
        plain = text.strip()
        reason = f"it could mean {plain.replace(',', '.')} or {plain.replace(',', '')}; write it with a decimal point"
        raise RefusedError(text, reason)
    number = finite_number(text.replace(",", "."))
    if number is None:
        raise RefusedError(text, "the score is not a finite number")
    return number


def is_date(text: str) -> bool:
    """Return whether a cell is a date, as a spreadsheet makes of 3.5 or 3-5."""
    return _DATE.fullmatch(text.strip()) is not None


def _no_number(text: str) -> str:
    if is_date(text):
        return "the score is a date; if a spreadsheet made it of a number, format the column as text and enter it again"
    return "the score is not a number"


def mean_and_deviation(values: Sequence[float]) -> tuple[float, float | None]:
    """Return mean and sample standard deviation; the latter is None for fewer than two values."""
    mean = math.fsum(values) / len(values)
    if len(values) < 2:
        return mean, None
    return mean, math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1))


def counted(counts: Sequence[int]) -> tuple[float, float | None, int]:
    """Return mean, sample standard deviation and number of votes; ``counts[i]`` votes were i + 1. At least one vote."""
    total = first = second = 0
    for value, count in enumerate(counts, start=1):
        total += count
        first += value * count
        second += value * value * count
    if total < 2:
        return first / total, None, total
    return first / total, math.sqrt((second * total - first * first) / (total * (total - 1))), total
