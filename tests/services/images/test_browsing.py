"""Browsing images: filters, search, order, histogram, cells, detail, saved filters, the thumbnail folder."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.pair_rows import list_pairs
from support.reviewed import make_reviewed_project

from db.models import Decision, Image, ModelVersion, Pair, Prediction
from studio.services.errors import StudioError
from studio.services.images import browsing, saved_filters
from studio.services.images.thumbnail_cache import SHARDS, ThumbnailFolder
from studio.services.images.types import ChangedRatings, ImageFilter, ImageSort, SavedImageFilter, Tag
from studio.services.projects import create_and_open
from studio.services.projects.project import Project
from studio.services.review import pair_list, review_steps


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    made = create_and_open.open_project(make_reviewed_project(tmp_path / "project", tmp_path / "data"))
    yield made
    made.close()


def rows(project: Project) -> list[Image]:
    with project.reader() as session:
        found = session.query(Image).order_by(Image.id).all()
        session.expunge_all()
        return found


def found(project: Project, wanted: ImageFilter, sort: ImageSort = ImageSort()) -> list[int]:  # noqa: B008  frozen
    return [int(i) for i in browsing.select(project, browsing.load_index(project), wanted, sort).ids]


def edit(project: Project, image_id: int, **values: object) -> None:
    with project.session() as session:
        session.query(Image).filter_by(id=image_id).update(values)


def test_that_the_index_holds_what_the_rows_say(project: Project) -> None:
    index, expected = browsing.load_index(project), rows(project)
    assert index.ids.tolist() == [row.id for row in expected]
    assert index.score.tolist() == [row.mean_score for row in expected]
    assert [("train", "val", "test")[code] for code in index.split] == [row.split for row in expected]
    assert index.bin.tolist() == [row.bin for row in expected]
    tests = [row.split == "test" for row in expected]
    assert [not math.isnan(value) for value in index.predicted] == tests
    assert index.newest is not None and index.newest[1] == "iter1/score"


def test_that_filters_of_columns_add_up(project: Project) -> None:
    edit(project, 3, problem="cut off")
    expected = rows(project)
    for wanted, rule in (
        (ImageFilter(), lambda row: True),
        (ImageFilter(splits=("val", "test")), lambda row: row.split != "train"),
        (ImageFilter(bins=(2, 7)), lambda row: row.bin in (2, 7)),
        (ImageFilter(low=2.11, high=4.33), lambda row: 2.11 <= row.mean_score <= 4.33),
        (ImageFilter(splits=("train",), low=2.11, bins=(2, 3)),
         lambda row: row.split == "train" and row.mean_score >= 2.11 and row.bin in (2, 3)),
        (ImageFilter(problem=True), lambda row: row.id == 3),
        (ImageFilter(problem=True, splits=("test",)), lambda row: False),
    ):  # fmt: skip
        assert found(project, wanted) == [row.id for row in expected if rule(row)], wanted


def test_that_a_veto_that_was_taken_back_is_none(project: Project) -> None:
    first, second, third = (row for row in list_pairs(project, pair_list.PairFilter())[:3])
    for row in (first, second):
        review_steps.decide(project, row.id, "veto")
    review_steps.decide(project, third.id, "keep")
    review_steps.decide(project, first.id, "keep")
    assert found(project, ImageFilter(vetoed=True)) == [second.image_id]


def test_that_changed_compares_two_versions(project: Project) -> None:
    scores: dict[int, list[float]] = {}
    with project.reader() as session:
        for row in session.query(Prediction).order_by(Prediction.model_version_id):
            scores.setdefault(row.image_id, []).append(row.score or 0.0)
    expected = sorted(key for key, (old, new) in scores.items() if abs(new - old) >= 1.5)
    assert 0 < len(expected) < len(scores)
    assert found(project, ImageFilter(changed=ChangedRatings("base", "iter1/score", 1.5))) == expected
    with pytest.raises(StudioError, match="iter9"):
        found(project, ImageFilter(changed=ChangedRatings("base", "iter9/score", 1.5)))


def test_that_tags_are_found_by_value_and_follow_their_row(project: Project) -> None:
    edit(project, 1, tags={"place": "city", "note": "", "code": "007"})
    edit(project, 2, tags={"place": "city"})
    edit(project, 4, tags={"place": "sea"})
    assert found(project, ImageFilter(tag=Tag("place", "city"))) == [1, 2]
    assert [(one.tag.value, one.images) for one in browsing.tag_counts(project)] == [("city", 2)]
    edit(project, 2, tags={"place": "sea"})
    assert found(project, ImageFilter(tag=Tag("place", "city"))) == [1]
    assert found(project, ImageFilter(tag=Tag("place", "sea"))) == [2, 4]
    assert found(project, ImageFilter(text="ITY")) == [1]


def test_that_a_name_is_found_by_any_part_of_it(project: Project) -> None:
    assert found(project, ImageFilter(text="rain_07")) == [8]
    assert found(project, ImageFilter(text="TRAIN_")) == list(range(1, 25))
    assert found(project, ImageFilter(text="%")) == []
    assert found(project, ImageFilter(text="_0' OR 1=1 --")) == []


def test_that_explanations_of_versions_and_pairs_are_found_by_beginnings_of_words(project: Project) -> None:
    tests = [row.id for row in rows(project) if row.split == "test"]
    train = [row.id for row in rows(project) if row.split == "train"]
    assert found(project, ImageFilter(text="light sof")) == train + tests
    assert found(project, ImageFilter(text="blurry")) == train
    assert found(project, ImageFilter(text="lurry")) == []
    assert found(project, ImageFilter(text='"soft" NOT AND (*')) == []


def test_that_the_index_of_words_follows_texts_that_change_and_go(project: Project) -> None:
    with project.session() as session:
        row = session.query(Prediction).first()
        assert row is not None
        image_id, key = row.image_id, row.id
        row.text = "Zebra crossing"
    assert found(project, ImageFilter(text="zebra")) == [image_id]
    with project.session() as session:
        session.query(Prediction).filter_by(id=key).update({"text": "", "raw": ""})
    assert found(project, ImageFilter(text="zebra")) == []
    with project.session() as session:
        session.query(Prediction).filter_by(id=key).update({"text": "an umlaut: Bäume"})
    assert found(project, ImageFilter(text="baum")) == [image_id]


def test_that_every_order_is_as_its_name_says_with_missing_values_last(project: Project) -> None:
    expected = {row.id: row for row in rows(project)}
    with project.reader() as session:
        newest = session.query(ModelVersion).order_by(ModelVersion.id.desc()).first()
        assert newest is not None
        predicted = {
            row.image_id: row.score or 0.0 for row in session.query(Prediction).filter_by(model_version_id=newest.id)
        }
    split = {"train": 0, "val": 1, "test": 2}
    keys = {
        "name": lambda row: row.name,
        "score": lambda row: row.mean_score,
        "split": lambda row: split[row.split],
        "bin": lambda row: row.bin,
    }
    for by, key in keys.items():
        for falling in (False, True):
            got = found(project, ImageFilter(), ImageSort(by, falling))  # type: ignore[arg-type]
            values = [key(expected[image_id]) for image_id in got]
            assert values == sorted(values, reverse=falling), by
    for falling in (False, True):
        got = found(project, ImageFilter(), ImageSort("error", falling))
        assert set(got[: len(predicted)]) == set(predicted)
        errors = [abs(predicted[i] - expected[i].mean_score) for i in got[: len(predicted)]]
        assert errors == pytest.approx(sorted(errors, reverse=falling))
    assert found(project, ImageFilter(), ImageSort("id", descending=True)) == sorted(expected, reverse=True)


def test_that_the_histogram_leaves_the_range_aside_but_not_the_other_conditions(project: Project) -> None:
    index = browsing.load_index(project)
    histogram = browsing.select(project, index, ImageFilter(splits=("test",), low=9.0), ImageSort()).histogram
    assert sum(histogram.counts) == 12 and sum(histogram.total) == 48
    assert len(histogram.edges) == len(histogram.counts) + 1 and len(histogram.bin_edges) == 9


def test_that_cells_come_in_the_order_asked_for(project: Project) -> None:
    index = browsing.load_index(project)
    cells = browsing.cells(project, index, [40, 2, 9999, 17])
    assert [cell.id for cell in cells] == [40, 2, 17]
    assert cells[0].predicted is not None and cells[1].predicted is None
    assert cells[1].path.is_file() and cells[1].name == "train_01.png"


def test_that_the_detail_has_every_version_and_the_vetoes(project: Project) -> None:
    index = browsing.load_index(project)
    test = next(row for row in rows(project) if row.split == "test")
    told = browsing.detail(project, index, test.id)
    assert [(answer.version, answer.grade) for answer in told.answers] == [("base", 3.0), ("iter1/score", 3.0)]
    assert all(answer.estimated for answer in told.answers)
    with project.reader() as session:
        pair = session.query(Pair).first()
        assert pair is not None
        session.expunge(pair)
    review_steps.decide(project, pair.id, "veto")
    told = browsing.detail(project, index, pair.image_id)
    assert (told.pairs, told.vetoed, told.answers) == (1, 1, ())
    with project.reader() as session:
        assert session.query(Decision).count() == 1
    with pytest.raises(StudioError, match="9999"):
        browsing.detail(project, index, 9999)


def test_that_scores_of_any_size_keep_their_digits(project: Project) -> None:
    for image_id, score in ((1, 1e15 + 2e3), (2, -3.05), (3, 1e-9)):
        edit(project, image_id, mean_score=score)
    assert browsing.load_index(project).score[0] == pytest.approx(1e15 + 2e3, rel=1e-12)
    edit(project, 1, mean_score=7.0)
    assert browsing.load_index(project).score[:3].tolist() == pytest.approx([7.0, -3.05, 1e-9], abs=1e-11)


def test_that_saved_filters_come_back_whole_after_a_restart(project: Project) -> None:
    whole = ImageFilter(
        ("val", "test"), (1, 9), 2.0, 3.5, True, True, Tag("a", "<b>"), ChangedRatings("base", "x", 0.25), "söft"
    )
    saved = SavedImageFilter("<b>mine</b>", whole, ImageSort("error", descending=True))
    saved_filters.save_filter(project, saved)
    saved_filters.save_filter(project, SavedImageFilter("a", ImageFilter(), ImageSort()))
    again = create_and_open.open_project(project.root)
    try:
        assert saved_filters.saved_filters(again) == [saved, SavedImageFilter("a", ImageFilter(), ImageSort())]
        saved_filters.save_filter(again, SavedImageFilter("a", whole, ImageSort()))
        saved_filters.forget_filter(again, saved.name)
        assert saved_filters.saved_filters(again) == [SavedImageFilter("a", whole, ImageSort())]
        for name in ("", "   ", "x" * 81):
            with pytest.raises(StudioError, match="name of 1 to 80"):
                saved_filters.save_filter(again, SavedImageFilter(name, whole, ImageSort()))
    finally:
        again.close()


def test_that_a_thumbnail_has_another_place_when_its_image_changes(tmp_path: Path) -> None:
    folder, image = ThumbnailFolder(tmp_path / "p"), tmp_path / "a.jpg"
    image.write_bytes(b"one")
    first = folder.place(image, 256)
    assert first == folder.place(image, 256) != folder.place(image, 128)
    os.utime(image, ns=(1, 1))
    second = folder.place(image, 256)
    image.write_bytes(b"other")
    os.utime(image, ns=(1, 1))
    assert len({first, second, folder.place(image, 256)}) == 3
    image.unlink()
    with pytest.raises(FileNotFoundError):
        folder.place(image, 256)


def test_that_a_thumbnail_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    folder, image = ThumbnailFolder(tmp_path / "p"), tmp_path / "a.jpg"
    image.write_bytes(b"one")
    place = folder.place(image, 256)
    assert not folder.keep(place, lambda part: Path(part).write_bytes(b"half") == 0)
    assert not place.exists() and list(place.parent.iterdir()) == []
    assert folder.keep(place, lambda part: Path(part).write_bytes(b"whole") == 5)
    assert place.read_bytes() == b"whole"
    blocked = ThumbnailFolder(image)  # a folder that cannot be made
    assert not blocked.keep(blocked.place(image, 256), lambda part: True)


def test_that_the_oldest_thumbnails_go_when_a_shard_is_full(tmp_path: Path) -> None:
    folder, shard = ThumbnailFolder(tmp_path, limit=100 * SHARDS), tmp_path / "s"
    shard.mkdir()
    for number in range(4):
        (shard / f"{number}.jpg").write_bytes(b"x" * 40)
        os.utime(shard / f"{number}.jpg", (number, number))
    folder.trim(shard)
    assert sorted(file.name for file in shard.iterdir()) == ["2.jpg", "3.jpg"]
