"""What the machine refuses, told from defects: real errors of files, of SQLite and of the writers of weights."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.contract.faults import system_errors
from engine.contract.faults.system_errors import explained
from engine.contract.locks import LocksMissingError


def caught(work: Callable[[], object]) -> BaseException:
    with pytest.raises(Exception) as found:
        work()
    return found.value


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="there is no device that is always full")
def test_that_a_full_disk_is_named_with_its_file() -> None:
    def write() -> None:
        with Path("/dev/full").open("wb", buffering=0) as file:
            file.write(b"x")

    found = explained(caught(write), Path("/project"))
    assert found is not None and found.message == "The disk is full: /project cannot be written."
    assert "Free some space" in found.remedy


def test_that_sqlites_full_disk_is_one_in_any_wrapping(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "small.sqlite")
    connection.execute("PRAGMA max_page_count = 3")
    connection.execute("CREATE TABLE a (b)")
    inner = caught(lambda: connection.executemany("INSERT INTO a VALUES (?)", [("x" * 4000,)] * 9))
    connection.close()

    def wrapped() -> None:
        raise RuntimeError("the rows could not be stored") from inner

    for error in (inner, caught(wrapped)):
        found = explained(error, tmp_path)
        assert found is not None and found.message == f"The disk is full: {tmp_path} cannot be written."


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (errno.ENOSPC, "The disk is full: /p/a cannot be written."),
        (errno.EDQUOT, "Your disk quota is used up (/p/a)."),
        (errno.EROFS, "The disk is read-only (/p/a)."),
        (errno.EIO, "The disk reports an error (/p/a)."),
        (errno.ENOLCK, "This place cannot lock files: /p/a."),
        (errno.EMFILE, "Too many files are open."),
    ],
)
def test_that_each_refusal_of_the_system_has_its_words(code: int, told: str) -> None:
    found = explained(OSError(code, os.strerror(code), "/p/a"))
    assert found is not None and found.message == told and found.remedy


@pytest.mark.parametrize(
    "error",
    [
        ValueError("a defect"),
        FileNotFoundError(errno.ENOENT, "No such file", "/p/a"),
        PermissionError(errno.EACCES, "Permission denied", "/p/a"),
        sqlite3.OperationalError("no such table: image"),
        RuntimeError("PytorchStreamWriter failed writing file data/0: file write failed"),
    ],
)
def test_that_a_defect_stays_one(error: Exception, tmp_path: Path) -> None:
    assert explained(error, tmp_path) is None


def test_that_writers_that_do_not_say_why_are_believed_only_on_a_disk_without_space(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saying = RuntimeError("Error while serializing: I/O error: No space left on device (os error 28)")
    found = explained(saying, tmp_path)
    assert found is not None and found.message.startswith("The disk is full")
    silent = RuntimeError("PytorchStreamWriter failed writing file data/0: file write failed")
    monkeypatch.setattr(system_errors, "ALMOST_NOTHING", 1 << 62)
    found = explained(silent, tmp_path / "not" / "there")
    assert found is not None and found.message.startswith("The disk is full")


def test_that_a_place_without_locks_keeps_its_words() -> None:
    error = LocksMissingError(Path("/p/.lock"), OSError(errno.ENOLCK, "No locks available"))
    found = explained(error)
    assert (
        found is not None
        and found.message == "This place cannot lock files: /p/.lock cannot be locked: No locks available."
    )
