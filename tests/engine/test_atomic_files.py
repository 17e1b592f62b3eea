"""Files and folders are whole or as they were before."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from engine.contract.atomic_files import atomic_dir, atomic_file, part_path, write_bytes, write_text


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_that_a_file_takes_its_name_in_the_end(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("old")
    with atomic_file(file) as part:
        part.write_text("new")
        assert file.read_text() == "old"
    assert file.read_text() == "new"
    write_text(file, "äöü\n")
    assert file.read_bytes() == "äöü\n".encode()
    write_bytes(file, b"\r\n")
    assert file.read_bytes() == b"\r\n"
    assert names(tmp_path) == ["settings.toml"]


def test_that_a_failure_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("old")
    with pytest.raises(KeyError), atomic_file(file) as part:
        part.write_text("half")
        raise KeyError
    assert file.read_text() == "old" and names(tmp_path) == ["a.csv"]


def test_that_a_file_that_was_never_written_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), atomic_file(tmp_path / "a"):
        pass
    assert names(tmp_path) == []


def test_that_several_writers_of_one_cached_file_do_not_disturb_each_other(tmp_path: Path) -> None:
    file, problems = tmp_path / "thumbnail.jpg", list[OSError]()

    def write(number: int) -> None:
        try:
            for _ in range(100):
                with atomic_file(file, durable=False, shared=True) as part:
                    part.write_bytes(bytes([number]) * 4096)
        except OSError as error:
            problems.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    data = file.read_bytes()
    assert len(data) == 4096 and len(set(data)) == 1 and names(tmp_path) == ["thumbnail.jpg"]


def test_that_a_folder_takes_its_name_in_the_end(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "model"
    with atomic_dir(folder) as part:
        (part / "inner").mkdir()
        (part / "inner" / "weights").write_bytes(b"1")
        assert not folder.exists()
    assert (folder / "inner" / "weights").read_bytes() == b"1" and names(folder.parent) == ["model"]


def test_that_a_folder_that_holds_something_is_replaced_only_where_that_is_wanted(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    with atomic_dir(folder) as part:  # an empty one may be there
        (part / "a").write_text("a")
    with pytest.raises(OSError), atomic_dir(folder) as part:
        (part / "b").write_text("b")
    assert names(folder) == ["a"] and names(tmp_path) == ["model"]
    with atomic_dir(folder, replace=True) as part:
        (part / "c").write_text("c")
        assert names(folder) == ["a"]
    assert names(folder) == ["c"] and names(tmp_path) == ["model"]


def test_that_a_failure_leaves_no_folder(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), atomic_dir(tmp_path / "model") as part:
        (part / "a").write_text("a")
        raise KeyboardInterrupt
    assert names(tmp_path) == []


@pytest.mark.child
def test_that_what_a_killed_process_left_behind_is_not_taken_over(tmp_path: Path) -> None:
    code = f"""
import os, pathlib
from engine.contract.atomic_files import atomic_dir, atomic_file
home = pathlib.Path({str(tmp_path)!r})
with atomic_dir(home / "model") as part, atomic_file(home / "f") as file:
    (part / "old").write_text("old")
    file.write_text("a long half of a file")
    os.kill(os.getpid(), 9)
"""
    assert subprocess.run([sys.executable, "-c", code]).returncode == -9
    assert not (tmp_path / "model").exists() and not (tmp_path / "f").exists()
    with atomic_dir(tmp_path / "model") as part:
        (part / "new").write_text("new")
    write_text(tmp_path / "f", "new")
    assert names(tmp_path / "model") == ["new"] and (tmp_path / "f").read_text() == "new"
    assert names(tmp_path) == ["f", "model"]


def test_that_parts_are_known_by_their_ending(tmp_path: Path) -> None:
    """Archives leave them out."""
    assert part_path(tmp_path / "a.json").name == ".a.json.part"
    assert part_path(tmp_path / "a.json", shared=True).suffix == ".part"
