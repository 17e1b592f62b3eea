"""Grading as a batch, against a real server: nothing is sent twice, whatever ends the job, and costs are true."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from support.servers.judge_server import JudgeServer, grades_of, judging

from engine.contract.context import CancelledError, StageError
from engine.contract.judge_types import Grades
from engine.judges import batch
from engine.judges.kept_answers import KeptAnswers
from engine.judges.language_model import Access, LanguageModelJudge
from engine.judges.rubric import SCALE
from engine.judges.spending import CapReachedError, Ledger, Prices

KEY = "sk-sentinel-of-a-batch-0123456789"
PRICES = Prices(2.5, 10.0)
Row = dict[str, Any]


@pytest.fixture
def server() -> Iterator[JudgeServer]:
    with judging(JudgeServer()) as found:
        yield found


def rows_of(*texts: str) -> list[Row]:
    return [{"prediction_id": n, "label": n % 10, "text": text, "parse_ok": True} for n, text in enumerate(texts)]


def judge_all(
    server: JudgeServer,
    rows: Sequence[Row],
    folder: Path,
    *,
    look: Callable[[], None] = lambda: None,
    told: Callable[[int, int], None] = lambda done, total: None,
    cap: float | None = None,
    prices: Prices | None = PRICES,
) -> tuple[dict[int, Grades], float]:
    """Fetch a batch and grade; returns the grades, and what all of it has cost."""
    kept, ledger = KeptAnswers(folder / "answers.jsonl"), Ledger(folder / "spending.jsonl", cap)
    access = Access(server.address, "judge", KEY, attempts=2, timeout=10.0, pause=0.005, prices=prices)
    judge = LanguageModelJudge(access, kept, ledger)
    found: dict[int, Grades] = {}
    try:
        asyncio.run(judge.fetch_batch(rows, folder / "batches.jsonl", told, look))
        asyncio.run(judge.grade(rows, lambda row, grades: found.update({row["prediction_id"]: grades}), look))
    finally:
        kept.close()
        ledger.close()
    return found, ledger.total


def right(text: str, grades: Grades) -> bool:
    words = [SCALE[word] for word in grades_of(text).values()]
    return [grades.consistency, grades.usefulness, grades.general] == words


def cost(server: JudgeServer) -> float:
    return sum(PRICES.of(*usage) for usage in server.usage)


def test_that_a_batch_gives_the_grades_at_half_the_price(server: JudgeServer, tmp_path: Path) -> None:
    server.slow_batches = 3
    rows = rows_of(*(f"[good] {n}" for n in range(30)))
    heard: list[tuple[int, int]] = []
    found, spent = judge_all(server, rows, tmp_path, told=lambda done, total: heard.append((done, total)))
    assert len(found) == 30 and all(right(row["text"], found[row["prediction_id"]]) for row in rows)
    assert spent == pytest.approx(cost(server) / 2) and spent > 0
    assert set(server.texts.values()) == {1} and len(server.batches) == 1
    assert heard == [(0, 30)] * 3 + [(30, 30)]
    assert {body["model"] for body in server.bodies} == {"judge"} and server.keys == {f"Bearer {KEY}"}


def test_that_what_a_batch_cannot_grade_is_asked_singly(server: JudgeServer, tmp_path: Path) -> None:
    rows = rows_of("[good] a", "[once 500] [good] b", "[fenced] c", "[once fenced] [good] d")
    found, spent = judge_all(server, rows, tmp_path)
    assert [found[n].consistency is not None for n in range(4)] == [True, True, False, True]
    assert "not JSON alone" in found[2].reason
    assert server.texts == {rows[0]["text"]: 1, rows[1]["text"]: 2, rows[2]["text"]: 3, rows[3]["text"]: 2}
    assert spent >= cost(server) / 2


def test_that_a_second_judging_sends_nothing(server: JudgeServer, tmp_path: Path) -> None:
    rows = rows_of("[good] a", "[good] b")
    judge_all(server, rows, tmp_path)
    found, _ = judge_all(server, [*rows, {**rows[0], "prediction_id": 9}], tmp_path)
    assert len(found) == 3 and len(server.batches) == 1 and server.asked == 2


@pytest.mark.parametrize("noted", [True, False], ids=["while it waits", "before the batch is noted"])
def test_that_a_stopped_job_finds_its_batch_again(
    server: JudgeServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, noted: bool
) -> None:
    server.slow_batches = 5
    rows = rows_of(*(f"[good] {n}" for n in range(10)))

    def stop(*_arguments: object) -> None:
        if server.batches:
            raise CancelledError

    with monkeypatch.context() as patch, pytest.raises(CancelledError):
        if not noted:
            patch.setattr(batch.Journal, "append", stop)
        judge_all(server, rows, tmp_path, look=stop)
    assert len(server.batches) == 1
    found, spent = judge_all(server, rows, tmp_path)
    assert len(found) == 10 and len(server.batches) == 1 and set(server.texts.values()) == {1}
    assert spent == pytest.approx(cost(server) / 2) or (not noted and spent >= cost(server) / 2)


@pytest.mark.parametrize("end", ["failed", "expired", "cancelled"])
def test_that_a_batch_that_came_to_nothing_is_asked_singly(server: JudgeServer, tmp_path: Path, end: str) -> None:
    server.batch_end = end
    rows = rows_of("[good] a", "[good] b")
    found, _ = judge_all(server, rows, tmp_path)
    assert all(right(row["text"], found[row["prediction_id"]]) for row in rows)
    assert len(server.batches) == 1


def test_that_a_batch_that_the_server_has_forgotten_is_asked_singly(server: JudgeServer, tmp_path: Path) -> None:
    server.slow_batches = 10**6
    rows = rows_of("[good] a")

    def forget() -> None:
        server.batches.clear()

    found, _ = judge_all(server, rows, tmp_path, look=forget)
    assert right("[good] a", found[0])


def test_that_the_cost_limit_holds_before_anything_is_sent(server: JudgeServer, tmp_path: Path) -> None:
    with pytest.raises(CapReachedError):
        judge_all(server, rows_of(*(f"[good] {n}" for n in range(10))), tmp_path, cap=0.001)
    assert server.asked == 0 and not server.files


def test_that_large_batches_are_divided(server: JudgeServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "MOST_REQUESTS", 4)
    rows = rows_of(*(f"[good] {n}" for n in range(10)))
    found, _ = judge_all(server, rows, tmp_path)
    assert len(found) == 10 and sorted(b["request_counts"]["total"] for b in server.batches.values()) == [2, 4, 4]


@pytest.mark.parametrize(
    ("status", "reason"), [(404, "has no batches"), (401, "refuses the key"), (400, "refuses the batch")]
)
def test_that_a_server_without_batches_is_told(server: JudgeServer, tmp_path: Path, status: int, reason: str) -> None:
    server.refused = status
    with pytest.raises(StageError, match=reason) as error:
        judge_all(server, rows_of("[good] a"), tmp_path)
    shown = f"{error.value.message}{error.value.remedy}"
    assert KEY not in shown


def test_that_the_key_is_in_no_file(server: JudgeServer, tmp_path: Path) -> None:
    judge_all(server, rows_of("[good] a", "[fenced] b"), tmp_path)
    assert not any(KEY.encode() in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
