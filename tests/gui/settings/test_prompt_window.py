"""The prompt in full: shown for an image, edited with the settings' rules, reset, and what it makes outdated."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot
from support.trial import all_actions

from engine.contract.prompts import load_prompt
from studio.views.settings.prompt_window import PromptWindow
from studio.views.settings.settings_page import SettingsPage
from studio.views.window.main_window import MainWindow


@pytest.fixture
def page(window: MainWindow) -> SettingsPage:
    assert window.shell is not None
    return window.shell.settings


@pytest.fixture
def prompt(qtbot: QtBot, window: MainWindow, page: SettingsPage) -> PromptWindow:
    window.shell.show_page("settings")
    all_actions(window)["settings.prompt"].trigger()
    return opened(qtbot, window)


def opened(qtbot: QtBot, window: MainWindow) -> PromptWindow:
    qtbot.waitUntil(lambda: bool(window.findChildren(PromptWindow)))
    (shown,) = window.findChildren(PromptWindow)
    qtbot.waitUntil(lambda: shown.free_text.toPlainText() != "")
    return shown


def saved(root: Path) -> dict[str, object]:
    return dict(tomllib.loads((root / "studio.toml").read_text("utf-8"))["prompt"])


def test_that_the_prompt_in_use_is_shown_in_full_about_an_image(prompt: PromptWindow) -> None:
    assert prompt.template.toPlainText() == load_prompt("aesthetics").template
    assert prompt.words["quality"].text() == "aesthetic quality"
    assert load_prompt("aesthetics").render() in prompt.free_text.toPlainText()
    assert prompt.chosen_text.toPlainText().endswith("\n#Explain:") and "#Score: " in prompt.rejected_text.toPlainText()
    assert prompt.image_name.text().startswith("test_") and prompt.invalid.isHidden() and prompt.remarks.isHidden()
    assert "cannot be read on this machine" in prompt.facts.text()  # some/model is not downloaded


def test_that_words_are_changed_previewed_saved_and_reset(
    qtbot: QtBot, page: SettingsPage, prompt: PromptWindow, reviewed: Path
) -> None:
    prompt.words["quality"].selectAll()
    QTest.keyClicks(prompt.words["quality"], "sharpness")
    qtbot.waitUntil(lambda: "evaluate the sharpness of" in prompt.free_text.toPlainText())
    assert page.unsaved and "Unsaved" in prompt.state.text()
    qtbot.mouseClick(prompt.save_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not page.unsaved)
    assert saved(reviewed)["fields"] == {"quality": "sharpness"} and "template" not in saved(reviewed)
    assert "Saved" in prompt.state.text()
    qtbot.mouseClick(prompt.default_button, Qt.MouseButton.LeftButton)
    assert prompt.words["quality"].text() == "aesthetic quality" and page.unsaved
    qtbot.mouseClick(prompt.save_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not page.unsaved)
    assert saved(reviewed)["fields"] == {}


def test_that_ones_own_template_keeps_the_words_and_is_refused_without_them(
    qtbot: QtBot, page: SettingsPage, prompt: PromptWindow, reviewed: Path
) -> None:
    prompt.template.setPlainText("Rate the {quality} of this {thing}.")
    assert list(prompt.words) == ["quality", "thing"] and prompt.words["quality"].text() == "aesthetic quality"
    qtbot.waitUntil(lambda: "{thing}" in prompt.invalid.text() and prompt.title.text() == "Prompt (your own)")
    assert not prompt.save_button.isEnabled() and not page.valid
    QTest.keyClicks(prompt.words["thing"], "house <image>")
    qtbot.waitUntil(prompt.invalid.isHidden)
    assert "#Score:" in prompt.remarks.text() and "from 0 to 9" in prompt.remarks.text()
    assert prompt.save_button.isEnabled()
    page.save()
    qtbot.waitUntil(lambda: not page.unsaved)
    assert saved(reviewed)["template"] == "Rate the {quality} of this {thing}."
    assert saved(reviewed)["fields"] == {"quality": "aesthetic quality", "thing": "house <image>"}


def test_that_special_tokens_are_remarked_on_with_a_model_that_is_here(
    qtbot: QtBot, page: SettingsPage, prompt: PromptWindow
) -> None:
    page.edit({"model.base": "demo"})
    prompt.template.setPlainText("From 0 to 9, #Score: and #Explain: <image>")
    qtbot.waitUntil(lambda: "<image> means something" in prompt.remarks.text())
    qtbot.waitUntil(lambda: "<|user|><image>" in prompt.free_text.toPlainText())
    assert "The image takes the place of <image> (" in prompt.facts.text()
    assert "<|user|><image>" in prompt.free_text.toPlainText() and "< image>" in prompt.free_text.toPlainText()
    assert "own chat format" in prompt.facts.text() and "tokens" in prompt.facts.text()
    qtbot.mouseClick(prompt.default_button, Qt.MouseButton.LeftButton)
    assert prompt.template.toPlainText() == load_prompt("demo").template  # what the demo model has


def test_that_the_settings_page_and_the_window_show_the_same(
    qtbot: QtBot, page: SettingsPage, prompt: PromptWindow
) -> None:
    page.edit({"prompt.template": "x"})
    assert prompt.template.toPlainText() == "x"
    prompt.template.setPlainText("y")
    assert page.form.texts()["prompt.template"] == "y"
    qtbot.mouseClick(prompt.revert_button, Qt.MouseButton.LeftButton)
    assert prompt.template.toPlainText() == load_prompt("aesthetics").template and not page.unsaved
    prompt.close()
    assert not page.unsaved


def test_that_an_image_is_chosen_by_step_name_and_from_the_images_page(
    qtbot: QtBot, window: MainWindow, prompt: PromptWindow
) -> None:
    first = prompt.image_name.text()
    qtbot.mouseClick(prompt.next_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: prompt.image_name.text() != first)
    qtbot.mouseClick(prompt.previous_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: prompt.image_name.text() == first)
    QTest.keyClicks(prompt.search, "train_07")
    qtbot.waitUntil(lambda: prompt.image_name.text().startswith("train_07.png"))
    window.shell.show_page("images")
    images = window.shell.images
    qtbot.waitUntil(lambda: images.current_path is not None)
    wanted = images.current_path
    all_actions(window)["images.prompt"].trigger()
    qtbot.waitUntil(lambda: wanted is not None and prompt.image_name.text().startswith(wanted.name))
    assert prompt.image.path is not None and wanted is not None and prompt.image.path.name == wanted.name
    assert window.findChildren(PromptWindow) == [prompt]


def test_that_the_prompt_can_be_opened_before_the_settings_page_was_shown(
    qtbot: QtBot, window: MainWindow, page: SettingsPage
) -> None:
    assert window.shell is not None
    window.shell.show_page("compare")
    compare = window.shell.compare
    qtbot.waitUntil(lambda: compare.current is not None)
    all_actions(window)["compare.prompt"].trigger()
    shown = opened(qtbot, window)
    assert compare.current is not None and shown.image_name.text().startswith(compare.current.image_name)
    assert not page.unsaved and shown.template.toPlainText() == load_prompt("aesthetics").template


def test_that_an_emptied_prompt_is_said_and_cannot_be_saved(
    qtbot: QtBot, page: SettingsPage, prompt: PromptWindow, reviewed: Path
) -> None:
    before = (reviewed / "studio.toml").read_text("utf-8")
    prompt.template.clear()
    qtbot.waitUntil(lambda: prompt.invalid.text() == "The prompt is empty.")
    assert page.unsaved and not page.valid and not prompt.save_button.isEnabled()
    assert prompt.template.toPlainText() == "" and prompt.outdated.isHidden()
    page.save()
    QTest.keyClicks(prompt.template, "Rate it.")
    qtbot.waitUntil(lambda: prompt.invalid.isHidden() and prompt.save_button.isEnabled())
    assert (reviewed / "studio.toml").read_text("utf-8") == before


def test_that_the_words_of_a_field_come_back_with_its_brace(qtbot: QtBot, prompt: PromptWindow) -> None:
    prompt.template.setPlainText("Rate the {quality} of this {thing}.")
    QTest.keyClicks(prompt.words["thing"], "old house")
    prompt.template.setPlainText("Rate the {quality} of this {thing.")
    prompt.template.setPlainText("Rate the quality} of this {thing.")
    assert list(prompt.words) == []
    prompt.template.setPlainText("Rate the {quality} of this {thing}.")
    assert prompt.words["thing"].text() == "old house" and prompt.words["quality"].text() == "aesthetic quality"
    qtbot.waitUntil(lambda: "Rate the aesthetic quality of this old house." in prompt.free_text.toPlainText())


def test_that_a_built_in_prompt_replaces_ones_own_only_after_a_question(
    qtbot: QtBot, page: SettingsPage, prompt: PromptWindow
) -> None:
    def choose_demo() -> QMessageBox:
        prompt.resource.setCurrentIndex(prompt.resource.findData("demo"))
        return next(each for each in prompt.findChildren(QMessageBox) if each.isVisible())

    prompt.template.setPlainText("My own.")
    box = choose_demo()
    assert prompt.template.toPlainText() == "My own." and prompt.resource.currentData() == "aesthetics"
    qtbot.mouseClick(box.escapeButton(), Qt.MouseButton.LeftButton)
    assert page.form.texts()["prompt.template"] == "My own."
    box = choose_demo()
    replace = next(each for each in box.buttons() if each is not box.escapeButton())
    qtbot.mouseClick(replace, Qt.MouseButton.LeftButton)
    assert prompt.template.toPlainText() == load_prompt("demo").template and prompt.resource.currentData() == "demo"
    prompt.resource.setCurrentIndex(prompt.resource.findData("aesthetics"))  # no prompt of one's own is lost
    assert prompt.template.toPlainText() == load_prompt("aesthetics").template
