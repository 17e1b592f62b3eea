"""The wizard as a new user goes through it: preview, columns, settings with their reasons, estimates, creation."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QDialog, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot
from support.projects import write_photos
from support.reviewed import BAD_TEXT

from studio.models.skipped_rows import RefusalsModel
from studio.services.imports.types import Refusal
from studio.services.projects import create_and_open
from studio.views.window.main_window import MainWindow
from studio.views.wizard.wizard import Wizard


def click(qtbot: QtBot, button: QPushButton) -> None:
    qtbot.waitUntil(button.isEnabled, timeout=10_000)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.fixture
def wizard(qtbot: QtBot, empty_window: MainWindow) -> Wizard:
    """The wizard as the start page's button opens it."""
    click(qtbot, empty_window.start.new_button)
    qtbot.waitUntil(lambda: empty_window.wizard is not None, timeout=10_000)
    assert empty_window.wizard is not None
    return empty_window.wizard


def fill(qtbot: QtBot, wizard: Wizard, data: Path) -> None:
    """Types the folder; its table is found."""
    qtbot.keyClicks(wizard.data.images.line, str(data / "images"))
    qtbot.waitUntil(lambda: wizard.data.preview is not None, timeout=10_000)


def renamed(data: Path) -> Path:
    """The table under other names of columns, with a missing image, a score that is none, and bad text."""
    table = write_photos(data)
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    with (data / "scores.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["who", "points", "part", "picture"])
        out.writerows(["x", score, part, name] for name, score, part in rows)
        out.writerow(["x", "3.5", "train", "nowhere.png"])
        out.writerow(["x", f"7 {BAD_TEXT}", "train", rows[0][0]])
    return data


def test_that_a_project_is_made_and_opened_by_the_wizard(
    qtbot: QtBot, empty_window: MainWindow, wizard: Wizard, tmp_path: Path
) -> None:
    write_photos(tmp_path / "data")
    fill(qtbot, wizard, tmp_path / "data")
    preview = wizard.data.preview
    assert preview is not None and preview.splits == {"train": 24, "val": 12, "test": 12} and len(preview.edges) == 9
    assert "48 rows read · 48 images found · 0 missing" in wizard.data.pane.counts.text()
    click(qtbot, wizard.next_button)
    click(qtbot, wizard.next_button)
    qtbot.waitUntil(lambda: len(wizard.finish.estimates) == 4, timeout=10_000)
    assert wizard.finish.name.text() == "data"
    wizard.finish.name.selectAll()
    qtbot.keyClicks(wizard.finish.name, "My photos")
    wizard.finish.folder.line.selectAll()
    qtbot.keyClicks(wizard.finish.folder.line, str(tmp_path / "mine"))
    assert not (tmp_path / "mine").exists(), "nothing is written before the last button"
    click(qtbot, wizard.next_button)
    qtbot.waitUntil(lambda: empty_window.shell is not None, timeout=20_000)
    assert empty_window.windowTitle().startswith("My photos")
    project = create_and_open.open_project(tmp_path / "mine")
    assert (project.settings.model.base, project.settings.training.rank) == ("demo", 16)
    project.close()
    assert empty_window.wizard is None and not empty_window.findChildren(QDialog)


def test_that_columns_of_other_names_are_mapped_and_every_left_out_row_has_its_reason(
    qtbot: QtBot, empty_window: MainWindow, wizard: Wizard, tmp_path: Path
) -> None:
    data = renamed(tmp_path / "data")
    qtbot.keyClicks(wizard.data.images.line, str(data / "images"))
    combos = wizard.data.combos
    qtbot.waitUntil(combos["image"].isEnabled, timeout=10_000)
    for name, column in {"image": "picture", "score": "points", "split": "part"}.items():
        combos[name].setCurrentIndex(combos[name].findData(column))
    qtbot.waitUntil(lambda: wizard.data.preview is not None and wizard.data.preview.accepted == 48, timeout=10_000)
    preview = wizard.data.preview
    assert preview is not None and (preview.read, preview.missing) == (50, 1)
    assert [refusal.line for refusal in preview.refused] == [50, 51]
    model = wizard.data.pane.model
    assert model.index(0, 2).data() == "the file does not exist in the images folder"
    assert "<b>bold</b>" in model.index(1, 1).data() and "\x07" not in model.index(1, 1).data()
    for _step in range(2):
        click(qtbot, wizard.next_button)
    wizard.finish.folder.line.setText(str(tmp_path / "mapped"))
    click(qtbot, wizard.next_button)
    qtbot.waitUntil(lambda: empty_window.shell is not None, timeout=20_000)
    assert 'image = "picture"' in (tmp_path / "mapped" / "studio.toml").read_text("utf-8")


def test_that_a_table_without_numbers_asks_for_the_score_instead_of_taking_the_first_column(
    qtbot: QtBot, wizard: Wizard, tmp_path: Path
) -> None:
    table = write_photos(tmp_path / "data")
    names = [line.split(",")[0] for line in table.read_text("utf-8").splitlines()[1:]]
    table.write_text("file;mark\n" + "".join(f"{name};nice\n" for name in names), "utf-8")
    qtbot.keyClicks(wizard.data.images.line, str(tmp_path / "data" / "images"))
    qtbot.waitUntil(lambda: wizard.data.reason.text() == "Choose the column with the scores.")
    assert wizard.data.combos["image"].currentData() == "file"
    assert wizard.data.combos["score"].currentIndex() == -1 and not wizard.next_button.isEnabled()
    table.write_text("file;mark\n" + "".join(f"{name};{place % 7},5\n" for place, name in enumerate(names)), "utf-8")
    wizard.data.scores.line.clear()
    wizard.data.scores.set_path(table)
    qtbot.waitUntil(lambda: wizard.data.preview is not None and wizard.data.preview.accepted == 48)
    assert (wizard.data.combos["image"].currentData(), wizard.data.combos["score"].currentData()) == ("file", "mark")


def test_that_a_table_that_gives_nothing_cannot_be_passed(qtbot: QtBot, wizard: Wizard, tmp_path: Path) -> None:
    assert not wizard.next_button.isEnabled()
    (tmp_path / "pictures").mkdir()
    table = tmp_path / "t.csv"
    table.write_text("image,score\nnone.png,1\n", "utf-8")
    wizard.data.images.set_path(tmp_path / "pictures")
    wizard.data.scores.set_path(table)
    qtbot.waitUntil(lambda: wizard.data.preview is not None, timeout=10_000)
    assert not wizard.next_button.isEnabled() and "No row" in wizard.why.text()
    table.write_text("", "utf-8")
    wizard.data.scores.set_path(tmp_path / "missing.csv")
    qtbot.waitUntil(lambda: "missing.csv" in wizard.data.reason.text(), timeout=10_000)


def test_that_presets_fill_in_table_4_and_a_bad_value_holds_the_wizard_with_its_reason(
    qtbot: QtBot, wizard: Wizard, tmp_path: Path
) -> None:
    write_photos(tmp_path / "data")
    fill(qtbot, wizard, tmp_path / "data")
    click(qtbot, wizard.next_button)
    step = wizard.model
    titles = {step.preset.itemData(place): step.preset.itemText(place) for place in range(step.preset.count())}
    assert titles["ava-llava-next-7b"] == "AVA · llava-next-7b"
    assert titles["qwen2.5-vl-7b"] == "qwen2.5-vl-7b (based on the closest model in the paper)"
    assert step.preset.currentData() == "demo" and step.form.texts()["training.learning_rate"] == "0.001"
    click(qtbot, step.hub)
    assert step.preset.currentData() == "" and step.form.texts()["training.learning_rate"] == "5e-05"
    qtbot.keyClicks(step.hub_id, "Qwen/Qwen2.5-VL-7B-Instruct")
    qtbot.keyClick(step.hub_id, Qt.Key.Key_Return)
    assert step.preset.currentData() == "qwen2.5-vl-7b" and step.form.texts()["training.rank"] == "64"
    step.preset.setCurrentIndex(step.preset.findData("ava-llava-next-7b"))
    assert step.model == "llava-hf/llava-v1.6-vicuna-7b-hf" and step.form.texts()["pairs.train_fraction"] == "0.25"
    rate = step.form.editor("training.learning_rate")
    assert isinstance(rate, QLineEdit) and not rate.isVisible(), "all settings are folded away at first"
    click(qtbot, step.collapsed.button)
    assert rate.isVisible() and "(0 changed)" in step.collapsed.button.text()
    rate.selectAll()
    qtbot.keyClicks(rate, "2")
    qtbot.waitUntil(lambda: "less than or equal to 1" in step.form.reason("training.learning_rate"))
    assert not wizard.next_button.isEnabled() and "Learning rate of iteration 1" in wizard.why.text()
    click(qtbot, step.collapsed.button)
    assert not rate.isVisible() and "(1 changed)" in step.collapsed.button.text()
    assert step.collapsed.wrong.isVisible() and "less than or equal to 1" in step.collapsed.wrong.text()
    click(qtbot, step.collapsed.button)
    rate.selectAll()
    qtbot.keyClicks(rate, "1e-5")
    click(qtbot, wizard.next_button)
    qtbot.waitUntil(lambda: len(wizard.finish.estimates) == 4, timeout=10_000)
    by_name = {estimate.name: estimate for estimate in wizard.finish.estimates}
    memory = by_name["memory"]
    assert memory.value is not None and "7,063,431,168 parameters" in str(memory.why[0]), "known before it is fetched"
    assert by_name["time"].value is None


def test_that_a_folder_that_is_no_model_is_refused_with_its_reason(
    qtbot: QtBot, wizard: Wizard, tmp_path: Path
) -> None:
    write_photos(tmp_path / "data")
    fill(qtbot, wizard, tmp_path / "data")
    click(qtbot, wizard.next_button)
    wizard.model.local.setChecked(True)
    wizard.model.folder.set_path(tmp_path)
    qtbot.waitUntil(lambda: "config.json" in wizard.model.reason.text(), timeout=10_000)
    assert not wizard.next_button.isEnabled()


def test_that_a_failed_creation_is_told_and_leaves_nothing(qtbot: QtBot, wizard: Wizard, tmp_path: Path) -> None:
    write_photos(tmp_path / "data")
    fill(qtbot, wizard, tmp_path / "data")
    for _step in range(2):
        click(qtbot, wizard.next_button)
    (tmp_path / "file").write_text("x", "utf-8")
    wizard.finish.folder.line.setText(str(tmp_path / "file" / "below"))
    click(qtbot, wizard.next_button)
    qtbot.waitUntil(wizard.message.isVisible, timeout=10_000)
    assert "below" in wizard.message.label.text() and wizard.next_button.isEnabled()


def test_that_a_dropped_folder_begins_a_project_and_a_dropped_project_opens(
    qtbot: QtBot, empty_window: MainWindow, reviewed: Path, tmp_path: Path
) -> None:
    write_photos(tmp_path / "photos")
    drop(empty_window, tmp_path / "photos")
    qtbot.waitUntil(lambda: empty_window.wizard is not None, timeout=10_000)
    wizard = empty_window.wizard
    assert wizard is not None and wizard.data.images.path == tmp_path / "photos" / "images"
    qtbot.waitUntil(lambda: wizard.data.preview is not None, timeout=10_000)
    click(qtbot, wizard.cancel_button)
    qtbot.waitUntil(empty_window.start.isVisible)
    drop(empty_window, reviewed)
    qtbot.waitUntil(lambda: empty_window.shell is not None, timeout=10_000)


def drop(window: MainWindow, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPoint(50, 50), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    window.start.dropEvent(event)


def test_that_the_model_of_left_out_rows_keeps_its_promises(qtbot: QtBot) -> None:
    model = RefusalsModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.set_rows([Refusal(2, "a", "b"), Refusal(9, BAD_TEXT, "c")])
    model.set_rows([])
    model.set_rows([Refusal(3, "a", "b")])
    assert model.rowCount() == 1
