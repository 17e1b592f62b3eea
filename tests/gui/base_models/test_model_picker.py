"""Choosing a base model from the list: in the wizard, with its preset, and in the settings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QTableView
from pytestqt.qtbot import QtBot
from support.projects import rows as database_rows

from studio.models.base_models import model_list as columns
from studio.models.base_models.model_list import fit_explanation, fit_text
from studio.models.table import STATE_ROLE
from studio.services.base_models.catalogue import catalogue
from studio.services.base_models.memory_fit import Machine, MemoryFit
from studio.views.base_models.model_picker import ModelPicker, ModelPickerWindow
from studio.views.settings.settings_page import SettingsPage
from studio.views.tasks.task_runner import TaskRunner
from studio.views.window.main_window import MainWindow
from studio.views.wizard.model_page import ModelStep


@pytest.fixture
def step(qtbot: QtBot) -> Iterator[ModelStep]:
    background = TaskRunner()
    made = ModelStep(background)
    qtbot.addWidget(made)
    made.resize(1100, 640)
    made.show()
    yield made
    background.close()


def listed(picker: ModelPicker) -> list[str]:
    proxy = picker.table.model()
    return [str(proxy.index(row, columns.COL_MODEL).data()) for row in range(proxy.rowCount())]


def click(qtbot: QtBot, table: QTableView, name: str) -> None:
    model = table.model()
    index = next(
        model.index(row, 0) for row in range(model.rowCount()) if model.index(row, columns.COL_MODEL).data() == name
    )
    table.scrollTo(index)
    at = table.visualRect(index).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)


def test_that_the_list_has_every_model_and_says_what_fits(qtbot: QtBot, step: ModelStep) -> None:
    assert not step.picker.isVisible()
    step.hub.setChecked(True)
    qtbot.waitUntil(lambda: step.picker.isVisible() and step.picker.model.rowCount() == len(catalogue()))
    model = step.picker.model
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    fits = [model.index(row, columns.COL_FITS) for row in range(model.rowCount())]
    qtbot.waitUntil(lambda: all(index.data() != "checking…" for index in fits))
    assert {index.data(STATE_ROLE) for index in fits} <= {"done", "failed", "paused"}
    place = next(row for row in range(model.rowCount()) if model.row(row).model.id == "google/gemma-3-4b-it")
    texts = [model.index(place, column).data() for column in range(model.columnCount())]
    assert texts[columns.COL_SIZE] == "4.3B" and texts[columns.COL_DOWNLOAD] == "about 8.6 GB, gated"
    assert texts[columns.COL_LICENCE] == "Gemma" and texts[columns.COL_FAMILY] == "Gemma 3"


def test_that_models_are_found_by_parts_of_name_family_and_licence(qtbot: QtBot, step: ModelStep) -> None:
    step.hub.setChecked(True)
    qtbot.waitUntil(lambda: step.picker.model.rowCount() > 0)
    qtbot.keyClicks(step.picker.search, "qwen3 vl APACHE")
    assert listed(step.picker) == [f"Qwen/Qwen3-VL-{size}B-Instruct" for size in (2, 4, 8)]
    assert step.picker.count.text() == "3 of 25 models"
    step.picker.search.clear()
    header = step.picker.table.horizontalHeader()
    header.setSortIndicator(columns.COL_SIZE, Qt.SortOrder.AscendingOrder)
    assert listed(step.picker)[0] == "HuggingFaceTB/SmolVLM2-256M-Video-Instruct"
    assert listed(step.picker)[-1] == "google/gemma-3-12b-it"


def test_that_a_model_of_the_list_comes_with_its_preset(qtbot: QtBot, step: ModelStep) -> None:
    step.hub.setChecked(True)
    qtbot.waitUntil(lambda: step.picker.model.rowCount() > 0)
    click(qtbot, step.picker.table, "OpenGVLab/InternVL3-8B-hf")
    assert step.model == "OpenGVLab/InternVL3-8B-hf" and step.preset.currentData() == "internvl3-8b"
    click(qtbot, step.picker.table, "llava-hf/llava-1.5-7b-hf")
    assert step.preset.currentData() == "ava-llava-1.5-7b"
    step.preset.setCurrentIndex(step.preset.findData("aadb-llava-1.5-7b"))
    click(qtbot, step.picker.table, "llava-hf/llava-1.5-7b-hf")
    assert step.preset.currentData() == "aadb-llava-1.5-7b", "the other one for this model is kept"
    qtbot.waitUntil(lambda: step.facts is not None and step.facts.parameters == 7_063_427_072)


@pytest.mark.parametrize("before", ["demo", "local", "hub"])
def test_that_a_preset_chooses_its_model(qtbot: QtBot, step: ModelStep, before: str) -> None:
    getattr(step, before).setChecked(True)
    step.preset.setCurrentIndex(step.preset.findData("qwen2.5-vl-7b"))
    assert step.hub.isChecked() and step.model == "Qwen/Qwen2.5-VL-7B-Instruct"
    qtbot.waitUntil(lambda: step.picker.model.rowCount() > 0)
    step.settle()
    chosen = step.picker.table.currentIndex()
    assert chosen.siblingAtColumn(columns.COL_MODEL).data() == "Qwen/Qwen2.5-VL-7B-Instruct"
    step.preset.setCurrentIndex(step.preset.findData("demo"))
    assert step.demo.isChecked() and step.model == "demo"


def test_that_a_preset_keeps_the_folder_of_a_model_that_was_chosen(step: ModelStep, tmp_path: Path) -> None:
    step.local.setChecked(True)
    step.folder.set_path(tmp_path)
    step.preset.setCurrentIndex(step.preset.findData("qwen2.5-vl-7b"))
    assert step.local.isChecked() and step.model == str(tmp_path)


def test_that_a_typed_id_that_is_not_listed_is_taken_as_before(qtbot: QtBot, step: ModelStep) -> None:
    step.hub.setChecked(True)
    qtbot.waitUntil(lambda: step.picker.model.rowCount() > 0)
    click(qtbot, step.picker.table, "OpenGVLab/InternVL3-8B-hf")
    step.hub_id.setText("some/model")
    step.settle()
    assert step.model == "some/model" and not step.picker.table.currentIndex().isValid()
    qtbot.waitUntil(lambda: step.problem == "")


def test_that_the_settings_offer_the_same_list_and_save_what_is_chosen(
    qtbot: QtBot, window: MainWindow, reviewed: Path
) -> None:
    assert window.shell is not None
    window.shell.show_page("settings")
    page: SettingsPage = window.shell.settings
    qtbot.waitUntil(lambda: bool(page.form.texts()["model.base"]))
    qtbot.mouseClick(page.model_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(window.findChildren(ModelPickerWindow)))
    (shown,) = window.findChildren(ModelPickerWindow)
    qtbot.waitUntil(lambda: shown.picker.model.rowCount() > 0)
    assert not shown.use_button.isEnabled()
    click(qtbot, shown.picker.table, "Qwen/Qwen2-VL-2B-Instruct")
    qtbot.mouseClick(shown.use_button, Qt.MouseButton.LeftButton)
    assert page.form.texts()["model.base"] == "Qwen/Qwen2-VL-2B-Instruct" and page.can_save
    page.save()
    qtbot.waitUntil(lambda: 'base = "Qwen/Qwen2-VL-2B-Instruct"' in (reviewed / "studio.toml").read_text("utf-8"))
    assert database_rows(reviewed, "SELECT count(*) FROM job") == [(0,)]


def test_that_what_fits_is_said_in_words() -> None:
    card, processor = Machine("H1", True, 24e9), Machine("CPU", False, 16e9)
    texts = {
        fit_text(MemoryFit(True, False, 4, False, 16, 12e9, card)): "4 pairs at a time",
        fit_text(MemoryFit(True, False, 1, True, 1, 15e9, processor)): "1 pair at a time, slowly",
        fit_text(MemoryFit(False, True, 2, False, 8, 9e9, card)): "with 4-bit weights only",
        fit_text(MemoryFit(False, False, 1, True, 1, 31.4e9, card)): "needs 31 GB, 24 GB here",
    }
    assert all(found == wanted for found, wanted in texts.items())
    told = fit_explanation(MemoryFit(True, False, 1, True, 2, 15e9, processor))
    assert "1 pairs at a time with gradient checkpointing" in told and "2 images at a time: 15.0 GB" in told
