"""The command ``suggest``: versions are asked, a judge that sees the images grades, figures against base."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.projects import command, rows
from support.reviewed import MODEL, make_reviewed_project
from support.servers.judge_server import JudgeServer, judging
from support.tiny import make_tiny_llava

from engine.contract.judge_types import JUDGE_KEY

pytestmark = pytest.mark.child
KEY = "sk-sentinel-0123456789"
SAMPLE = 4


@pytest.fixture
def server() -> Iterator[JudgeServer]:
    with judging(JudgeServer()) as found:
        yield found


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_reviewed_project(tmp_path / "project", tmp_path / "data")


@pytest.mark.parametrize(
    ("options", "reason"),
    [(("--versions", "iter9/score"), "no version 'iter9/score'"), (("--base-url", "nowhere"), "judge.base_url")],
)
def test_that_what_cannot_be_asked_is_named(root: Path, options: tuple[str, ...], reason: str) -> None:
    done = command("suggest", root, *options)
    assert done.returncode == 2 and reason in done.stderr and "Traceback" not in done.stderr
    assert rows(root, "SELECT count(*) FROM job WHERE stage LIKE '%suggest%'") == [(0,)]


@pytest.mark.slow
def test_that_versions_are_asked_once_and_judged_by_each_judge(server: JudgeServer, root: Path, tmp_path: Path) -> None:
    settings = root / "studio.toml"
    text = settings.read_text("utf-8").replace(MODEL, str(make_tiny_llava(tmp_path / "model")))
    text = text.replace("[prompt]", "[prompt]\ntemplate = 'Rate the photo and explain.'")
    settings.write_text(re.sub(r"(\[chat\]\s+max_new_tokens = )\d+", r"\g<1>16", text), "utf-8")
    options = ("--sample", SAMPLE, "--base-url", server.address, "--json")
    given = {JUDGE_KEY: KEY}
    done = command("suggest", root, *options, "--model", "judge", **given)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert list(told["versions"]) == ["base", "iter1/score"]
    own = told["versions"]["iter1/score"]
    assert own["coverage"]["n"] == SAMPLE and own["usefulness"]["n"] == SAMPLE
    assert own["relevance_vs_base"]["n"] == SAMPLE and "relevance_vs_base" not in told["versions"]["base"]
    assert own["relevance_vs_base"]["value"] == 0, "both versions are the base here, and say the same"
    assert server.asked == SAMPLE, "the same text beside the same image is judged once"
    assert server.keys == {f"Bearer {KEY}"}
    assert all(body["messages"][0]["content"][1]["type"] == "image_url" for body in server.bodies)
    jobs = "SELECT stage, count(*) FROM job WHERE stage LIKE '%suggest%' GROUP BY stage"
    assert rows(root, jobs) == [("judge_suggestions", 2), ("suggest", 2)]
    again = command("suggest", root, *options, "--model", "other", **given)
    assert again.returncode == 0, again.stderr
    assert rows(root, jobs) == [("judge_suggestions", 4), ("suggest", 2)], "asked once"
    judges = rows(root, "SELECT DISTINCT judge FROM suggestion_figure ORDER BY judge")
    assert [name.partition("@")[0] for (name,) in judges] == ["judge", "other"]
    assert KEY not in "".join(path.read_text("utf-8", "replace") for path in root.rglob("*.json*"))
