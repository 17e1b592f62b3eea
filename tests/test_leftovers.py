"""The tests notice a process that a test leaves behind, even when its parent has died."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from support.session.leftovers import left_over

ORPHAN = """
import os, sys, time
if os.fork() == 0:
    open(sys.argv[1], "w").write(str(os.getpid()))
    os.rename(sys.argv[1], sys.argv[2])
    time.sleep(60)
    os._exit(0)
while not os.path.exists(sys.argv[2]):
    time.sleep(0.01)
"""


@pytest.mark.child
def test_that_a_child_of_a_dead_child_is_noticed_with_its_test_and_command(tmp_path: Path) -> None:
    place = tmp_path / "pid"
    subprocess.run([sys.executable, "-c", ORPHAN, str(tmp_path / "part"), str(place)], check=True)
    orphan = int(place.read_text())
    try:
        (found,) = left_over(patience=0.1)
    finally:
        os.kill(orphan, signal.SIGKILL)
    assert found.startswith(f"process {orphan} of tests/test_leftovers.py::test_that_a_child_of_a_dead")
    assert "os.fork()" in found
    assert left_over() == []
