"""How text, numbers and times are written for people."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from studio import text
from studio.services.versions.types import MetricValue


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("a\nb\tc", "a b c"),
        ("bell\x07", "bell\u2407"),
        ("\u202egnp.exe", "\N{REPLACEMENT CHARACTER}gnp.exe"),
        ("x" * (text.LINE_LIMIT + 1), "x" * text.LINE_LIMIT + "…"),
    ],
)
def test_that_one_line_shows_what_could_not_be_seen(given: str, shown: str) -> None:
    assert text.one_line(given) == shown


def test_that_printable_keeps_lines_tabs_and_the_length() -> None:
    assert text.printable("a\n\tb\x00\u200b") == "a\n\tb\u2400\N{REPLACEMENT CHARACTER}"


def test_that_signs_with_a_meaning_for_qt_are_literal() -> None:
    assert text.button_text("R&D\nx") == "R&&D x"
    assert text.window_title("a[*]") == "a[*][*]"
    assert text.tool_tip("<b>R&D</b>") == "<p>&lt;b&gt;R&amp;D&lt;/b&gt;</p>"
    assert text.tool_tip("") == ""


def test_that_a_long_text_is_cut_and_says_so() -> None:
    assert text.cut("abc", 3, "({0} more)") == "abc"
    assert text.cut("abcde", 3, "({0} more)") == "abc\n(2 more)"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(-3, "0 s"), (0.4, "0 s"), (59.4, "59 s"), (59.6, "1 min 00 s"), (185, "3 min 05 s"), (7800, "2 h 10 min")],
)
def test_that_durations_are_in_words(seconds: float, shown: str) -> None:
    assert text.duration(seconds) == shown


@pytest.mark.parametrize(
    ("low", "high", "unit", "shown"),
    [
        (0.2, 3.96, "seconds", "0.2 to 4 s"),
        (240, 361, "seconds", "4 to 6 min"),
        (55, 95, "seconds", "0.9 to 1.6 min"),
        (299, 301, "seconds", "about 5 min"),
        (3600, 9100, "seconds", "1 to 2.5 h"),
        (3600 * 123, 3600 * 1234, "seconds", "120 to 1,200 h"),
        (0, 0, "seconds", "about 0 s"),
        (3.2e9, 14.9e9, "bytes", "3.2 to 15 GB"),
        (1.2e6, 1.2e6, "bytes", "about 1.2 MB"),
        (96, 96, "bytes", "about 96 B"),
    ],
)
def test_that_estimates_are_shown_as_ranges(low: float, high: float, unit: str, shown: str) -> None:
    assert text.range_text(low, high, unit) == shown


def test_that_a_p_value_is_never_written_as_0() -> None:
    assert [text.chance(p) for p in (0.0001, 0.0123, 0.2)] == ["p < 0.001", "p = 0.012", "p = 0.20"]


def test_that_metrics_are_written_with_their_interval_and_missing_ones_as_a_dash() -> None:
    metric = MetricValue(0.8125, 0.79, 0.8333, 40)
    assert text.with_interval(metric) == "0.812 [0.790, 0.833]"
    assert text.percent_with_interval(metric) == "81.2% [79.0, 83.3]"
    bare = MetricValue(0.5, None, None, 40)
    assert (text.with_interval(bare), text.percent(bare), text.percent_with_interval(bare)) == (
        "0.500",
        "50.0%",
        "50.0%",
    )
    for missing in (None, MetricValue(None, None, None, 0)):
        assert text.with_interval(missing) == text.percent(missing) == text.percent_with_interval(missing) == "–"
        assert text.percent(missing, "-") == text.with_interval(missing, "-") == "-"
    assert text.number(float("nan")) == text.number(None) == "–" and text.number(1.005, 1) == "1.0"


def test_that_sizes_are_decimal() -> None:
    assert (text.byte_text(1_440_000_000), text.byte_text(320_400_000)) == ("1.4 GB", "320 MB")


def test_that_a_moment_of_today_shows_its_time_and_an_older_one_its_date() -> None:
    now = datetime.now(UTC)
    assert len(text.clock(now)) == len("12:00:00")
    assert len(text.clock((now - timedelta(days=3)).replace(tzinfo=None))) == len("2026-01-01 12:00")
    assert text.clock(None) == "–"


@pytest.mark.child
def test_that_the_module_needs_no_qt() -> None:
    code = "import sys, studio.text; print([name for name in sys.modules if name.startswith(('PySide6', 'studio.'))])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "['studio.text']\n"
