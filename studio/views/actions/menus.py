"""The menu bar and the context menus, built from the actions; the menu of recent projects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QItemSelectionModel, QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractItemView, QMenu, QMenuBar, QWidget

from studio.text import button_text
from studio.views.actions.action import StudioAction
from studio.views.actions.definition import MenuName
from studio.widgets.icons import icon

translate = QCoreApplication.translate


def menu_titles() -> dict[MenuName, str]:
    """Return the menus of the menu bar in their order."""
    return {
        "file": translate("Menus", "&File"),
        "edit": translate("Menus", "&Edit"),
        "view": translate("Menus", "&View"),
        "project": translate("Menus", "P&roject"),
        "pairs": translate("Menus", "&Pairs"),
        "jobs": translate("Menus", "&Jobs"),
        "help": translate("Menus", "&Help"),
    }


class MenuBar(QMenuBar):
    """All actions by menu and section.

    Signals:
        opening(str): this menu is about to be shown: bring its actions up to date.
    """

    opening = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(translate("Menus", "Menu bar"))
        self.menus: dict[MenuName, QMenu] = {}
        self._submenus: list[QMenu] = []
        for name, title in menu_titles().items():
            menu = QMenu(title, self)
            menu.setToolTipsVisible(True)
            menu.aboutToShow.connect(lambda name=name: self.opening.emit(name))
            self.addMenu(menu)
            self.menus[name] = menu

    def fill(self, actions: Iterable[StudioAction], submenus: Sequence[tuple[MenuName, int, QMenu]] = ()) -> None:
        """Show these actions and no others.

        Args:
            actions: placed by their definitions' menu and section.
            submenus: further menus, each with its menu and section; the caller keeps ownership.
        """
        for old in self._submenus:
            old.deleteLater()
        self._submenus = []
        placed: dict[MenuName, list[tuple[int, QAction]]] = {name: [] for name in self.menus}
        inner: dict[tuple[MenuName, str], QMenu] = {}
        for action in actions:
            definition = action.definition
            if not definition.submenu:
                placed[definition.menu].append((definition.section, action))
                continue
            key = (definition.menu, definition.submenu)
            if key not in inner:
                inner[key] = QMenu(definition.submenu, self)
                inner[key].setToolTipsVisible(True)
                inner[key].setIcon(icon(definition.submenu_icon))
                self._submenus.append(inner[key])
                placed[definition.menu].append((definition.section, inner[key].menuAction()))
            inner[key].addAction(action)
        for name, section, menu in submenus:
            placed[name].append((section, menu.menuAction()))
        for name, entries in placed.items():
            self._fill_menu(self.menus[name], sorted(entries, key=lambda entry: entry[0]))

    def _fill_menu(self, menu: QMenu, entries: list[tuple[int, QAction]]) -> None:
        for old in menu.actions():  # clear() would invalidate the Python side of actions that live on
            menu.removeAction(old)
            if old.isSeparator():
                old.deleteLater()
        before = None
        for section, action in entries:
            if before is not None and before != section // 10:
                menu.addSeparator()
            menu.addAction(action)
            before = section // 10
        menu.menuAction().setEnabled(bool(entries))


def context_menu(view: QAbstractItemView, actions: Sequence[StudioAction | None]) -> QMenu:
    """Return the menu for the item that a right click has chosen; None is a separator.

    The view's own actions, such as saving its table, come last.
    """
    menu = QMenu(view)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for action in actions:
        if action is None:
            menu.addSeparator()
        else:
            action.update_state()
            menu.addAction(action)
    own = [action for action in view.actions() if not isinstance(action, StudioAction)]
    if own:
        menu.addSeparator()
        menu.addActions(own)
    return menu


def offer_context_menu(view: QAbstractItemView, actions: Sequence[StudioAction | None]) -> None:
    """Open :func:`context_menu` on a right click and on the keyboard's menu key; a selection clicked on stays."""
    flags = QItemSelectionModel.SelectionFlag

    def show(point: QPoint) -> None:
        index = view.indexAt(point)
        if index.isValid():
            selection = view.selectionModel()
            kept = selection.isSelected(index)
            selection.setCurrentIndex(index, flags.NoUpdate if kept else flags.ClearAndSelect | flags.Rows)
        context_menu(view, actions).popup(view.viewport().mapToGlobal(point))

    view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
    view.customContextMenuRequested.connect(show)


class RecentMenu(QMenu):
    """One entry for each project that was opened lately, the latest first."""

    def __init__(
        self,
        recent: Callable[[], Sequence[Path]],
        open_project: Callable[[Path], object],
        clear: Callable[[], object],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._recent, self._open, self._clear = recent, open_project, clear
        self.setTitle(self.tr("Open recent"))
        self.setIcon(icon("recent"))
        self.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        """List the projects as they are known now."""
        self.clear()
        self.setIcon(icon("recent"))
        for root in self._recent():
            text = self.tr("{0}    {1}").format(root.name, root.parent)
            self.addAction(button_text(text)).triggered.connect(lambda _on=False, root=root: self._open(root))
        if self.isEmpty():
            self.addAction(self.tr("No recent projects")).setEnabled(False)
            return
        self.addSeparator()
        self.addAction(self.tr("Clear list")).triggered.connect(lambda _on=False: self._clear())
