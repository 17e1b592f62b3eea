"""The buttons below the pairs, and a bar with the reasons of vetoes for the focus review."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QComboBox, QMenu, QPushButton, QWidget

from studio.services.review.veto_reasons import MOST
from studio.text import button_text
from studio.views.actions.action import ActionSet, StudioAction
from studio.views.actions.buttons import action_button, icon_button
from studio.widgets.flow_layout import FlowLayout


class PairButtons(QWidget):
    """What can be done with the shown pair and with all of the list, in as many lines as it needs."""

    def __init__(self, actions: ActionSet, scope: QComboBox, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.veto_button = action_button(actions["pairs.veto"], self.tr("Veto (V)"))
        self.keep_button = action_button(actions["pairs.keep"], self.tr("Keep (K)"))
        self.edit_button = action_button(actions["pairs.edit"], self.tr("Edit (E)"))
        self.regenerate_button = action_button(actions["pairs.regenerate"], self.tr("Regenerate (R)"))
        self.note_button = action_button(actions["pairs.note"], self.tr("Note (N)"))
        self.undo_button = icon_button(actions["pairs.undo"], self.tr("Undo"))
        self.redo_button = icon_button(actions["pairs.redo"], self.tr("Redo"))
        self.focus_button = action_button(actions["pairs.focus"], with_icon=False)
        self.veto_all_button = action_button(actions["pairs.veto-all"], self.tr("Veto all shown…"), with_icon=False)
        self.keep_all_button = action_button(actions["pairs.keep-all"], self.tr("Keep all shown…"), with_icon=False)
        self.reason_button = self._reasons(actions)
        row = FlowLayout(self, spacing=4)
        for widget in (
            *(self.veto_button, self.reason_button, scope, self.keep_button, self.edit_button),
            *(self.regenerate_button, self.note_button, self.undo_button, self.redo_button, self.focus_button),
            *(self.veto_all_button, self.keep_all_button),
        ):
            row.addWidget(widget)

    def show_for_one(self, one: bool) -> None:
        """Hide what concerns the list while one pair is shown alone."""
        for button in (self.veto_all_button, self.keep_all_button, self.reason_button):
            button.setVisible(not one)

    def _reasons(self, actions: ActionSet) -> QPushButton:
        button = QPushButton(self.tr("Reason"))
        menu = QMenu(button)
        for number in range(1, MOST + 1):
            menu.addAction(actions[f"pairs.reason-{number}"])
        menu.addSeparator()
        menu.addAction(actions["pairs.edit-reasons"])
        button.setMenu(menu)
        button.setToolTip(self.tr("Veto for a reason (1 to 9)"))
        return button


class ReasonBar(QWidget):
    """A button for each reason of a veto, with its key."""

    def __init__(self, actions: ActionSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: list[QPushButton] = []
        row = FlowLayout(self, spacing=4)
        for number in range(1, MOST + 1):
            button = QPushButton()
            button.setProperty("role", "quiet")
            button.setAccessibleName(self.tr("Veto reason {0}").format(number))
            button.clicked.connect(_trigger(actions[f"pairs.reason-{number}"]))
            row.addWidget(button)
            self.buttons.append(button)
        self.show_reasons(())

    def show_reasons(self, reasons: Sequence[str]) -> None:
        """Show these reasons."""
        for place, button in enumerate(self.buttons):
            button.setVisible(place < len(reasons))
            if place < len(reasons):
                button.setText(f"{place + 1}  {button_text(reasons[place])}")
                button.setAccessibleName(self.tr("Veto: {0}").format(reasons[place]))
                button.setToolTip(self.tr("Veto for this reason ({0})").format(place + 1))


def _trigger(action: StudioAction) -> Callable[[bool], None]:
    return lambda _checked: action.trigger()
