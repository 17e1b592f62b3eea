"""The window by keyboard and for weak eyes: every control has a name, Tab goes in order, words have contrast."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QRadioButton, QTabBar, QWidget
from pytestqt.qtbot import QtBot
from support.projects import write_photos
from support.reviewed import make_reviewed_project
from support.window import let_it_read, open_in

import resources
from studio.services.loop import next_action
from studio.services.projects import create_and_open
from studio.views.window.main_window import MainWindow
from studio.views.window.pages import page_definitions
from studio.widgets.theme import load_theme

PAGES = [page.name for page in page_definitions()]
INKS = ("text", "muted", "danger", "accent", "success", "warning")
"""Colours of words."""
GROUNDS = ("window", "base", "alternate", "rail", "accent_soft", "danger_soft", "success_soft", "warning_soft")
"""What words stand on. A word on any of them can be read, whichever is chosen."""
MARKS = ("accent", "mark_base", "mark_score", "mark_consistency", "mark_merged", "danger", "success", "warning")
"""Colours of lines, marks and frames of the focus, which need three to one."""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project after one iteration whose next jobs are queued."""
    root = make_reviewed_project(tmp_path / "project", tmp_path / "data")
    opened = create_and_open.open_project(root, exclusive=True)
    next_action.enqueue_next(opened, 1)
    opened.close()
    return root


def shown(qtbot: QtBot, window: MainWindow, root: Path, name: str) -> QWidget:
    open_in(qtbot, window, root)
    assert window.shell is not None
    window.shell.show_page(name)
    let_it_read(qtbot, window)
    return window.shell.pages[name][1]


def focusable(page: QWidget) -> list[QWidget]:
    """What Tab should reach: visible, enabled, and one of each group that the arrows go through."""
    found = [
        widget
        for widget in page.findChildren(QWidget)
        if widget.isVisible()
        and widget.isEnabled()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.focusProxy() is None
        and not widget.objectName().startswith("qt_")
        and not (isinstance(widget, QRadioButton) and not widget.isChecked())
    ]
    return [widget for widget in found if not any(_is_inside(widget, other) for other in found)]


def _is_inside(widget: QWidget, other: QWidget) -> bool:
    """Whether it is a part of another control, as the line of an editable list."""
    return widget.parentWidget() is other and type(other).__name__ in ("QComboBox", "QSpinBox", "QDoubleSpinBox")


def name_of(widget: QWidget) -> str:
    """What a screen reader says first."""
    if widget.accessibleName():
        return widget.accessibleName()
    return widget.text() if isinstance(widget, QAbstractButton) else ""


def walk(window: QWidget, page: QWidget) -> list[QWidget]:
    """The controls of the page in the order of Tab, from its first to the one before the first again."""
    first = next(widget for widget in chain(page) if widget in focusable(page))
    first.setFocus(Qt.FocusReason.TabFocusReason)
    visited = [first]
    for _ in range(400):
        QTest.keyClick(window.focusWidget() or window, Qt.Key.Key_Tab)
        now = window.focusWidget()
        assert now is not None
        if now is first:
            return [widget for widget in visited if page.isAncestorOf(widget)]
        assert visited.count(now) == 0, f"Tab is caught at {type(now).__name__} {name_of(now)!r}"
        visited.append(now)
    raise AssertionError("Tab does not come round")


def chain(page: QWidget) -> list[QWidget]:
    """Qt's own order of focus, from the page on."""
    found, widget = [], page.nextInFocusChain()
    while widget is not page:
        found.append(widget)
        widget = widget.nextInFocusChain()
    return found


def place(widget: QWidget, page: QWidget) -> QRect:
    """Where it stands on the page."""
    return QRect(widget.mapTo(page, QPoint(0, 0)), widget.size())


def goes_back(before: QRect, after: QRect) -> bool:
    """Whether the eye has to go back: to the left in a line, or up without going to another column on the right."""
    shared = min(before.bottom(), after.bottom()) - max(before.top(), after.top())
    if shared > min(before.height(), after.height()) / 2:
        return after.right() <= before.left()
    return after.bottom() <= before.top() and after.left() < before.right()


@pytest.mark.parametrize("name", PAGES)
def test_that_every_control_has_a_name_and_tab_reaches_it_in_the_order_of_reading(
    qtbot: QtBot, empty_window: MainWindow, project: Path, name: str
) -> None:
    page = shown(qtbot, empty_window, project, name)
    wanted = focusable(page)
    assert wanted
    nameless = [f"{type(widget).__name__} {widget.objectName()}" for widget in wanted if not name_of(widget).strip()]
    assert not nameless, nameless
    visited = walk(empty_window, page)
    missed = [f"{type(widget).__name__} {name_of(widget)!r}" for widget in wanted if widget not in visited]
    assert not missed, missed
    back = [
        f"{name_of(one)!r} -> {name_of(other)!r}"
        for one, other in itertools.pairwise(visited)
        if not one.isAncestorOf(other) and goes_back(place(one, page), place(other, page))
    ]
    assert not back, back


def test_that_shift_tab_goes_the_same_way_back(qtbot: QtBot, empty_window: MainWindow, project: Path) -> None:
    page = shown(qtbot, empty_window, project, "pairs")
    visited = walk(empty_window, page)
    visited[3].setFocus()
    QTest.keyClick(visited[3], Qt.Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier)
    assert empty_window.focusWidget() is visited[2]


def test_that_start_page_and_wizard_have_names_and_are_reached_by_tab(
    qtbot: QtBot, empty_window: MainWindow, tmp_path: Path
) -> None:
    write_photos(tmp_path / "data")
    for make in (lambda: empty_window.start, lambda: wizard_of(qtbot, empty_window, tmp_path / "data")):
        page: QWidget = make()
        wanted = focusable(page)
        nameless = [
            f"{type(widget).__name__} {widget.objectName()}" for widget in wanted if not name_of(widget).strip()
        ]
        assert not nameless, nameless
        visited = walk(empty_window, page)
        missed = [f"{type(widget).__name__} {name_of(widget)!r}" for widget in wanted if widget not in visited]
        assert not missed, missed


def wizard_of(qtbot: QtBot, window: MainWindow, folder: Path) -> QWidget:
    """The wizard on a folder."""
    window.new_project(folder)
    qtbot.waitUntil(lambda: window.wizard is not None and window.wizard.data.preview is not None, timeout=20_000)
    assert window.wizard is not None
    return window.wizard


def contrast(first: str, second: str) -> float:
    """WCAG 2: (lighter + 0.05) / (darker + 0.05) of the relative luminances of two colours #rrggbb."""

    def luminance(colour: str) -> float:
        rgb = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    bright, dim = sorted((luminance(first), luminance(second)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


@pytest.mark.parametrize("dark", [False, True])
def test_that_every_ink_can_be_read_on_every_ground(dark: bool) -> None:
    colours = load_theme(dark).colours
    weak = [
        f"{ink} on {ground}: {contrast(colours[ink], colours[ground]):.2f}"
        for ink in INKS
        for ground in GROUNDS
        if contrast(colours[ink], colours[ground]) < 4.5
    ]
    weak += [] if contrast(colours["accent_text"], colours["accent"]) >= 4.5 else ["the main button"]
    assert not weak, weak


@pytest.mark.parametrize("dark", [False, True])
def test_that_marks_and_the_frame_of_the_focus_stand_out(dark: bool) -> None:
    colours = load_theme(dark).colours
    weak = [
        f"{mark} on {ground}: {contrast(colours[mark], colours[ground]):.2f}"
        for mark in MARKS
        for ground in ("window", "base", "alternate", "rail")
        if contrast(colours[mark], colours[ground]) < 3
    ]
    assert not weak, weak


def test_that_the_style_sheet_uses_no_other_pair_of_colours() -> None:
    """So that the products above hold for every rule."""
    sheet = (Path(resources.__file__).parent / "qss" / "studio.qss").read_text("utf-8")
    rules = re.findall(r"([^{}]+)\{([^{}]*)\}", re.sub(r"/\*.*?\*/", "", sheet, flags=re.S))
    assert len(rules) > 40
    for selector, body in rules:
        ink = re.search(r"(?<![-\w])color:\s*\$(\w+)", body)
        ground = re.search(r"(?<![-\w])background(?:-color)?:\s*\$(\w+)", body)
        pair = (ink.group(1) if ink else None, ground.group(1) if ground else None)
        if ":disabled" in selector or not _bears_words(selector):  # what cannot be used needs no contrast (WCAG 1.4.3)
            continue
        assert pair[0] in (None, *INKS) or pair == ("accent_text", "accent"), (selector, pair)
        assert pair[1] in (None, *GROUNDS) or pair == ("accent_text", "accent"), (selector, pair)


def _bears_words(selector: str) -> bool:
    return not any(
        part in selector
        for part in ("QScrollBar", "QSplitter", "QProgressBar", "QSlider", "::indicator", "::separator")
    )


def test_that_tabs_can_be_chosen_by_keyboard(qtbot: QtBot, empty_window: MainWindow, project: Path) -> None:
    page = shown(qtbot, empty_window, project, "jobs")
    bar = next(bar for bar in page.findChildren(QTabBar) if bar.isVisible())
    bar.setCurrentIndex(0)
    bar.setFocus()
    before = bar.currentIndex()
    QTest.keyClick(bar, Qt.Key.Key_Right)
    assert bar.currentIndex() == before + 1
