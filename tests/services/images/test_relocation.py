"""Images whose folder was moved are found again, and nothing is written before they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.services.errors import StudioError
from studio.services.images.relocation import is_missing, look_for_images, relocate_images
from studio.services.projects.project import Project


def test_that_a_moved_folder_is_found_also_by_its_parent_and_written(project: Project, tmp_path: Path) -> None:
    old = project.images_root()
    new = tmp_path / "disk" / old.name
    new.parent.mkdir()
    old.rename(new)
    assert is_missing(project)
    for chosen in (new, new.parent):
        found = look_for_images(project, chosen)
        assert (found.folder, found.found, found.total, found.missing) == (new, 40, 40, ())
    before = (project.root / "studio.toml").read_text("utf-8").splitlines()
    relocate_images(project, found)
    assert not is_missing(project) and project.images_root() == new
    after = (project.root / "studio.toml").read_text("utf-8").splitlines()
    assert sum(one != other for one, other in zip(before, after, strict=True)) == 1


def test_that_what_is_missing_is_counted_and_a_wrong_folder_changes_nothing(project: Project, tmp_path: Path) -> None:
    root = project.images_root()
    (root / "train" / "3.png").unlink()
    found = look_for_images(project, root)
    assert (found.found, found.missing) == (39, ("train/3.png",))
    (tmp_path / "empty").mkdir()
    wrong = look_for_images(project, tmp_path / "empty")
    assert (wrong.found, len(wrong.missing)) == (0, 3)
    before = (project.root / "studio.toml").read_bytes()
    with pytest.raises(StudioError, match="None of the project's images"):
        relocate_images(project, wrong)
    assert (project.root / "studio.toml").read_bytes() == before
    with pytest.raises(StudioError, match="no folder"):
        look_for_images(project, tmp_path / "nowhere")


def test_that_images_inside_the_project_are_written_relative_to_it(project: Project) -> None:
    inside = project.root / "pictures"
    project.images_root().rename(inside)
    relocate_images(project, look_for_images(project, inside))
    assert 'root = "pictures"' in (project.root / "studio.toml").read_text("utf-8")
    assert project.images_root() == inside.resolve()
