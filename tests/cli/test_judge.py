"""The command ``judge``: versions graded by a language model on a server, measured again, and the key's way."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.projects import SPLITS, command, rows
from support.reviewed import make_reviewed_project
from support.servers.judge_server import JudgeServer, grades_of, judging, score_of

from engine.contract.judge_types import JUDGE_KEY, JUDGE_KEY_ORIGIN
from engine.judges.rubric import SCALE

pytestmark = pytest.mark.child
KEY = "sk-sentinel-0123456789"


@pytest.fixture
def server() -> Iterator[JudgeServer]:
    with judging(JudgeServer()) as found:
        yield found


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_reviewed_project(tmp_path / "project", tmp_path / "data")


def judge_name(server: JudgeServer, model: str = "judge") -> str:
    return f"{model}@{server.address.removesuffix('/v1')}"


def test_that_versions_are_graded_and_measured_by_another_judge(server: JudgeServer, root: Path) -> None:
    given = {JUDGE_KEY: KEY}
    done = command("judge", root, "--base-url", server.address, "--model", "judge", "--json", **given)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["judge"] == judge_name(server) and list(told["versions"]) == ["base", "iter1/score"]
    assert server.keys == {f"Bearer {KEY}"}, "an address that was typed beside the key is the key's"
    found = rows(root, "SELECT judge, count(*), count(consistency) FROM judgement GROUP BY judge")
    tests = SPLITS["test"]
    assert set(found) == {("offline", 2 * tests, 2 * tests), (judge_name(server), 2 * tests, 2 * tests)}
    query = """
        SELECT v.name, p.text, j.consistency, j.usefulness, j.general, p.label FROM judgement j
        JOIN prediction p ON p.id = j.prediction_id JOIN model_version v ON v.id = p.model_version_id
        WHERE j.judge LIKE 'judge@%'
    """
    graded = rows(root, query)
    for _, text, *grades, _label in graded:
        words = grades_of(text)
        assert grades == [SCALE[words[name]] for name in ("consistency", "usefulness", "general")]
    for name, metrics in told["versions"].items():
        own = [row[3] for row in graded if row[0] == name]
        assert metrics["usefulness"]["value"] == pytest.approx(sum(own) / len(own))
        assert metrics["usefulness"]["n"] == tests
    assert server.asked == len({(row[1], row[-1]) for row in graded}), "the same text and score once"
    assert KEY not in done.stderr + done.stdout
    files = [file for file in root.rglob("*") if file.is_file()]
    assert not any(KEY.encode() in file.read_bytes() for file in files)


def test_that_a_judge_also_reads_scores_from_the_texts_alone(server: JudgeServer, root: Path) -> None:
    address = ("--base-url", server.address, "--model", "judge")
    done = command("judge", root, *address, "--read", "--json")
    assert done.returncode == 0, done.stderr
    read = rows(
        root,
        "SELECT r.judge, r.label, p.text, p.label FROM judge_reading r JOIN prediction p ON p.id = r.prediction_id",
    )
    assert len(read) == 2 * SPLITS["test"] and {judge for judge, *_ in read} == {judge_name(server)}
    assert all(label == score_of(text) for _, label, text, _ in read)
    own = json.loads(done.stdout)["versions"]["iter1/score"]
    assert own["read_coverage"]["value"] == 1 and own["read_truth"]["n"] == SPLITS["test"]
    stages = [stage for (stage,) in rows(root, "SELECT stage FROM job ORDER BY id DESC LIMIT 6")]
    assert stages == ["measure", "measure", "judge_reading", "judge_reading", "judge", "judge"]
    asked = server.asked
    assert command("judge", root, *address, "--read").returncode == 0 and server.asked == asked


def test_that_a_second_time_asks_for_nothing_and_a_sample_is_the_same_for_all(server: JudgeServer, root: Path) -> None:
    address = ("--base-url", server.address, "--model", "judge")
    assert command("judge", root, *address, "--sample", "5", "--versions", "iter1/score").returncode == 0
    asked = server.asked
    assert 0 < asked <= 5 == len(rows(root, "SELECT * FROM judgement WHERE judge LIKE 'judge@%'"))
    assert command("judge", root, *address, "--sample", "5").returncode == 0
    sampled = rows(
        root,
        "SELECT p.image_id, count(*) FROM judgement j JOIN prediction p ON p.id = j.prediction_id "
        "WHERE j.judge LIKE 'judge@%' GROUP BY p.image_id",
    )
    assert [count for _, count in sampled] == [2] * 5, "the same images of every version"
    assert server.asked <= asked + 5


def test_that_a_key_is_not_sent_where_the_project_says(server: JudgeServer, root: Path) -> None:
    settings = root / "studio.toml"
    text = settings.read_text("utf-8").replace("[judge]\n", f'[judge]\nbase_url = "{server.address}"\n')
    lines = [line for line in text.splitlines() if not line.startswith('base_url = "https://api.openai.com')]
    settings.write_text("\n".join(lines), "utf-8")
    assert command("judge", root, **{JUDGE_KEY: KEY}).returncode == 0
    assert server.keys == {"Bearer none"}


def test_that_failures_are_told_and_nothing_is_lost(server: JudgeServer, root: Path) -> None:
    server.quota = 1
    address = ("--base-url", server.address, "--model", "judge", "--versions", "iter1/score")
    done = command("judge", root, *address)
    assert done.returncode == 1 and "no quota left" in done.stderr
    server.quota = None
    before = server.asked
    done = command("judge", root, *address)
    assert done.returncode == 0, done.stderr
    assert 0 < server.asked - before <= len(set(asked_about(root)))


def test_that_an_unknown_version_is_named(root: Path) -> None:
    done = command("judge", root, "--versions", "iter9/score", "--base-url", "http://127.0.0.1:9/v1")
    assert done.returncode == 2 and "no version 'iter9/score'" in done.stderr


def test_that_other_jobs_get_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    from studio.jobs.process import child_environment

    monkeypatch.setenv(JUDGE_KEY, KEY)
    monkeypatch.setenv(JUDGE_KEY_ORIGIN, "https://api.openai.com")
    assert KEY not in str(child_environment()) and os.environ[JUDGE_KEY] == KEY


def asked_about(root: Path) -> list[tuple[str, int]]:
    query = "SELECT p.text, p.label FROM prediction p JOIN model_version v ON v.id = p.model_version_id"
    return rows(root, f"{query} WHERE v.name = 'iter1/score'")
