"""Each dataset in its true format, small: what is imported, and that each format is found by itself."""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path

import pytest

from studio.services.errors import StudioError
from studio.services.imports.formats import registry
from studio.services.imports.score_source import ScoredImage, ScoreTable, read_scores
from studio.services.settings.schema import ImportSettings

SHARED = Path(__file__).parents[4] / "shared" / "data"


def put(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(f"the image {name}".encode())
    return folder


def write(file: Path, *lines: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def read(source: Path, images: Path, **columns: str) -> ScoreTable:
    return read_scores(source, images, ImportSettings(**columns))  # type: ignore[arg-type]


def by_path(table: ScoreTable) -> dict[str, ScoredImage]:
    return {image.path: image for image in table.images}


def test_that_ava_gives_mean_deviation_votes_and_tags_and_refuses_what_is_no_row(tmp_path: Path) -> None:
    images = put(tmp_path / "images", "a/953619.jpg", "b/953958.JPG")
    source = write(
        tmp_path / "AVA.txt",
        "1 953619 0 1 5 17 38 36 15 6 5 1 1 22 1396",
        "2 953958 0 0 0 0 0 0 0 0 0 4 0 0 0",
        "3 954184 0 0 4 8 41 56 10 3 4 0 0 0 1396",
        "4 954113 0 0 0 0 0 0 0 0 0 0 0 0 1396",
        "5 954195 0 1 4 -8",
    )
    write(tmp_path / "tags.txt", "1 Abstract", "22 Still_Life")
    write(tmp_path / "challenges.txt", "1396 100_Meters")
    table = read(source, images)
    assert table.format == "ava"
    first, second = table.images
    counts = (0, 1, 5, 17, 38, 36, 15, 6, 5, 1)
    votes = [score for score, count in enumerate(counts, start=1) for _ in range(count)]
    mean = sum(votes) / len(votes)
    assert (first.path, first.votes, first.score) == ("a/953619.jpg", 124, pytest.approx(mean))
    assert first.sd == pytest.approx(math.sqrt(sum((vote - mean) ** 2 for vote in votes) / (len(votes) - 1)))
    assert first.tags == {"tags": "Abstract, Still Life", "challenge": "100 Meters"}
    assert (second.path, second.score, second.sd, second.tags) == ("b/953958.JPG", 10.0, 0.0, {})
    assert [(one.line, one.value) for one in table.refused] == [(3, "954184"), (4, "954113"), (5, "5 954195 0 1 4 -8")]


def ava(folder: Path, count: int) -> tuple[Path, Path]:
    images = put(folder / "images", *(f"{number}.jpg" for number in range(1, count + 1)))
    rows = (f"{n} {n} 0 0 0 {n} 1 0 0 0 0 0 0 0 0" for n in range(1, count + 1))
    return write(folder / "AVA.txt", *rows), images


def test_that_avas_own_test_list_decides_and_val_is_drawn_from_the_rest_by_seed(tmp_path: Path) -> None:
    source, images = ava(tmp_path, 40)
    write(tmp_path / "aesthetics_image_lists" / "generic_test.jpgl", *map(str, range(31, 41)))
    write(tmp_path / "aesthetics_image_lists" / "generic_ss_train.jpgl", "1", "2")
    write(tmp_path / "aesthetics_image_lists" / "animal_test.jpgl", "1", "2")
    first, again, other = (
        [one.split for one in read_scores(source, images, ImportSettings(), None, seed).images] for seed in (0, 0, 1)
    )
    assert first[30:] == ["test"] * 10 and set(first[:30]) == {"train", "val"}
    assert first.count("val") == 3 and first == again != other


def test_that_avas_lists_may_lie_in_another_folder_that_is_named(tmp_path: Path) -> None:
    source, images = ava(tmp_path / "ava", 4)
    write(tmp_path / "lists" / "generic_test.jpgl", "3", "4")
    assert {one.split for one in read(source, images).images} == {None}
    table = read(source, images, lists=str(tmp_path / "lists"))
    assert [one.split for one in table.images][2:] == ["test", "test"]
    with pytest.raises(StudioError, match=r"No list of test images.*generic_test\.jpgl"):
        read(source, images, lists=str(images))


@pytest.mark.parametrize("kind", ["txt", "csv", "json"])
def test_that_lists_as_nima_has_them_are_the_split(tmp_path: Path, kind: str) -> None:
    source, images = ava(tmp_path, 5)
    for name, ids in (("train", [1, 2]), ("val", [3]), ("test", [4, 1])):
        file = tmp_path / f"{name}_labels.{kind}"
        if kind == "json":
            file.write_text(json.dumps([{"image_id": str(one), "label": [0] * 10} for one in ids]))
        else:
            write(file, *(["image,label"] if kind == "csv" else []), *(f"{one}.jpg" for one in ids))
    table = read(source, images)
    assert {image.path: image.split for image in table.images} == {"2.jpg": "train", "3.jpg": "val", "4.jpg": "test"}
    assert [one.reason for one in table.refused] == [
        "the image is in several lists: train and test",
        "the image is not in any list",
    ]


def test_that_aadbs_mat_file_is_read_and_500_of_8458_are_drawn_for_validation(tmp_path: Path) -> None:
    import numpy as np
    from scipy.io import savemat

    names = [f"farm{number}.jpg" for number in range(170)]
    cells = np.array(names, dtype=object).reshape(1, -1)
    scores = np.linspace(0, 1, 170).reshape(1, -1)
    data = {"trainNameList": cells[:, :169], "trainScore": scores[:, :169]}
    savemat(tmp_path / "AADBinfo.mat", data | {"testNameList": cells[:, 169:], "testScore": scores[:, 169:]})
    images = put(tmp_path / "i", *(f"train/{name}" for name in names[:169]), f"newtest/1.000_{names[169]}")
    table = read(tmp_path, images)
    assert (table.format, len(table.images), table.refused) == ("aadb", 170, [])
    assert by_path(table)["train/farm3.jpg"].score == scores[0, 3]
    splits = [image.split for image in table.images]
    assert (splits.count("test"), splits.count("val")) == (1, 10)


def test_that_aadbs_lists_have_their_own_validation_and_the_new_test_list_counts(tmp_path: Path) -> None:
    images = put(tmp_path / "images", "a.jpg", "b.jpg", "c.jpg", "d.jpg")
    lists = tmp_path / "imgListFiles_label"
    write(lists / "imgListTrainRegression_score.txt", "a.jpg 0.25", "b.jpg 1.5")
    write(lists / "imgListTrainRegression_VividColor.txt", "a.jpg -0.5")
    write(lists / "imgListValidationRegression_score.txt", "c.jpg 0.5")
    write(lists / "imgListTestNewRegression_score.txt", "d.jpg 0.75")
    write(lists / "imgListTestRegression_score.txt", "a.jpg 0.1")
    table = read(tmp_path, images)
    found = {one.path: (one.score, one.split, one.tags) for one in table.images}
    assert found == {
        "a.jpg": (0.25, "train", {"VividColor": "-0.5"}), "c.jpg": (0.5, "val", {}), "d.jpg": (0.75, "test", {}),
    }  # fmt: skip
    assert [(one.file, one.line) for one in table.refused] == [("imgListTrainRegression_score.txt", 2)]


def test_that_aadbs_single_votes_are_kept_on_the_scale_of_its_scores(tmp_path: Path) -> None:
    names = [f"farm1_33{n}_19_b.jpg" for n in range(4)]
    images = put(tmp_path / "images", *names)
    lists = tmp_path / "imgListFiles_label"
    write(lists / "imgListTrainRegression_score.txt", f"{names[0]} 0.625", f"{names[1]} 0.5")
    write(lists / "imgListValidationRegression_score.txt", f"{names[2]} 0.25")
    write(lists / "imgListTestNewRegression_score.txt", f"{names[3]} 1.0")
    header = ["HITId", "WorkerId", *(f"Input.image_url{n}" for n in range(1, 11)),
              *(f"Answer.overallScore{n}" for n in range(1, 11))]  # fmt: skip
    urls = [f"https://farm1.staticflickr.com/33{n}/19_b.jpg" for n in range(4)]

    def task(worker: str, *votes: tuple[str, str]) -> str:
        padded = [*votes, *[("", "")] * (10 - len(votes))]
        return ",".join(["h", worker, *(url for url, _ in padded), *(vote for _, vote in padded)])

    write(
        tmp_path / "AADB_AllinAll.csv",
        ",".join(header),
        task("A1", (urls[0], "3"), (urls[1], "3"), (urls[2], "0")),
        task("A2", (urls[0], "4"), (urls[0], "5"), ("https://farm9.staticflickr.com/1/2.jpg", "4")),
    )
    table = read(tmp_path, images)
    assert table.format == "aadb"
    first = by_path(table)[names[0]]
    assert (first.score, first.votes, first.sd) == (0.625, 2, pytest.approx(0.125 * math.sqrt(2)))
    assert by_path(table)[names[3]].votes is None
    kept = [(one.path, one.rater, one.score) for one in table.ratings]
    assert kept == [(names[0], "A1", 0.5), (names[0], "A2", 0.75), (names[1], "A1", 0.5)]
    assert [(one.file, one.line, one.reason) for one in table.refused_votes] == [
        ("AADB_AllinAll.csv", 2, "the vote is not a number from 1 to 5"),
        ("AADB_AllinAll.csv", 3, "duplicate: the worker has already rated this image"),
        ("AADB_AllinAll.csv", 3, "the image is not in any list"),
    ]
    assert table.votes_read == 6


def test_that_koniq_has_mos_deviation_votes_and_sets_and_another_column_can_be_asked_for(tmp_path: Path) -> None:
    images = put(tmp_path / "images", "1024x768/1.jpg", "1024x768/2.jpg")
    header = "image_name,c1,c2,c3,c4,c5,c_total,MOS,SD,MOS_zscore,set"
    rows = ("1.jpg,0,0,25,73,7,105,3.83,0.56,69.1,training", "2.jpg,0,3,45,47,1,96,3.48,0.58,60.1,validation")
    source = write(tmp_path / "koniq10k_scores_and_distributions.csv", header, *rows)
    first, second = read(source, images).images
    assert (first.score, first.sd, first.votes, first.split) == (3.83, 0.56, 105, "train")
    assert second.split == "val"
    asked = read(source, images, score="MOS_zscore")
    assert (asked.format, asked.images[0].score) == ("koniq", 69.1)
    put(images, "1.jpg", "2.jpg")
    other = read(source, images, score="c3")
    assert (other.format, other.images[0].score, other.images[0].split) == ("table", 25.0, "train")


def test_that_spaqs_workbook_is_read_and_a_missing_library_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["Image name", "MOS", "Brightness", "Colorfulness", "Contrast", "Noisiness", "Sharpness"])
    book.active.append(["00001.jpg", 35.23, 46, 42.5, 50, 40, 35])
    book.active.append(["00002.jpg", "=1+1", 46, 42.5, 50, 40, 35])
    source = tmp_path / "Annotations" / "MOS and Image attribute scores.xlsx"
    source.parent.mkdir()
    book.save(source)
    images = put(tmp_path / "TestImage", "00001.jpg", "00002.jpg")
    table = read(tmp_path, images)
    assert (table.format, [one.score for one in table.images]) == ("spaq", [35.23])
    assert table.images[0].tags["Colorfulness"] == "42.5"
    assert [one.line for one in table.refused] == [3]
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(StudioError, match=r"requires openpyxl.*score-studio\[excel\]"):
        read(source, images)


def test_that_tad66k_has_train_and_test_and_draws_val(tmp_path: Path) -> None:
    images = put(tmp_path / "images", *(f"{number}.jpg" for number in range(30)))
    rows = [f"{number}.jpg,{number / 10}" for number in range(30)]
    write(tmp_path / "labels" / "merge" / "train.csv", "image,score", *rows[:20])
    write(tmp_path / "labels" / "merge" / "test.csv", "image,score", *rows[20:])
    table = read(tmp_path, images)
    splits = [one.split for one in table.images]
    assert table.format == "tad66k"
    assert [splits.count(name) for name in ("train", "val", "test")] == [18, 2, 10]


def test_that_evas_votes_become_means_and_each_bad_vote_is_refused(tmp_path: Path) -> None:
    images = put(tmp_path / "images", "EVA_together/10.jpg", "EVA_together/11.jpg")
    rows = ['"10"="E1"="7"="2"', '"10"="E2"="4"="2"', '"10"="E1"="9"="2"', '"11"="E1"="11"="2"', '"12"="E1"="5"="2"',
            '"11"="E3"="5"="2"']  # fmt: skip
    source = write(tmp_path / "data" / "votes_filtered.csv", '"image_id"="user_id"="score"="difficulty"', *rows)
    write(tmp_path / "data" / "image_content_category.csv", '"image_id","category"', '"10","3"')
    table = read(tmp_path, images)
    assert (table.format, table.source) == ("eva", source)
    found = by_path(table)
    ten = found["EVA_together/10.jpg"]
    assert (ten.score, ten.sd, ten.votes, ten.tags) == (5.5, pytest.approx(math.sqrt(4.5)), 2, {"category": "3"})
    assert found["EVA_together/11.jpg"].sd is None
    assert table.votes_read == len(rows) and len(table.ratings) == 3
    assert sorted(one.line for one in table.refused_votes) == [4, 5, 6]
    assert [one.value for one in table.refused] == ["12"]


def test_that_flickr_aes_has_each_workers_votes_or_the_published_scores(tmp_path: Path) -> None:
    images = put(tmp_path / "40K", "farm1_a.jpg", "farm1_b.jpg")
    name = "FLICKR-AES_image_labeled_by_each_worker.csv"
    write(tmp_path / name, " worker, imagePair, score", "A1,farm1_a.jpg,5", "A2,farm1_a.jpg,2", "A1, farm1_b.jpg,3")
    published = write(tmp_path / "FLICKR-AES_image_score.txt", "farm1_a.jpg 0.75", " farm1_b.jpg x")
    table = read(tmp_path, images)
    assert [(one.score, one.votes) for one in table.images] == [(3.5, 2), (3.0, 1)]
    assert [(one.rater, one.score) for one in table.ratings] == [("A1", 5.0), ("A2", 2.0), ("A1", 3.0)]
    other = read(published, images)
    assert [one.score for one in other.images] == [0.75] and len(other.refused) == 1


def test_that_para_has_published_means_and_the_votes_of_each_user(tmp_path: Path) -> None:
    images = put(tmp_path / "imgs", *(f"session1/p{number}_.jpg" for number in range(4)))
    columns = "imageName,sessionId,semantic,aestheticScore_1.0,aestheticScore_mean,aestheticScore_std"
    notes = tmp_path / "annotation"
    write(notes / "PARA-GiaaTrain.csv", columns, "p0_.jpg,session1,night,0,3.25,0.5", "p1_.jpg,session1,animal,0,nan,1")
    write(notes / "PARA-GiaaTest.csv", columns, "p2_.jpg,session1,food,0,2.5,0.25")
    votes = ("session1,p0_.jpg,U1,3.5", "session1,p0_.jpg,U2,3.0", "session1,p3_.jpg,U1,4.0", "session1,p2_.jpg,U1,6")
    write(notes / "PARA-Images.csv", "sessionId,imageName,userId,aestheticScore", *votes)
    table = read(tmp_path, images)
    first = by_path(table)["session1/p0_.jpg"]
    assert (table.format, first.score, first.sd, first.votes, first.split) == ("para", 3.25, 0.5, 2, "train")
    assert len(table.images) == 2 and [one.line for one in table.refused] == [3]
    assert table.votes_read == 4 and sorted(one.line for one in table.refused_votes) == [4, 5]


def test_that_json_lines_and_parquet_keep_each_value(tmp_path: Path) -> None:
    import pyarrow as arrow
    import pyarrow.parquet as parquet

    images = put(tmp_path / "images", "a.png", "b.png", "c.png")
    lines = ('{"image": "a.png", "score": 0.1, "set": null}', '{"image": "b.png", "score": true}', "[1]",
             '{"image": "c.png", "score": 1, "score": 2}', '{"image": "c.png"}')  # fmt: skip
    table = read(write(tmp_path / "t.jsonl", *lines), images)
    assert [(one.path, one.score) for one in table.images] == [("a.png", 0.1)]
    assert [one.line for one in table.refused] == [2, 3, 4, 5]
    columns = {"image": ["a.png", "b.png", "c.png"], "score": [1 / 3, float("nan"), None]}
    parquet.write_table(arrow.table(columns), tmp_path / "t.parquet")
    table = read(tmp_path / "t.parquet", images)
    assert [one.score for one in table.images] == [1 / 3] and [one.line for one in table.refused] == [2, 3]
    for name in ("bad.parquet", "bad.xlsx"):
        (tmp_path / name).write_bytes(b"nothing of the kind")
        with pytest.raises(StudioError, match="is not"):
            read(tmp_path / name, images)


def test_that_a_bare_folder_has_no_scores_and_a_loop_of_links_ends(tmp_path: Path) -> None:
    images = put(tmp_path / "images", "a.png", "deep/b.JPG")
    (images / "deep" / "loop").symlink_to(images)
    (images / "self.png").symlink_to(images / "self.png")
    assert [one.format for one in registry.detect(images)] == ["folder"]
    table = read(images, images)
    assert not table.images and len(table.refused) == 3
    (candidate,) = registry.detect(images)
    items = list(registry.FORMATS["folder"].read(candidate.source, ImportSettings()))
    assert [one.image for one in items] == ["a.png", "deep/b.JPG", "self.png"]  # type: ignore[union-attr]


def test_that_an_importer_can_be_named_and_an_unknown_one_is_refused(tmp_path: Path) -> None:
    images = put(tmp_path / "images", "a.png")
    source = write(tmp_path / "votes.csv", "image,score", "a.png,3")
    assert read(source, images).format == "table"
    with pytest.raises(StudioError, match="no importer 'avva'"):
        read(source, images, importer="avva")
    table = read(source, images, importer="ava")
    assert not table.images and len(table.refused) == 2


@pytest.mark.skipif(not SHARED.is_dir(), reason="the folder shared/ is not beside the checkout")
def test_that_the_published_aadb_file_is_imported_whole(tmp_path: Path) -> None:
    from scipy.io import loadmat

    data = loadmat(SHARED / "aadb" / "AADBinfo.mat")
    names = [str(cell.item()) for part in ("train", "test") for cell in data[f"{part}NameList"].ravel()]
    images = put(tmp_path, *dict.fromkeys(names))
    table = read(SHARED / "aadb" / "AADBinfo.mat", images)
    assert len(table.images) + len(table.refused) == 9458
    splits = [one.split for one in table.images]
    assert (splits.count("test"), splits.count("val")) == (1000, 500)
    truth = dict(zip(names, [*data["trainScore"].ravel(), *data["testScore"].ravel()], strict=True))
    assert all(image.score == truth[image.path] for image in table.images)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the folder shared/ is not beside the checkout")
def test_that_avas_published_lists_are_understood() -> None:
    from studio.services.imports.formats.ava import find_lists

    lists = find_lists(SHARED / "ava")
    wanted = set((SHARED / "ava" / "generic_test.jpgl").read_text().split())
    assert lists == {"test": wanted} and len(wanted) > 19_000


def test_that_published_data_sets_are_tried_before_any_table_and_a_table_before_a_bare_folder() -> None:
    names = list(registry.FORMATS)
    assert names[:5] == ["ava", "aadb", "koniq", "spaq", "tad66k"] and names[-2:] == ["table", "folder"]
    assert all(registry.FORMATS[name].place < 100 for name in names[:-2])
