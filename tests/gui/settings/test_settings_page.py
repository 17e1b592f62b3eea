"""The settings page: values judged while they are typed, comments of the file kept, the appearance at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from studio.services.settings.fields import setting_fields
from studio.views.settings.prompt_window import PromptWindow
from studio.views.settings.settings_page import SettingsPage
from studio.views.window.main_window import MainWindow
from studio.widgets.theme import apply_theme, current_theme
from studio.window_settings import AppSettings


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


def type_in(qtbot: QtBot, page: SettingsPage, path: str, text: str) -> None:
    line(page, path).selectAll()
    qtbot.keyClicks(line(page, path), text)


def turn(over: QWidget, by: int) -> None:
    """Turns the wheel over a widget; 120 is one notch."""
    middle = QPointF(over.rect().center())
    event = QWheelEvent(
        middle, over.mapToGlobal(middle), QPoint(), QPoint(0, by), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(over, event)


def test_that_a_value_out_of_range_is_refused_at_its_field_and_cannot_be_saved(
    qtbot: QtBot, page: SettingsPage, reviewed: Path
) -> None:
    before = (reviewed / "studio.toml").read_text("utf-8")
    type_in(qtbot, page, "pairs.exclusion_radius", "7")
    qtbot.waitUntil(lambda: "less than or equal to 4" in page.form.reason("pairs.exclusion_radius"))
    assert not page.save_button.isEnabled()
    qtbot.keyClick(page, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert (reviewed / "studio.toml").read_text("utf-8") == before
    type_in(qtbot, page, "pairs.exclusion_radius", "3")
    qtbot.waitUntil(lambda: page.form.reason("pairs.exclusion_radius") == "" and page.save_button.isEnabled())


def test_that_a_rule_about_two_values_is_told_at_one_of_them(qtbot: QtBot, page: SettingsPage) -> None:
    type_in(qtbot, page, "training.micro_batch", "3")
    qtbot.waitUntil(lambda: "multiple of micro_batch 3" in page.form.reason("training.batch_size"))


def test_that_an_error_below_the_last_field_comes_into_view(qtbot: QtBot, page: SettingsPage) -> None:
    (area,) = page.findChildren(QScrollArea)
    area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())
    launcher = page.form.editor("compute.launcher")
    assert isinstance(launcher, QComboBox)
    launcher.setCurrentText("command")
    label = page.form._rows["compute.command"].reason
    qtbot.waitUntil(label.isVisible)
    qtbot.waitUntil(lambda: label.visibleRegion().boundingRect().size() == label.size())
    assert "no {worker}" in label.text()


def test_that_saving_keeps_comments_and_changes_one_line(qtbot: QtBot, page: SettingsPage, reviewed: Path) -> None:
    file = reviewed / "studio.toml"
    file.write_text("# mine\n" + file.read_text("utf-8"), "utf-8")
    before = file.read_text("utf-8").splitlines()
    type_in(qtbot, page, "training.learning_rate", "1e-4")
    qtbot.waitUntil(page.save_button.isEnabled)
    qtbot.keyClick(page, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(page.message.isVisible)
    after = file.read_text("utf-8").splitlines()
    different = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert different == [("learning_rate = 5e-05 # of iteration 1", "learning_rate = 0.0001 # of iteration 1")]
    assert "Learning rate of iteration 1" in page.message.label.text() and not page.save_button.isEnabled()


def test_that_what_was_typed_survives_another_page_and_can_be_taken_back(
    qtbot: QtBot, window: MainWindow, page: SettingsPage
) -> None:
    assert window.shell is not None
    type_in(qtbot, page, "training.rank", "8")
    qtbot.waitUntil(page.save_button.isEnabled)
    window.shell.show_page("jobs")
    window.shell.show_page("settings")
    assert line(page, "training.rank").text() == "8"
    qtbot.mouseClick(page.revert_button, Qt.MouseButton.LeftButton)
    assert line(page, "training.rank").text() == "64" and not page.save_button.isEnabled()


def test_that_search_shows_the_settings_that_fit(qtbot: QtBot, page: SettingsPage) -> None:
    qtbot.keyClicks(page.search, "learning")
    assert line(page, "training.learning_rate").isVisible() and not line(page, "training.rank").isVisible()
    qtbot.keyClicks(page.search, "xyz")
    assert page.nothing.isVisible()


def test_that_what_was_used_once_cannot_be_changed(page: SettingsPage) -> None:
    assert not line(page, "import.image").isEnabled() and not line(page, "split.train").isEnabled()


def test_that_the_appearance_changes_at_once_and_is_remembered(
    qtbot: QtBot, page: SettingsPage, settings: AppSettings
) -> None:
    page.appearance.setFocus()
    try:
        for mode, dark in (("dark", True), ("light", False)):
            page.appearance.setCurrentIndex(page.appearance.findData(mode))
            assert current_theme().dark is dark and settings.appearance == mode
    finally:
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        apply_theme(application, dark=False)
        application.styleHints().unsetColorScheme()


def test_that_the_wheel_over_a_list_changes_no_value(qtbot: QtBot, page: SettingsPage) -> None:
    page.show_prompt()
    qtbot.waitUntil(lambda: bool(page.findChildren(PromptWindow)))
    (prompt,) = page.findChildren(PromptWindow)
    for combo in (page.form.editor("training.scheduler"), page.appearance, page.text_size, prompt.resource):
        assert isinstance(combo, QComboBox)
        combo.clearFocus()
        before = combo.currentIndex()
        for turned in (120, -120):
            turn(combo, turned)
            assert combo.currentIndex() == before and not combo.hasFocus()


def test_that_sections_stand_in_two_columns_where_there_is_room_and_in_their_order(page: SettingsPage) -> None:
    def left_edges() -> list[int]:
        places = (line(page, path) for path in ("project.name", "training.rank", "measure.bootstrap"))
        return [place.mapTo(page.form, place.rect().topLeft()).x() for place in places]

    assert len(set(left_edges())) == 1
    page.window().resize(2400, 1200)
    QApplication.processEvents()
    first, _middle, last = left_edges()
    assert last > page.form.width() / 2 > first
    page.window().resize(1280, 720)
    QApplication.processEvents()
    assert len(set(left_edges())) == 1
    seed = line(page, "project.seed")
    for _time in range(2):  # heights known from before the sections moved must not count
        page.form.set_reasons({"project.seed": "'x' is not a number"})
        QApplication.processEvents()
        assert line(page, "project.name").geometry().bottom() < seed.geometry().top()
        page.form.set_reasons({})
        QApplication.processEvents()


def test_that_opening_the_page_changes_nothing_and_what_is_optional_can_stay_open(
    qtbot: QtBot, page: SettingsPage
) -> None:
    assert not page.unsaved and not page.mark.isVisible()
    switch = page.form.editor("import.lower_is_better")
    assert isinstance(switch, QComboBox)
    texts = page.form.texts()
    for field in setting_fields():
        if field.optional:
            page.form.set_texts({field.path: ""})
            assert page.form.texts()[field.path] == "", field.path
    assert switch.currentText() == "not set"
    page.form.set_texts({"import.lower_is_better": "true"})
    assert page.form.texts()["import.lower_is_better"] == "true"
    page.form.set_texts(texts)
    assert page.form.texts() == texts
