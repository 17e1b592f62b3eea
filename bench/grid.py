"""The Images page, or a collection on the Score page, with very many images. Real window and files.

Measured are opening, queries, scrolling for a minute, and thumbnails.

The window runs in its own process, so that creating the project does not count towards its memory.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bench.big_project import make_big_collection, make_big_project


@dataclass(frozen=True, slots=True)
class GridResult:
    """The figures of the benchmark, units in their names; ``stall``: the gap between two ticks of a 5 ms timer."""

    images: int
    open_s: float
    open_again_s: float
    show_page_s: float
    page_query_ms_p99: float
    filter_ms: float
    stall_ms_p99: float
    stall_ms_max: float
    rss_growth_mb: float
    thumbs_per_s: float


def run(images: int, seconds: float, folder: Path | None, page: str) -> tuple[GridResult, dict[str, object]]:
    """Create the project (kept in ``folder`` if given) and measure; returns the figures and their details.

    ``page``: "images" for a project's own images, "score" for a collection of so many.
    """
    make = make_big_project if page == "images" else make_big_collection
    if folder is not None:
        return _measure(make(folder, images), images, seconds, page)
    with tempfile.TemporaryDirectory(prefix="score-studio-grid-") as temporary:
        return _measure(make(Path(temporary), images), images, seconds, page)


def _measure(root: Path, images: int, seconds: float, page: str) -> tuple[GridResult, dict[str, object]]:
    environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ}
    command = [sys.executable, "-m", "bench.grid_child", str(root), str(seconds), page]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment)
    output = json.loads(done.stdout.splitlines()[-1])
    return GridResult(images=images, **output["figures"]), output["details"]


def markdown(result: GridResult, details: dict[str, object]) -> str:
    """Format the figures as a Markdown table with their targets, followed by the details."""
    rows = (
        ("opening the project at the program's start, to every visible picture, s", result.open_s, "1.5"),
        ("opening the project again, s", result.open_again_s, "1.5"),
        ("opening the page in an open project, s", result.show_page_s, "1.5"),
        ("page query, ms (p99)", result.page_query_ms_p99, "5"),
        ("slowest filter or sort, ms", result.filter_ms, "150"),
        ("stall while scrolling, ms (p99)", result.stall_ms_p99, "16"),
        ("longest stall while scrolling, ms", result.stall_ms_max, "50"),
        ("memory growth, MB", result.rss_growth_mb, "300"),
        ("thumbnails made, per s", result.thumbs_per_s, "at least 200"),
    )
    lines = [f"{result.images:,} images", "", "| | measured | target |", "|---|---|---|"]
    lines += [f"| {name} | {value:g} | {target} |" for name, value, target in rows]
    lines += ["", *(f"- {name}: {value}" for name, value in details.items())]
    return "\n".join(lines)
