"""Time an import of AVA's size: 255,530 rows, and as many small files of different contents. No image is opened."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROWS = 255_530
_FOLDERS = 26
_CHILD = "from bench.ava import child; child()"


def measure(rows: int = ROWS) -> dict[str, float]:
    """Create the files, import them in a separate process, and return its time and peak memory in MB."""
    with tempfile.TemporaryDirectory(prefix="import-ava-") as name:
        folder = Path(name)
        synthesise(folder, rows)
        done = subprocess.run([sys.executable, "-c", _CHILD, str(folder)], check=True, capture_output=True, text=True)
        found: dict[str, float] = json.loads(done.stdout)
        return found


def synthesise(folder: Path, rows: int) -> None:
    """Write ``AVA.txt`` in its true format, and ``images/<part>/<id>.jpg``."""
    rng = random.Random(0)
    ids = rng.sample(range(1, 1_000_000), rows)
    for part in range(_FOLDERS):
        (folder / "images" / f"{part:02}").mkdir(parents=True)
    with (folder / "AVA.txt").open("w", encoding="ascii") as out:
        for number, image in enumerate(ids, start=1):
            counts = " ".join(str(rng.randrange(60)) for _ in range(10))
            out.write(f"{number} {image} {counts} {rng.randrange(67)} {rng.randrange(67)} {rng.randrange(1400)}\n")
            place = folder / "images" / f"{number % _FOLDERS:02}" / f"{image}.jpg"
            place.write_bytes(f"image {image}".encode().ljust(rng.randrange(20, 2000)))


def child() -> None:
    """Create one project in the measured process; prints seconds and peak memory in MB."""
    from studio.services.projects.create_and_open import create_project

    folder = Path(sys.argv[1])
    start = time.perf_counter()
    report = create_project(folder / "project", images=folder / "images", scores=folder / "AVA.txt", model="some/model")
    seconds = time.perf_counter() - start
    print(json.dumps({"rows": report.imported, "seconds": round(seconds, 2), "rss_mb": round(_peak_mb(), 1)}))


def _peak_mb() -> float:
    if sys.platform == "win32":
        import psutil

        peak = float(psutil.Process().memory_info().peak_wset)
    else:
        import resource

        unit = 1 if sys.platform == "darwin" else 2**10
        peak = float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit)
    return peak / 2**20


def markdown(found: dict[str, float]) -> str:
    """Return one row of a Markdown table."""
    return f"| {found['rows']:,} rows | {found['seconds']:.1f} s | {found['rss_mb']:.0f} MB |"
