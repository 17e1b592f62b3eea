"""Experiments on a real (tiny) model, with kills: ablations, merges and a search, from the command line."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import time
from pathlib import Path

import pytest
from support.projects import command, results, rows, start

JOBS = "SELECT line, stage, version_name FROM job WHERE state = 'done' AND line != 'main' ORDER BY id"


def killed(pause: float, *arguments: object) -> None:
    """Run a command and kill it, with its children, after a while."""
    process = start(*arguments)
    time.sleep(pause)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_that_ablations_that_were_killed_end_as_those_that_were_not(project: Path, tmp_path: Path) -> None:
    done = command("run", project, "--iterations", 1)
    assert done.returncode == 0, done.stderr
    other = tmp_path / "other"
    shutil.copytree(project, other)
    names = "sft-score,dpo-once"
    whole = command("ablate", other, "--recipes", names, "--json")
    assert whole.returncode == 0, whole.stderr
    chance = random.Random(4)
    for _ in range(3):
        killed(chance.uniform(4, 20), "ablate", project, "--recipes", names)
    again = command("ablate", project, "--recipes", names, "--json")
    assert again.returncode == 0, again.stderr
    assert results(project) == results(other)
    table = {row["version"]: row for row in json.loads(again.stdout)}
    for version in ("sft-score/iter1/score", "dpo-once/iter1/merged"):
        assert table[version]["test"]["srcc"]["n"] > 0 and table[version]["state"] == "done"
    before = rows(project, JOBS)
    assert command("ablate", project, "--recipes", names).returncode == 0
    assert rows(project, JOBS) == before, "nothing finished is done again"


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_that_a_search_that_is_killed_trains_no_combination_twice(project: Path) -> None:
    done = command("run", project, "--iterations", 1)
    assert done.returncode == 0, done.stderr
    arguments = ("tune", project, "--lr", "1e-4,2e-3", "--beta", "0.1,0.2", "--rank", "4", "--trials", 4)
    chance = random.Random(5)
    for _ in range(4):
        killed(chance.uniform(2, 16), *arguments)
    done = command(*arguments, "--json")
    assert done.returncode == 0, done.stderr
    trials = json.loads(done.stdout)
    values = {(trial["learning_rate"], trial["beta"], trial["rank"]) for trial in trials}
    assert len(trials) == len(values) == 4 and sum(trial["best"] for trial in trials) == 1
    assert rows(project, "SELECT count(*) FROM job WHERE stage = 'train' AND line = 'search'") == [(4,)]
    assert rows(project, "SELECT DISTINCT split FROM metric JOIN model_version ON model_version.id = model_version_id"
                " WHERE line = 'search'") == [("val",)]  # fmt: skip
    applied = command("tune", project, "--apply")
    assert applied.returncode == 0 and "training.rank" in applied.stdout
    assert "rank = 4" in (project / "studio.toml").read_text("utf-8")
    assert command("check", project).returncode == 0
