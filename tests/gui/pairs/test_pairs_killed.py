"""A person reviews two hundred pairs of 150 words a text by keyboard, and the window is killed in the middle."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from support import projects as small
from support.pair_rows import list_pairs
from support.reviewed import make_reviewed_project

from studio.services.projects import create_and_open
from studio.services.review.types import PairFilter

TESTS = Path(__file__).parents[2]
PAIRS = 200
FEW = 70
"""Of the fast run."""
ANSWER_S = 0.05
"""CPU time of the window's thread in which a key is answered; other programs do not lengthen it."""
LONG = " ".join(["The light is soft and the subject is sharp, but this horizon of it hangs."] * 10)
"""As long as models write."""


@pytest.fixture(params=[FEW, pytest.param(PAIRS, marks=pytest.mark.slow)])
def pairs(request: pytest.FixtureRequest) -> int:
    """How many pairs there are to review."""
    return int(request.param)


@pytest.fixture
def to_review(pairs: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with so many pairs to review."""
    monkeypatch.setitem(small.SPLITS, "train", pairs)
    root = make_reviewed_project(tmp_path / "project", tmp_path / "data")
    assert len(LONG.split()) == 150
    with closing(sqlite3.connect(root / "project.sqlite")) as database, database:
        texts = (LONG, LONG.replace("sharp", "blurry").replace("soft", "harsh"))
        database.execute("UPDATE pair SET chosen_text = ?, rejected_text = ?", texts)
    return root


def begin(root: Path, log: Path, mode: str) -> subprocess.Popen[bytes]:
    arguments = [str(root), str(root.parent / "settings.ini"), str(log), mode]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(TESTS), str(TESTS.parent)))}
    return subprocess.Popen([sys.executable, "-m", "support.reviewer", *arguments], env=environment)


def books(log: Path) -> list[dict[str, list[str]]]:
    lines = log.read_text("utf-8").splitlines(keepends=True) if log.exists() else []
    return [json.loads(line) for line in lines if line.endswith("\n")]


def kept(root: Path) -> dict[str, list[str]]:
    project = create_and_open.open_project(root)
    try:
        rows = list_pairs(project, PairFilter(iteration=1))
        return {row.image_name: [row.verdict, row.reason, row.note, row.chosen_text] for row in rows}
    finally:
        project.close()


@pytest.mark.timeout(300)
def test_that_everything_decided_is_there_after_a_kill_and_after_the_end(
    pairs: int, to_review: Path, tmp_path: Path
) -> None:
    some = round(0.3 * pairs)
    first = begin(to_review, tmp_path / "first", "focus")
    deadline = time.monotonic() + 60
    while len(books(tmp_path / "first")) < some and time.monotonic() < deadline:
        time.sleep(0.05)
    first.kill()
    assert first.wait() == -9
    saved = books(tmp_path / "first")
    assert len(saved) >= some, "killed in the middle of the work"
    found = kept(to_review)
    differing = [name for name, state in found.items() if state != saved[-1][name]]
    assert len(differing) <= 1, "at most the act in flight, which the window had not called saved"
    second = begin(to_review, tmp_path / "second", "list")
    assert second.wait(timeout=200) == 0
    final = books(tmp_path / "second")
    assert kept(to_review) == final[-1]
    busy = sorted(json.loads((tmp_path / "second.times").read_text("utf-8")))
    assert len(busy) > some
    share = 0.99 if pairs == PAIRS else 0.9  # of a few, one or two that other programs delay are more than 1%
    late = busy[int(share * len(busy))]
    assert late < ANSWER_S, f"{share:.0%} of the keys keep the window busy for {1000 * late:.0f} ms at most"
    assert {verdict for verdict, _, _, _ in final[-1].values()} == {"keep", "veto"}
    assert len({reason for _, reason, _, _ in final[-1].values()}) == 3, "two reasons, and vetoes without one"
