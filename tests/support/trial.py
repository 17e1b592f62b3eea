"""Doing an action of the window as a person can: by its keys, from the palette, from its menu."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Literal, get_args

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget
from pytestqt.qtbot import QtBot

from studio.views.actions.action import StudioAction
from studio.views.window.main_window import MainWindow
from studio.views.window.shell import Shell

Route = Literal["key", "palette", "menu"]
ROUTES: tuple[Route, ...] = get_args(Route)


def press(window: QWidget, keys: str) -> None:
    """A key combination, to what has the focus in the window."""
    combination = QKeySequence(keys)[0]
    QTest.keyClick(window.focusWidget() or window, combination.key(), combination.keyboardModifiers())


def all_actions(window: MainWindow) -> dict[str, StudioAction]:
    """Every action that the window has now, by its id."""
    return {action.definition.id: action for actions in window.action_sets for action in actions}


def menu_actions(menu: QMenu) -> list[QAction]:
    """What a menu and its submenus show."""
    found: list[QAction] = []
    for action in menu.actions():
        inner = action.menu()
        found += menu_actions(inner) if isinstance(inner, QMenu) else [action]
    return [action for action in found if action.isVisible() and not action.isSeparator()]


class Trial:
    """One action, tried again by each route and each of its keys; ``tries`` says how often it was done."""

    def __init__(self, qtbot: QtBot, window: MainWindow) -> None:
        self.qtbot, self.window = qtbot, window
        self.route: Route = "key"
        self.key = ""
        self.tries = 0

    @property
    def shell(self) -> Shell:
        """The open project."""
        assert self.window.shell is not None
        return self.window.shell

    def until(self, seen: Callable[[], bool]) -> None:
        """Waits for what should be seen."""
        self.qtbot.waitUntil(seen, timeout=20_000)

    def run(self, act: Callable[[Trial], None], keys: tuple[str, ...]) -> None:
        """Lets the act try every way."""
        for key in keys:
            self.route, self.key = "key", key
            act(self)
        for route in ROUTES[1:]:
            self.route = route
            act(self)

    def do(self, name: str) -> None:
        """Does the action by the present way; its page must be in front."""
        action = all_actions(self.window)[name]
        self.until(lambda: self._enabled(action))
        {"key": self._by_key, "palette": self._by_palette, "menu": self._by_menu}[self.route](action)
        self.tries += 1

    def dialog(self, kind: type[QDialog]) -> QDialog | None:
        """A dialog of this kind that is on the screen."""
        shown = [each for each in self.window.findChildren(kind) if each.isVisible()]
        return shown[0] if shown else None

    def opens(self, name: str, kind: type[QDialog]) -> None:
        """Does the action and sees a dialog of this kind, which is closed again."""
        self.do(name)
        self.until(lambda: self.dialog(kind) is not None)
        while (dialog := self.dialog(kind)) is not None:
            dialog.close()
            QApplication.processEvents()
        self.window.activateWindow()

    def every_way(self, act: Callable[[Trial], None], name: str) -> None:
        """Lets the act try each way once, in this window as far as it can."""
        keys = all_actions(self.window)[name].definition.keys
        self.tries = 0
        try:
            self.run(act, keys)
        except DoneError:
            assert self.tries == 1
        else:
            assert self.tries >= 2 + len(keys)

    def _enabled(self, action: StudioAction) -> bool:
        action.update_state()
        return action.isEnabled()

    def _by_key(self, _action: StudioAction) -> None:
        if self.key == "?":
            QTest.keyClicks(self.window.focusWidget() or self.window, "?")
        else:
            press(self.window, self.key)

    def _by_palette(self, action: StudioAction) -> None:
        palette = self.window.palette_of_commands
        if not palette.isVisible():
            self.window.show_commands()
        text = action.phrase
        palette.line.setText(text)
        place = next(place for place, shown in enumerate(palette.shown) if shown.endswith(text))
        palette.list.setCurrentRow(place)
        QTest.keyClick(palette.line, Qt.Key.Key_Return)

    def _by_menu(self, action: StudioAction) -> None:
        menu = self.window.menu_bar.menus[action.definition.menu]
        self.window.menu_bar.opening.emit(action.definition.menu)
        assert action in menu_actions(menu), f"{action.definition.id} is not in its menu"
        action.trigger()


Act = Callable[[Trial], None]
NamedAct = Callable[[Trial, str], None]


class DoneError(Exception):
    """The act cannot be done again in this window; the other ways get a window of their own."""


class Acts(dict[str, Act]):
    """How a test module tries actions, by their ids. Called with ids it decorates a function that tries them.

    What such a function does must leave things so that it can be done again.
    """

    def __call__(self, *names: str) -> Callable[[NamedAct], NamedAct]:
        """Keeps the decorated function for these actions."""

        def keep(act: NamedAct) -> NamedAct:
            for name in names:
                self[name] = lambda trial, name=name: act(trial, name)  # type: ignore[misc]
            return act

        return keep


def tried_in(folder: Path) -> set[str]:
    """The ids that ``@acts`` names, as texts, in the test modules below a folder."""
    found: set[str] = set()
    for path in folder.rglob("test_*.py"):
        text = path.read_text(encoding="utf-8")
        if "@acts(" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "acts":
                found |= {each.value for each in node.args if isinstance(each, ast.Constant)}
    return found
