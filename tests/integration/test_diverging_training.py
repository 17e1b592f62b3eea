"""The demo with a learning rate 20 times too high: its training is stopped while it runs, with the right advice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support.projects import command, rows

from studio.jobs.demos.demo_project import make_demo_project


def events(root: Path, stage: str) -> list[dict[str, Any]]:
    """The events of the only job of a stage."""
    ((job,),) = rows(root, f"SELECT id FROM job WHERE stage = '{stage}'")
    return [json.loads(line) for line in (root / f"runs/{job}/events.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_that_the_demo_with_twenty_times_its_learning_rate_is_stopped_and_told_what_to_change(tmp_path: Path) -> None:
    root = tmp_path / "demo"
    make_demo_project(root, seed=0, on_line=lambda _line: None)
    settings = (root / "studio.toml").read_text("utf-8")
    assert settings.count("\nlearning_rate = 0.001 #") == 1
    (root / "studio.toml").write_text(
        settings.replace("\nlearning_rate = 0.001 #", "\nlearning_rate = 0.04 #"), "utf-8"
    )
    done = command("run", root, "--iterations", 1, timeout=1200)
    assert done.returncode == 1, done.stdout + done.stderr
    said = " ".join((done.stdout + done.stderr).split())
    assert "The training has collapsed at step" in said and "Lower training.learning_rate" in said
    assert rows(root, "SELECT state FROM job WHERE stage = 'train'") == [("failed",)]
    found = events(root, "train")
    total = next(event["total"] for event in found if event["event"] == "Started")
    steps = [event["step"] for event in found if event["event"] == "TrainStep"]
    assert steps[-1] < total, "before its end"
    samples = [event for event in found if event["event"] == "AnswerSamples"]
    assert (
        samples[0]["kept_format"] == samples[0]["answers"] and samples[-1]["kept_format"] <= samples[-1]["answers"] // 2
    )
