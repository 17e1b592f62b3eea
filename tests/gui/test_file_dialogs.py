"""Dialogs for files begin where the last one ended, also in the next run; at first among the user's pictures."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from studio import app
from studio.widgets import file_dialogs
from studio.widgets.path_field import PathField
from studio.window_settings import AppSettings


@pytest.fixture
def settings(qtbot: QtBot, tmp_path: Path) -> AppSettings:
    found = AppSettings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    qtbot.addWidget(app.build_window(found))
    return found


def dialog_of(parent: QWidget) -> QFileDialog:
    (dialog,) = (each for each in parent.findChildren(QFileDialog) if each.isVisible())
    return dialog


def test_that_a_dialog_begins_among_the_pictures_then_where_the_last_one_ended(
    qtbot: QtBot, settings: AppSettings, tmp_path: Path
) -> None:
    pictures = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
    first = Path(pictures) if Path(pictures).is_dir() else Path.home()
    assert file_dialogs.last_folder() == first != Path.cwd()
    folder = tmp_path / "here" / "inner"
    folder.mkdir(parents=True)
    parent = QWidget()
    qtbot.addWidget(parent)
    chosen: list[Path] = []
    file_dialogs.ask_folder(parent, "Folder", chosen.append)
    dialog = dialog_of(parent)
    assert Path(dialog.directory().absolutePath()) == first
    dialog.filesSelected.emit([str(folder)])
    dialog.fileSelected.emit(str(folder))
    dialog.close()
    assert chosen == [folder] and file_dialogs.last_folder() == folder.parent == settings.last_folder
    file_dialogs.ask_save_file(parent, "Save", "a.csv", ["CSV (*.csv)"], chosen.append)
    qtbot.waitUntil(lambda: len([d for d in parent.findChildren(QFileDialog) if d.isVisible()]) == 1)
    assert Path(dialog_of(parent).directory().absolutePath()) == folder.parent


def test_that_the_folder_is_kept_for_the_next_run_unless_it_is_gone(
    qtbot: QtBot, settings: AppSettings, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    settings.last_folder = kept
    qtbot.addWidget(app.build_window(settings))
    assert file_dialogs.last_folder() == kept
    kept.rmdir()
    assert file_dialogs.last_folder() != kept


def test_that_a_field_opens_where_it_points_to(qtbot: QtBot, settings: AppSettings, tmp_path: Path) -> None:
    field = PathField("Folder", "folder")
    qtbot.addWidget(field)
    (tmp_path / "a").mkdir()
    field.set_path(tmp_path / "a")
    field.browse()
    assert Path(dialog_of(field).directory().absolutePath()) == tmp_path
