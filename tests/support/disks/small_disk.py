"""Places where the machine refuses something: a small disk, a process without file locks. Skipped if impossible."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_SOURCE = Path(__file__).with_name("no_locks.c")


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[Path]:
    """A file system of this size at a new folder; whoever runs the tests must be allowed to mount it."""
    folder.mkdir()
    mount = shutil.which("mount")
    made = mount is not None and sys.platform == "linux"
    made = made and not _run(["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)])
    if not made:
        pytest.skip("a small disk can only be mounted by root on Linux")
    try:
        yield folder
    finally:
        _run(["umount", "--lazy", str(folder)])


def enlarge(disk: Path, kilobytes: int) -> None:
    """Give the disk more room, as a person does who frees space."""
    assert _run(["mount", "-o", f"remount,size={kilobytes}k", str(disk)]) == 0


def without_locks(folder: Path) -> dict[str, str]:
    """The environment of a process whose file locks fail as on a share without them."""
    compiler = shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        pytest.skip("a place without locks needs a C compiler on Linux")
    library = folder / "no_locks.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-o", str(library), str(_SOURCE), "-ldl"], check=True)
    return {"LD_PRELOAD": str(library)}


def _run(words: list[str]) -> int:
    return subprocess.run(words, capture_output=True, check=False).returncode
