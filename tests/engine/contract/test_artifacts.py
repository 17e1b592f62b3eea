"""A sealed folder tells every change; an unsealed one is never taken for complete."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.contract import artifacts


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "weights.bin").write_bytes(b"\x00\x01")
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    return tmp_path


def test_that_a_sealed_folder_is_complete_and_unchanged(folder: Path) -> None:
    assert not artifacts.is_sealed(folder)
    digest = artifacts.seal(folder)
    assert artifacts.is_sealed(folder)
    assert artifacts.verify(folder) == []
    assert artifacts.digest(folder) == digest


def test_that_every_kind_of_change_is_named(folder: Path) -> None:
    artifacts.seal(folder)
    (folder / "config.json").write_text("[]", encoding="utf-8")
    (folder / "a" / "weights.bin").unlink()
    (folder / "new.txt").write_text("x", encoding="utf-8")
    assert artifacts.verify(folder) == [
        "a/weights.bin is missing",
        "new.txt is not in the manifest",
        "config.json has changed since it was written",
    ]


def test_that_a_folder_without_manifest_is_not_complete(folder: Path) -> None:
    (folder / "manifest.json.part").write_text("{", encoding="utf-8")
    (problem,) = artifacts.verify(folder)
    assert "manifest.json cannot be read" in problem


@pytest.mark.parametrize("text", ["", "[]", '{"version": 99, "files": {}}'])
def test_that_a_damaged_manifest_is_a_problem_and_no_crash(folder: Path, text: str) -> None:
    (folder / artifacts.MANIFEST).write_text(text, encoding="utf-8")
    assert len(artifacts.verify(folder)) == 1
    with pytest.raises(ValueError):
        artifacts.digest(folder)


def test_that_the_digest_depends_on_names_and_bytes_only(tmp_path: Path) -> None:
    digests = []
    for name, text in (("one", "x"), ("two", "x"), ("three", "y")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text(text, encoding="utf-8")
        digests.append(artifacts.seal(tmp_path / name))
    assert digests[0] == digests[1] != digests[2]
