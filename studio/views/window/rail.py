"""The rail: buttons for pages and actions. Where the window is narrow it shows icons only; it scrolls if it must."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from studio.views.actions.action import StudioAction
from studio.views.actions.buttons import bind_button
from studio.widgets.page_area import PageArea
from studio.widgets.text_size import keep_size

WIDTH = 156
NARROW_WIDTH = 54
ICON = 18


class RailButton(QPushButton):
    """A button that hides its text in a narrow rail; the text stays its accessible name."""

    def __init__(self, action: StudioAction, title: str) -> None:
        super().__init__()
        self._whole = ""
        self._narrow = False
        bind_button(self, action, title)
        keep_size(self, icon=ICON)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def setText(self, text: str) -> None:
        """Set the text that is shown while the rail is wide."""
        self._whole = text
        self.setAccessibleName(text.replace("&&", "&"))
        super().setText("" if self._narrow else text)

    def set_narrow(self, narrow: bool) -> None:
        """Show or hide the text."""
        self._narrow = narrow
        self.setText(self._whole)


class Rail(QFrame):
    """Buttons from the top for pages, from the bottom for actions, with a widget above these."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rail")
        self.narrow = False
        self._buttons: list[RailButton] = []
        body = QWidget()
        self._column = QVBoxLayout(body)
        self._column.setContentsMargins(0, 12, 0, 10)
        self._column.setSpacing(2)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 1, 0)
        self._area = PageArea(body)
        around.addWidget(self._area)
        keep_size(self, width=WIDTH)

    def add_button(self, action: StudioAction, title: str) -> RailButton:
        """Append a button."""
        button = RailButton(action, title)
        self._column.addWidget(button)
        self._buttons.append(button)
        return button

    def add_stretch(self) -> None:
        """What follows is at the bottom."""
        self._column.addStretch(1)

    def add_widget(self, widget: QWidget) -> None:
        """Append something that is no button."""
        self._column.addWidget(widget)

    def set_narrow(self, narrow: bool) -> None:
        """Show icons only, or icons and texts."""
        if narrow == self.narrow:
            return
        self.narrow = narrow
        keep_size(self, width=NARROW_WIDTH if narrow else WIDTH)
        for button in self._buttons:
            button.set_narrow(narrow)
