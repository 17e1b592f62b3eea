"""Copying and linking pictures into a folder: collisions, space, cancel, and nothing is ever replaced."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from studio.services.errors import OperationCancelled, StudioError
from studio.services.exports.picked_files import collect_files
from studio.services.exports.types import CollectBy, ScoredPicture


@pytest.fixture
def pictures(tmp_path: Path) -> list[ScoredPicture]:
    """Four pictures in three folders, three of which have the same name but for its case."""
    rows = []
    for number, place in enumerate(("one/a.jpg", "two/a.jpg", "three/A.JPG", "three/b.png")):
        path = tmp_path / place
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(f"picture {number}".encode())
        os.utime(path, (1_600_000_000, 1_600_000_000))
        rows.append(ScoredPicture(path, place, float(number)))
    return rows


@pytest.mark.parametrize("way", ["copy", "hard link", "link"])
def test_that_names_that_collide_get_numbers(way: CollectBy, pictures: list[ScoredPicture], tmp_path: Path) -> None:
    folder = tmp_path / "new" / "picks"
    seen: list[tuple[int, int]] = []
    done = collect_files(pictures, folder, way, on_progress=lambda *numbers: seen.append(numbers))
    assert (done.done, done.skipped, done.cancelled) == (4, (), False)
    assert {one.name: one.read_text() for one in folder.iterdir()} == {
        "a.jpg": "picture 0", "a (2).jpg": "picture 1", "A (3).JPG": "picture 2", "b.png": "picture 3",
    }  # fmt: skip
    assert [name for _path, name in done.renamed] == ["a (2).jpg", "A (3).JPG"]
    assert seen == [(number, 4) for number in range(4)]
    one = folder / "b.png"
    assert one.is_symlink() is (way == "link")
    assert (one.stat().st_ino == pictures[3].path.stat().st_ino) is (way != "copy")
    assert one.stat().st_mtime == 1_600_000_000


@pytest.mark.parametrize("way", ["copy", "hard link", "link"])
def test_that_what_is_there_is_never_replaced(way: CollectBy, pictures: list[ScoredPicture], tmp_path: Path) -> None:
    folder = tmp_path / "picks"
    collect_files(pictures[:1], folder, "copy")
    (folder / "a.jpg").write_text("edited")
    (folder / "b.png").symlink_to(tmp_path / "nowhere")
    done = collect_files(pictures, folder, way)
    assert done.done == 4
    assert (folder / "a.jpg").read_text() == "edited"
    assert (folder / "b.png").is_symlink()
    assert not (folder / "b.png").exists()
    assert (folder / "b (2).png").read_text() == "picture 3"


def test_that_missing_files_are_named_and_the_others_are_copied(pictures: list[ScoredPicture], tmp_path: Path) -> None:
    pictures[1].path.unlink()
    done = collect_files(pictures, tmp_path / "picks")
    assert done.done == 3
    assert [(one.path, one.reason) for one in done.skipped] == [(pictures[1].path, "The file is missing.")]


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="needs a second file system")
def test_that_a_hard_link_to_another_disk_is_refused_by_name(pictures: list[ScoredPicture], tmp_path: Path) -> None:
    other = Path("/dev/shm") if tmp_path.stat().st_dev != Path("/dev/shm").stat().st_dev else Path("/var/tmp")
    folder = other / f"score-studio-test-{os.getpid()}"
    try:
        done = collect_files(pictures[:1], folder, "hard link")
        assert done.done == 0
        assert done.skipped[0].reason.startswith("A hard link cannot point to another disk.")
        assert list(folder.iterdir()) == []
    finally:
        folder.rmdir()


@pytest.mark.parametrize("by", ["asking", "raising"])
def test_that_a_cancelled_run_keeps_what_is_done(by: str, pictures: list[ScoredPicture], tmp_path: Path) -> None:
    calls = iter(range(9))

    def progress(done: int, total: int) -> None:
        if by == "raising" and done == 2:
            raise OperationCancelled

    done = collect_files(
        pictures, tmp_path / "picks", on_progress=progress, cancelled=lambda: by == "asking" and next(calls) == 2
    )
    assert (done.done, done.cancelled) == (2, True)
    assert len(list((tmp_path / "picks").iterdir())) == 2


def test_that_a_full_disk_and_unfit_folders_are_refused_before_anything_is_copied(
    pictures: list[ScoredPicture], tmp_path: Path
) -> None:
    huge = tmp_path / "one" / "huge.tif"
    with huge.open("wb") as file:
        file.truncate(shutil.disk_usage(tmp_path).free + (1 << 30))  # a hole: it takes no space, but a copy would
    with pytest.raises(StudioError, match="free"):
        collect_files([*pictures, ScoredPicture(huge, "huge", None)], tmp_path / "picks")
    assert not (tmp_path / "picks").exists()
    with pytest.raises(StudioError, match="folder of the pictures themselves"):
        collect_files(pictures, tmp_path / "three")
    (tmp_path / "file").touch()
    with pytest.raises(StudioError, match="cannot be used as a folder"):
        collect_files(pictures, tmp_path / "file")
    with pytest.raises(StudioError, match="no pictures"):
        collect_files([], tmp_path / "picks")
