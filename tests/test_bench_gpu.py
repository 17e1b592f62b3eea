"""The measurement on a GPU: its models have the published sizes, and with a GPU the estimate is near the peak."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from bench.gpu_models import SHAPES, true_config
from engine.families.shapes import shapes_of_config

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("name", "billions"), [("llava-1.5-7b", 7.06), ("llava-next-7b", 7.06), ("internvl2-2b", 2.21)]
)
def test_that_the_models_have_the_published_number_of_weights(name: str, billions: float, tmp_path: Path) -> None:
    shapes = shapes_of_config(true_config(name, tmp_path / "model"))
    assert shapes.parameters / 1e9 == pytest.approx(billions, rel=0.01)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
@pytest.mark.parametrize("name", SHAPES)
def test_that_every_phase_fits_and_the_estimate_is_within_fifteen_percent(name: str) -> None:
    command = [sys.executable, "-m", "bench", "gpu", name, "--json"]
    told = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)
    phases = {phase["phase"]: phase for phase in told["phases"]}
    assert list(phases) == ["generate", "train", "merge", "predict"]
    assert {phase: row["ratio"] for phase, row in phases.items() if not 0.85 <= row["ratio"] <= 1.15} == {}
