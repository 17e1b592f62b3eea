"""Five hundred broken and odd files through import, background check, thumbnails and the stages' own preparation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.corpus import Usable, write_corpus

from engine import images
from engine.contract.specs import ImageLimits
from engine.images import ImageProblem
from studio.jobs.image_check_child import examine
from studio.pictures import read_thumbnail
from studio.services.images import image_check
from studio.services.images.thumbnail_cache import ThumbnailFolder
from studio.services.imports.types import ImportReport
from studio.services.projects import create_and_open
from studio.services.projects.project import Project

NO_FILES = {"folder.jpg", "gone.png", "loop.png", "pipe.jpg", "socket.png"}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Usable]]:
    folder = tmp_path_factory.mktemp("corpus") / "images"
    return folder, write_corpus(folder)


@pytest.fixture(scope="module")
def imported(corpus: tuple[Path, dict[str, Usable]]) -> Iterator[tuple[Project, ImportReport]]:
    folder, names = corpus
    rows = "".join(f'"{name}",{number % 97}\n' for number, name in enumerate(names))
    scores = folder.parent / "scores.csv"
    scores.write_text("image,score\n" + rows, encoding="utf-8")
    root = folder.parent / "project"
    report = create_and_open.create_project(root, images=folder, scores=scores, model="some/model")
    project = create_and_open.open_project(root)
    yield project, report
    project.close()


def test_that_every_file_is_imported_or_refused(imported: tuple[Project, ImportReport]) -> None:
    _, report = imported
    assert report.read == 500 == report.imported + len(report.refused)
    assert {refusal.value for refusal in report.refused} == NO_FILES
    assert all(refusal.reason for refusal in report.refused)


def test_that_the_check_finds_of_each_image_its_size_or_its_problem(
    corpus: tuple[Path, dict[str, Usable]], imported: tuple[Project, ImportReport]
) -> None:
    project, report = imported
    todo = image_check.unchecked(project)
    found = list(examine([file for _, file in todo]))
    assert len(found) == len(todo) == report.imported
    for (_, file), one in zip(todo, found, strict=True):
        usable = corpus[1][file.name]
        assert (one.problem is None) == (one.width is not None and one.height is not None), file.name
        assert usable is None or usable == (one.problem is None), (file.name, one.problem)
        assert one.sha256 is not None
    image_check.store(project, [(key, one) for (key, _), one in zip(todo, found, strict=True)])
    assert len(image_check.unchecked(project)) == sum(one.problem is not None for one in found) > 50
    assert {"one.png", "link.png"} in [set(same.paths) for same in image_check.same_content(project)]


def test_that_the_stages_prepare_each_image_or_say_why_not(corpus: tuple[Path, dict[str, Usable]]) -> None:
    folder, names = corpus
    for name, usable in names.items():
        try:
            image = images.load(folder / name, ImageLimits(64))
        except ImageProblem as problem:
            assert problem.reason and usable is not True, (name, problem.reason)
        else:
            assert usable is not False, name
            assert image.mode == "RGB" and max(image.size) <= 64


def test_that_each_image_has_a_thumbnail_or_a_reason(tmp_path: Path, corpus: tuple[Path, dict[str, Usable]]) -> None:
    folder, names = corpus
    cache = ThumbnailFolder(tmp_path)
    for name, usable in names.items():
        image, problem = read_thumbnail(cache, folder / name, 64)
        assert (image is None) == bool(problem), name
        assert not (usable and problem), (name, problem)
