"""Sources other than one CSV in the wizard: label files, other formats by choice, the hub, folders without scores."""

from __future__ import annotations

import io
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pyarrow as arrow
import pyarrow.parquet as parquet
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFileDialog, QPushButton
from pytestqt.qtbot import QtBot
from support.corpus import encoded, picture
from support.hubs.dataset_hub import COMMIT, DatasetHub, serving_datasets

from studio.views.window.main_window import MainWindow
from studio.views.wizard.wizard import Wizard
from studio.widgets.path_field import PathField


@pytest.fixture
def wizard(qtbot: QtBot, empty_window: MainWindow) -> Wizard:
    click(qtbot, empty_window.start.new_button)
    qtbot.waitUntil(lambda: empty_window.wizard is not None, timeout=10_000)
    assert empty_window.wizard is not None
    return empty_window.wizard


def click(qtbot: QtBot, button: QPushButton) -> None:
    qtbot.waitUntil(button.isEnabled, timeout=10_000)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def put(folder: Path, count: int, suffix: str = ".jpg") -> Path:
    folder.mkdir(parents=True)
    for number in range(1, count + 1):
        (folder / f"{number}{suffix}").write_bytes(f"image {number}".encode())
    return folder


def seen(qtbot: QtBot, wizard: Wizard) -> None:
    qtbot.waitUntil(lambda: wizard.data.preview is not None, timeout=10_000)


def test_that_a_data_sets_label_file_is_found_recognised_and_needs_no_columns(
    qtbot: QtBot, wizard: Wizard, tmp_path: Path
) -> None:
    images = put(tmp_path / "ava" / "images", 40)
    rows = (f"{n} {n} 0 0 0 {n} 1 0 0 0 0 0 0 0 0 0" for n in range(1, 41))
    (tmp_path / "ava" / "AVA.txt").write_text("\n".join(row[:-2] for row in rows))
    wizard.data.images.set_path(images)
    seen(qtbot, wizard)
    assert wizard.data.scores.path == tmp_path / "ava" / "AVA.txt"
    assert "Detected format: AVA" in wizard.data.choice.why.text() and "AVA.txt" in wizard.data.choice.why.text()
    assert not wizard.data.combos["image"].isEnabled() and wizard.data.preview is not None
    assert wizard.data.preview.accepted == 40 and wizard.next_button.isEnabled()
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "generic_test.jpgl").write_text("\n".join(str(n) for n in range(20, 41)))
    assert wizard.data.choice.lists.isVisible() and not wizard.data.choice.ratings.isVisible()
    wizard.data.choice.lists.set_path(tmp_path / "lists")
    seen(qtbot, wizard)
    assert wizard.data.preview is not None and wizard.data.preview.splits["test"] == 21


def test_that_single_votes_of_a_table_may_come_from_another_file(qtbot: QtBot, wizard: Wizard, tmp_path: Path) -> None:
    images = put(tmp_path / "images", 20)
    (tmp_path / "scores.csv").write_text("\n".join(["image,score", *(f"{n}.jpg,{n}" for n in range(1, 21))]))
    (tmp_path / "who.csv").write_text("image,rater,score\n1.jpg,ann,1\n1.jpg,bob,nothing\n")
    wizard.data.images.set_path(images)
    seen(qtbot, wizard)
    wizard.data.choice.ratings.set_path(tmp_path / "who.csv")
    seen(qtbot, wizard)
    assert wizard.data.columns().ratings == str(tmp_path / "who.csv")
    qtbot.waitUntil(lambda: "1 rows of who.csv were skipped" in wizard.data.pane.warnings.text(), timeout=10_000)


def test_that_another_format_than_the_recognised_one_can_be_chosen_with_its_columns(
    qtbot: QtBot, empty_window: MainWindow, wizard: Wizard, tmp_path: Path
) -> None:
    images = put(tmp_path / "images", 30)
    header = "image_name,c1,c2,c3,c4,c5,c_total,MOS,SD,mine,people"
    rows = (f"{n}.jpg,1,1,1,1,1,5,{n / 10},0.5,{50 - n},{n}" for n in range(1, 31))
    (tmp_path / "k.csv").write_text("\n".join([header, *rows]))
    wizard.data.images.set_path(images)
    seen(qtbot, wizard)
    data = wizard.data
    assert "KonIQ" in data.choice.why.text() and data.preview is not None and data.preview.high == 3.0
    data.choice.format.setCurrentIndex(data.choice.format.findData("table"))
    qtbot.waitUntil(lambda: not data.choice.why.isVisible(), timeout=10_000)
    for name, column in {"image": "image_name", "score": "mine", "votes": "people", "split": "(none)"}.items():
        data.combos[name].setCurrentIndex(data.combos[name].findData(column))
    qtbot.waitUntil(lambda: data.preview is not None and data.preview.high == 49.0, timeout=10_000)
    for _step in range(2):
        click(qtbot, wizard.next_button)
    wizard.finish.folder.line.setText(str(tmp_path / "p"))
    click(qtbot, wizard.next_button)
    qtbot.waitUntil(lambda: empty_window.shell is not None, timeout=20_000)
    told = tomllib.loads((tmp_path / "p" / "studio.toml").read_text())["import"]
    assert (told["importer"], told["score"], told["votes"]) == ("table", "mine", "people")


def choose(qtbot: QtBot, wizard: Wizard, combo: QComboBox, value: object) -> None:
    """Choose an entry, and wait for the preview of it."""
    wizard.data.preview = None
    combo.setCurrentIndex(combo.findData(value))
    seen(qtbot, wizard)


def test_that_koniqs_two_scales_are_asked_for(qtbot: QtBot, wizard: Wizard, tmp_path: Path) -> None:
    images = put(tmp_path / "images", 30)
    rows = (f"{n}.jpg,{0.9 - n / 100},{0.1 + n / 100},0,0,0,100,{n + 1},0.5,training" for n in range(1, 31))
    (tmp_path / "k.csv").write_text("\n".join(["image_name,c1,c2,c3,c4,c5,c_total,MOS,SD,set", *rows]))
    wizard.data.images.set_path(images)
    seen(qtbot, wizard)
    choice, combo = wizard.data.choice, wizard.data.combos["score"]
    assert choice.scales.isVisible() and "MOS: 0 to 100 · mean of c1 to c5: 1 to 5" in choice.scales.text()
    assert [combo.itemText(place) for place in (0, 1)] == ["MOS (0 to 100)", "mean of c1 to c5 (1 to 5)"]
    assert wizard.data.preview is not None and wizard.data.preview.high == 31.0
    assert "SD, of votes from 1 to 5, is multiplied by 100" in wizard.data.pane.warnings.text()
    choose(qtbot, wizard, combo, "mean of c1 to c5")
    assert wizard.data.preview is not None and wizard.data.preview.high == pytest.approx(1.4)
    assert not choice.direction.currentData()


def test_that_lower_is_better_is_recognised_by_name_asked_and_kept(
    qtbot: QtBot, empty_window: MainWindow, wizard: Wizard, tmp_path: Path
) -> None:
    images = put(tmp_path / "images", 30)
    (tmp_path / "t.csv").write_text("\n".join(["image,mos,dmos", *(f"{n}.jpg,{n},{31 - n}" for n in range(1, 31))]))
    wizard.data.images.set_path(images)
    seen(qtbot, wizard)
    data = wizard.data
    assert data.combos["score"].currentData() == "mos" and not data.choice.direction.currentData()
    assert not data.choice.direction_why.isVisible()
    choose(qtbot, wizard, data.combos["score"], "dmos")
    assert data.choice.direction.currentData() and "the column 'dmos'" in data.choice.direction_why.text()
    assert data.preview is not None and data.preview.lower_is_better
    assert "Lower scores are better: label 9 is for the lowest ones." in data.pane.warnings.text()
    choose(qtbot, wizard, data.choice.direction, False)
    assert data.preview is not None and not data.preview.lower_is_better
    choose(qtbot, wizard, data.choice.direction, True)
    for _step in range(2):
        click(qtbot, wizard.next_button)
    wizard.finish.folder.line.setText(str(tmp_path / "p"))
    click(qtbot, wizard.next_button)
    qtbot.waitUntil(lambda: empty_window.shell is not None, timeout=20_000)
    told = tomllib.loads((tmp_path / "p" / "studio.toml").read_text())["import"]
    assert (told["score"], told["lower_is_better"]) == ("dmos", True)


def test_that_a_json_file_is_read_and_columns_that_nobody_knows_are_asked_for(
    qtbot: QtBot, wizard: Wizard, tmp_path: Path
) -> None:
    images = put(tmp_path / "images", 30)
    rows = [{"image": f"{n}.jpg", "conversations": [], "beauty": n if n > 10 else "?"} for n in range(1, 31)]
    (tmp_path / "train.json").write_text(json.dumps(rows))
    wizard.data.images.set_path(images)
    qtbot.waitUntil(lambda: "Choose the column with the scores." in wizard.why.text(), timeout=10_000)
    combo = wizard.data.combos["score"]
    assert wizard.data.scores.path == tmp_path / "train.json" and combo.currentIndex() == -1
    choose(qtbot, wizard, combo, "beauty")
    assert wizard.data.preview is not None and wizard.data.preview.accepted == 20


def test_that_the_header_below_a_title_is_named_in_the_wizard(qtbot: QtBot, wizard: Wizard, tmp_path: Path) -> None:
    images = put(tmp_path / "images", 3)
    (tmp_path / "t.csv").write_text("Scores of the club\nimage,score\n1.jpg,2\n")
    wizard.data.images.set_path(images)
    qtbot.waitUntil(lambda: "Line 2 has the columns image, score" in wizard.why.text(), timeout=10_000)


def test_that_a_folder_without_scores_is_told_what_can_be_done_with_it(
    qtbot: QtBot, wizard: Wizard, tmp_path: Path
) -> None:
    images = put(tmp_path / "alone" / "images", 3)
    wizard.data.images.set_path(images)
    qtbot.waitUntil(lambda: "score-studio predict" in wizard.why.text(), timeout=10_000)
    wizard.data.scores.set_path(images)
    qtbot.waitUntil(lambda: wizard.data.preview is not None, timeout=10_000)
    assert "no scores to train on" in wizard.why.text() and not wizard.next_button.isEnabled()


def test_that_rows_left_out_are_saved_and_a_path_outside_needs_a_folder_that_is_allowed(
    qtbot: QtBot, wizard: Wizard, tmp_path: Path
) -> None:
    images, other = put(tmp_path / "images", 20), put(tmp_path / "other", 1, ".png")
    rows = [*(f"{n}.jpg,{n}" for n in range(1, 21)), f"{other}/1.png,7", "=cmd(),3"]
    (tmp_path / "scores.csv").write_text("\n".join(["image,score", *rows]))
    wizard.data.images.set_path(images)
    seen(qtbot, wizard)
    pane = wizard.data.pane
    qtbot.waitUntil(pane.save_button.isVisible, timeout=10_000)
    pane.save(tmp_path / "left.csv")
    qtbot.waitUntil(lambda: "Saved 2 rows to left.csv" in pane.left_out.text(), timeout=10_000)
    written = (tmp_path / "left.csv").read_bytes().decode("utf-8-sig").splitlines()
    assert written[0] == "file,line,kind,value,reason" and written[2].startswith("scores.csv,23,row,'=cmd()")
    wizard.data.outside.set_path(other)
    qtbot.waitUntil(lambda: wizard.data.preview is not None and wizard.data.preview.accepted == 21, timeout=10_000)
    assert wizard.data.columns().outside == str(other)


def test_that_the_file_dialog_offers_what_the_importers_read_and_folders(
    qtbot: QtBot, wizard: Wizard, tmp_path: Path
) -> None:
    field: PathField = wizard.data.scores
    field.browse()
    (dialog,) = field.findChildren(QFileDialog)
    for suffix in ("csv", "tsv", "txt", "xlsx", "json", "jsonl", "parquet", "mat"):
        assert f"*.{suffix}" in dialog.nameFilters()[0]
    dialog.reject()
    qtbot.waitUntil(lambda: not field.findChildren(QFileDialog), timeout=10_000)
    click(qtbot, field.folder_button)
    (dialog,) = field.findChildren(QFileDialog)
    assert dialog.fileMode() == QFileDialog.FileMode.Directory
    dialog.reject()


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DatasetHub]:
    with serving_datasets() as made:
        for name, value in made.environment(tmp_path / "home").items():
            monkeypatch.setenv(name, value)
        struct = arrow.struct([("bytes", arrow.binary()), ("path", arrow.string())])
        images = [{"bytes": encoded(picture(size=(9, 9 + n)), "PNG"), "path": None} for n in range(40)]
        out = io.BytesIO()
        parquet.write_table(arrow.table({"image": arrow.array(images, struct), "mos": list(range(40))}), out)
        made.repositories["owner/photos"] = {"train.parquet": out.getvalue()}
        yield made


def test_that_a_data_set_of_the_hub_becomes_a_project_in_the_wizard(
    qtbot: QtBot, empty_window: MainWindow, wizard: Wizard, hub: DatasetHub, tmp_path: Path
) -> None:
    wizard.data.remote.setChecked(True)
    panel = wizard.data.hub
    panel.line.setText("owner/nothing")
    click(qtbot, panel.inspect_button)
    qtbot.waitUntil(lambda: "owner/nothing" in panel.reason.text(), timeout=30_000)
    panel.line.setText("owner/photos")
    click(qtbot, panel.inspect_button)
    qtbot.waitUntil(panel.fetch_button.isVisible, timeout=30_000)
    assert panel.images.currentData() == "image" and "mos" in panel.rows.text()
    panel.folder.set_path(tmp_path / "p")
    click(qtbot, panel.fetch_button)
    qtbot.waitUntil(lambda: wizard.data.preview is not None, timeout=30_000)
    assert wizard.data.preview is not None and wizard.data.preview.accepted == 40
    for _step in range(2):
        click(qtbot, wizard.next_button)
    assert wizard.finish.folder.path == tmp_path / "p"
    click(qtbot, wizard.next_button)
    qtbot.waitUntil(lambda: empty_window.shell is not None, timeout=20_000)
    told = tomllib.loads((tmp_path / "p" / "studio.toml").read_text())
    assert told["import"]["dataset"] == f"hf:owner/photos@{COMMIT}" and told["images"]["root"] == "dataset/images"


def test_that_leaving_the_wizard_ends_a_fetch(
    qtbot: QtBot, empty_window: MainWindow, wizard: Wizard, hub: DatasetHub
) -> None:
    panel = wizard.data.hub
    panel.line.setText("owner/photos")
    panel.inspect()
    assert panel.busy and "being downloaded" in wizard.data.problem
    click(qtbot, wizard.cancel_button)
    qtbot.waitUntil(lambda: empty_window.wizard is None, timeout=10_000)
    assert empty_window._background.lanes.tasks.join(10), "the fetch has ended, and its child with it"


def test_that_what_is_to_be_done_for_most_rows_is_said_once_in_full(
    qtbot: QtBot, wizard: Wizard, tmp_path: Path
) -> None:
    put(tmp_path / "data" / "photos", 20)
    (tmp_path / "data" / "scores.csv").write_text("\n".join(["image,score", *(f"{n}.jpg,{n}" for n in range(1, 21))]))
    wizard.data.images.set_path(tmp_path / "data")
    seen(qtbot, wizard)
    common = wizard.data.pane.common
    assert common.isVisible() and common.text() == (
        "20 rows: the file does not exist in the images folder, but photos/1.jpg does: choose the folder photos, or "
        "write paths below the images folder."
    )
    wizard.data.images.set_path(tmp_path / "data" / "photos")
    qtbot.waitUntil(lambda: wizard.data.preview is not None and wizard.data.preview.accepted == 20, timeout=10_000)
    assert not common.isVisible()


def test_that_a_folder_that_does_not_exist_and_a_photo_as_table_are_named(
    qtbot: QtBot, wizard: Wizard, tmp_path: Path
) -> None:
    wizard.data.images.set_path(tmp_path / "nowhere")
    told = f"The folder {tmp_path / 'nowhere'} does not exist. Choose another one."
    qtbot.waitUntil(lambda: wizard.why.text() == told, timeout=10_000)
    wizard.data.images.set_path(put(tmp_path / "images", 20))
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(encoded(picture("RGB", (64, 48)), "JPEG"))
    wizard.data.scores.set_path(photo)
    qtbot.waitUntil(lambda: "is not a table. Choose a table of scores: CSV" in wizard.why.text(), timeout=10_000)
