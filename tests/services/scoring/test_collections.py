"""Collections: their images are found, and found to have come, changed or gone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from db.collections import CollectionScore, Scorer
from db.queries.collections import images, scores
from studio.services.errors import StudioError
from studio.services.projects.project import Project
from studio.services.scoring import collections, picks
from studio.services.scoring.types import FolderChange, ScoringOptions


def ids(project: Project, collection: int) -> dict[str, int]:
    with project.reader() as session:
        return {Path(path).name: file.id for path, file in images.files(session, collection).items()}


def put_score(project: Project, image: int) -> None:
    with project.session() as session:
        row = scores.find_scorer(session, "base", "", "", "")
        if row is None:
            row = Scorer(name="base", digest="", folder="", base="", reference=[float(n) for n in range(10)])
            session.add(row)
            session.flush()
        answer = {"logprobs": [0.0] * 10, "label": 4, "score": 4.5, "text": "Fine.", "raw": "", "parse_ok": True}
        marks = {"truncated": False, "explained": True, "job_id": 1}
        scores.put_scores(session, [{"image_id": image, "scorer_id": row.id, **answer, **marks}])


def scored(project: Project) -> list[int]:
    with project.reader() as session:
        return [row.image_id for row in session.query(CollectionScore).all()]


def test_that_a_collection_has_the_images_of_its_folders_and_files_once(project: Project, photos: Path) -> None:
    made = collections.create(project, [photos, photos / "beach", photos / "photo 00.jpg"])
    (row,) = collections.list_collections(project)
    assert (row.id, row.name, row.images, row.missing, row.problems) == (made, "holiday", 12, 0, 0)
    assert row.sources == (photos, photos / "beach", photos / "photo 00.jpg")
    assert "notes.txt" not in ids(project, made)


def test_that_names_are_free_and_a_taken_one_is_refused(project: Project, photos: Path) -> None:
    names = [collections.collection(project, collections.create(project, [photos])).name for _ in range(3)]
    assert names == ["holiday", "holiday 2", "holiday 3"]
    with pytest.raises(StudioError, match="a collection 'holiday 2' already"):
        collections.create(project, [photos], "holiday 2")
    third = collections.list_collections(project)[2].id
    with pytest.raises(StudioError, match="already"):
        collections.rename(project, third, " holiday ")
    with pytest.raises(StudioError, match="needs a name"):
        collections.rename(project, third, " ")
    collections.rename(project, third, "Autumn")
    assert [row.name for row in collections.list_collections(project)] == ["Autumn", "holiday", "holiday 2"]


def test_that_what_macos_adds_and_what_is_behind_a_link_is_in_no_collection(project: Project, photos: Path) -> None:
    (photos / "beach/._photo 01.jpg").write_bytes(b"side")
    (photos / "beach/up").symlink_to("..")
    count, left_out = collections.count_images([photos / "beach"])
    made = collections.create(project, [photos / "beach"])
    assert count == 6 and sorted(ids(project, made)) == [f"photo {number:02}.jpg" for number in range(1, 12, 2)]
    assert left_out == list(collections.look_again(project, made).left_out) == [
        "Skipped 1 file that macOS writes beside images (._ or __MACOSX): not images.",
        "1 link to a folder outside was not followed: up.",
    ]  # fmt: skip


def test_that_a_folder_without_images_makes_no_collection(project: Project, tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="No images found in"):
        collections.create(project, [tmp_path / "project"])
    with pytest.raises(StudioError, match="does not exist"):
        collections.create(project, [tmp_path / "nowhere"])
    assert collections.list_collections(project) == []


def test_that_looking_again_finds_new_changed_missing_and_returned_files(project: Project, photos: Path) -> None:
    made = collections.create(project, [photos])
    known = ids(project, made)
    for name in ("photo 00.jpg", "photo 02.jpg", "photo 04.jpg"):
        put_score(project, known[name])
        picks.pick(project, made, [known[name]], 1)
    assert not collections.look_again(project, made).anything
    (photos / "new.png").write_bytes(b"new")
    (photos / "photo 00.jpg").write_bytes(b"another photo")
    (photos / "photo 02.jpg").rename(photos.parent / "away.jpg")
    (photos / "photo 06.jpg").unlink()
    assert collections.look_again(project, made) == FolderChange(added=1, changed=1, missing=2)
    assert scored(project) == [known["photo 02.jpg"], known["photo 04.jpg"]]  # of the changed one nothing is known now
    assert collections.collection(project, made).missing == 2
    (photos.parent / "away.jpg").rename(photos / "photo 02.jpg")
    assert collections.look_again(project, made) == FolderChange(found_again=1)
    with project.reader() as session:
        assert set(images_picked(session, made)) == {known[f"photo 0{n}.jpg"] for n in (0, 2, 4)}


def images_picked(session: object, collection: int) -> list[int]:
    from db.collections import CollectionImage

    rows = session.query(CollectionImage).filter_by(collection_id=collection, pick=1)  # type: ignore[attr-defined]
    return [row.id for row in rows]


def test_that_a_changed_time_alone_counts_as_a_change(project: Project, photos: Path) -> None:
    made = collections.create(project, [photos])
    os.utime(photos / "photo 00.jpg", ns=(1, 1))
    assert collections.look_again(project, made) == FolderChange(changed=1)


def test_that_sources_can_be_added(project: Project, photos: Path, tmp_path: Path) -> None:
    made = collections.create(project, [photos / "beach"])
    assert collections.add_sources(project, made, [photos]) == FolderChange(added=6)
    assert collections.collection(project, made).sources == (photos / "beach", photos)


def test_that_deleting_touches_no_file(project: Project, photos: Path) -> None:
    made, other = collections.create(project, [photos]), collections.create(project, [photos])
    put_score(project, next(iter(ids(project, made).values())))
    put_score(project, (kept := next(iter(ids(project, other).values()))))
    picks.pick(project, made, list(ids(project, made).values()), -1)
    collections.delete(project, made)
    assert [row.id for row in collections.list_collections(project)] == [other]
    assert scored(project) == [kept] and len(list(photos.rglob("*.jpg"))) == 12
    with pytest.raises(StudioError, match="There is no collection"):
        collections.delete(project, made)


def test_that_options_are_kept(project: Project, photos: Path) -> None:
    made = collections.create(project, [photos])
    collections.set_options(project, made, ScoringOptions("extremes", 7))
    assert collections.collection(project, made).options == ScoringOptions("extremes", 7)
    with pytest.raises(StudioError, match="at least 1"):
        collections.set_options(project, made, ScoringOptions("extremes", 0))
