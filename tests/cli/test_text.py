"""What the command line prints: untrusted text, tables, times."""

from __future__ import annotations

import dataclasses
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest

from studio.cli._output import console, error_lines, import_lines, plain, report_defect, version_table
from studio.services.errors import StudioError
from studio.services.imports.types import ImportReport, Refusal
from studio.services.versions.types import MetricValue, VersionRow
from studio.text import duration


@pytest.mark.parametrize(
    ("given", "printed"),
    [
        ("naïve 写真.jpg", "naïve 写真.jpg"),
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        ("a\nb\r\tc", "a\\nb\\r\\tc"),
        ("gpj.\u202etxt", "gpj.\\u202etxt"),
        ("bad\udcffname", "bad\\udcffname"),
        ("\x9b2J", "\\x9b2J"),
    ],
)
def test_that_characters_a_terminal_would_obey_are_spelled_out(given: str, printed: str) -> None:
    assert plain(given) == printed


def test_that_newlines_stay_where_lines_are_wanted() -> None:
    assert plain("a\nb\x07", multiline=True) == "a\nb\\x07"


def test_that_markup_in_a_version_name_is_printed_and_not_obeyed() -> None:
    out = io.StringIO()
    console(out).print(version_table([version("[red]x[/red] :smile:")]))
    assert "[red]x[/red] :smile:" in out.getvalue()


def test_that_an_error_shows_its_remedy_on_a_line_of_its_own() -> None:
    assert error_lines(StudioError("x is wrong.", "Mend x.")) == "Error: x is wrong.\nMend x."
    assert error_lines(StudioError("x is wrong.")) == "Error: x is wrong."


def test_that_refused_rows_are_listed_up_to_a_limit_and_then_counted() -> None:
    refusals = tuple(Refusal(line, "?\x1b", "not a number") for line in range(2, 15))
    report = ImportReport(20, 7, refusals, ("few images",), {"train": 5, "val": 1, "test": 1}, ())
    lines = import_lines(report)
    assert lines[0] == "7 of 20 rows imported (5 train, 1 val, 1 test)."
    assert "line 2" in lines[1] and "not a number" in lines[1] and "\x1b" not in lines[1]
    assert lines[-2:] == ["  and 3 more skipped rows", "Warning: few images"]


def test_that_the_table_has_every_metric_with_srccs_interval() -> None:
    metrics = {
        "srcc": MetricValue(0.5012, 0.41, 0.59, 400),
        "plcc": MetricValue(0.61, None, None, 400),
        "rmse": MetricValue(1.25, None, None, 400),
        "consistency": MetricValue(3.205, None, None, 399),
        "format_failures": MetricValue(0.0125, None, None, 400),
    }
    measured = dataclasses.replace(version("base", metrics), validation={"srcc": MetricValue(0.488, 0.4, 0.5, 80)})
    out = io.StringIO()
    console(out).print(version_table([measured, version("iter1/score")]))
    text = out.getvalue()
    assert "consistency (gpt)" in text
    base, unmeasured = text.splitlines()[-2:]
    assert base.split() == ["base", "0.501", "[0.410,", "0.590]", "0.610", "1.250", "3.21", "1.2%", "400", "0.488"]
    assert unmeasured.split() == ["iter1/score", "-", "-", "-", "-", "-", "-", "-"]


def test_that_output_without_a_terminal_has_no_control_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    out = io.StringIO()
    console(out).print(version_table([version("base")]))
    assert "\x1b" not in out.getvalue()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "0 s"), (59.4, "59 s"), (185, "3 min 05 s"), (7800, "2 h 10 min"), (59.6, "1 min 00 s")],
)
def test_that_times_are_in_words(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_that_a_defect_is_told_in_one_line_that_names_the_file_of_its_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platformdirs.user_log_dir", lambda name: str(tmp_path / name))
    try:
        raise ZeroDivisionError("by\nzero")
    except ZeroDivisionError as error:
        line = report_defect(error)
    assert "\n" not in line and "ZeroDivisionError: by\\nzero" in line
    (file,) = (tmp_path / "score-studio").iterdir()
    assert str(file) in line and "Traceback" in file.read_text()


def version(name: str, metrics: dict[str, MetricValue] | None = None) -> VersionRow:
    return VersionRow(
        1, name, 0, "base", (), metrics or {}, "gpt@there" if metrics else None, None, "", datetime.now(UTC)
    )
