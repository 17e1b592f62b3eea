"""How long the window takes to answer each key of a review: real window, project and images, a child of its own.

A key is answered when the pair that follows is painted, picture and both texts. The reviewer reads between the keys, so
that saving, counting and reading ahead go on beside the next key as they do for a person.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.review.project import make_review_project

TARGET_MS = 50
_COLUMNS = ("keys", "median_ms", "p99_ms", "worst_ms", "busy_median_ms", "busy_p99_ms", "busy_worst_ms")


def run(pairs: int, words: int, side: int, reading: float) -> dict[str, Any]:
    """Measure beside the list and in focus review; ``reading``: seconds between an answer and the next key."""
    with tempfile.TemporaryDirectory(prefix="score-studio-review-") as folder:
        made = make_review_project(Path(folder), pairs, words, side)
        found = {}
        for mode in ("list", "focus"):
            root = made.with_name(mode)
            shutil.copytree(made, root)
            environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ}
            command = [sys.executable, "-m", "bench.review.child", str(root), mode, str(reading)]
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment)
            found[mode] = json.loads(done.stdout.splitlines()[-1])
    return {"pairs": pairs, "words": words, "image_px": side, "reading_s": reading, "target_ms": TARGET_MS, **found}


def markdown(found: dict[str, Any]) -> str:
    """Format the figures as a Markdown table."""
    lines = [
        f"{found['pairs']} pairs of {found['words']} words a text, images of {found['image_px']} pixels, "
        f"{found['reading_s']:g} s of reading",
        "",
        "| | keys | median, ms | 99%, ms | worst, ms | median CPU, ms | 99% CPU, ms | worst CPU, ms |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for mode in ("list", "focus"):
        for kind, figures in found[mode]["kinds"].items():
            numbers = " | ".join(f"{figures[name]:g}" for name in _COLUMNS)
            lines.append(f"| {mode}: {kind} | {numbers} |")
    return "\n".join(lines)
