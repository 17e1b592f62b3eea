"""The child that opens every image may crash or hang: the file that it was at is then known, and the rest is read."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from studio.jobs.engine_commands import ToolError
from studio.jobs.image_check_child import examine

CHILD = """
import json, os, sys, time
print("ready", flush=True)
for line in open(sys.argv[1]):
    name = os.path.basename(json.loads(line))
    if name == "crash": os.abort()
    if name == "hang": time.sleep(600)
    print(json.dumps({"sha256": name}), flush=True)
"""


def pretending(text: str) -> list[str]:
    return [sys.executable, "-c", text]


def test_that_a_file_that_crashes_or_hangs_its_reader_is_the_only_one_that_is_not_read() -> None:
    names = ["a", "crash", "b", "hang", "crash", "c"]
    found = list(examine([Path(name) for name in names], seconds=2, command=pretending(CHILD)))
    assert [one.sha256 for one in found] == ["a", None, "b", None, None, "c"]
    assert "SIGABRT" in (found[1].problem or "") and "stopped after 2 seconds" in (found[3].problem or "")


def test_that_a_reader_that_cannot_start_is_told_and_blames_no_image() -> None:
    with pytest.raises(ToolError, match="no library"):
        list(examine([Path("a")], command=pretending("raise SystemExit('no library')")))


def test_that_it_stops_when_it_is_not_wanted_any_more() -> None:
    found = []
    for one in examine([Path(name) for name in "abc"], lambda: bool(found), command=pretending(CHILD)):
        found.append(one)
    assert 1 <= len(found) <= 3 and all(one.problem is None for one in found)


def test_that_size_hash_and_problem_of_real_files_are_found(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    for name in ("a.png", "b.png"):
        Image.new("RGB", (8, 4)).save(tmp_path / name, exif=exif)
    (tmp_path / "c.png").write_bytes(b"")
    one, same, broken, gone = examine([tmp_path / name for name in ("a.png", "b.png", "c.png", "d\udcff.png")])
    assert (one.width, one.height, one.problem) == (4, 8, None)
    assert one.sha256 == same.sha256 and one.bytes == (tmp_path / "a.png").stat().st_size
    assert broken.sha256 is not None and broken.problem == "not a readable image"
    assert gone.sha256 is None and gone.problem == "the file does not exist"


def test_that_a_child_that_is_to_rest_stands_still_and_its_rest_is_no_silence() -> None:
    slow = CHILD.replace('if name == "crash"', 'time.sleep(0.2); number = int(name)\n    if name == "crash"')
    begun, rest_until = 0, 0.0

    def resting() -> bool:
        nonlocal begun, rest_until
        begun += 1
        if begun == 3:
            rest_until = time.monotonic() + 3.0
        return time.monotonic() < rest_until

    began = time.monotonic()
    found = list(
        examine([Path(str(number)) for number in range(5)], seconds=2.0, command=pretending(slow), resting=resting)
    )
    assert [one.sha256 for one in found] == ["0", "1", "2", "3", "4"], "nobody took the rest for a hang"
    assert time.monotonic() - began > 3.0
