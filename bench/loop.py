"""Time the whole loop: on the demo's synthetic scenes with several seeds, and on a folder of real photographs."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.services.projects import create_and_open
from studio.services.versions import version_list

PHOTOS_CONFIG = """\
[import]
group = "photo"

[split]
train = 0.6
val = 0.1
test = 0.3
"""


@dataclass(frozen=True, slots=True)
class LoopResult:
    """One finished project: wall-clock seconds of the command and the metrics of every version."""

    name: str
    seconds: float
    versions: list[dict[str, Any]]


def _command(*arguments: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "studio", *arguments], check=True)
    return time.perf_counter() - start


def _metrics(root: Path) -> list[dict[str, Any]]:
    project = create_and_open.open_project(root)
    try:
        return [
            {
                "name": row.name,
                "judge": row.judge,
                "metrics": {k: {"value": m.value, "lo": m.lo, "hi": m.hi, "n": m.n} for k, m in row.metrics.items()},
            }
            for row in version_list.versions(project)
        ]
    finally:
        project.close()


def demo(folder: Path, seed: int, iterations: int) -> LoopResult:
    """Run the demo with one seed in ``folder``; the time includes the whole command."""
    root = folder / f"seed-{seed}"
    seconds = _command("demo", "--headless", "--dir", str(root), "--seed", str(seed), "--iterations", str(iterations))
    return LoopResult(f"seed {seed}", seconds, _metrics(root))


def photos(folder: Path, source: Path, iterations: int) -> LoopResult:
    """Run ``new`` and ``run`` on photographs: ``source`` contains images/ and scores.csv with a ``photo`` column."""
    root = folder / "photos"
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "photos.toml"
    config.write_text(PHOTOS_CONFIG, encoding="utf-8")
    _command(
        "new", str(root), "--images", str(source / "images"), "--scores", str(source / "scores.csv"), "--model", "demo",
        "--config", str(config),
    )  # fmt: skip
    seconds = _command("run", str(root), "--iterations", str(iterations))
    return LoopResult("photographs", seconds, _metrics(root))


def markdown(result: LoopResult) -> str:
    """Format the result as a Markdown table; intervals are 95% bootstrap intervals, differences are paired."""
    lines = [
        f"{result.name}: {result.seconds:.0f} s, n = {_n(result)}",
        "",
        "| version | SRCC | PLCC | RMSE | word tone | format failures | SRCC - zero-shot (paired) |",
        "|---|---|---|---|---|---|---|",
    ]
    for version in result.versions:
        m = version["metrics"]
        cells = [_cell(m, key) for key in ("srcc", "plcc", "rmse", "word_tone", "format_failures", "srcc_delta:base")]
        lines.append(f"| {version['name']} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _n(result: LoopResult) -> int:
    return int(result.versions[0]["metrics"]["srcc"]["n"]) if result.versions else 0


def _cell(metrics: dict[str, Any], key: str) -> str:
    if key not in metrics or metrics[key]["value"] is None:
        return "-"
    metric = metrics[key]
    if metric["lo"] is None:
        return f"{metric['value']:.3f}"
    return f"{metric['value']:.3f} [{metric['lo']:.3f}, {metric['hi']:.3f}]"
