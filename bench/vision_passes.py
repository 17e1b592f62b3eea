"""Count how often the vision tower processes an image of the project in a loop of several iterations, by real jobs.

The jobs count what passes their tower (``tests/engine/families/test_vision.py`` compares that with the calls of it).
The blank picture with which every load of a model is checked is no image of the project.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench import demo_family
from bench.machine import machine

SPLITS = {"train": 12, "val": 6, "test": 6}
SIDE = 144
"""Pixels of an image: those of the demo model."""
CONFIG = """\
[images]
longest_side = 144
[pairs]
max_new_tokens = 8
[training]
rank = 4
epochs = 2.0
batch_size = 4
micro_batch = 2
[predict]
max_new_tokens = 8
[measure]
bootstrap = 20
"""


def run(iterations: int = 4) -> dict[str, Any]:
    """Run the loop on the demo model and add up what its jobs report; returns {"results": [...], "machine": {...}}."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        _write(root)
        data = ("--images", root / "images", "--scores", root / "scores.csv", "--config", root / "config.toml")
        _command("new", root / "project", *data, "--model", "demo")
        _command("run", root / "project", "--iterations", iterations)
        counted = Counter[str]()
        for stage, passes in _passes(root / "project"):
            counted[stage] += passes
    images, total = sum(SPLITS.values()), counted.total()
    row = {
        "iterations": iterations, "images": images, "passes": total, "passes_per_image": total / images,
        "by_stage": dict(counted),
    }  # fmt: skip
    return {"results": [row], "machine": machine(1)}


def _write(root: Path) -> None:
    rows = demo_family.make_rows(root / "images", SIDE, sum(SPLITS.values()))
    splits = [split for split, count in SPLITS.items() for _ in range(count)]
    with (root / "scores.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["image", "score", "split"])
        table.writerows(
            [Path(row.path).name, at % 10 + 0.5, split]
            for at, (row, split) in enumerate(zip(rows, splits, strict=True))
        )
    (root / "config.toml").write_text(CONFIG, encoding="utf-8")


def _command(*arguments: object) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "studio", *map(str, arguments)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)


def _passes(project: Path) -> Iterator[tuple[str, int]]:
    """Yield stage and passes of every finished job that looks at images."""
    for path in sorted(project.glob("runs/*/events.jsonl")):
        stage = json.loads(path.with_name("spec.json").read_text("utf-8"))["kind"]
        if stage not in ("generate", "train", "predict"):
            continue
        events = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        (result,) = [event["result"] for event in events if "result" in event]
        yield stage, result["vision_passes"]


def markdown(found: dict[str, Any]) -> str:
    """Render the result as a table."""
    lines = ["| iterations | images | passes | passes an image | by stage |", "|---|---|---|---|---|"]
    for row in found["results"]:
        stages = ", ".join(f"{stage} {count}" for stage, count in row["by_stage"].items())
        lines.append(
            f"| {row['iterations']} | {row['images']} | {row['passes']} | {row['passes_per_image']:g} | {stages} |"
        )
    return "\n".join(lines)
