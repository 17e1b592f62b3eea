"""Buttons bound to an action: same icon and state, and a click triggers it."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QPushButton

from studio.text import button_text
from studio.views.actions.action import StudioAction


def action_button(action: StudioAction, text: str = "", *, with_icon: bool = True) -> QPushButton:
    """Return a button for the action; with ``text`` "" it follows the action's text."""
    button = QPushButton()
    bind_button(button, action, text, with_icon=with_icon)
    return button


def icon_button(action: StudioAction, name: str) -> QPushButton:
    """Return an icon-only button with the action's text as tool tip: only for the program's own texts.

    Its name is for screen readers.
    """
    button = QPushButton()
    button.setProperty("role", "icon")
    button.setAccessibleName(name)
    ButtonFace(button, action, None, True)
    return button


def bind_button(button: QPushButton, action: StudioAction, text: str = "", *, with_icon: bool = True) -> None:
    """Bind a button to the action, keeping a given ``text``. Primary buttons have no icon."""
    ButtonFace(button, action, text, with_icon)


class ButtonFace(QObject):
    """Keeps a button in step with its action. ``text``: None is an icon-only button, "" follows the action."""

    def __init__(self, button: QPushButton, action: StudioAction, text: str | None, with_icon: bool) -> None:
        super().__init__(button)
        self._button, self._action, self._text, self._with_icon = button, action, text, with_icon
        action.changed.connect(self.follow)
        button.clicked.connect(action.trigger)
        self.follow()

    def follow(self) -> None:
        """Copy text, icon, state and tool tip."""
        button, action = self._button, self._action
        if self._text is not None:
            button.setText(button_text(self._text) if self._text else action.text())
        button.setEnabled(action.isEnabled())
        if self._with_icon:
            button.setIcon(action.icon())
        keys = ", ".join(action.key_texts)
        tip = action.plain_text if self._text is None else action.toolTip()
        button.setToolTip(f"{tip} ({keys})" if keys else tip)
        if button.isCheckable():
            button.setChecked(action.isChecked())
