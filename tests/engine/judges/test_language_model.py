"""A language model as judge, against a real server with every failure: no grade is ever invented."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from support.servers.judge_server import NO_GRADE, JudgeServer, grades_of, judging

from engine.contract.context import CancelledError, StageError
from engine.contract.judge_types import Grades
from engine.judges.kept_answers import KeptAnswers
from engine.judges.language_model import Access, LanguageModelJudge
from engine.judges.rubric import SCALE
from engine.judges.spending import CapReachedError, Ledger, Prices

EACH = 100
SLOW_WAYS = ("timeout", "drip")
FEW_AND_MANY = [10, pytest.param(EACH, marks=pytest.mark.slow)]
Row = dict[str, Any]


@pytest.fixture
def server() -> Iterator[JudgeServer]:
    with judging(JudgeServer()) as found:
        yield found


def rows_of(*texts: str) -> list[Row]:
    return [{"prediction_id": n, "label": n % 10, "text": text, "parse_ok": True} for n, text in enumerate(texts)]


def grade(
    server: JudgeServer,
    rows: Sequence[Row],
    folder: Path,
    *,
    found: dict[int, Grades] | None = None,
    cap: float | None = None,
    look: Any = None,
    **changes: Any,
) -> tuple[dict[int, Grades], LanguageModelJudge]:
    """Grade all rows; returns the grades by prediction, and the judge."""
    settings: dict[str, Any] = {"attempts": 2, "timeout": 10.0, "pause": 0.005, "parallel": 16} | changes
    kept, ledger = KeptAnswers(folder / "answers.jsonl"), Ledger(folder / "spending.jsonl", cap)
    judge = LanguageModelJudge(Access(server.address, "judge", **settings), kept, ledger)
    found = {} if found is None else found

    def done(row: Row, grades: Grades) -> None:
        assert row["prediction_id"] not in found, "graded once"
        found[row["prediction_id"]] = grades

    try:
        asyncio.run(judge.grade(rows, done, look or (lambda: None)))
    finally:
        kept.close()
        ledger.close()
    return found, judge


def right(text: str, grades: Grades) -> bool:
    """Whether these are the grades that the server gave this text."""
    words = grades_of(text)
    expected = tuple(SCALE[words[name]] for name in ("consistency", "usefulness", "general"))
    return (grades.consistency, grades.usefulness, grades.general) == expected


def check_that_no_failure_gives_a_grade(server: JudgeServer, folder: Path, way: str, each: int, timeout: float) -> None:
    rows = rows_of(*(f"[{way}] {n}" if n % 2 else f"[good] {n}" for n in range(2 * each)))
    found, _ = grade(server, rows, folder, timeout=timeout)
    assert len(found) == 2 * each
    for row in rows:
        grades = found[row["prediction_id"]]
        if row["prediction_id"] % 2:
            assert (grades.consistency, grades.usefulness, grades.general) == (None, None, None)
            assert grades.reason, "a person is told why"
        else:
            assert right(row["text"], grades) and not grades.reason
    tried = {server.texts[row["text"]] for row in rows if row["prediction_id"] % 2}
    assert tried == {1 if way in ("bad-request", "echo") else 2}, "a refusal of the request itself is not repeated"


@pytest.mark.parametrize("way", [way for way in NO_GRADE if way not in SLOW_WAYS])
@pytest.mark.parametrize("each", FEW_AND_MANY)
def test_that_no_failure_gives_a_grade(server: JudgeServer, tmp_path: Path, way: str, each: int) -> None:
    check_that_no_failure_gives_a_grade(server, tmp_path, way, each, 10.0)


@pytest.mark.parametrize("way", SLOW_WAYS)
@pytest.mark.parametrize("each", FEW_AND_MANY)
def test_that_no_slow_failure_gives_a_grade(server: JudgeServer, tmp_path: Path, way: str, each: int) -> None:
    check_that_no_failure_gives_a_grade(server, tmp_path, way, each, 1.0)


@pytest.mark.parametrize("each", FEW_AND_MANY)
@pytest.mark.parametrize(
    "way", ["429", *(way for way in NO_GRADE if way not in ("timeout", "drip", "bad-request", "echo"))]
)
def test_that_a_failure_that_passes_is_made_good(server: JudgeServer, tmp_path: Path, way: str, each: int) -> None:
    server.retry_after = "0.005" if way == "429" else None
    rows = rows_of(*(f"[once {way}] [good] {n}" for n in range(each)))
    found, _ = grade(server, rows, tmp_path)
    assert len(found) == each and all(right(row["text"], found[row["prediction_id"]]) for row in rows)
    assert set(server.texts.values()) == {2}


def test_that_refusals_without_a_time_to_wait_are_waited_for_and_slow_the_judge_down(
    server: JudgeServer, tmp_path: Path
) -> None:
    server.delay = 0.01
    rows = rows_of(*(f"[once 429] [good] {n}" for n in range(EACH)))
    found, _ = grade(server, rows, tmp_path)
    assert all(right(row["text"], found[row["prediction_id"]]) for row in rows)
    assert server.busiest < 16


def test_that_a_server_that_bears_them_gets_many_requests_at_a_time(server: JudgeServer, tmp_path: Path) -> None:
    server.delay = 0.02
    grade(server, rows_of(*(f"[good] {n}" for n in range(200))), tmp_path)
    assert 8 <= server.busiest <= 16


def test_that_an_asked_pause_is_kept_by_all(server: JudgeServer, tmp_path: Path) -> None:
    server.retry_after = "0.6"
    began = time.monotonic()
    grade(server, rows_of("[good] a", "[once 429] [good] b", *(f"[good] {n}" for n in range(20))), tmp_path)
    assert time.monotonic() - began >= 0.6


def test_that_endless_refusals_end_the_job_and_keep_what_is_graded(server: JudgeServer, tmp_path: Path) -> None:
    server.retry_after = "0.01"
    rows = rows_of("[good] first", *("[429] never" for _ in range(3)))
    with pytest.raises(StageError, match="has refused 12 requests in a row"):
        grade(server, rows, tmp_path)
    assert (tmp_path / "answers.jsonl").read_text("utf-8").count("\n") == 1


def test_that_a_long_pause_ends_the_job(server: JudgeServer, tmp_path: Path) -> None:
    server.retry_after = "7200"
    with pytest.raises(StageError, match="asks to wait 120 minutes"):
        grade(server, rows_of("[429] never"), tmp_path)


def test_that_an_empty_account_ends_the_job_at_the_first_answer(server: JudgeServer, tmp_path: Path) -> None:
    server.quota = 0
    with pytest.raises(StageError, match="no quota left"):
        grade(server, rows_of(*(f"[good] {n}" for n in range(EACH))), tmp_path)
    assert server.asked == 1


def test_that_an_account_that_runs_empty_keeps_what_is_graded(server: JudgeServer, tmp_path: Path) -> None:
    server.quota = 30
    rows = rows_of(*(f"[good] {n}" for n in range(EACH)))
    with pytest.raises(StageError, match="no quota left"):
        grade(server, rows, tmp_path)
    server.quota = None
    before = server.asked
    found, _ = grade(server, rows, tmp_path)
    assert len(found) == EACH and EACH - 34 <= server.asked - before <= EACH - 22, "some were under way"


@pytest.mark.parametrize(("way", "told"), [("401", r"refuses the key \(401\)"), ("404", r"has no model 'judge'")])
def test_that_what_no_repetition_mends_ends_the_job(server: JudgeServer, tmp_path: Path, way: str, told: str) -> None:
    with pytest.raises(StageError, match=told):
        grade(server, rows_of(f"[{way}] x", "[good] y"), tmp_path)
    assert server.asked == 1


def test_that_a_silent_address_is_named(tmp_path: Path) -> None:
    with pytest.raises(StageError, match=r"http://127\.0\.0\.1:9/v1 cannot be reached .* 3 times"):
        grade(JudgeServer(address="http://127.0.0.1:9/v1"), rows_of("[good] x"), tmp_path, attempts=3)


@pytest.mark.parametrize("way", ["500", "timeout", "cut", "no-api", "html", "bad-request"])
def test_that_a_server_that_goes_down_ends_the_job_instead_of_leaving_everything_ungraded(
    server: JudgeServer, tmp_path: Path, way: str
) -> None:
    server.down = 20, way
    rows = rows_of(*(f"[good] {n}" for n in range(300)))
    found: dict[int, Grades] = {}
    with pytest.raises(StageError, match=r"cannot be reached or does not work: .* times in a row"):
        grade(server, rows, tmp_path, timeout=0.5 if way == "timeout" else 10.0, parallel=4, found=found)
    assert server.asked < 120
    assert len(found) >= 20 and all(grades.consistency is not None for grades in found.values()), "none is given up"
    server.down = None
    before = server.asked
    rest = [row for row in rows if row["prediction_id"] not in found]
    again, _ = grade(server, rest, tmp_path)
    assert len(again) == len(rest) and server.asked - before <= len(rest) + 8, "some of before arrive late"


@pytest.mark.parametrize("way", ["500", "timeout", "cut", "no-api", "bad-request"])
def test_that_texts_that_always_fail_do_not_end_the_job(server: JudgeServer, tmp_path: Path, way: str) -> None:
    bad = [f"[{way}] {n}" for n in range(16 if way == "timeout" else 40)]
    rows = rows_of(bad[0], *(f"[good] {n}" for n in range(20)), *bad[1:])
    found, _ = grade(server, rows, tmp_path, timeout=0.8 if way == "timeout" else 10.0)
    assert sum(grades.consistency is not None for grades in found.values()) == 20
    assert sum(grades.consistency is None for grades in found.values()) == len(bad)


def test_that_a_server_that_refuses_everything_ends_the_job(server: JudgeServer, tmp_path: Path) -> None:
    server.formats = ()
    with pytest.raises(StageError, match=r"refuses every request \(400\): "):
        grade(server, rows_of(*(f"[good] {n}" for n in range(50))), tmp_path)
    assert server.asked <= 9


def test_that_what_the_server_can_do_is_found_out_when_the_first_text_is_known(
    server: JudgeServer, tmp_path: Path
) -> None:
    grade(server, rows_of("[good] known"), tmp_path)
    server.formats = ("json_object", None)
    rows = rows_of("[good] known", *(f"[good] {n}" for n in range(40)))
    found, _ = grade(server, rows, tmp_path)
    assert all(right(row["text"], found[row["prediction_id"]]) for row in rows)
    assert {(body.get("response_format") or {}).get("type") for body in server.bodies[-40:]} == {"json_object"}


def test_that_a_text_that_is_refused_first_does_not_cost_the_others_their_schema(
    server: JudgeServer, tmp_path: Path
) -> None:
    grade(server, rows_of("[bad-request] x", *(f"[good] {n}" for n in range(10))), tmp_path)
    assert [body["response_format"]["type"] for body in server.bodies[-10:]] == ["json_schema"] * 10


def test_that_a_key_that_a_server_repeats_is_hidden_and_odd_characters_are_stored(
    server: JudgeServer, tmp_path: Path
) -> None:
    key = "sk-sentinel-0123456789"
    rows = [*rows_of("[good] a", "[echo] b", "[surrogate] c", "[good] d \ud83d")]
    found, _ = grade(server, rows, tmp_path, key=key)
    told = [found[number].reason + found[number].raw for number in range(4)]
    assert key not in "".join(told) and "[key]" in told[1]
    for text in told:
        text.encode()
    assert found[3].consistency is not None, "what cannot be sent is replaced"
    assert key not in (tmp_path / "answers.jsonl").read_text("utf-8")


def test_that_what_was_never_sent_costs_nothing(server: JudgeServer, tmp_path: Path) -> None:
    away = JudgeServer(address="http://127.0.0.1:9/v1")
    with pytest.raises(StageError):
        grade(away, rows_of("[good] x"), tmp_path, prices=Prices(1000.0, 4000.0), cap=8.0)
    ledger = Ledger(tmp_path / "spending.jsonl", None)
    assert ledger.total == 0
    ledger.close()


def test_that_a_kept_answer_that_was_changed_is_asked_anew(server: JudgeServer, tmp_path: Path) -> None:
    grade(server, rows_of("[good] x"), tmp_path)
    file = tmp_path / "answers.jsonl"
    line = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps({**line, "answer": "very good"}) + "\n", "utf-8")
    found, _ = grade(server, rows_of("[good] x"), tmp_path)
    assert right("[good] x", found[0]) and server.asked == 2


def test_that_a_stop_is_heard_while_kept_answers_are_read(server: JudgeServer, tmp_path: Path) -> None:
    rows = rows_of(*(f"[good] {n}" for n in range(5)))
    grade(server, rows, tmp_path)
    looks = 0

    def look() -> None:
        nonlocal looks
        looks += 1

    kept, ledger = KeptAnswers(tmp_path / "answers.jsonl"), Ledger(tmp_path / "spending.jsonl", None)
    judge = LanguageModelJudge(Access(server.address, "judge"), kept, ledger)
    asyncio.run(judge.grade(rows * 40, lambda _row, _grades: time.sleep(0.005), look))
    kept.close()
    ledger.close()
    assert looks >= 4, "200 rows of 5 ms take a second"


def test_that_a_score_that_is_not_known_is_not_judged(server: JudgeServer, tmp_path: Path) -> None:
    found, _ = grade(server, [{**rows_of("[good] a")[0], "label": None}], tmp_path)
    assert found[0].consistency is None and not server.asked


@pytest.mark.parametrize("formats", [("json_object", None), (None,)])
def test_that_a_server_without_schemas_is_asked_without(
    server: JudgeServer, tmp_path: Path, formats: tuple[str | None, ...]
) -> None:
    server.formats = formats
    rows = rows_of(*(f"[good] {n}" for n in range(10)))
    found, _ = grade(server, rows, tmp_path)
    assert all(right(row["text"], found[row["prediction_id"]]) for row in rows)
    assert server.asked == 10 + 3 - len(formats), "found out once"


def test_that_the_cost_limit_is_never_exceeded_with_many_requests_at_a_time(
    server: JudgeServer, tmp_path: Path
) -> None:
    server.delay = 0.01
    prices, cap = Prices(1000.0, 4000.0), 8.0
    rows = rows_of(*(f"[good] {n}" for n in range(EACH)))
    with pytest.raises(CapReachedError, match=r"cost limit of 8\.00 USD is reached"):
        grade(server, rows, tmp_path, cap=cap, prices=prices)
    spent = sum(prices.of(*usage) for usage in server.usage)
    assert cap - 3.2 < spent <= cap, "what is left is less than the next request may cost"
    assert len(server.usage) == server.asked and server.busiest > 1
    with pytest.raises(CapReachedError):
        grade(server, rows, tmp_path, cap=cap, prices=prices)
    assert sum(prices.of(*usage) for usage in server.usage) <= cap, "also over several runs of the job"


def test_that_what_may_have_been_answered_counts_with_its_highest_price(server: JudgeServer, tmp_path: Path) -> None:
    prices = Prices(1000.0, 4000.0)
    _, judge = grade(server, rows_of("[good] y", "[timeout] x"), tmp_path, prices=prices, timeout=0.8)
    answered = sum(prices.of(*usage) for usage in server.usage)
    assert judge.ledger.total > answered + 2 * prices.of(1000, 256), "two requests of unknown price"
    _, judge = grade(server, rows_of("[good] z"), tmp_path / "other", prices=prices)
    assert judge.ledger.total == pytest.approx(prices.of(len("[good] z") + 300, 40))


def test_that_nothing_is_judged_twice(server: JudgeServer, tmp_path: Path) -> None:
    server.delay = 0.05
    same = [{**row, "label": 5, "text": f"[good] {n // 10}"} for n, row in enumerate(rows_of(*"x" * 50))]
    found, _ = grade(server, same, tmp_path)
    assert len(found) == 50 and server.asked == 5
    grade(server, same, tmp_path)
    assert server.asked == 5
    grade(server, [{**row, "label": 6} for row in same], tmp_path)
    assert server.asked == 10, "another score is another question"
    grade(server, same, tmp_path, max_tokens=300)
    assert server.asked == 15, "and so are other settings"


def test_that_an_answer_that_does_not_parse_is_judged_as_empty_text(server: JudgeServer, tmp_path: Path) -> None:
    found, _ = grade(server, [{**rows_of("never sent")[0], "parse_ok": False}], tmp_path)
    assert list(server.texts) == [""] and right("", found[0])


def test_that_a_stop_is_heard_while_answers_are_awaited(server: JudgeServer, tmp_path: Path) -> None:
    server.delay = 30.0
    began = time.monotonic()

    def look() -> None:
        if time.monotonic() - began > 0.5:
            raise CancelledError

    with pytest.raises(CancelledError):
        grade(server, rows_of(*(f"[good] {n}" for n in range(5))), tmp_path, look=look, timeout=60)
    assert time.monotonic() - began < 5


def test_that_the_request_is_the_papers(server: JudgeServer, tmp_path: Path) -> None:
    grade(server, [{**rows_of("The light is soft.")[0], "label": 7}], tmp_path)
    (body,) = server.bodies
    (message,) = body["messages"]
    assert message["role"] == "user" and message["content"].startswith("Your task is to evaluate the quality of")
    assert message["content"].endswith("#Aesthetic score: 7\n#Explanatory text: The light is soft.")
    assert body["temperature"] == 0 and body["max_tokens"] == 256 and body["model"] == "judge"
    assert body["response_format"]["json_schema"]["strict"] is True
