"""``score-studio probe`` on a real model: figures, kept copies, and kills that lose and repeat nothing."""

from __future__ import annotations

import json
import os
import signal
import time
from contextlib import closing, suppress
from pathlib import Path
from sqlite3 import connect

import pytest
from PIL import Image
from support.projects import command, make_project, rows, start

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
OPTIONS = ("--sample", 6, "--degradations", "blur,noise,monochrome", "--strengths", "0.5,1")
COPIES = 1 + 2 * 2 + 1
ANSWERS = "SELECT image_id, degradation, strength, logprobs, text, raw FROM probe_answer ORDER BY 1, 2, 3"
FIGURES = "SELECT degradation, strength, name, value, lo, hi, n FROM probe_figure ORDER BY 1, 2, 3"


@pytest.fixture
def root(tmp_path: Path, tiny_model: Path, photos: Path) -> Path:
    """A project whose base is measured, for all that a probe knows of it."""
    made = make_project(tmp_path / "project", tiny_model, photos)
    with closing(connect(made / "project.sqlite")) as database, database:
        calibration = json.dumps({"reference": list(range(10)), "method": "bin_means", "reason": ""})
        database.execute("UPDATE model_version SET calibration = ? WHERE name = 'base'", (calibration,))
    return made


def test_that_a_probe_killed_three_times_ends_with_the_rows_of_an_undisturbed_one(root: Path, tmp_path: Path) -> None:
    done = command("probe", root, *OPTIONS, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)["versions"]["base"]
    assert f"{6 * COPIES} answers of base: 6 images, each untouched and in 5 degraded copies." in done.stderr
    change = next(row for row in told if (row["degradation"], row["strength"]) == ("blur", 1.0))["figures"]
    assert change["score_change"]["n"] == 6 and change["score_change"]["lo"] <= change["score_change"]["value"]
    answers, figures = rows(root, ANSWERS), rows(root, FIGURES)
    assert len(answers) == 6 * COPIES and len({row[3] for row in answers}) > 6
    kept = sorted((root / "cache" / "probe").iterdir())
    assert len(kept) == 6 * (COPIES - 1)
    with Image.open(kept[0]) as copy:
        assert copy.size == (40, 30)
    again = command("probe", root, *OPTIONS)
    assert again.returncode == 0 and "Nothing new to probe; known from before: base." in again.stdout
    assert "monochrome" in again.stdout and "95% intervals" in again.stdout

    with closing(connect(root / "project.sqlite")) as database, database:
        for table in ("probe_answer", "probe_figure"):
            database.execute(f"DELETE FROM {table}")
    for seen in (1, 3, 5):
        _kill_after(root, seen)
        states = rows(root, "SELECT state FROM job WHERE stage = 'probe' ORDER BY id")
        assert states == [("done",), ("running",)]
    ended = command("probe", root, *OPTIONS)
    assert ended.returncode == 0, ended.stderr
    assert rows(root, "SELECT state FROM job WHERE stage = 'probe' ORDER BY id") == [("done",), ("done",)]
    assert rows(root, ANSWERS) == answers and rows(root, FIGURES) == figures
    folder = max((root / "runs").iterdir(), key=lambda path: int(path.name))
    journal = [json.loads(line) for line in (folder / "journal.0.jsonl").read_text().splitlines()]
    assert len(journal) == 6 * COPIES, "no row twice"


def _kill_after(root: Path, batches: int) -> None:
    """Start the probe, and kill it and its child with SIGKILL once so many batches are in the journal."""
    probe = start("probe", root, *OPTIONS)
    folder, end = None, time.monotonic() + 200
    try:
        while time.monotonic() < end and probe.poll() is None:
            folder = max((root / "runs").iterdir(), key=lambda path: int(path.name))
            journal = folder / "journal.0.jsonl"
            if int(folder.name) > 1 and journal.exists() and journal.read_bytes().count(b"\n") >= 4 * batches:
                break
            time.sleep(0.002)
        assert probe.poll() is None, probe.communicate()[0]
    finally:
        with suppress(ProcessLookupError):
            os.kill(probe.pid, signal.SIGKILL)
        probe.communicate()
    assert folder is not None
    with suppress(ProcessLookupError):
        os.kill(int((folder / ".worker.lock").read_text()), signal.SIGKILL)
