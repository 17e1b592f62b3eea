"""Label files as people have them: JSON of the field, other column names, lower is better, and what refusals advise."""

from __future__ import annotations

import csv
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from studio.services.errors import StudioError
from studio.services.imports.formats.json_rows import answer_level, answer_score
from studio.services.imports.formats.path_index import MISSING_FILE
from studio.services.imports.preview import find_scores, preview, read_columns, score_direction
from studio.services.imports.score_source import ScoreTable, read_scores
from studio.services.projects import create_and_open
from studio.services.settings.schema import ImportSettings, SplitSettings


@pytest.fixture
def images(tmp_path: Path) -> Path:
    return put(tmp_path / "images", *(f"k/{name}.jpg" for name in "abcdef"))


def put(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(f"the image {name}".encode())
    return folder


def read(folder: Path, images: Path, content: Any, name: str = "labels.json", **columns: Any) -> ScoreTable:
    file = folder / name
    file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return read_scores(file, images, ImportSettings(**columns))


def scores(table: ScoreTable) -> dict[str, float]:
    return {image.path: image.score for image in table.images}


def talk(image: object, answer: str, **more: Any) -> dict[str, Any]:
    said = [{"from": "human", "value": "<|image|>Rate the quality."}, {"from": "gpt", "value": answer}]
    return {"image": image, "conversations": said, **more}


def test_that_an_array_of_objects_is_read_under_the_names_of_the_field(tmp_path: Path, images: Path) -> None:
    """Q-Align's test files; those of Q-Bench have numbers as text."""
    table = read(tmp_path, images, [{"image": "k/a.jpg", "gt_score": 68.7}, {"image": "k/b.jpg", "gt_score": 15}])
    assert table.format == "json" and scores(table) == {"k/a.jpg": 68.7, "k/b.jpg": 15.0}
    table = read(tmp_path, images, [{"img_path": "k/a.jpg", "gt_score": "3.83"}, {"img_path": "k/c.jpg"}, 7])
    assert scores(table) == {"k/a.jpg": 3.83}
    assert [(one.line, one.reason) for one in table.refused] == [
        (2, "the score is not a number"),
        (3, "the entry is not a JSON object"),
    ]


def test_that_objects_by_image_name_are_read_with_their_numbers(tmp_path: Path, images: Path) -> None:
    """As AesBench has them; a plain number is the score."""
    assert scores(read(tmp_path, images, {"k/a.jpg": 3.5, "k/b.jpg": "4"})) == {"k/a.jpg": 3.5, "k/b.jpg": 4.0}
    nested = {
        "k/a.jpg": {"AesA1_data": {"Question": "How?", "score": 3.25}},
        "k/b.jpg": {"AesA1_data": {"Question": "How?", "score": 2}},
    }
    table = read(tmp_path, images, nested)
    assert scores(table) == {"k/a.jpg": 3.25, "k/b.jpg": 2.0}
    assert table.columns.score == "AesA1_data.score" and table.images[0].tags == {"AesA1_data.Question": "How?"}
    assert scores(read(tmp_path, images, {"version": {"of": "2024"}, "labels": {"k/c.jpg": 1}})) == {"k/c.jpg": 1.0}
    with pytest.raises(StudioError, match=r"no column 'score'; its columns are: image, AesI_data\.Answer"):
        read(tmp_path, images, {"k/a.jpg": {"AesI_data": {"Answer": "a picture"}}})
    twice = read(tmp_path, images, '{"k/a.jpg": 1, "k/b.jpg": 2, "k/a.jpg": 3}')
    assert scores(twice) == {"k/b.jpg": 2.0} and twice.refused[0].reason == "the image occurs twice"


def test_that_llava_conversations_give_their_score_column_or_that_of_the_id(tmp_path: Path, images: Path) -> None:
    """Q-Align: the id of a training row ends with its MOS; later files have gt_score."""
    words = "The quality of the image is excellent."
    table = read(
        tmp_path, images, [talk("k/a.jpg", words, id="a.jpg->77.3836206897"), talk("k/b.jpg", words, id="b->3")]
    )
    assert scores(table) == {"k/a.jpg": 77.3836206897, "k/b.jpg": 3.0} and table.columns.score == "id_score"
    assert table.images[0].tags["answer"] == words and table.images[0].tags["answer_level"] == "5"
    assert "conversations" not in table.images[0].tags
    table = read(tmp_path, images, [talk("k/a.jpg", words, id="a->77", gt_score=0.06)])
    assert scores(table) == {"k/a.jpg": 0.06}
    table = read(tmp_path, images, [talk("k/a.jpg", words, id="a->77", gt_score=0.06)], score="answer_level")
    assert scores(table) == {"k/a.jpg": 5.0}


def test_that_conversations_without_a_score_are_refused_one_by_one(tmp_path: Path, images: Path) -> None:
    """As in Q-Instruct and AesMMIT, whose answers talk about the image."""
    rows = [
        talk("k/a.jpg", "The quality of the image is good."),
        talk("k/b.jpg", "The composition is good and the light is poor."),
        talk("k/c.jpg", "The image shows 3 people."),
        talk(["k/d.jpg", "k/e.jpg"], "The quality of the image is good."),
        {"conversations": talk("", "bad")["conversations"]},
    ]
    table = read(tmp_path, images, rows)
    assert scores(table) == {"k/a.jpg": 4.0}
    assert [(one.line, one.reason) for one in table.refused] == [
        (2, "the score is not a number"),
        (3, "the score is not a number"),
        (4, "the entry has 2 images; a score belongs to one image"),
        (5, "the image name is missing"),
    ]


def test_that_llama_factory_messages_and_instructions_are_read(tmp_path: Path, images: Path) -> None:
    """RealQA answers "The score of this image is 3.45."; the other form has instruction and output."""
    messages = [
        {"role": "user", "content": "<image>Rate it."},
        {"role": "assistant", "content": "The light is soft."},
        {"role": "user", "content": "And the score?"},
        {"role": "assistant", "content": "The aesthetic score of this image is 3.45."},
    ]
    table = read(tmp_path, images, [{"messages": messages, "images": ["k/a.jpg"]}])
    assert scores(table) == {"k/a.jpg": 3.45} and table.columns.image == "images"
    rows = [{"instruction": "Rate it.", "input": "", "output": "7/10", "images": ["k/b.jpg"]}]
    assert scores(read(tmp_path, images, rows)) == {"k/b.jpg": 7.0}


@pytest.mark.parametrize(
    ("answer", "number", "level"),
    [
        ("The score of this image is <3.45>.", "3.45", ""),
        ("Score: 68.7", "68.7", ""),
        ("**Score:** 7", "7", ""),
        ("I would give it a rating of 4 out of 5.", "4", ""),
        ("4.5/5", "4.5", ""),
        (" 42 ", "42", ""),
        ("The technical score is 3, the aesthetic score is 4.", "", ""),
        ("The score reflects good light. It shows 3 people.", "", ""),
        ("A score of 50%", "", ""),
        ("Score: 4,5", "", ""),
        ("Score: 1.2.3", "", ""),
        ("Excellent", "", "5"),
        ("The aesthetics of the image is fair.", "", "3"),
        ("The quality is good, the light is bad.", "", ""),
        ("Not bad", "", ""),
        ("", "", ""),
    ],
)
def test_that_an_answer_gives_a_score_only_if_it_says_one(answer: str, number: str, level: str) -> None:
    assert (answer_score(answer), answer_level(answer)) == (number, level)


def test_that_json_lines_of_mixed_types_keep_every_value(tmp_path: Path, images: Path) -> None:
    lines = [
        '{"note": 1, "image": ["k/a.jpg"], "score": 3}',
        '{"image": "k/b.jpg", "score": "4.5", "camera": {"maker": "x", "iso": 100}}',
        '{"image": "k/c.jpg", "score": [2]}',
        '{"image": "k/d.jpg", "score": [2, 3]}',
        '{"image": {"path": "k/e.jpg"}, "score": 1}',
        '{"image": ["k/e.jpg", "k/f.jpg"], "score": 1}',
        "not JSON",
        '{"image": "k/f.jpg", "score": true}',
    ]
    table = read(tmp_path, images, "\n".join(lines), "t.jsonl")
    assert scores(table) == {"k/a.jpg": 3.0, "k/b.jpg": 4.5, "k/c.jpg": 2.0}
    assert [one.line for one in table.refused] == [4, 5, 6, 7, 8]
    assert table.images[1].tags == {"camera.maker": "x", "camera.iso": "100"}
    assert read_columns(tmp_path / "t.jsonl").names == (
        "note", "image", "score", "camera.maker", "camera.iso", "image.path",
    )  # fmt: skip
    assert scores(read(tmp_path, images, "\n".join(lines), "t.json")) == scores(table), "JSON lines named .json"
    assert scores(read(tmp_path, images, '[{"image": "k/a.jpg", "score": 3}]', "t.jsonl")) == {"k/a.jpg": 3.0}


def test_that_columns_as_pandas_writes_them_and_a_list_below_a_name_are_read(tmp_path: Path, images: Path) -> None:
    expected = {"k/a.jpg": 1.0, "k/b.jpg": 2.0}
    for content in (
        {"image": {"0": "k/a.jpg", "1": "k/b.jpg"}, "score": {"0": 1, "1": 2}},
        {"image": ["k/a.jpg", "k/b.jpg"], "score": [1, 2]},
        {"columns": ["image", "score"], "index": [0, 1], "data": [["k/a.jpg", 1], ["k/b.jpg", 2]]},
        {"info": {"year": 2024}, "annotations": [{"image": "k/a.jpg", "score": 1}, {"image": "k/b.jpg", "score": 2}]},
    ):
        assert scores(read(tmp_path, images, content)) == expected
    with pytest.raises(StudioError, match="several lists of objects: images, annotations"):
        read(tmp_path, images, {"images": [{"id": 1}], "annotations": [{"image_id": 1}]})
    for content in ("[1, 2", "3", '"text"'):
        with pytest.raises(StudioError, match=r"labels\.json"):
            read(tmp_path, images, content)


def test_that_a_published_files_own_folder_is_left_out_if_nothing_is_found_below_it(tmp_path: Path) -> None:
    flat = put(tmp_path / "flat", "a.jpg", "b.jpg")
    rows = [{"image": f"koniq/1024x768/{name}.jpg", "gt_score": 1} for name in "ab"]
    table = read(tmp_path, flat, rows)
    assert scores(table) == {"a.jpg": 1.0, "b.jpg": 1.0} and "begin with koniq/1024x768/" in table.warnings[0]
    part = put(tmp_path / "part", "1024x768/a.jpg", "1024x768/b.jpg")
    assert list(scores(read(tmp_path, part, rows))) == ["1024x768/a.jpg", "1024x768/b.jpg"]
    mixed = [*rows, {"image": "spaq/a.jpg", "gt_score": 9}]
    assert not read(tmp_path, flat, mixed).images, "of two data sets, a.jpg could be either's"
    assert not read(tmp_path, flat, "image,score\nkoniq/a.jpg,1\n", "t.csv").images, "a table can be corrected"


def test_that_a_json_file_beside_the_images_is_found_unless_there_is_a_table(tmp_path: Path, images: Path) -> None:
    (tmp_path / "package.json").write_text('{"name": "x"}')
    file = tmp_path / "test_koniq.json"
    file.write_text('[{"img_path": "k/a.jpg", "gt_score": 1}]')
    assert find_scores(images) == file
    (tmp_path / "scores.csv").write_text("image,score\n")
    assert find_scores(images) == tmp_path / "scores.csv"


@pytest.mark.parametrize(
    "header",
    ["image, score", "Image,Score", " IMAGE ,SCORE", "file_name,MOS", "Filename,mean score", "img-path,Rating"],
)
def test_that_headers_are_recognised_in_any_case_and_by_the_usual_names(
    tmp_path: Path, images: Path, header: str
) -> None:
    assert scores(read(tmp_path, images, f"{header},,\nk/a.jpg,3,,\n", "t.csv")) == {"k/a.jpg": 3.0}


def test_that_ambiguous_headers_and_columns_that_do_not_exist_are_named(tmp_path: Path, images: Path) -> None:
    with pytest.raises(StudioError, match=r"no column 'score'; its columns are: image, SCORE, sCore"):
        read(tmp_path, images, "image,SCORE,sCore\nk/a.jpg,3,4\n", "t.csv")
    assert scores(read(tmp_path, images, "image,SCORE,score\nk/a.jpg,3,4\n", "t.csv")) == {"k/a.jpg": 4.0}
    with pytest.raises(StudioError, match=r"no column 'fold' for split; its columns are: image, score"):
        read(tmp_path, images, "image,score\nk/a.jpg,3\n", "t.csv", split="fold")
    assert scores(read(tmp_path, images, "image,score\nk/a.jpg,3\n", "t.csv", split="(none)")) == {"k/a.jpg": 3.0}


def test_that_only_a_column_of_splits_is_guessed_to_be_the_split(tmp_path: Path, images: Path) -> None:
    table = read(tmp_path, images, "image,mos,set\nk/a.jpg,3,training\nk/b.jpg,4,test\n", "t.csv")
    assert [image.split for image in table.images] == ["train", "test"]
    table = read(tmp_path, images, "image,mos,set\nk/a.jpg,3,summer\nk/b.jpg,4,test\n", "t.csv")
    assert [(image.split, image.tags) for image in table.images] == [(None, {"set": "summer"}), (None, {"set": "test"})]


def test_that_the_names_that_were_used_are_in_the_projects_settings(tmp_path: Path) -> None:
    images = put(tmp_path / "images", *(f"{n}.jpg" for n in range(30)))
    (tmp_path / "t.csv").write_text("\n".join(["Photo;DMOS;Set", *(f"{n}.jpg;{n};x" for n in range(30))]))
    create_and_open.create_project(tmp_path / "p", images=images, scores=tmp_path / "t.csv", model="some/model")
    used = tomllib.loads((tmp_path / "p" / "studio.toml").read_text("utf-8"))["import"]
    assert (used["image"], used["score"], used["split"], used["lower_is_better"]) == ("Photo", "DMOS", "split", True)


KONIQ = "image_name,c1,c2,c3,c4,c5,c_total,MOS,SD"


def koniq(folder: Path, rows: list[tuple[str, tuple[float, ...], float, float, str]], last: str) -> Path:
    file = folder / "koniq.csv"
    with file.open("w", newline="") as out:
        table = csv.writer(out)
        table.writerow([*KONIQ.split(","), last])
        for name, counts, mos, sd, more in rows:
            table.writerow([name, *counts, 100, mos, sd, more])
    return file


def test_that_koniqs_mos_of_z_scores_has_its_sd_on_the_same_scale(tmp_path: Path) -> None:
    """koniq10k_distributions_sets.csv: MOS from 0 to 100, c1 to c5 as shares, SD of the votes from 1 to 5."""
    images = put(tmp_path / "images", "1024x768/a.jpg", "1024x768/b.jpg", "1024x768/c.jpg")
    rows = [
        ("a.jpg", (0.0, 0.0, 0.25, 0.75, 0.0), 75.0, 0.5, "training"),  # mean 3.75
        ("b.jpg", (0.0, 0.5, 0.5, 0.0, 0.0), 50.0, 0.6, "test"),  # mean 2.5
        ("c.jpg", (0.75, 0.25, 0.0, 0.0, 0.0), 25.0, 0.4, "validation"),  # mean 1.25
    ]
    file = koniq(tmp_path, rows, "set")
    table = read_scores(file, images, ImportSettings())
    assert [(one.score, one.sd, one.split) for one in table.images] == [
        (75.0, pytest.approx(10.0), "train"), (50.0, pytest.approx(12.0), "test"), (25.0, pytest.approx(8.0), "val"),
    ]  # fmt: skip
    assert table.warnings[0].startswith("The score is MOS, 0 to 100. For mean of c1 to c5, 1 to 5:")
    assert "multiplied by 20" in table.warnings[1]
    asked = read_scores(file, images, ImportSettings(score="mean of c1 to c5"))
    assert [(one.score, one.sd) for one in asked.images] == [(3.75, 0.5), (2.5, 0.6), (1.25, 0.4)]
    assert not asked.warnings and asked.columns.score == "mean of c1 to c5"
    assert read_columns(file).scores == (("MOS", "0 to 100"), ("mean of c1 to c5", "1 to 5"))


def test_that_koniqs_z_scores_beside_its_mos_can_be_asked_for(tmp_path: Path) -> None:
    """koniq10k_scores_and_distributions.csv: MOS from 1 to 5, MOS_zscore from 0 to 100."""
    images = put(tmp_path / "images", "a.jpg", "b.jpg")
    rows = [("a.jpg", (0, 0, 25, 75, 0), 3.75, 0.5, "75"), ("b.jpg", (0, 50, 50, 0, 0), 2.5, 0.6, "50")]
    file = koniq(tmp_path, rows, "MOS_zscore")
    table = read_scores(file, images, ImportSettings())
    assert [(one.score, one.sd) for one in table.images] == [(3.75, 0.5), (2.5, 0.6)]
    assert "'score=MOS_zscore'" in table.warnings[0]
    asked = read_scores(file, images, ImportSettings(score="MOS_zscore"))
    assert [(one.score, one.sd) for one in asked.images] == [(75.0, pytest.approx(10)), (50.0, pytest.approx(12))]
    assert read_columns(file).scores == (("MOS", "1 to 5"), ("MOS_zscore", "0 to 100"))
    plain = read_scores(file, images, ImportSettings(score="MOS_zscore", sd="(none)"))
    assert [one.sd for one in plain.images] == [None, None]


@pytest.mark.parametrize(
    ("name", "header", "lower", "reason"),
    [
        ("t.csv", "image,dmos", True, "the column 'dmos'"),
        ("t.csv", "image,DMOS_normalised", True, "the column 'DMOS_normalised'"),
        ("t.csv", "image,brisque", True, "the column 'brisque'"),
        ("dmos.csv", "image,score", True, "the name 'dmos.csv'"),
        ("csiq/train.csv", "image,gt_score", True, "the name 'csiq'"),
        ("csiq/train.csv", "image,mos", False, ""),
        ("live.csv", "image,gt_score", True, "the name 'live.csv'"),
        ("live_itw.csv", "image,gt_score", False, ""),
        ("t.csv", "image,mos", False, ""),
        ("t.csv", "image,score", False, ""),
        ("dmos.csv", "dist_img,ref_img,dmos", False, "the columns of KADID-10k"),
    ],
)
def test_that_a_scale_on_which_lower_is_better_is_recognised_by_name(
    tmp_path: Path, images: Path, name: str, header: str, lower: bool, reason: str
) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    cells = ",".join(["k/a.jpg", "1", "2"][: header.count(",") + 1])
    chosen = {"score": header.split(",")[1]} if header.count(",") == 1 else {}
    table = read(tmp_path, images, f"{header}\n{cells}\n", name, **chosen)
    assert (table.direction.lower_is_better, table.direction.reason) == (lower, reason)
    found = read_columns(tmp_path / name)
    assert score_direction(found, table.columns.score).lower_is_better == lower
    other = read(tmp_path, images, f"{header}\n{cells}\n", name, **chosen, lower_is_better=not lower)
    assert other.direction.lower_is_better is not lower, "what is chosen counts"


def test_that_label_9_is_the_lowest_score_of_a_project_whose_scores_are_errors(tmp_path: Path) -> None:
    images = put(tmp_path / "images", *(f"{n:02}.jpg" for n in range(40)))
    (tmp_path / "t.csv").write_text("\n".join(["image,dmos", *(f"{n:02}.jpg,{n}" for n in range(40))]))
    seen = preview(images, tmp_path / "t.csv", ImportSettings(), SplitSettings(), 0)
    assert seen.lower_is_better and list(seen.edges) == sorted(seen.edges)
    report = create_and_open.create_project(
        tmp_path / "p", images=images, scores=tmp_path / "t.csv", model="some/model"
    )
    assert report.notes[0] == "Columns: image from 'image', score from 'dmos'."
    assert report.notes[1].startswith("Lower scores are better, recognised by the column 'dmos'")
    project = create_and_open.open_project(tmp_path / "p")
    with project.reader() as session:
        bins = dict(session.connection().exec_driver_sql("SELECT name, bin FROM image").all())
    project.close()
    assert (bins["00.jpg"], bins["39.jpg"]) == (9, 0)
    assert [bins[f"{n:02}.jpg"] for n in range(40)] == sorted(bins.values(), reverse=True)


def test_that_a_missing_image_is_refused_with_the_file_that_is_probably_meant(tmp_path: Path) -> None:
    folder = put(tmp_path / "images", "sub/a.jpg", "000123.jpg", "B.JPG", "c.png", "deep/er/d.jpg")
    table = read(tmp_path, folder, "image,score\na.jpg,1\n000123,2\n123.jpg,3\nb.jpg,4\nc.jpg,5\nx.jpg,6\n", "t.csv")
    assert [one.reason for one in table.refused] == [
        f"{MISSING_FILE}, but sub/a.jpg does: choose the folder sub, or write paths below the images folder",
        f"{MISSING_FILE}, but 000123.jpg does: write the names with the suffix",
        f"{MISSING_FILE}, but 000123.jpg does: the zeros before the number are missing, which spreadsheets remove; "
        "format the column as text",
        f"{MISSING_FILE}, but B.JPG does: write the name with the same capital letters",
        f"{MISSING_FILE}, but c.png does: write the names with the suffix of the file",
        MISSING_FILE,
    ]
    table = read(tmp_path, folder / "sub", "image,score\nsub/a.jpg,1\n", "t.csv")
    assert table.refused[0].reason.endswith("is already the last folder of the path, so choose the folder above it")
    seen = preview(folder, tmp_path / "t.csv", ImportSettings(), SplitSettings(), 0)
    assert seen.accepted == 1, "sub/a.jpg"


def test_that_scores_that_became_dates_are_refused_as_dates(tmp_path: Path, images: Path) -> None:
    from datetime import datetime

    from openpyxl import Workbook

    book = Workbook()
    for row in (["image", "score"], ["k/a.jpg", datetime(2024, 5, 3)], ["k/b.jpg", "5-Mar"], ["k/c.jpg", 3.5]):
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    table = read_scores(tmp_path / "t.xlsx", images, ImportSettings())
    assert scores(table) == {"k/c.jpg": 3.5}
    assert all(one.reason.startswith("the score is a date; if a spreadsheet made it") for one in table.refused)
    table = read(tmp_path, images, "image,score\nk/a.jpg,03.05.2024\nk/b.jpg,1.2.3\nk/c.jpg,5 stars\n", "t.csv")
    assert [one.reason.startswith("the score is a date") for one in table.refused] == [True, False, False]


def test_that_a_header_below_a_title_or_on_another_sheet_is_named(tmp_path: Path, images: Path) -> None:
    from openpyxl import Workbook

    title = "Scores of the club 2024\n\nimage,score\nk/a.jpg,3\n"
    with pytest.raises(StudioError, match=r"has no column 'image'.*Line 3 has the columns image, score: remove"):
        read(tmp_path, images, title, "t.csv")
    book = Workbook()
    book.active.append(["Notes", "by Ann"])
    sheet = book.create_sheet("Votes")
    sheet.append(["file", "mos"])
    sheet.append(["k/a.jpg", 3])
    book.save(tmp_path / "t.xlsx")
    with pytest.raises(StudioError, match=r"The sheet 'Votes' has the columns file, mos: make it the first one"):
        read_scores(tmp_path / "t.xlsx", images, ImportSettings())


def test_that_an_image_with_two_scores_is_told_with_both(tmp_path: Path, images: Path) -> None:
    rows = "image,score\nk/a.jpg,3\nk/a.jpg,3\nk/b.jpg,1\nk/b.jpg,4.5\n"
    table = read(tmp_path, images, rows, "t.csv")
    assert [one.reason for one in table.refused] == [
        "duplicate: the image is already in line 2", "duplicate: the image is already in line 4",
    ]  # fmt: skip
    (warning,) = table.warnings
    assert warning.startswith("1 image has several rows with different scores") and "k/b.jpg with 1 and 4.5" in warning
    assert "image, rater and score" in warning
