"""The check for one picture under several names."""

from __future__ import annotations

from pathlib import Path

import pytest

from db.models import Image
from studio.services.imports.formats import duplicate_files
from studio.services.imports.formats.duplicate_files import Digests, same_content
from studio.services.imports.preview import preview
from studio.services.imports.same_files import LATER
from studio.services.projects import create_and_open
from studio.services.settings.schema import ImportSettings, SplitSettings


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


def test_that_a_file_is_read_once_as_long_as_it_stays_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Path] = []
    whole = duplicate_files._digest
    monkeypatch.setattr(duplicate_files, "_digest", lambda file: (read.append(file), whole(file))[1])
    for name in "ab":
        (tmp_path / name).write_bytes(b"same")
    digests = Digests()
    for _ in range(2):
        assert same_content(tmp_path, [("a", 4), ("b", 4)], digests=digests) == [("a", "b")]
    (tmp_path / "b").write_bytes(b"else")
    assert same_content(tmp_path, [("a", 4), ("b", 4)], digests=digests) == []
    assert [file.name for file in read] == ["a", "b", "b"]


def write_images(folder: Path, rows: list[tuple[str, bytes, str]], header: str) -> Path:
    """A table with these rows (name, content of the file, the other cells) beside the folder of its images."""
    (folder / "images").mkdir(parents=True)
    for name, content, _ in rows:
        (folder / "images" / name).write_bytes(content)
    table = folder / "scores.csv"
    table.write_text("\n".join([header, *(f"{name},{cells}" for name, _, cells in rows)]))
    return table


def splits_of(root: Path) -> dict[str, tuple[str, str | None]]:
    project = create_and_open.open_project(root)
    with project.reader() as session:
        found = {image.path: (image.split, image.group_key) for image in session.query(Image)}
    project.close()
    return found


def test_that_equal_images_share_a_split_that_is_drawn_and_join_their_groups(tmp_path: Path) -> None:
    contents = [f"content {number % 30}".encode() for number in range(60)]  # every file twice
    rows = [(f"{n}.jpg", content, f"{n % 7},{'album' if n in (3, 34) else ''}") for n, content in enumerate(contents)]
    table = write_images(tmp_path, rows, "image,score,group")
    report = create_and_open.create_project(
        tmp_path / "p", images=tmp_path / "images", scores=table, model="some/model", edits={"project": {"seed": 3}}
    )
    assert any("30 images are duplicates" in text for text in report.warnings)
    found = splits_of(tmp_path / "p")
    assert all(found[f"{n}.jpg"] == found[f"{n + 30}.jpg"] for n in range(30))
    assert {found[f"{n}.jpg"][1] for n in (3, 4, 33, 34)} == {"album"}
    assert len(set(report.splits.values()) - {0}) >= 2


def test_that_equal_images_in_two_splits_of_the_table_are_told_and_left_there(tmp_path: Path) -> None:
    rows = [(f"{n}.jpg", f"image {n}".encode(), f"{n},{'test' if n > 25 else 'train'}") for n in range(30)]
    rows[29] = ("29.jpg", b"image 1", "29,test")
    table = write_images(tmp_path, rows, "image,score,split")
    report = create_and_open.create_project(
        tmp_path / "p", images=tmp_path / "images", scores=table, model="some/model"
    )
    told = " ".join(report.warnings)
    assert "1 image is a duplicate under another name: 1.jpg and 29.jpg. The scores differ for 1 of 1" in told
    assert "is in more than one split" in told and "1.jpg (train) and 29.jpg (test)" in told
    seen = preview(tmp_path / "images", table, ImportSettings(), SplitSettings(), 0)
    assert set(report.warnings) == set(seen.warnings)
    found = splits_of(tmp_path / "p")
    assert (found["1.jpg"], found["29.jpg"]) == (("train", None), ("test", None))


def test_that_val_drawn_from_train_takes_no_image_that_train_has_under_another_name(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    rows = [
        (name, split) for split in ("train", "test") for name in (f"{split}{number:02}.png" for number in range(20))
    ]
    for number, (name, _) in enumerate(rows):
        content = b"the same" if name.startswith("train") else f"own {number}".encode()
        (tmp_path / "images" / name).write_bytes(content)
    merge = tmp_path / "merge"
    merge.mkdir()
    for part in ("train", "test"):
        lines = "".join(f"{name},{number / 7}\n" for number, (name, split) in enumerate(rows) if split == part)
        (merge / f"{part}.csv").write_text("image,score\n" + lines, encoding="utf-8")
    found = preview(tmp_path / "images", merge, ImportSettings(), SplitSettings(), 0)
    assert found.splits == {"train": 20, "val": 0, "test": 20}
    assert not any("more than one split" in warning for warning in found.warnings)
    report = create_and_open.create_project(
        tmp_path / "p", images=tmp_path / "images", scores=merge, model="some/model"
    )
    assert report.splits == found.splits


def test_that_too_many_files_are_left_to_the_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duplicate_files, "MOST_FILES", 10)
    table = write_images(tmp_path, [(f"{n}.jpg", b"same", str(n)) for n in range(30)], "image,score")
    report = create_and_open.create_project(
        tmp_path / "p", images=tmp_path / "images", scores=table, model="some/model"
    )
    assert LATER in report.warnings
