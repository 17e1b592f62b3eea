"""Enter the key of the judge's server: kept in the system's keyring, for that address alone, never in the project."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from engine.contract.judge_types import JUDGE_KEY, origin_of
from studio.services.judging import keys
from studio.services.judging.keys import KeyPlace
from studio.services.settings.schema import server_address
from studio.text import one_line
from studio.views.tasks.task_runner import TaskRunner
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.labels import PlainLabel
from studio.widgets.studio_dialog import StudioDialog

WIDTH = 520


class JudgeKeyWindow(StudioDialog):
    """Non-modal. Keyrings are asked in the background, since one may ask for a password of its own.

    Args:
        background: of the project.
        base_url: the judge's server, from the project's settings.
        parent: the window.
    """

    def __init__(self, background: TaskRunner, base_url: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.setWindowTitle(self.tr("Judge's Key"))
        self._background = background.for_owner(self)
        self._base_url = base_url
        self.state = PlainLabel(role="muted", wrap=True)
        self.field = QLineEdit()
        self.save_button = QPushButton(self.tr("Save key"))
        self.delete_button = QPushButton(self.tr("Delete key"))
        self._lay_out()
        self._look()

    def save(self) -> None:
        """Keep what was typed, and forget it here."""
        key = self.field.text().strip()
        if not key:
            return
        self.field.clear()
        address = self._base_url
        self._work(lambda: keys.set_key(address, key))

    def delete(self) -> None:
        """Forget the key."""
        address = self._base_url
        self._work(lambda: keys.forget_key(address))

    def _look(self) -> None:
        address = self._base_url
        self._offer(busy=True)
        self._background.run(lambda _control: _place_of(address), self._on_place, self._on_failure)

    def _work(self, change: Callable[[], object]) -> None:
        """Change something in order with the project's other changes: closing a window drops none of them."""
        address = self._base_url
        self._offer(busy=True)

        def work() -> KeyPlace | None:
            change()
            return _place_of(address)

        self._background.write(work, self._on_place, self._on_failure)

    def _on_place(self, place: KeyPlace | None) -> None:
        self.state.setText(
            {
                None: self.tr("There is no key for this address. Servers on your own computer usually need none."),
                "keyring": self.tr("A key is kept in the system's keyring."),
                "session": self.tr("A key is kept until the program ends: this system has no keyring."),
                "environment": self.tr("A key was given in the variable {0}.").format(JUDGE_KEY),
            }[place]
        )
        self.delete_button.setVisible(place in ("keyring", "session"))
        self._offer(busy=False)

    def _on_failure(self, text: str) -> None:
        self.state.setText(text)
        self._offer(busy=False)

    def _offer(self, *, busy: bool) -> None:
        self.field.setEnabled(not busy)
        self.delete_button.setEnabled(not busy)
        self.save_button.setEnabled(not busy and bool(self.field.text().strip()))

    def _lay_out(self) -> None:
        origin = one_line(origin_of(self._base_url))
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.setPlaceholderText(self.tr("Paste the key"))
        self.field.setAccessibleName(self.tr("Key"))
        self.field.textChanged.connect(lambda: self._offer(busy=False))
        self.save_button.clicked.connect(self.save)
        self.delete_button.clicked.connect(self.delete)
        self.delete_button.hide()
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self.close)
        foot = FlowLayout()
        foot.addWidget(self.delete_button)
        foot.addStretch(1)
        foot.addWidget(self.save_button)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(PlainLabel(self.tr("Key for {0}").format(origin), role="title", wrap=True))
        explained = self.tr(
            "The key is sent to this address only, whatever a project's settings say later. It is never written to the "
            "project, its exports or a log."
        )
        column.addWidget(PlainLabel(explained, role="muted", wrap=True))
        column.addWidget(self.field)
        column.addWidget(self.state)
        column.addLayout(foot)
        self.keep_width(WIDTH)
        for button in (self.delete_button, close):
            button.setAutoDefault(False)  # Return saves
        self.save_button.setDefault(True)


def _place_of(address: str) -> KeyPlace | None:
    found = keys.key_of(address)
    return None if found is None else found[1]


def open_key_window(background: TaskRunner, address: str, parent: QWidget | None) -> str:
    """Ask for the key of a server as it was typed; returns what is wrong with the address, "" if nothing is."""
    try:
        usable = server_address(address)
    except ValueError as error:
        return str(error)
    shown = JudgeKeyWindow(background, usable, parent)
    shown.show()
    shown.field.setFocus()
    return ""
