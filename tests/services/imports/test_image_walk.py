"""What is listed below a folder: images of the folder itself, nothing that macOS adds, nothing behind a link."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.services.errors import StudioError
from studio.services.exports.standalone import find_images
from studio.services.imports.formats import registry
from studio.services.imports.formats.image_walk import left_out, walk_images
from studio.services.imports.formats.path_index import SIDE_FILE
from studio.services.imports.score_source import read_scores
from studio.services.settings.schema import ImportSettings

SIDE_FILES = ("._a.jpg", "deep/._b.png", "__MACOSX/a.jpg", "__MACOSX/deep/._b.png", ".AppleDouble/a.jpg")


def put(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(name.encode())
    return folder


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Two images in ``photos/sub``, with side files of a Mac and links to what is around and in it."""
    put(tmp_path, "secret.jpg", "elsewhere/c.jpg")
    home = put(tmp_path / "photos", "above.jpg", *(f"sub/{name}" for name in ("a.jpg", "deep/b.png", *SIDE_FILES)))
    (home / "sub/up").symlink_to("..")
    (home / "sub/deep/other").symlink_to(tmp_path / "elsewhere")
    (home / "sub/Aloop").symlink_to("Aloop")
    (home / "sub/again").symlink_to("deep")
    (home / "sub/one.jpg").symlink_to(tmp_path / "elsewhere/c.jpg")
    return home


SENTENCES = [
    "Skipped 5 files that macOS writes beside images (._ or __MACOSX): not images.",
    "2 links to folders outside were not followed: deep/other, for example.",
]


def test_that_side_files_and_what_is_outside_are_left_out_and_counted(photos: Path) -> None:
    walk = walk_images(photos / "sub")
    assert walk.paths == ("a.jpg", "deep/b.png", "one.jpg")  # a link to a file names one image
    assert (walk.side_files, walk.links) == (5, ("deep/other", "up"))
    assert left_out([walk]) == SENTENCES
    found, notes = find_images([photos / "sub"])
    assert found == [photos / "sub" / name for name in walk.paths] and notes == SENTENCES
    put(photos / "none", "._a.jpg")
    with pytest.raises(StudioError, match=r"No images found in .*none\. Skipped 1 file that macOS writes"):
        find_images([photos / "none"])


def test_that_a_folder_may_itself_be_a_link(photos: Path, tmp_path: Path) -> None:
    (tmp_path / "named").symlink_to(photos / "sub")
    assert walk_images(tmp_path / "named") == walk_images(photos / "sub")
    assert walk_images(photos).links == ("sub/deep/other",)  # "up" leads to the folder itself


def test_that_an_import_says_what_it_left_out(photos: Path, tmp_path: Path) -> None:
    (candidate,) = registry.detect(photos / "sub")
    items = registry.FORMATS["folder"].read(candidate.source, ImportSettings())
    assert [getattr(one, "text", "") or getattr(one, "image", "") for one in items] == [
        *SENTENCES, "a.jpg", "deep/b.png", "one.jpg",
    ]  # fmt: skip
    table = tmp_path / "scores.csv"
    table.write_text("image,score\na.jpg,1\n._a.jpg,2\n__MACOSX/a.jpg,3\nc.jpg,4\n")
    read = read_scores(table, photos / "sub", ImportSettings())
    assert [(one.path, one.score) for one in read.images] == [("a.jpg", 1.0)]
    assert [one.reason for one in read.refused][:2] == [SIDE_FILE, SIDE_FILE]
    assert set(SENTENCES) <= set(read.warnings), "c.jpg was searched for"


def test_that_a_side_file_of_a_table_is_no_second_table(tmp_path: Path) -> None:
    put(tmp_path, "a.jpg")
    (tmp_path / "votes.csv").write_text("image,score\na.jpg,1\n")
    (tmp_path / "._votes.csv").write_bytes(b"\0\5\26\7")
    assert [one.source.name for one in registry.FORMATS["table"].detect(tmp_path)] == ["votes.csv"]
