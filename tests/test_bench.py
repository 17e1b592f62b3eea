"""Every benchmark runs and prints its figures: at small sizes, by the command that docs/BENCHMARKS.md names."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench.__main__ import _parser

ROOT = Path(__file__).parents[1]


def bench(*arguments: str) -> dict[str, Any]:
    """Run ``python -m bench`` and return the JSON object that it prints last."""
    command = [sys.executable, "-m", "bench", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_that_the_documented_commands_are_understood() -> None:
    text = (ROOT / "docs" / "BENCHMARKS.md").read_text("utf-8")
    commands = re.findall(r"python -m bench ([a-z-][^`\n]*)", text)
    assert {command.split()[0] for command in commands} >= {"loop", "photos", "window", "grid", "heartbeat"}
    for command in commands:
        _parser().parse_args(command.split("|")[0].split())


@pytest.mark.child
def test_the_time_to_the_first_painted_window() -> None:
    found = bench("window", "--runs", "1", "--json")
    assert len(found["runs"]) == 1 and found["first_paint_s"] > 0


@pytest.mark.child
def test_an_import_of_ava() -> None:
    found = bench("import-ava", "--rows", "5000", "--json")
    assert found["rows"] == 5000 and found["seconds"] > 0 and found["rss_mb"] > 0


@pytest.mark.slow
@pytest.mark.child
def test_the_grid_of_the_images_page(tmp_path: Path) -> None:
    found = bench("grid", "--images", "1000", "--seconds", "1", "--dir", str(tmp_path), "--json")
    assert found["images"] == 1000 and found["thumbs_per_s"] > 0 and found["open_s"] > 0


@pytest.mark.slow
@pytest.mark.child
def test_the_responsiveness_of_the_window_during_a_job() -> None:
    assert bench("heartbeat", "--minutes", "0.2", "--json")


@pytest.mark.slow
@pytest.mark.child
@pytest.mark.timeout(600)
def test_memory_on_a_gpu_with_narrow_models() -> None:
    phases = bench("gpu", "--tiny", "--device", "cpu", "--json")["phases"]
    assert {row["phase"] for row in phases} == {"generate", "train", "merge", "predict"}


@pytest.mark.slow
@pytest.mark.child
def test_a_dpo_step_against_stock_trl() -> None:
    found = bench("dpo", "--sides", "96", "--rounds", "1", "--json")
    assert [row["baseline"] for row in found["results"]] == [
        "stock rows, reference known",
        "trl, tuned",
        "trl, defaults",
    ]
    for row in found["results"]:
        assert row["equal"] and row["max_rel_err"] < 1e-4
        assert row["ratio_wall"] > 0 and row["ideal"] > 1 and row["c"] > 36 and row["r"] > 10
    assert found["machine"]["torch"]


@pytest.mark.slow
@pytest.mark.child
def test_the_pairs_of_a_batch_against_plain_generate() -> None:
    found = bench("generate", "--sides", "96", "--rounds", "1", "--images", "2", "--tokens", "4", "--json")
    assert [row["cache"] for row in found["results"]] == ["cold", "warm"]
    assert all(row["equal"] and row["ratio_wall"] > 0 and row["ideal"] > 1 for row in found["results"])


@pytest.mark.slow
@pytest.mark.child
@pytest.mark.timeout(600)
@pytest.mark.parametrize("command", ["trainings", "iteration"])
def test_an_iteration_against_the_straightforward_script(command: str) -> None:
    found = bench(command, "--sides", "96", "--rounds", "1", "--pairs", "8", "--tokens", "6", "--json")
    assert [row["baseline"] for row in found["results"]] == ["script, trl tuned", "script, trl's defaults"]
    assert all(row["equal"] and 0 < row["max_rel_err"] < 1e-4 for row in found["results"])


@pytest.mark.slow
@pytest.mark.child
@pytest.mark.timeout(900)
def test_that_the_vision_tower_sees_every_image_once() -> None:
    (row,) = bench("vision-passes", "--iterations", "2", "--json")["results"]
    assert row["passes_per_image"] == 1 and row["by_stage"] == {"generate": 12, "predict": 12, "train": 0}


@pytest.mark.slow
@pytest.mark.child
def test_the_keys_of_a_review() -> None:
    found = bench("review", "--pairs", "12", "--words", "20", "--side", "200", "--reading", "0", "--json")
    for mode in ("list", "focus"):
        figures = found[mode]["kinds"]["all"]
        assert figures["keys"] == found[mode]["presses"] > 5
        assert 0 < figures["busy_median_ms"] <= figures["busy_worst_ms"]
        assert 0 < figures["median_ms"] <= figures["worst_ms"]


@pytest.mark.child
def test_the_words_and_the_order_of_a_review() -> None:
    found = bench("review-texts", "--pairs", "400", "--words", "30", "--reviewed", "200", "--json")
    assert found["verdicts"] == 200 and found["vetoes"] >= 10
    assert found["found_in_first_30_percent"] > 0.9 and found["p"] < 0.01
    assert 0 < found["compare_s"] < found["learn_s"]
