"""The check of a project's images keeps what it finds, goes on where it was, and tells what is new only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.corpus import encoded, picture

from studio.cli.app import run_command
from studio.jobs import image_check
from studio.jobs.image_check import check_images
from studio.services.projects import create_and_open, integrity
from studio.services.projects.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """Thirty images: one is broken, one is another's copy in another split."""
    folder = tmp_path / "images"
    folder.mkdir()
    for number in range(30):
        (folder / f"{number}.png").write_bytes(encoded(picture(size=(20, 10 + number)), "PNG"))
    (folder / "3.png").write_bytes(b"no image")
    (folder / "29.png").write_bytes((folder / "4.png").read_bytes())
    rows = "".join(f"{n}.png,{n},{'test' if n > 19 else 'train'}\n" for n in range(30))
    (tmp_path / "scores.csv").write_text("image,score,split\n" + rows)
    create_and_open.create_project(tmp_path / "p", images=folder, scores=tmp_path / "scores.csv", model="some/model")
    opened = create_and_open.open_project(tmp_path / "p")
    yield opened
    opened.close()


def test_that_what_is_found_is_told_once_and_kept(project: Project) -> None:
    end = check_images(project)
    assert end.opened == 30 and len(end.told) == 2
    assert "1 image cannot be used" in end.told[0] and "3.png: not a readable image" in end.told[0]
    assert "29.png (test) and 4.png (train)" in end.told[1]
    again = check_images(project)
    assert (again.opened, again.told) == (1, ())
    where = {problem.where: problem.what for problem in integrity.check(project)}
    assert "not a readable image" in where["3.png"] and "more than one split" in where["4.png"]


def test_that_a_stopped_check_goes_on_where_it_was(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image_check, "BATCH", 7)
    monkeypatch.setattr(image_check, "PORTION", 8)  # what the child has answered when the stop comes may still be kept
    told: list[tuple[int, int]] = []
    first = check_images(project, lambda: bool(told), lambda done, total: told.append((done, total)))
    assert told[0] == (7, 30) and 7 <= first.opened < 30
    second = check_images(project)
    assert first.opened - 1 + second.opened in (30, 29), "only the broken one is opened twice"


def test_that_it_is_asked_in_portions_and_none_is_left_out(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image_check, "PORTION", 8)
    told: list[tuple[int, int]] = []
    assert check_images(project, on_progress=lambda done, total: told.append((done, total))).opened == 30
    assert told == [(8, 30), (16, 30), (24, 30), (30, 30)]


def test_that_an_image_that_was_replaced_is_usable_again(project: Project) -> None:
    check_images(project)
    (project.images_root() / "3.png").write_bytes(encoded(picture(), "PNG"))
    assert check_images(project).opened == 1
    assert not [problem for problem in integrity.check(project) if problem.where == "3.png"]


def test_that_the_command_opens_the_images_and_names_what_is_wrong(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["check", str(project.root), "--images"]) == 1
    told = capsys.readouterr().out
    assert "30 images opened." in told and "3.png: not a readable image" in told and "2 problems found." in told
