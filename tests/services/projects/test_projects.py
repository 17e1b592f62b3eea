"""Making projects: which rows are imported, which are refused and why, and that a failure leaves nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from support.fake_engine import write_table

from db.models import Image, Rating
from studio.services.errors import StudioError
from studio.services.imports.few_images import few_images_warnings
from studio.services.imports.types import ImportReport
from studio.services.projects import create_and_open
from studio.services.projects.project import Project

NAMES = [f"{index:02}.png" for index in range(30)]
GOOD = [f"{name},{index / 4}" for index, name in enumerate(NAMES)]


def make(folder: Path, lines: list[str], images: list[str] = NAMES, config: str = "") -> ImportReport:
    pictures, scores = write_table(folder / "data", lines, images)
    (folder / "config.toml").write_text(config)
    return create_and_open.create_project(
        folder / "project", images=pictures, scores=scores, model="some/model", config=folder / "config.toml"
    )


def rows(folder: Path) -> list[Image]:
    project = create_and_open.open_project(folder / "project")
    with project.reader() as session:
        found = session.query(Image).order_by(Image.id).all()
        session.expunge_all()
    project.close()
    return found


def test_that_a_good_table_is_imported_whole_and_split_80_10_10(tmp_path: Path) -> None:
    report = make(tmp_path, ["image,score", *GOOD])
    assert (report.read, report.imported, report.refused) == (30, 30, ())
    assert report.splits == {"train": 24, "val": 3, "test": 3}
    assert report.warnings == tuple(few_images_warnings(report.splits)) and len(report.warnings) == 3
    assert len(report.bin_edges) == 9


@pytest.mark.parametrize(
    ("line", "value", "reason"),
    [
        ("none.png,5", "none.png", "the file does not exist"),
        (",5", "", "the image name is missing"),
        ("../data/scores.csv,5", "../data/scores.csv", "out of the images folder"),
        ("/etc/hostname,5", "/etc/hostname", "out of the images folder"),
        ("00.png,5", "00.png", "already in line 2"),
        ("./00.png,5", "00.png", "already in line 2"),
        ("x.png,good", "good", "the score is not a number"),
        ("x.png,nan", "nan", "the score is not a number"),
        ("x.png,inf", "inf", "the score is not a number"),
        ("x.png,", "", "the score is not a number"),
        ("x.png,1_0", "1_0", "the score is not a number"),
        ("x.png", "x.png", "too few cells"),
        ('x.png,"5,5",6', "x.png", "more cells"),
        ("x" * 300 + ".png,5", "x" * 300 + ".png", "the file does not exist"),
    ],
)
def test_that_a_bad_row_is_refused_with_line_value_and_reason(
    tmp_path: Path, line: str, value: str, reason: str
) -> None:
    report = make(tmp_path, ["image,score", *GOOD, "", line], [*NAMES, "x.png"])
    assert (report.read, report.imported) == (31, 30)
    (refusal,) = report.refused
    assert (refusal.line, refusal.value) == (33, value)
    assert reason in refusal.reason


def test_that_cells_stay_text_and_a_byte_order_mark_is_no_part_of_the_header(tmp_path: Path) -> None:
    lines = ["\ufeffimage,score,camera,code", *(f"{line},NA,007" for line in GOOD)]
    make(tmp_path, lines)
    assert rows(tmp_path)[0].tags == {"camera": "NA", "code": "007"}


def test_that_a_name_is_found_in_either_unicode_spelling(tmp_path: Path) -> None:
    there, said = unicodedata.normalize("NFD", "é.png"), unicodedata.normalize("NFC", "é.png")
    make(tmp_path, ["image,score", *GOOD, f"{said},3"], [*NAMES, there])
    assert (tmp_path / "data" / "images" / rows(tmp_path)[-1].path).is_file()


def test_that_the_own_split_words_are_understood_and_an_unknown_one_is_refused(tmp_path: Path) -> None:
    words = ["Training", "valid", "testing", "train", "hold-out"]
    lines = [f"{line},{words[index % 5]}" for index, line in enumerate(GOOD)]
    report = make(tmp_path, ["image,score,split", *lines])
    assert report.splits == {"train": 12, "val": 6, "test": 6}
    assert {refusal.value for refusal in report.refused} == {"hold-out"}


def test_that_a_drawn_split_follows_the_seed_and_never_tears_a_group_apart(tmp_path: Path) -> None:
    lines = [f"{line},{index // 2}" for index, line in enumerate(GOOD)]
    config = '[import]\ngroup = "photo"\n[split]\ntrain = 0.6\nval = 0.1\ntest = 0.3\n'
    report = make(tmp_path / "a", ["image,score,photo", *lines], config=config)
    make(tmp_path / "b", ["image,score,photo", *lines], config=config)
    make(tmp_path / "c", ["image,score,photo", *lines], config=config + "[project]\nseed = 1\n")
    splits = [[row.split for row in rows(tmp_path / name)] for name in "abc"]
    assert splits[0] == splits[1] != splits[2]
    assert splits[0][::2] == splits[0][1::2]
    assert report.splits == {"train": 18, "val": 2, "test": 10}
    assert rows(tmp_path / "a")[3].group_key == "1"


def test_that_a_group_that_straddles_the_tables_own_splits_is_refused(tmp_path: Path) -> None:
    lines = [f"{line},{('train', 'test')[index % 2]},g{index // 2}" for index, line in enumerate(GOOD)]
    with pytest.raises(StudioError, match=r"group 'g0' is in two splits: 00.png is in train, 01.png in test"):
        make(tmp_path, ["image,score,split,group", *lines])


def test_that_few_distinct_scores_are_imported_with_a_warning(tmp_path: Path) -> None:
    report = make(tmp_path, ["image,score", *(f"{name},{index % 4}" for index, name in enumerate(NAMES))])
    assert "only 4 distinct values" in report.warnings[0]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["image,score", *(f"{name},5" for name in NAMES)], "2 distinct scores"),
        (["image,points", *GOOD], r"no column 'score'; its columns are: image, points"),
        (["image,score,image", *GOOD], "two columns named 'image'"),
        (["image,score", "none.png,1"], r"All 1 rows were rejected: line 2, 'none.png'"),
        (["image,score"], "no rows"),
        (["image,score,split", *(f"{line},train" for line in GOOD)], "None of the 30 images is in the split 'test'"),
    ],
)
def test_that_a_failed_import_says_why_and_leaves_nothing_behind(tmp_path: Path, lines: list[str], told: str) -> None:
    with pytest.raises(StudioError, match=told):
        make(tmp_path, lines)
    assert not (tmp_path / "project").exists()


def test_that_a_table_in_windows_1252_is_imported_and_told(tmp_path: Path) -> None:
    images, scores = write_table(tmp_path / "data", ["image,score", *GOOD], [*NAMES, "ä.png"])
    scores.write_bytes("\n".join(["image,score", *GOOD, "ä.png,1"]).encode("cp1252"))
    report = create_and_open.create_project(tmp_path / "project", images=images, scores=scores, model="some/model")
    assert rows(tmp_path)[-1].path == "ä.png"
    assert report.warnings[0] == "scores.csv is not UTF-8; it was read as Windows-1252."
    assert report.warnings[1:] == tuple(few_images_warnings(report.splits))


def test_that_a_table_that_is_no_text_is_refused(tmp_path: Path) -> None:
    images, scores = write_table(tmp_path / "data", ["image,score", *GOOD], NAMES)
    scores.write_bytes(b"image,score\n\x81\x8d.png,1\n")
    with pytest.raises(StudioError, match="neither UTF-8"):
        create_and_open.create_project(tmp_path / "project", images=images, scores=scores, model="some/model")


def test_that_all_refused_rows_are_in_a_table_of_the_project_that_no_spreadsheet_runs(tmp_path: Path) -> None:
    report = make(tmp_path, ["image,score", *GOOD, "=cmd(),3", "00.png,4"])
    assert report.refusals == "refusals.csv"
    assert (tmp_path / "project" / "refusals.csv").read_text("utf-8-sig").splitlines() == [
        "file,line,kind,value,reason",
        "scores.csv,32,row,'=cmd(),the file does not exist in the images folder",
        "scores.csv,33,row,00.png,duplicate: the image is already in line 2",
    ]


def test_that_a_failure_at_the_last_moment_removes_what_was_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(create_and_open, "store_import", fail)
    with pytest.raises(KeyboardInterrupt):
        make(tmp_path, ["image,score", *GOOD])
    assert not (tmp_path / "project").exists()


def test_that_an_existing_project_is_not_overwritten(tmp_path: Path) -> None:
    make(tmp_path, ["image,score", *GOOD])
    before = (tmp_path / "project" / "project.sqlite").read_bytes()
    with pytest.raises(StudioError, match="already"):
        make(tmp_path, ["image,score", *GOOD])
    assert (tmp_path / "project" / "project.sqlite").read_bytes() == before


def test_that_a_project_is_made_around_its_own_images(tmp_path: Path) -> None:
    images, scores = write_table(tmp_path / "project", ["image,score", *GOOD], NAMES)
    create_and_open.create_project(tmp_path / "project", images=images, scores=scores, model="some/model")
    project = create_and_open.open_project(tmp_path / "project")
    assert project.settings.images.root == "images"
    assert (project.images_root() / NAMES[0]).is_file()
    assert not list((tmp_path / "project").glob(".new-*"))


def test_that_ratings_beside_the_scores_are_kept_and_strangers_counted(tmp_path: Path) -> None:
    lines = ["image,rater,score", *(f"{name},r{rater},{rater}" for name in NAMES for rater in range(3)), "z.png,r,1"]
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "ratings.csv").write_text("\n".join(lines))
    report = make(tmp_path, ["image,score", *GOOD])
    assert "1 rows of ratings.csv were skipped" in report.warnings[0] and "'z.png'" in report.warnings[0]
    project = create_and_open.open_project(tmp_path / "project")
    with project.reader() as session:
        assert session.query(Rating).count() == 90
        image = session.get_one(Image, 1)
        assert (image.votes, image.score_sd) == (3, 1.0)


MODEL_FILES = {
    "config.json": json.dumps({"image_token_id": 5}),
    "model.safetensors": "",
    "tokenizer.json": "{}",
    "processor_config.json": "{}",
    "chat_template.jinja": "{{ messages }}",
}


@pytest.mark.parametrize(
    ("without", "told"),
    [
        ("config.json", "is not a model: it has no config.json"),
        ("model.safetensors", "has no weights"),
        ("tokenizer.json", "has no tokenizer"),
        ("processor_config.json", "has no image processor"),
        ("chat_template.jinja", "has no chat template"),
    ],
)
def test_that_an_incomplete_model_folder_is_refused(tmp_path: Path, without: str, told: str) -> None:
    images, scores = write_table(tmp_path / "data", ["image,score", *GOOD], NAMES)
    model = tmp_path / "model"
    model.mkdir()
    for name, text in MODEL_FILES.items():
        (model / name).write_text(text)
    create_and_open.create_project(tmp_path / "whole", images=images, scores=scores, model=str(model))
    (model / without).unlink()
    with pytest.raises(StudioError, match=told):
        create_and_open.create_project(tmp_path / "project", images=images, scores=scores, model=str(model))


def test_that_a_model_in_its_authors_layout_is_taken_if_the_engine_converts_it(tmp_path: Path) -> None:
    images, scores = write_table(tmp_path / "data", ["image,score", *GOOD], NAMES)
    model = tmp_path / "model"
    model.mkdir()
    for name in ("model.safetensors", "tokenizer.model", "preprocessor_config.json"):
        (model / name).write_text("")
    for language, folder in (("InternLM2ForCausalLM", "taken"), ("Qwen2ForCausalLM", "refused")):
        config = {"model_type": "internvl_chat", "llm_config": {"architectures": [language]}}
        (model / "config.json").write_text(json.dumps(config))
        if folder == "taken":
            create_and_open.create_project(tmp_path / folder, images=images, scores=scores, model=str(model))
            continue
        with pytest.raises(StudioError, match="Qwen2ForCausalLM: only InternLM2ForCausalLM can be converted"):
            create_and_open.create_project(tmp_path / folder, images=images, scores=scores, model=str(model))


def test_that_a_model_without_image_token_or_place_is_refused(tmp_path: Path) -> None:
    images, scores = write_table(tmp_path / "data", ["image,score", *GOOD], NAMES)
    (tmp_path / "model").mkdir()
    for name, text in MODEL_FILES.items():
        (tmp_path / "model" / name).write_text("{}" if name == "config.json" else text)
    for model, told in [(str(tmp_path / "model"), "no image token"), ("./nowhere/at/all", "does not exist")]:
        with pytest.raises(StudioError, match=told):
            create_and_open.create_project(tmp_path / "project", images=images, scores=scores, model=model)


def test_that_a_wrong_prompt_field_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="colour"):
        make(tmp_path, ["image,score", *GOOD], config='[prompt.fields]\ncolour = "red"\n')
    assert not (tmp_path / "project").exists()


@pytest.mark.child
def test_that_a_second_process_is_refused_by_the_firsts_number(project: Project) -> None:
    code = (
        "import sys; from pathlib import Path; from studio.services.projects import create_and_open as projects\n"
        "try: projects.open_project(Path(sys.argv[1]), exclusive=True)\n"
        "except Exception as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(project.root)], capture_output=True, text=True, check=True)
    assert "Another program is using" in done.stdout and f"(process {os.getpid()})" in done.stdout


def test_that_a_folder_without_a_project_and_a_newer_one_are_named(tmp_path: Path, project: Project) -> None:
    with pytest.raises(StudioError, match="no project in"):
        create_and_open.open_project(tmp_path)
    with project.session() as session:
        session.connection().exec_driver_sql("PRAGMA user_version = 99")
    with pytest.raises(StudioError, match="version 99"):
        create_and_open.open_project(project.root)


@pytest.mark.child
def test_that_the_services_load_neither_torch_nor_qt() -> None:
    modules = "studio.services.loop.next_action, studio.services.exports, studio.services.projects.integrity"
    code = f"import sys, {modules}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"torch", "PySide6", "transformers", "pandas", "numpy"} & set(done.stdout.split())
