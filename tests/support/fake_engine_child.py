"""The acting engine as a child process: every stage, with real events and journals, without a model."""

from __future__ import annotations

import sys

import pytest

from engine.contract.specs import RunFolder
from studio.jobs import runner
from studio.jobs.process import ChildProcess

CHILD = """
import json, os, sys
from pathlib import Path
from types import SimpleNamespace
from engine.contract.specs import RunFolder
from support.fake_engine import work
folder, fd = RunFolder(Path(sys.argv[1])), os.dup(1)
os.dup2(2, 1)
def emit(**body): os.write(fd, (json.dumps(body) + "\\n").encode())
spec = json.loads(folder.spec.read_text())
stage = spec["kind"]
rows = len(folder.input.read_text().splitlines()) if folder.input.exists() else 1
emit(event="Started", stage=stage, total=rows, unit="images", done=0)
if stage == "train":
    for step in range(1, 4):
        emit(event="TrainStep", step=step, total=3, loss=0.7 / step, margin=0.1 * step, accuracy=0.5, reward_chosen=0.1,
             reward_rejected=-0.1, learning_rate=1e-4, grad_norm=1.0)
result = work(folder, SimpleNamespace(stage=stage, version_name="acted"))
emit(event="Progress", done=rows, total=rows)
emit(event="Finished", result=result)
"""


def use_fake_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the runner start the acting engine in the place of the real one."""
    monkeypatch.setenv("PYTHONPATH", ":".join(path for path in sys.path if path))

    def child(folder: RunFolder, **_: object) -> ChildProcess:
        return ChildProcess(folder, [sys.executable, "-c", CHILD, str(folder.path)], grace=10)

    monkeypatch.setattr(runner, "ChildProcess", child)
