"""Settings in plain words: titles with their keys, explanations by pointer and keyboard, remarks on unusual values."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QToolTip
from pytestqt.qtbot import QtBot
from support.projects import write_photos

from studio.views.settings.settings_page import SettingsPage
from studio.views.window.main_window import MainWindow
from studio.widgets.help_tip import HelpTip


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow) -> SettingsPage:
    assert window.shell is not None
    window.shell.show_page("settings")
    page = window.shell.settings
    qtbot.waitUntil(lambda: line(page, "project.name").text() == "project")
    return page


def line(page: SettingsPage, path: str) -> QLineEdit:
    editor = page.form.editor(path)
    assert isinstance(editor, QLineEdit)
    return editor


def test_that_a_setting_has_a_plain_title_and_its_key_beside(page: SettingsPage) -> None:
    texts = {label.text() for label in page.form.findChildren(QLabel)}
    assert {"Distance of wrong scores", "exclusion_radius", "[training.consistency]"} <= texts
    assert line(page, "pairs.exclusion_radius").accessibleName() == "Pair generation: Distance of wrong scores"


def test_that_a_question_mark_explains_by_keyboard(qtbot: QtBot, page: SettingsPage) -> None:
    (tip,) = (
        tip for tip in page.form.findChildren(HelpTip) if tip.accessibleName().endswith(": Learning rate's factor")
    )
    assert "factor from one iteration to the next" in tip.accessibleDescription()
    assert "training.decay" in tip.toolTip() and "Usual values: 0.3 to 1." in tip.toolTip()
    tip.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(tip, Qt.Key.Key_Space)
    qtbot.waitUntil(QToolTip.isVisible)
    assert "Lower it if late iterations make things worse." in QToolTip.text()
    line(page, "project.name").setFocus()
    qtbot.waitUntil(lambda: not QToolTip.isVisible())


def test_that_an_unusual_value_is_remarked_on_and_can_be_saved(qtbot: QtBot, page: SettingsPage) -> None:
    line(page, "training.learning_rate").selectAll()
    qtbot.keyClicks(line(page, "training.learning_rate"), "0.9")
    qtbot.waitUntil(lambda: "diverge" in page.form.caution("training.learning_rate"))
    assert page.form._rows["training.learning_rate"].caution.isVisible() and page.save_button.isEnabled()
    line(page, "training.learning_rate").setText("9")
    qtbot.waitUntil(lambda: page.form.reason("training.learning_rate") != "")
    assert page.form.caution("training.learning_rate") == ""
    qtbot.mouseClick(page.revert_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.form.caution("training.learning_rate") == "" and not page.unsaved)


def test_that_invalid_values_are_named_in_plain_words(qtbot: QtBot, page: SettingsPage) -> None:
    line(page, "pairs.exclusion_radius").setText("x")
    qtbot.waitUntil(lambda: page.state.text() == "Invalid values: Pair generation: Distance of wrong scores")


def test_that_the_search_finds_what_the_explanation_says(qtbot: QtBot, page: SettingsPage) -> None:
    qtbot.keyClicks(page.search, "scores slightly")
    assert page.form.editor("model.dtype").isVisible() and not line(page, "training.rank").isVisible()


def test_that_the_wizard_remarks_on_an_unusual_value_also_collapsed(
    qtbot: QtBot, empty_window: MainWindow, tmp_path: Path
) -> None:
    write_photos(tmp_path / "data")
    empty_window.new_project(tmp_path / "data")
    qtbot.waitUntil(lambda: empty_window.wizard is not None)
    wizard = empty_window.wizard
    assert wizard is not None
    qtbot.waitUntil(lambda: wizard.data.preview is not None and wizard.next_button.isEnabled())
    qtbot.mouseClick(wizard.next_button, Qt.MouseButton.LeftButton)
    editor = wizard.model.form.editor("training.learning_rate")
    assert isinstance(editor, QLineEdit)
    editor.setText("0.9")
    collapsed = wizard.model.collapsed
    qtbot.waitUntil(collapsed.caution.isVisible)
    assert "Learning rate of iteration 1: Unusual:" in collapsed.caution.text() and wizard.next_button.isEnabled()
    collapsed.button.setChecked(True)
    assert not collapsed.caution.isVisible() and wizard.model.form._rows["training.learning_rate"].caution.isVisible()
