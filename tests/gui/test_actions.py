"""The registry of actions: one place for texts, keys and menus, and everything that is built from it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QApplication, QMenu
from pytestqt.qtbot import QtBot
from support.projects import SPLITS
from support.trial import all_actions, menu_actions, press
from support.window import open_in

from studio.services.projects import create_and_open
from studio.services.review import review_steps
from studio.services.review.review_steps import ReviewHistory, ReviewStepSummary
from studio.views.actions.menus import MenuBar
from studio.views.image_window import ImageWindow
from studio.views.pairs.pairs_page import PairsPage
from studio.views.window.main_window import MainWindow
from studio.views.window.shortcut_sheet import key_sections
from studio.widgets.icons import ICON_FOLDER, icon
from studio.widgets.theme import apply_theme, current_theme
from studio.window_settings import AppSettings

TOTAL = SPLITS["train"]


@pytest.fixture
def everything(window: MainWindow) -> dict[str, QAction]:
    """Every action, with a project open."""
    found: dict[str, QAction] = dict(all_actions(window))
    return found | {action.definition.id: action for action in window.start.commands}


def test_that_ids_name_their_scope_and_every_icon_is_there(window: MainWindow, everything: dict[str, QAction]) -> None:
    count = sum(len(list(actions)) for actions in [*window.action_sets, window.start.commands])
    assert len(everything) == count > 90
    for name, action in everything.items():
        scope, _, rest = name.partition(".")
        assert scope and rest
        icon_name = action.definition.icon  # type: ignore[attr-defined]
        assert not icon_name or (ICON_FOLDER / f"{icon_name}.svg").is_file(), name
        assert not icon_name or not action.icon().isNull()


def test_that_no_two_actions_share_a_key_where_both_could_mean_it(window: MainWindow) -> None:
    scopes = {actions.title: [] for actions in window.action_sets}  # type: ignore[var-annotated]
    for actions in [*window.action_sets, window.start.commands]:
        scopes.setdefault(actions.title, [])
        for action in actions:
            keys = [QKeySequence(key).toString() for key in action.definition.keys]
            assert all(keys), action.definition.id
            scopes[actions.title] += [(key, action.definition.id) for key in keys]
    everywhere = scopes.pop("")
    for title, keyed in scopes.items():
        for (key, one), (other_key, other) in itertools.combinations([*everywhere, *keyed], 2):
            assert key != other_key, f"{title}: {one} and {other} share {key}"


def test_that_every_line_of_the_shortcut_sheet_is_an_action_that_its_menu_shows(
    qtbot: QtBot, window: MainWindow, everything: dict[str, QAction]
) -> None:
    shell = window.shell
    assert shell is not None
    shown: set[str] = set()
    for name in shell.pages:
        shell.show_page(name)
        for menu in window.menu_bar.menus.values():
            shown |= {action.objectName() for action in menu_actions(menu)}
    lines = [line for section in key_sections(window.action_sets) for line in section.lines if line.action]
    assert len(lines) > 50
    assert {line.action for line in lines} <= shown
    assert shown >= set(everything) - {"start.open", "start.remove"}
    keyed = {name for name, action in everything.items() if action.definition.keys}  # type: ignore[attr-defined]
    assert {line.action for line in lines} == keyed - {"start.remove"}


def test_that_the_start_page_has_its_actions_in_the_file_menu(empty_window: MainWindow) -> None:
    names = [action.objectName() for action in menu_actions(empty_window.menu_bar.menus["file"])]
    assert "start.open" in names and "start.remove" in names and "project.export" not in names
    for name in ("project", "pairs", "jobs"):
        assert not empty_window.menu_bar.menus[name].menuAction().isEnabled()  # type: ignore[index]


def test_that_nothing_of_the_window_has_a_key_that_no_action_has(window: MainWindow) -> None:
    assert window.findChildren(QShortcut) == []


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("exp", "Export…"),
        ("export", "Export…"),
        ("save", "Settings: Save settings"),
        ("save", "Export…"),
        ("help", "Guide"),
        ("help", "Keyboard shortcuts"),
        ("score", "Go to Compare"),
        ("rate", "Pairs: Veto"),
        ("quit", "Quit"),
        ("exit", "Quit"),
        ("preferences", "Project settings…"),
        ("theme", "Appearance: dark"),
        ("license", "About Score Studio"),
        ("reject", "Pairs: Veto"),
        ("backup zip", "Archive project…"),
    ],
)
def test_that_synonyms_find_actions(qtbot: QtBot, window: MainWindow, words: str, wanted: str) -> None:
    assert window.shell is not None
    window.shell.show_page("pairs")
    qtbot.waitUntil(lambda: window.shell is not None and window.shell.pairs.current is not None)
    window.shell.settings.can_save = True
    window.show_commands()
    window.palette_of_commands.line.setText(words)
    assert wanted in window.palette_of_commands.shown[:20]
    window.palette_of_commands.hide()


def test_that_a_single_letter_is_text_in_a_field_and_off_on_another_page(qtbot: QtBot, window: MainWindow) -> None:
    shell = window.shell
    assert shell is not None
    shell.show_page("pairs")
    page = shell.pairs
    qtbot.waitUntil(lambda: page.current is not None)
    page.controls.search.setFocus()
    press(window, "V")
    assert page.controls.search.text() == "v"
    page.controls.search.clear()
    shell.show_page("models")
    qtbot.waitUntil(lambda: bool(shell.models.model.rows))
    for key in "VKURNE":
        press(window, key)
    assert {row.verdict for row in page.model.rows} == {"none"}


def test_that_a_key_without_its_action_does_not_move_the_list(qtbot: QtBot, window: MainWindow) -> None:
    page = pairs_page(qtbot, window)
    qtbot.waitUntil(lambda: page.pair_actions.history is not None)
    assert not page.commands["pairs.undo"].isEnabled() and not page.commands["pairs.redo"].isEnabled()
    page.table.setFocus()
    for key in ("U", "T", "I"):  # the lists would look for a row that begins with it
        press(window, key)
    assert page.table.currentIndex().row() == 0


def test_that_undo_and_redo_name_what_they_are_about_also_after_a_restart(
    qtbot: QtBot, window: MainWindow, reviewed: Path
) -> None:
    page = pairs_page(qtbot, window)
    undo, redo = page.commands["pairs.undo"], page.commands["pairs.redo"]
    page.decide("veto")
    qtbot.waitUntil(lambda: undo.text() == "Undo veto")
    page.pair_actions.annotate(page.model.rows[3], "hm")
    qtbot.waitUntil(lambda: undo.text() == "Undo note" and not redo.isEnabled())
    page.pair_actions.decide_all(page.model.ids.tolist(), "keep", "both")
    qtbot.waitUntil(lambda: undo.text() == f"Undo keep of {TOTAL} pairs")
    page.pair_actions.undo()
    qtbot.waitUntil(lambda: undo.text() == "Undo note" and redo.text() == f"Redo keep of {TOTAL} pairs")
    assert redo.isEnabled() and "Undo note (" in page.buttons.undo_button.toolTip()
    window.close_project()
    qtbot.waitUntil(lambda: window.shell is None)
    open_in(qtbot, window, reviewed)
    again = all_actions(window)
    qtbot.waitUntil(lambda: again["pairs.undo"].text() == "Undo note")
    assert again["pairs.redo"].text() == f"Redo keep of {TOTAL} pairs"


def test_that_the_history_of_mixed_changes_is_named_as_changes(reviewed: Path) -> None:
    project = create_and_open.open_project(reviewed)
    try:
        assert review_steps.history(project) == ReviewHistory(None, None)
        review_steps.decide(project, 1, "veto")
        review_steps.decide(project, 1, "none")
        assert review_steps.history(project).undo == ReviewStepSummary("change", 1)
        review_steps.undo(project)
        assert review_steps.history(project) == ReviewHistory(
            ReviewStepSummary("veto", 1), ReviewStepSummary("change", 1)
        )
    finally:
        project.close()


ON_LINES = ("lines.without-vetoes", "lines.retrained", "lines.resume")
CONTEXT = {
    "images": ("images.open", "images.show-in-folder", "images.copy-path"),
    "pairs": ("pairs.veto", "pairs.keep", "pairs.edit", "pairs.undo", "pairs.open-image", "pairs.show-image"),
    "compare": ("compare.open-image", "compare.show-image"),
    "jobs": ("jobs.resume", "jobs.pause", "jobs.cancel", "jobs.up", "jobs.open-folder"),
    "models": ("models.export", "models.compare", "models.pin", "models.delete", "models.discard", *ON_LINES),
    "overview": ("overview.compare", *ON_LINES),
}


@pytest.mark.parametrize("name", CONTEXT)
def test_that_a_right_click_offers_what_can_be_done_with_the_item(qtbot: QtBot, window: MainWindow, name: str) -> None:
    shell = window.shell
    assert shell is not None
    shell.show_page(name)
    views: dict[str, QAbstractItemView] = {
        "images": shell.images.grid,
        "pairs": shell.pairs.table,
        "compare": shell.compare.table,
        "jobs": shell.jobs.table,
        "models": shell.models.tree,
        "overview": shell.overview.results.table,
    }
    view = views[name]
    place = QPoint(60, 45)
    if name != "jobs":  # its queue is empty here
        qtbot.waitUntil(lambda: view.model().rowCount() > 0, timeout=10_000)
        place = view.visualRect(view.model().index(0, 0)).center()
    view.customContextMenuRequested.emit(place)
    menu = next(menu for menu in view.findChildren(QMenu) if menu.isVisible())
    try:
        offered = [action.objectName() for action in menu.actions() if action.isVisible()]
        assert set(CONTEXT[name]) <= set(offered)
        assert view.currentIndex() == view.indexAt(place)
        if name in ("pairs", "compare", "jobs", "overview"):
            assert any(action.text() == "Save as CSV…" for action in menu.actions())
    finally:
        menu.close()


def test_that_a_double_click_opens_an_image_and_the_arrows_go_on(qtbot: QtBot, window: MainWindow) -> None:
    shell = window.shell
    assert shell is not None
    shell.show_page("images")
    page = shell.images
    qtbot.waitUntil(lambda: page.current_path is not None)
    place = page.grid.visualRect(page.model.index(1, 0)).center()
    qtbot.mouseClick(page.grid.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseDClick(page.grid.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: ImageWindow.of(page) is not None)
    shown = ImageWindow.of(page)
    assert shown is not None and page.current_path is not None and shown.name.text() == page.current_path.name
    qtbot.waitUntil(lambda: shown.view.canvas.isVisible() and shown.view.canvas.scale_factor > 0)
    before = shown.name.text()
    qtbot.keyClick(shown, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: shown.name.text() != before)
    assert page.grid.currentIndex().row() == 2
    qtbot.keyClick(shown, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: ImageWindow.of(page) is None)


def test_that_recent_projects_are_in_the_file_menu_and_can_be_cleared(
    qtbot: QtBot, window: MainWindow, settings: AppSettings, reviewed: Path, tmp_path: Path
) -> None:
    settings.remember_project(tmp_path / "R&D")
    menu = window.recent_menu
    assert menu.menuAction() in window.menu_bar.menus["file"].actions()
    menu.aboutToShow.emit()
    texts = [action.text() for action in menu.actions() if not action.isSeparator()]
    assert texts[0].startswith("R&&D") and texts[1].startswith(reviewed.name) and texts[-1] == "Clear list"
    first = window.shell
    menu.actions()[1].trigger()
    qtbot.waitUntil(lambda: window.shell is not None and window.shell is not first, timeout=10_000)
    menu.aboutToShow.emit()
    menu.actions()[-1].trigger()
    menu.aboutToShow.emit()
    assert settings.recent == () and not menu.actions()[0].isEnabled()


def test_that_the_menus_live_through_several_projects(qtbot: QtBot, window: MainWindow, reviewed: Path) -> None:
    for _ in range(3):
        window.close_project()
        qtbot.waitUntil(lambda: window.shell is None)
        QApplication.sendPostedEvents(None, 52)  # DeferredDelete
        open_in(qtbot, window, reviewed)
    bar = window.menu_bar
    assert isinstance(bar, MenuBar)
    texts = [action.text() for menu in bar.menus.values() for action in menu_actions(menu)]
    assert texts.count("Veto") == 1 and texts.count("Export…") == 2  # the project's, and a version's


@pytest.fixture
def light_again(qapp: QApplication) -> Iterator[None]:
    yield
    apply_theme(qapp, False)


def test_that_icons_take_the_colours_of_the_theme(
    qtbot: QtBot, qapp: QApplication, empty_window: MainWindow, light_again: None
) -> None:
    def ink() -> str:
        image = all_actions(empty_window)["window.quit"].icon().pixmap(48, 48).toImage()
        middle = image.pixelColor(image.width() // 2, round(image.height() * 0.25))
        return middle.name()

    for dark in (False, True):
        apply_theme(qapp, dark)
        QApplication.processEvents()
        assert ink() == current_theme().colours["text"]
    assert not icon("").availableSizes()


def pairs_page(qtbot: QtBot, window: MainWindow) -> PairsPage:
    """The page with its list read."""
    assert window.shell is not None
    window.shell.show_page("pairs")
    page = window.shell.pairs
    qtbot.waitUntil(lambda: page.model.rowCount() == TOTAL and page.current is not None)
    return page
