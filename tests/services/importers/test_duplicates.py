"""The check for one picture under several names."""

from __future__ import annotations

from pathlib import Path

from studio.services.importers.duplicates import same_content


def test_that_equal_files_are_found_and_files_of_equal_size_are_told_apart(tmp_path: Path) -> None:
    contents = {"a": b"one", "b": b"two", "c": b"one", "d": b"longer", "e": b"two"}
    for name, data in contents.items():
        (tmp_path / name).write_bytes(data)
    images = [*((name, len(data)) for name, data in contents.items()), ("gone", 3)]
    assert same_content(tmp_path, images) == [("a", "c"), ("b", "e")]


def test_that_the_check_stops_when_it_is_told_to(tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / name).write_bytes(b"same")
    asked = iter([False, False, True])
    assert same_content(tmp_path, [(name, 4) for name in "abc"], lambda: next(asked)) == [("a", "b")]
