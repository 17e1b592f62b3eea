"""What the wizard asks and remarks on before it writes: a folder in use, a path as a name, few images; banners."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QMessageBox
from pytestqt.qtbot import QtBot
from support.projects import write_photos

from studio.services.errors import StudioError
from studio.services.projects.create_and_open import other_files
from studio.views.window.main_window import MainWindow
from studio.views.wizard.wizard import Wizard


@pytest.fixture
def wizard(qtbot: QtBot, empty_window: MainWindow, tmp_path: Path) -> Wizard:
    """The wizard at its last page."""
    write_photos(tmp_path / "data")
    empty_window.new_project(tmp_path / "data")
    qtbot.waitUntil(lambda: empty_window.wizard is not None)
    found = empty_window.wizard
    assert found is not None
    qtbot.waitUntil(lambda: found.data.preview is not None and found.next_button.isEnabled())
    for _page in range(2):
        qtbot.mouseClick(found.next_button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(found.next_button.isEnabled)
    return found


def question(qtbot: QtBot, wizard: Wizard) -> QMessageBox:
    qtbot.waitUntil(lambda: bool(wizard.findChildren(QMessageBox)))
    (box,) = wizard.findChildren(QMessageBox)
    return box


def press(qtbot: QtBot, box: QMessageBox, text: str) -> None:
    (button,) = (each for each in box.buttons() if each.text() == text)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_that_a_folder_that_is_not_empty_is_asked_about(
    qtbot: QtBot, empty_window: MainWindow, wizard: Wizard, tmp_path: Path
) -> None:
    taken = tmp_path / "thesis"
    taken.mkdir()
    for name in ("a.txt", "b.txt"):
        (taken / name).write_text("mine", "utf-8")
    wizard.finish.folder.set_path(taken)
    qtbot.mouseClick(wizard.next_button, Qt.MouseButton.LeftButton)
    box = question(qtbot, wizard)
    assert "2 files and folders" in box.text() and "a.txt, b.txt" in box.informativeText()
    press(qtbot, box, "Choose another folder")
    qtbot.waitUntil(lambda: not wizard.findChildren(QMessageBox))
    assert sorted(file.name for file in taken.iterdir()) == ["a.txt", "b.txt"]
    qtbot.mouseClick(wizard.next_button, Qt.MouseButton.LeftButton)
    press(qtbot, question(qtbot, wizard), "Use this folder")
    qtbot.waitUntil(lambda: empty_window.shell is not None)
    assert (taken / "project.sqlite").is_file() and (taken / "a.txt").read_text("utf-8") == "mine"


def test_that_an_empty_folder_and_a_downloaded_data_set_are_not_asked_about(tmp_path: Path) -> None:
    assert other_files(tmp_path / "missing") == [] and other_files(tmp_path) == []
    (tmp_path / "dataset" / "images").mkdir(parents=True)
    assert other_files(tmp_path, tmp_path / "dataset" / "images") == []
    assert other_files(tmp_path) == ["dataset"]
    (tmp_path / "file").write_text("x", "utf-8")
    assert other_files(tmp_path / "file") == []  # which creating it refuses
    with pytest.raises(StudioError):
        other_files(tmp_path / ("x" * 300))


@pytest.mark.parametrize(
    ("name", "hint"), [("/home/me/photos", "photos"), ("a\\b", "b"), ("~/x", "x"), ("..", "project"), ("a/", "a")]
)
def test_that_a_path_is_no_name_and_a_name_is_proposed(wizard: Wizard, name: str, hint: str) -> None:
    wizard.finish.name.setText(name)
    assert not wizard.next_button.isEnabled()
    assert f"Call the project {hint}," in wizard.why.text() == wizard.finish.reason.text()
    wizard.finish.name.setText("2026: Ada & Bob, v1.2")
    assert wizard.next_button.isEnabled()


def test_that_a_banner_leaves_the_fields_where_they_are(qtbot: QtBot, wizard: Wizard) -> None:
    def places() -> list[QPoint]:
        return [
            field.mapTo(wizard, QPoint(0, 0))
            for field in (wizard.finish.name, wizard.finish.folder, wizard.next_button)
        ]

    before = places()
    wizard.message.show_message("The folder cannot be written.")
    qtbot.waitUntil(wizard.message.isVisible)
    qtbot.wait(50)
    assert places() == before


def test_that_few_images_are_remarked_on_in_the_preview_and_do_not_block(wizard: Wizard) -> None:
    told = wizard.data.pane.warnings
    assert isinstance(told, QLabel) and "Only 12 images to measure on: an SRCC of 0.70" in told.text()
    assert "Only 24 images to train on" in told.text() and wizard.next_button.isEnabled()
