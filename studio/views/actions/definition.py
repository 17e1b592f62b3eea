"""What an action is: its text, keys, icon, state and synonyms, as data with callables for what changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PySide6.QtGui import QAction

MenuName = Literal["file", "edit", "view", "project", "pairs", "jobs", "help"]


def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionDefinition:
    """One action. Texts are translated when the definition is made.

    Attributes:
        id: scope and name, such as "pairs.veto"; unique in the window.
        text: the text in menus.
        run: what it does.
        menu: the menu that has it.
        section: place in the menu; a new ten begins after a separator.
        submenu: title of a submenu of ``menu``; "" is the menu itself.
        submenu_icon: the submenu's icon; that of its first action counts.
        phrase: the text where no menu gives it a context, as in the palette ("Go to Jobs"); "" is ``text``.
        help: one sentence for the tool tip and the shortcut sheet.
        keys: portable key sequences; they work while the action's scope is on the screen. Menus show the first.
        icon: a file of ``resources/icons`` without its suffix.
        synonyms: other words that find it in the palette.
        enabled: whether it can be done now.
        reason: why it cannot be done now, as the tool tip of the disabled action; "": nothing special.
        label: the text as it is now, where it changes; it is shown literally.
        checked: for an action that is switched on and off.
        role: its place in the menus of macOS.
        repeats: whether a key held down repeats it; else it could act on an item not shown yet.
        only_here: menus show it only while its scope is on the screen.
    """

    id: str
    text: str
    run: Callable[[], object]
    menu: MenuName
    section: int
    submenu: str = ""
    submenu_icon: str = ""
    phrase: str = ""
    help: str = ""
    keys: tuple[str, ...] = ()
    icon: str = ""
    synonyms: str = ""
    enabled: Callable[[], bool] = _always
    reason: Callable[[], str] | None = None
    label: Callable[[], str] | None = None
    checked: Callable[[], bool] | None = None
    role: QAction.MenuRole = QAction.MenuRole.NoRole
    repeats: bool = False
    only_here: bool = False
