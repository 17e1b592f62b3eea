"""A window that starts something and says first what it will take: the estimate follows what is chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtWidgets import QComboBox, QPushButton, QWidget

from studio.services.errors import StudioError
from studio.services.recipes.version_names import newest_main
from studio.text import one_line, printable
from studio.views.workspace import Workspace
from studio.widgets.labels import PlainLabel
from studio.widgets.studio_dialog import StudioDialog

LOOK_MS = 250
"""After the last change; then the estimate is made anew."""
Estimate = TypeVar("Estimate")


class EstimatedWindow(StudioDialog, Generic[Estimate]):
    """Non-modal. A subclass lays out its fields, connects them to ``_on_edit``, and then calls ``_look``.

    Args:
        workspace: the open project.
        parent: the window, or a page.

    ``start_button`` is enabled while there is an estimate.
    """

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self._workspace = workspace
        self._background = workspace.background.for_owner(self)
        self._shown: Estimate | None = None
        self.estimate = PlainLabel(role="muted", wrap=True)
        self.start_button = QPushButton()
        self.start_button.setProperty("role", "primary")
        self.start_button.setEnabled(False)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(LOOK_MS)
        self._pause.timeout.connect(self._look)

    def _chosen(self) -> object:
        """Return everything that the estimate depends on, to be compared."""
        raise NotImplementedError

    def _estimating(self) -> Callable[[], Estimate]:
        """Return what makes the estimate of what is chosen now, for a worker thread; it may raise ``StudioError``."""
        raise NotImplementedError

    def _told(self, found: Estimate) -> str:
        """Return the estimate in words."""
        raise NotImplementedError

    def _starts_something(self, found: Estimate) -> bool:
        """Return whether there is something to start."""
        return True

    def _on_edit(self, *_value: object) -> None:
        self._shown = None
        self.start_button.setEnabled(False)
        self._pause.start()

    def _look(self) -> None:
        chosen, estimating = self._chosen(), self._estimating()

        def work() -> tuple[Estimate | None, str]:
            try:
                return estimating(), ""
            except StudioError as error:
                return None, f"{error.message} {error.remedy}".strip()

        self._background.read("estimate", work, lambda found: self._on_estimate(*found, chosen))

    def _on_estimate(self, found: Estimate | None, problem: str, chosen: object) -> None:
        if chosen != self._chosen():
            return  # more was changed meanwhile
        self._shown = found
        self.start_button.setEnabled(found is not None and self._starts_something(found))
        self.estimate.setText(printable(problem) if found is None else self._told(found))


def offer_versions(box: QComboBox, versions: Sequence[str]) -> None:
    """Offer the newest main version, all, and each; an item's data are the names."""
    for name in newest_main(versions):
        box.addItem(QCoreApplication.translate("EstimatedWindow", "Newest: {0}").format(one_line(name)), (name,))
    box.addItem(QCoreApplication.translate("EstimatedWindow", "All versions"), tuple(versions))
    for name in versions:
        box.addItem(one_line(name), (name,))
