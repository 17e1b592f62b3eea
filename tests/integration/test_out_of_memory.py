"""A real training whose child truly runs out of memory, by the system's own limit, and goes on with less at once."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.fake_engine import run_fake_jobs_until
from support.projects import ENVIRONMENT, SPLITS, write_photos

from engine.contract.events import Event, OutOfMemory
from studio.jobs import runner
from studio.services.loop import job_facts, queue
from studio.services.projects import create_and_open
from studio.services.projects.project import Project

TESTS = Path(__file__).parents[1]
MAKE_MODEL = (
    "import sys; from pathlib import Path; from support.tiny import make_tiny_llava; "
    "make_tiny_llava(Path(sys.argv[1]), layers=32)"
)
PAIRS = SPLITS["train"]
SETTINGS = {
    "prompt": {"template": "Rate the photo and explain. " * 12},
    "training": {"rank": 4, "batch_size": PAIRS, "micro_batch": PAIRS, "gradient_checkpointing": False},
    "model": {"threads": 1},
}
pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_AS counts on Linux only")]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """On a tiny model that is deep, so that its activations take hundreds of megabytes."""
    environment = {**ENVIRONMENT, "PYTHONPATH": f"{TESTS.parent}:{TESTS}"}
    subprocess.run([sys.executable, "-c", MAKE_MODEL, str(tmp_path / "model")], check=True, env=environment)
    scores = write_photos(tmp_path / "data")
    root = tmp_path / "project"
    create_and_open.create_project(
        root, images=scores.parent / "images", scores=scores, model=str(tmp_path / "model"), edits=SETTINGS
    )
    opened = create_and_open.open_project(root, exclusive=True)
    yield opened
    opened.close()


def test_that_a_training_out_of_memory_goes_on_with_a_smaller_micro_batch(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = run_fake_jobs_until(project, 1, "train")
    assert job is not None
    monkeypatch.setenv("PYTHONPATH", str(TESTS / "support" / "hungry"))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    events: list[Event] = []
    end = runner.run_job(project, job.id, lambda _, event: events.append(event), lambda _: None, threading.Event())
    assert end.state == "done", end.message
    spent = [event for event in events if isinstance(event, OutOfMemory)]
    assert spent and spent[0].batch == PAIRS and "allocate memory" in spent[0].message
    notes = [note for note in queue.notes(project, job.id) if note.code == "made_smaller"]
    assert len(notes) == len(spent) and f"continuing with {PAIRS // 2}" in notes[0].text
    used = json.loads((project.run_folder(job.id).sizing).read_text("utf-8"))["batch"]
    assert used < PAIRS and PAIRS % used == 0
    shown = {row.name: row.value for row in job_facts.settings_beside(project, job.id, None)}
    assert shown["training.micro_batch"] == f"{PAIRS} → {used}"
    steps = queue.history(project, job.id).steps
    assert len(steps) == 1, "the effective batch is all pairs at once, as before"
