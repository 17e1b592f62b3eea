"""Tables as CSV: whole, and nothing in them runs in a spreadsheet."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from studio.services.errors import StudioError
from studio.services.tables import safe_cell, write_csv


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "  =1",
        "＝1",
        '=HYPERLINK("file:///x")',
        "+0.47",
    ],
)
def test_that_what_a_spreadsheet_would_run_is_escaped(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-0.5", "-3", "0.812 [0.790, 0.833]", "", "a = b", "<b>x</b>", "–"])
def test_that_numbers_and_plain_text_stay_as_they_are(text: str) -> None:
    assert safe_cell(text) == text


def test_that_a_table_comes_back_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    assert write_csv(file, ["a", "=b"], [["x, y", 'he said "no"'], ["two\nlines", "\ud800"]]) == 2
    with file.open(encoding="utf-8", newline="") as source:
        assert list(csv.reader(source)) == [["a", "'=b"], ["x, y", 'he said "no"'], ["two\nlines", "\\ud800"]]


def test_that_a_table_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="cannot be written"):
        write_csv(tmp_path / "nowhere" / "t.csv", ["a"], [])

    def broken() -> object:
        yield ["1"]
        raise OSError(28, "No space left on device")

    kept = tmp_path / "t.csv"
    kept.write_text("before")
    with pytest.raises(StudioError, match="No space left"):
        write_csv(kept, ["a"], broken())  # type: ignore[arg-type]
    assert kept.read_text() == "before" and [file.name for file in tmp_path.iterdir()] == ["t.csv"]
