"""What the command palette offers: every page, every button that can be pressed on any page, and the window's own acts.

A button is found by itself: a page that gets a new one need not tell anybody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QRadioButton, QTabBar, QWidget

from studio.views.window.palette import Command

translate = QCoreApplication.translate

if TYPE_CHECKING:
    from studio.views.window.main_window import MainWindow
    from studio.views.window.shell import Shell


def commands(window: MainWindow) -> list[Command]:
    """Everything that can be done now, pages first."""
    found: list[Command] = []
    if window.shell is not None:
        found += _pages(window.shell)
        for name, (title, page) in window.shell.pages.items():
            found += [_press(window.shell, name, title, button) for button in _buttons(page)]
    else:
        shown = window.wizard if window.wizard is not None else window.start
        found += [Command(_name(button), "", button.click) for button in _buttons(shown)]
    unlike = {command.text: command for command in reversed(found)}
    return [command for command in found if unlike[command.text] is command] + _everywhere(window)


def _pages(shell: Shell) -> list[Command]:
    go = translate("Commands", "Go to {0}")
    return [
        Command(go.format(title), "", lambda name=name: shell.show_page(name))  # type: ignore[misc]
        for name, (title, _page) in shell.pages.items()
    ]


def _press(shell: Shell, name: str, title: str, button: QAbstractButton) -> Command:
    def run() -> None:
        shell.show_page(name)
        button.click()

    return Command(_name(button), title, run)


def _buttons(page: QWidget) -> list[QAbstractButton]:
    """Buttons with a name that can be pressed, or could be if their page were shown."""
    return [
        button
        for button in page.findChildren(QAbstractButton)
        if button.isEnabled()
        and button.isVisibleTo(page)
        and not isinstance(button.parent(), QTabBar)
        and _name(button)
    ]


def _name(button: QAbstractButton) -> str:
    if isinstance(button, QCheckBox | QRadioButton):
        return ""
    return button.accessibleName() or button.text().replace("&&", "&")


def _everywhere(window: MainWindow) -> list[Command]:
    acts = [
        Command(translate("Commands", "New project"), "", window.new_project),
        Command(translate("Commands", "Open another project"), "", window.browse),
        Command(translate("Commands", "Appearance: as the system"), "", lambda: window.choose_appearance("system")),
        Command(translate("Commands", "Appearance: light"), "", lambda: window.choose_appearance("light")),
        Command(translate("Commands", "Appearance: dark"), "", lambda: window.choose_appearance("dark")),
        Command(translate("Commands", "Show the keys"), "", window.show_keys),
        Command(translate("Commands", "Quit"), "", window.close),
    ]
    if window.shell is not None:
        acts.insert(2, Command(translate("Commands", "Close the project"), "", window.close_project))
        acts.insert(2, Command(translate("Commands", "Take out of the project"), "", window.shell.export))
    return acts
