"""Windows over the main one belong to a project: they go with it, and are never shown for the next one."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QDialog
from pytestqt.qtbot import QtBot
from support.layout.dialogs import dialogs_of_project
from support.reviewed import make_reviewed_project
from support.window import let_it_read, open_in

from studio.services.settings.toml_edit import change_settings, read_texts
from studio.views.settings.prompt_window import PromptWindow
from studio.views.window.main_window import MainWindow
from studio.widgets.combos import CalmCombo, CalmDoubleSpin, CalmSpin


def shown(window: MainWindow) -> set[QDialog]:
    return {each for each in window.findChildren(QDialog) if each.isVisible()}


def test_that_every_window_of_a_project_goes_with_it(qtbot: QtBot, window: MainWindow) -> None:
    shell = window.shell
    assert shell is not None
    shell.show_page("compare")
    qtbot.waitUntil(lambda: shell.compare.current is not None)
    shell.show_page("pairs")
    qtbot.waitUntil(lambda: shell.pairs.current is not None)
    for name, show in dialogs_of_project(window).items():
        before = shown(window)
        show()
        qtbot.waitUntil(lambda before=before: bool(shown(window) - before))  # type: ignore[misc]
        assert all(window is not each.parentWidget() for each in shown(window)), name
    let_it_read(qtbot, window, 30)
    inputs = [each for kind in (QComboBox, QAbstractSpinBox) for each in window.findChildren(kind)]
    calm = (CalmCombo, CalmSpin, CalmDoubleSpin)
    changed = [each for each in inputs if not isinstance(each, calm)]
    assert inputs and changed == [], "the wheel that scrolls the page would change them"
    window.close_project()
    qtbot.waitUntil(lambda: not window.findChildren(QDialog))


def test_that_the_prompt_of_the_next_project_has_a_window_of_its_own(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    other = make_reviewed_project(tmp_path / "other", tmp_path / "other data")
    file = other / "studio.toml"
    change_settings(file, {**read_texts(file), "prompt.template": "Another one."})
    assert window.shell is not None
    window.shell.settings.show_prompt()
    qtbot.waitUntil(lambda: len(window.findChildren(PromptWindow)) == 1)
    window.close_project()
    open_in(qtbot, window, other)
    window.shell.settings.show_prompt()
    qtbot.waitUntil(lambda: "Another one." in [p.template.toPlainText() for p in window.findChildren(PromptWindow)])
    qtbot.waitUntil(lambda: len(window.findChildren(PromptWindow)) == 1)
