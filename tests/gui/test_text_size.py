"""The size of texts: chosen by action and setting, kept, and never so large that something is cut or out of reach."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QRadioButton,
    QSlider,
    QStyle,
    QStyleOptionButton,
    QStyleOptionSlider,
    QToolButton,
    QWidget,
)
from pytestqt.exceptions import TimeoutError as QtTimeoutError
from pytestqt.qtbot import QtBot
from support.layout.dialogs import dialogs
from support.layout.fitting import misfits, scrolls_sideways
from support.projects import write_photos
from support.reviewed import make_reviewed_project
from support.trial import press
from support.window import let_it_read, open_in

import studio.views
from studio.services.loop import next_action
from studio.services.projects import create_and_open
from studio.views.window.main_window import MainWindow
from studio.widgets.combos import CalmCombo
from studio.widgets.text_size import NORMAL, STEPS, scaled, set_text_percent, text_percent
from studio.widgets.theme import apply_theme, load_theme, show_text_size
from studio.window_settings import AppSettings

VIEWS = Path(studio.views.__file__).parent
BY_HAND = ("pair_editor.py",)
"""It changes the direction of its row."""
PAGES = ("overview", "images", "pairs", "compare", "score", "judges", "jobs", "models", "experiments", "settings")


@pytest.fixture(autouse=True)
def sheet(qapp: QApplication) -> Iterator[None]:
    """The window's style, at 100% before and after."""
    qapp.setStyle("Fusion")
    apply_theme(qapp, dark=False)
    yield
    set_text_percent(NORMAL)
    show_text_size(qapp, NORMAL)
    apply_theme(qapp, dark=False)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project after one iteration whose next jobs are queued."""
    root = make_reviewed_project(tmp_path / "project", tmp_path / "data")
    opened = create_and_open.open_project(root, exclusive=True)
    next_action.enqueue_next(opened, 1)
    opened.close()
    return root


def look_at_dialogs(qtbot: QtBot, window: MainWindow) -> list[str]:
    found = []
    for name, show in dialogs(window).items():
        show()
        qtbot.waitUntil(lambda: any(each.isVisible() for each in window.findChildren(QDialog)))
        let_it_read(qtbot, window, 30)
        dialog = next(each for each in window.findChildren(QDialog) if each.isVisible())
        with suppress(QtTimeoutError):  # what is read is laid out a little later
            qtbot.waitUntil(lambda dialog=dialog: not [*misfits(dialog), *scrolls_sideways(dialog)], timeout=2_000)  # type: ignore[misc]
        found += [f"{name}: {fault}" for fault in (*misfits(dialog), *scrolls_sideways(dialog))]
        room = window.size().expandedTo(window.screen().availableSize())
        if dialog.width() > room.width() or dialog.height() > room.height():
            found.append(f"{name}: {dialog.size()} is more than the screen")
        dialog.close()
        qtbot.waitUntil(lambda: not any(each.isVisible() for each in window.findChildren(QDialog)))
    return found


OTHER_SIZES = [(1024, 700, 100), (1280, 720, 125), (2560, 1440, 100)]
"""The fast run has the size with the least room, and pages, windows and wizard in it."""


@pytest.mark.parametrize(
    ("width", "height", "percent"),
    [(1024, 700, 200), *(pytest.param(*size, marks=pytest.mark.slow) for size in OTHER_SIZES)],
)
def test_that_everything_has_room(
    qtbot: QtBot,
    qapp: QApplication,
    empty_window: MainWindow,
    project: Path,
    tmp_path: Path,
    width: int,
    height: int,
    percent: int,
) -> None:
    window, size = empty_window, QSize(width, height)
    show_text_size(qapp, percent)
    window.resize(size)
    qtbot.wait(20)
    found = [f"start page: {fault}" for fault in (*misfits(window), *scrolls_sideways(window))]
    open_in(qtbot, window, project)
    shell = window.shell
    assert shell is not None and tuple(shell.pages) == PAGES
    for name in PAGES:
        shell.show_page(name)
        let_it_read(qtbot, window, 60)
        assert window.size() == size
        found += [f"{name}: {fault}" for fault in (*misfits(window), *scrolls_sideways(window))]
        area = shell.areas[name]
        if height >= 1440 and area.widget().height() > area.viewport().height():  # nothing scrolls without need
            found.append(f"{name}: is {area.widget().height()} high in {area.viewport().height()}")
    found += look_at_dialogs(qtbot, window)
    window.close_project()
    qtbot.waitUntil(lambda: window.shell is None)
    write_photos(tmp_path / "photos")
    window.new_project(tmp_path / "photos")
    qtbot.waitUntil(lambda: window.wizard is not None and window.wizard.data.preview is not None)
    assert window.wizard is not None
    for step in range(3):
        qtbot.wait(60)
        with suppress(QtTimeoutError):  # what is estimated is laid out a little later
            qtbot.waitUntil(lambda: not [*misfits(window), *scrolls_sideways(window)], timeout=2_000)
        found += [f"wizard {step + 1}: {fault}" for fault in (*misfits(window), *scrolls_sideways(window))]
        qtbot.waitUntil(window.wizard.next_button.isEnabled)
        if step < 2:
            window.wizard.next_button.click()
    assert window.size() == size
    assert not found, "\n" + "\n".join(found)


def test_that_no_view_has_sizes_of_its_own() -> None:
    """Each goes through ``text_size``, and each window over the main one fits on the screen."""
    fixed = re.compile(r"\.set(Fixed|Minimum|Maximum)(Width|Height)\((\d+|[A-Z_]+)\)")
    rows = re.compile(r"= QHBoxLayout\(\)|\(QDialog\)|\(QDialog, |QSplitter\(Qt|= QSplitter\(\)|Width\(.*, width\)$")
    found = [
        f"{file.relative_to(VIEWS)}:{number}: {line.strip()}"
        for file in sorted(VIEWS.rglob("*.py"))
        for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1)
        if (fixed.search(line) or rows.search(line)) and file.name not in BY_HAND
    ]
    assert not found, found


def test_that_keys_and_the_setting_change_the_size_at_once_and_it_is_kept(
    qtbot: QtBot, window: MainWindow, settings: AppSettings
) -> None:
    shell = window.shell
    assert shell is not None
    shell.show_page("settings")  # each change takes seconds; ``test_actions_run`` has all the keys
    before, field = shell.settings.save_button.fontMetrics().height(), shell.settings.search.width()
    press(window, "Ctrl++")
    assert text_percent() == settings.text_percent == 110
    assert shell.settings.text_size.currentData() == 110
    shell.settings.text_size.setCurrentIndex(shell.settings.text_size.findData(200))
    assert text_percent() == settings.text_percent == STEPS[-1]
    assert not window.commands["window.text-larger"].isEnabled()
    qtbot.waitUntil(lambda: shell.settings.save_button.fontMetrics().height() > 1.8 * before)
    assert shell.settings.search.width() == 2 * field == scaled(220)
    press(window, "Ctrl+Shift+0")
    assert text_percent() == settings.text_percent == NORMAL
    assert shell.settings.save_button.fontMetrics().height() == before and shell.settings.search.width() == field
    QTest.qWait(0)


def corner_is_free(widget: QWidget, area: QRect) -> bool:
    """Return whether the corner of a sign on a widget shows the ground: in a square its frame would be there."""
    image = widget.grab().toImage()
    return image.pixelColor(area.topLeft()) == image.pixelColor(image.width() - 1, 0)


@pytest.mark.parametrize("percent", STEPS)
def test_that_what_is_round_stays_round_in_every_size(qtbot: QtBot, qapp: QApplication, percent: int) -> None:
    show_text_size(qapp, percent)
    page = QWidget()
    qtbot.addWidget(page)
    radio, slider, help_tip = QRadioButton("one", page), QSlider(Qt.Orientation.Horizontal, page), QToolButton(page)
    help_tip.setProperty("role", "help")
    for place, widget in enumerate((radio, slider, help_tip)):
        widget.move(0, 80 * place)
    slider.resize(200, 1)  # as low as it can be
    page.resize(300, 300)
    page.show()
    option = QStyleOptionButton()
    radio.initStyleOption(option)
    sign = qapp.style().subElementRect(QStyle.SubElement.SE_RadioButtonIndicator, option, radio)
    assert sign.width() > scaled(14)
    assert corner_is_free(radio, sign)
    groove = QStyleOptionSlider()
    slider.initStyleOption(groove)
    control, part = QStyle.ComplexControl.CC_Slider, QStyle.SubControl.SC_SliderHandle
    handle = qapp.style().subControlRect(control, groove, part, slider)
    assert slider.rect().contains(handle) and corner_is_free(slider, handle)
    assert corner_is_free(page, QRect(help_tip.pos(), help_tip.size()))


@pytest.mark.parametrize("dark", [False, True])
def test_that_the_list_of_a_box_fills_the_entry_that_would_be_chosen(
    qtbot: QtBot, qapp: QApplication, dark: bool
) -> None:
    apply_theme(qapp, dark)
    box = CalmCombo()
    qtbot.addWidget(box)
    box.addItems(["one", "two", "three is a longer entry than the box has room for"])
    box.setFixedWidth(80)
    box.show()
    box.showPopup()
    view = box.view()
    view.setCurrentIndex(box.model().index(1, 0))
    image = view.viewport().grab().toImage()
    shown = [view.visualRect(box.model().index(row, 0)) for row in range(3)]
    ends = [image.pixelColor(area.right() - 8, area.center().y()) for area in shown]
    theme = load_theme(dark)
    assert ends == [theme["base"], theme["accent_soft"], theme["base"]]
    assert view.viewport().width() >= view.sizeHintForColumn(0)
    box.hidePopup()
