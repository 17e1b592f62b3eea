"""The stage judge: rows, resuming, shares, errors."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from engine.contract.context import CancelledError, ListContext, StageError, read_jsonl, write_jsonl
from engine.contract.events import Progress, Rows, Started
from engine.contract.specs import JudgeSpec, RunFolder
from engine.stages import judge

TEXTS = ("A superb image with gorgeous light.", "A dull image with ugly noise.", "", "A man and a dog.")


def _context(folder: Path, rows: int = 250, **settings: int) -> ListContext:
    run = RunFolder(folder)
    write_jsonl(
        run.input,
        [{"prediction_id": i + 1, "label": i % 10, "text": TEXTS[i % 4], "parse_ok": i % 7 != 0} for i in range(rows)],
    )
    return ListContext(run, [], **settings)


def test_that_every_row_gets_a_grade_and_a_reason(tmp_path: Path) -> None:
    context = _context(tmp_path)
    result = judge.run(JudgeSpec(), context)
    rows = list(read_jsonl(context.folder.journal()))
    assert [row["prediction_id"] for row in rows] == list(range(1, 251))
    assert set(rows[0]) == {"prediction_id", "consistency", "usefulness", "general", "raw", "reason"}
    assert all(row["consistency"] in range(5) and row["reason"] for row in rows)
    assert (result["judge"], result["label"], result["graded"], result["failed"]) == (
        "offline",
        "word tone (estimate)",
        250,
        0,
    )
    assert result["consistency"] == pytest.approx(sum(row["consistency"] for row in rows) / 250)
    assert context.events[0] == Started("judge", 250, "explanations")
    assert context.events[-2:] == [Rows(250), Progress(250, 250)]


def test_that_a_cancelled_run_goes_on_where_it_stopped_and_ends_equal(tmp_path: Path) -> None:
    whole, stopped = _context(tmp_path / "whole"), _context(tmp_path / "stopped", cancel_after=1)
    judge.run(JudgeSpec(), whole)
    with pytest.raises(CancelledError):
        judge.run(JudgeSpec(), stopped)
    with stopped.folder.journal().open("ab") as torn:
        torn.write(b'{"prediction_id": 101, "consi')
    resumed = ListContext(stopped.folder, [])
    judge.run(JudgeSpec(), resumed)
    assert resumed.events[0] == Started("judge", 250, "explanations", done=100)
    assert stopped.folder.journal().read_bytes() == whole.folder.journal().read_bytes()


def test_that_ranks_share_the_rows(tmp_path: Path) -> None:
    for rank in range(2):
        judge.run(JudgeSpec(), _context(tmp_path, rank=rank, world_size=2))
    found = [[row["prediction_id"] for row in read_jsonl(path)] for path in RunFolder(tmp_path).journals()]
    assert found == [list(range(1, 251, 2)), list(range(2, 251, 2))]


def test_that_no_rows_are_no_error(tmp_path: Path) -> None:
    assert judge.run(JudgeSpec(), _context(tmp_path, rows=0))["consistency"] is None


def test_that_an_unknown_judge_is_a_mistake_to_mend(tmp_path: Path) -> None:
    with pytest.raises(StageError, match="oracle"):
        judge.run(JudgeSpec(judge="oracle"), _context(tmp_path))
    assert not RunFolder(tmp_path).journal().exists()


def test_that_the_stages_of_numbers_need_no_torch() -> None:
    code = "import engine.stages.judge, engine.stages.measure, sys; print('torch' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"
