"""The stage judge with a language model: its journal, kills at any moment, and where a key may go."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.servers.judge_server import JudgeServer, grades_of, judging

from engine.contract.context import ListContext, StageError, read_jsonl, write_jsonl
from engine.contract.events import Note, Progress
from engine.contract.judge_types import JUDGE_KEY, JUDGE_KEY_ORIGIN
from engine.contract.specs import JudgeSpec, RunFolder
from engine.judges.rubric import SCALE
from engine.stages import judge

ROWS, PARALLEL = 40, 8
KEY = "sk-sentinel-0123456789"


@pytest.fixture
def server() -> Iterator[JudgeServer]:
    with judging(JudgeServer()) as found:
        yield found


@pytest.fixture(autouse=True)
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (JUDGE_KEY, JUDGE_KEY_ORIGIN):
        monkeypatch.delenv(name, raising=False)


def prepared(server: JudgeServer, folder: Path, way: str = "good", rows: int = ROWS, **changes: Any) -> RunFolder:
    """A run folder with its spec and its input."""
    folder.mkdir(parents=True, exist_ok=True)
    run = RunFolder(folder)
    texts = [{"prediction_id": n + 1, "label": n % 10, "text": f"[{way}] {n}", "parse_ok": True} for n in range(rows)]
    write_jsonl(run.input, texts)
    values: dict[str, Any] = {"attempts": 2, "parallel": PARALLEL, "kept_folder": str(folder / "kept")} | changes
    run.spec.write_text(JudgeSpec(judge="model", base_url=server.address, model="judge", **values).to_json(), "utf-8")
    return run


def run_stage(run: RunFolder) -> tuple[dict[str, Any], ListContext]:
    context = ListContext(run, [])
    spec = JudgeSpec.from_dict(json.loads(run.spec.read_text("utf-8")))
    return judge.run(spec, context), context


def graded(run: RunFolder) -> dict[int, dict[str, Any]]:
    return {row["prediction_id"]: row for row in read_jsonl(run.journal())}


def assert_right(run: RunFolder, way: str = "good") -> None:
    rows = graded(run)
    assert set(rows) == set(range(1, ROWS + 1))
    for number, row in rows.items():
        words = grades_of(f"[{way}] {number - 1}")
        assert row["consistency"] == SCALE[words["consistency"]] and row["general"] == SCALE[words["general"]]


def test_that_every_row_is_graded_and_counted(server: JudgeServer, tmp_path: Path) -> None:
    run = prepared(server, tmp_path / "run")
    result, context = run_stage(run)
    assert_right(run)
    assert (result["graded"], result["failed"], result["requests"], result["reasons"]) == (ROWS, 0, ROWS, {})
    assert result["judge"] == f"judge@{server.address.removesuffix('/v1')}"
    assert context.events[-1] == Progress(ROWS, ROWS)
    again, _ = run_stage(run)
    assert again["graded"] == ROWS and server.asked == ROWS


def test_that_failures_are_counted_with_their_reasons_and_never_averaged(server: JudgeServer, tmp_path: Path) -> None:
    run = prepared(server, tmp_path / "run", "fenced")
    result, _ = run_stage(run)
    assert (result["graded"], result["failed"], result["consistency"]) == (0, ROWS, None)
    assert sum(result["reasons"].values()) == ROWS and all("not JSON alone" in text for text in result["reasons"])


def test_that_other_processes_leave_the_server_to_the_first(server: JudgeServer, tmp_path: Path) -> None:
    run = prepared(server, tmp_path / "run")
    spec = JudgeSpec.from_dict(json.loads(run.spec.read_text("utf-8")))
    for rank in (1, 0):
        result = judge.run(spec, ListContext(run, [], rank=rank, world_size=2))
    assert result["graded"] == ROWS == server.asked


def test_that_costs_are_told_and_unknown_prices_too(server: JudgeServer, tmp_path: Path) -> None:
    result, context = run_stage(prepared(server, tmp_path / "run", price_prompt=2.5, price_answer=10.0))
    notes = {event.code: event.text for event in context.events if isinstance(event, Note)}
    expected = sum(prompt * 2.5e-6 + answer * 1e-5 for prompt, answer in server.usage)
    assert result["usd"] == pytest.approx(expected) and notes["judge_cost"].startswith(f"{ROWS} requests, 0.0")
    assert "judge_prices" not in notes
    assert judge._is_near("http://192.168.1.7:8000/v1") and judge._is_near("http://gpu-box:8000/v1")
    assert not judge._is_near("https://api.example.org/v1") and not judge._is_near("http://8.8.8.8/v1")


@pytest.mark.parametrize(
    ("origin", "sent"),
    [(None, False), ("https://api.openai.com", False), ("http://127.0.0.1:1", False), ("own", True)],
)
def test_that_a_key_goes_only_where_it_was_entered_for(
    server: JudgeServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, origin: str | None, sent: bool
) -> None:
    monkeypatch.setenv(JUDGE_KEY, KEY)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)  # nor is what other programs use
    if origin is not None:
        monkeypatch.setenv(JUDGE_KEY_ORIGIN, server.address.removesuffix("/v1") if origin == "own" else origin)
    run_stage(prepared(server, tmp_path / "run"))
    assert server.keys == {f"Bearer {KEY}" if sent else "Bearer none"}


def test_that_a_key_does_not_follow_to_another_address(
    server: JudgeServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(JUDGE_KEY, KEY)
    monkeypatch.setenv(JUDGE_KEY_ORIGIN, server.address.removesuffix("/v1"))
    with judging(JudgeServer()) as other:
        server.elsewhere = f"{other.address}/chat/completions"
        server.down = 0, "redirect"
        with pytest.raises(StageError, match=r"the server failed \(307\)"):
            run_stage(prepared(server, tmp_path / "run"))
        assert server.asked and not other.asked


@pytest.mark.parametrize("key", [f"{KEY}\r", f" {KEY}", f"{KEY}\n"])
def test_that_white_space_around_a_key_is_not_sent(
    server: JudgeServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv(JUDGE_KEY, key)
    monkeypatch.setenv(JUDGE_KEY_ORIGIN, server.address.removesuffix("/v1"))
    run_stage(prepared(server, tmp_path / "run"))
    assert server.keys == {f"Bearer {KEY}"}


@pytest.mark.parametrize("key", ["sk-sen\ntinel", "sk-sentinel\u2026", "sk sentinel"])
def test_that_what_is_no_key_is_refused_without_repeating_it(
    server: JudgeServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv(JUDGE_KEY, key)
    monkeypatch.setenv(JUDGE_KEY_ORIGIN, server.address.removesuffix("/v1"))
    with pytest.raises(StageError, match="characters that no key has") as caught:
        run_stage(prepared(server, tmp_path / "run"))
    assert "sentinel" not in str(caught.value) and not server.asked


def test_that_the_cost_limit_holds_for_all_jobs_of_a_version(server: JudgeServer, tmp_path: Path) -> None:
    shared = {"ledger": str(tmp_path / "cost.jsonl"), "price_prompt": 1000.0, "price_answer": 4000.0, "max_cost": 8.0}
    for job in range(3):
        with pytest.raises(StageError, match="cost limit"):
            run_stage(prepared(server, tmp_path / f"run{job}", **shared))
        assert sum(prompt * 1e-3 + answer * 4e-3 for prompt, answer in server.usage) <= 8.0


WAYS = ("500", "timeout", "cut", "refusal", "fenced", "truncated", "prose", "thinking", "nan", "html", "no-choices",
        "bad-request", "401", "404", "quota", "429", "echo", "no-api", "drip")  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_that_the_key_is_found_nowhere_after_a_failure(
    server: JudgeServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(JUDGE_KEY, KEY)
    monkeypatch.setenv(JUDGE_KEY_ORIGIN, server.address.removesuffix("/v1"))
    monkeypatch.setattr("engine.judges.pace.LONGEST_PAUSE", 0.01)
    server.retry_after = "0.001"
    run = prepared(server, tmp_path / "run", way, rows=7, timeout=0.4)
    told: list[str] = []
    try:
        result, context = run_stage(run)
        told += [json.dumps(result), *(repr(event) for event in context.events)]
    except StageError as error:
        told += [error.message, error.remedy, repr(error.__cause__), repr(error.__context__)]
    assert server.keys == {f"Bearer {KEY}"}, "it was used"
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    told += [file.read_text("utf-8", "replace") for file in files] + list(capfd.readouterr())
    assert len(files) >= 3 and not any(KEY in text for text in told)


@pytest.mark.slow
@pytest.mark.child
@pytest.mark.timeout(900)
def test_that_after_a_kill_at_fifty_moments_nothing_finished_is_sent_again(server: JudgeServer, tmp_path: Path) -> None:
    server.delay = 0.03
    for moment in range(50):
        server.texts.clear()
        server.answered.clear()
        server.bodies.clear()
        run = prepared(server, tmp_path / f"run{moment}")
        command = [sys.executable, "-P", "-m", "engine.worker", str(run.path)]
        child = subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wanted, end = moment * ROWS // 50, time.monotonic() + 60
        while sum(server.answered.values()) < wanted and child.poll() is None and time.monotonic() < end:
            time.sleep(0.002)
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        time.sleep(3 * server.delay)
        finished, asked = graded(run), server.asked
        run_stage(run)
        assert_right(run)
        twice = [text for text, count in server.texts.items() if count > 1]
        assert len(twice) <= PARALLEL, "no more than what was under way"
        assert not {int(text.split()[-1]) + 1 for text in twice} & set(finished), "nothing that is in the journal"
        assert server.asked <= ROWS + PARALLEL and asked <= server.asked
