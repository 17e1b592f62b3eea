"""Which sidecar an image has: both habits, existing ones, upper case, and names that several images share."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.services.sidecars.naming import FoundSidecar, SidecarNames
from studio.services.sidecars.types import Habit


def found(folder: Path, image: str, habit: Habit, *others: str, with_raw: bool = False) -> tuple[str, bool, str]:
    """The name of the sidecar of an image in this folder, whether it exists, and the note; others are scored too."""
    names = SidecarNames([folder / one for one in (image, *others)], habit, with_raw=with_raw)
    one: FoundSidecar = names.sidecar(folder / image)
    assert one.path.parent == folder
    return one.path.name, one.exists, one.note


def fill(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).touch()
    return folder


def test_that_without_a_sidecar_the_habit_decides(tmp_path: Path) -> None:
    fill(tmp_path, "a.jpg")
    assert found(tmp_path, "a.jpg", "full_name") == ("a.jpg.xmp", False, "")
    assert found(tmp_path, "a.jpg", "stem") == ("a.xmp", False, "")


@pytest.mark.parametrize("sidecar", ["a.xmp", "a.jpg.xmp", "a.XMP", "a.jpg.XMP"])
@pytest.mark.parametrize("habit", ["full_name", "stem"])
def test_that_the_sidecar_that_is_there_is_used(sidecar: str, habit: Habit, tmp_path: Path) -> None:
    fill(tmp_path, "a.jpg", sidecar, "b.xmp", "a.txt")
    assert found(tmp_path, "a.jpg", habit) == (sidecar, True, "")


def test_that_of_two_sidecars_the_habit_chooses_and_says_so(tmp_path: Path) -> None:
    fill(tmp_path, "a.jpg", "a.xmp", "a.jpg.xmp")
    assert found(tmp_path, "a.jpg", "stem") == (
        "a.xmp",
        True,
        "It also has the sidecar a.jpg.xmp, which stays as it is.",
    )
    assert found(tmp_path, "a.jpg", "full_name")[0] == "a.jpg.xmp"


def test_that_a_name_which_a_raw_file_shares_is_left_to_it(tmp_path: Path) -> None:
    fill(tmp_path, "a.jpg", "a.CR2")
    assert found(tmp_path, "a.jpg", "stem") == ("a.jpg.xmp", False, "a.xmp would also belong to a.CR2.")
    assert found(tmp_path, "a.jpg", "full_name") == ("a.jpg.xmp", False, "")
    fill(tmp_path, "a.xmp")
    assert found(tmp_path, "a.jpg", "full_name") == ("a.jpg.xmp", False, "a.xmp would also belong to a.CR2.")
    fill(tmp_path, "a.jpg.xmp")
    assert found(tmp_path, "a.jpg", "full_name") == ("a.jpg.xmp", True, "")


def test_that_a_raw_file_can_get_the_stars_of_the_picture_beside_it(tmp_path: Path) -> None:
    fill(tmp_path, "a.jpg", "a.CR2", "a.XMP", "b.jpg", "b.png", "c.jpg", "c.nef", "c.tif")
    assert found(tmp_path, "a.jpg", "stem", with_raw=True) == ("a.XMP", True, "Its sidecar is that of a.CR2.")
    assert found(tmp_path, "a.jpg", "full_name", with_raw=True)[0] == "a.jpg.xmp"
    assert found(tmp_path, "b.jpg", "stem", with_raw=True)[0] == "b.jpg.xmp", "b.png is no raw file"
    assert found(tmp_path, "c.jpg", "stem", with_raw=True)[0] == "c.jpg.xmp", "c.tif would get them too"


def test_that_two_scored_images_of_one_name_get_a_sidecar_each(tmp_path: Path) -> None:
    fill(tmp_path, "a.jpg", "a.png", "a.xmp")
    assert found(tmp_path, "a.jpg", "stem", "a.png") == ("a.jpg.xmp", False, "a.xmp would also belong to a.png.")
    assert found(tmp_path, "a.png", "stem", "a.jpg") == ("a.png.xmp", False, "a.xmp would also belong to a.jpg.")
