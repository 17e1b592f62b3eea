"""A dataset as a new project's rows: deviation, votes, raters and tags, with the tables of browsing as they were."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from db.models import Image, Rating
from studio.services.errors import StudioError
from studio.services.projects import create_and_open
from studio.services.settings.toml_file import load_preset, preset_names


def pictures(folder: Path, count: int) -> Path:
    folder.mkdir(parents=True)
    for number in range(1, count + 1):
        (folder / f"{number}.jpg").write_bytes(f"the image {number}".encode())
    return folder


def test_that_a_projects_images_have_deviation_votes_and_tags_that_can_be_searched(tmp_path: Path) -> None:
    images = pictures(tmp_path / "images", 40)
    rows = "".join(f"{n} {n} {n} 0 0 0 0 0 0 0 0 2 {n % 2} 0 1396\n" for n in range(1, 41))
    (tmp_path / "AVA.txt").write_text(rows)
    report = create_and_open.create_project(
        tmp_path / "p", images=images, scores=tmp_path / "AVA.txt", model="some/model"
    )
    assert (report.format, report.imported, report.refusals) == ("ava", 40, None)
    project = create_and_open.open_project(tmp_path / "p")
    with project.reader() as session:
        first = session.get_one(Image, 1)
        assert (first.mean_score, first.votes, first.score_sd) == (7.0, 3, pytest.approx(27**0.5))
        found = session.execute(text("SELECT key, value, count(*) FROM image_tag GROUP BY 1, 2 ORDER BY 1, 2")).all()
        assert [tuple(row) for row in found] == [("challenge", "1396", 40), ("tags", "1", 20)]
    with project.session() as session:
        session.execute(text('UPDATE image SET tags = \'{"tags": "sky"}\' WHERE id = 1'))
        session.execute(text("INSERT INTO image SELECT 99, 'x', name, sha256, bytes, width, height, mean_score, "
                             "score_sd, votes, group_key, split, bin, '{\"tags\": \"sea\"}', problem FROM image "
                             "WHERE id = 1"))  # fmt: skip
        values = session.execute(text("SELECT value FROM image_tag WHERE image_id IN (1, 99) ORDER BY 1")).scalars()
        assert list(values) == ["sea", "sky"]
    project.close()


def test_that_single_votes_are_kept_and_counted_and_the_refused_ones_are_in_the_table(tmp_path: Path) -> None:
    images = pictures(tmp_path / "images", 30)
    votes = [f"{image}=E{rater}={(image + rater) % 11}" for image in range(1, 31) for rater in range(3)]
    (tmp_path / "votes.csv").write_text("\n".join(["image_id=user_id=score", *votes, "1=E0=3", "77=E0=3"]))
    report = create_and_open.create_project(
        tmp_path / "p", images=images, scores=tmp_path / "votes.csv", model="some/model"
    )
    assert (report.format, report.votes_read, report.votes_kept, len(report.refused_votes)) == ("eva", 92, 90, 2)
    assert report.read == report.imported + len(report.refused) == 31
    told = (tmp_path / "p" / "refusals.csv").read_text().splitlines()
    assert told[1:] == [
        "votes.csv,93,row,77,the file does not exist in the images folder",
        'votes.csv,92,vote,"1, E0, 3",duplicate: the rater has already rated this image',
        "votes.csv,93,vote,77,the image was not imported",
    ]
    project = create_and_open.open_project(tmp_path / "p")
    with project.reader() as session:
        assert session.query(Rating).count() == 90
    project.close()


def test_that_a_tables_own_deviation_and_votes_are_stored_and_wrong_ones_refused(tmp_path: Path) -> None:
    images = pictures(tmp_path / "images", 32)
    rows = [f"{n}.jpg,{n},0.5,12" for n in range(1, 31)]
    (tmp_path / "t.csv").write_text("\n".join(["image,score,sd,votes", *rows, "31.jpg,3,-1,12", "32.jpg,3,1,2.5"]))
    report = create_and_open.create_project(
        tmp_path / "p", images=images, scores=tmp_path / "t.csv", model="some/model"
    )
    assert [refusal.line for refusal in report.refused] == [32, 33]
    project = create_and_open.open_project(tmp_path / "p")
    with project.reader() as session:
        assert {(row.score_sd, row.votes) for row in session.query(Image)} == {(0.5, 12)}
    project.close()


def test_that_a_folder_without_scores_is_sent_to_predict(tmp_path: Path) -> None:
    images = pictures(tmp_path / "images", 3)
    with pytest.raises(StudioError, match=r"no scores to train on.*score-studio predict"):
        create_and_open.create_project(tmp_path / "p", images=images, scores=images, model="some/model")
    assert not (tmp_path / "p").exists()


def test_that_the_papers_fractions_are_in_the_presets() -> None:
    for name in preset_names():
        tree = load_preset(name)
        if name.startswith("ava-"):
            shares = tree["pairs"]["train_fraction"], tree["training"]["consistency"]["fraction"]
            assert shares == (0.25, 0.3), name
        elif name.startswith("aadb-"):
            assert "train_fraction" not in tree.get("pairs", {}), name


def test_that_a_folder_or_a_file_whose_name_is_no_text_is_refused_with_its_reason(tmp_path: Path) -> None:
    images = pictures(tmp_path / "images", 30)
    (images / "\udcff").mkdir()
    (images / "\udcff" / "31.jpg").write_bytes(b"the image 31")
    rows = "".join(f"{n} {n} {n} 0 0 0 0 0 0 0 0 2 0 0 0\n" for n in range(1, 32))
    (tmp_path / "AVA.txt").write_text(rows)
    report = create_and_open.create_project(
        tmp_path / "p", images=images, scores=tmp_path / "AVA.txt", model="some/model"
    )
    assert [(one.line, "UTF-8" in one.reason) for one in report.refused] == [(31, True)]
    with pytest.raises(StudioError, match="UTF-8"):
        create_and_open.create_project(
            tmp_path / "q", images=images / "\udcff", scores=tmp_path / "AVA.txt", model="some/model"
        )
    assert not (tmp_path / "q").exists()
