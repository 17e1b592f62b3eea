"""Questions about unsaved settings before a stage starts or the project is closed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMessageBox, QWidget

from studio.views.settings.settings_page import SettingsPage
from studio.widgets.notices import question_box

Then = Callable[[], object]


@dataclass(frozen=True, slots=True)
class _Question:
    """``keep``: continuing without saving keeps the changes on the page; otherwise they are discarded."""

    title: str
    explanation: str
    save: str
    go_on: str
    keep: bool


class UnsavedChanges(QObject):
    """Asks without blocking the window, one question at a time. Window's thread only."""

    def __init__(self, page: SettingsPage, window: QWidget) -> None:
        super().__init__(window)
        self._page = page
        self._window = window
        self._box: QMessageBox | None = None

    def before_run(self, then: Then) -> None:
        """Call ``then``, at once if nothing is unsaved; never if the user cancels."""
        question = _Question(
            self.tr("Unsaved settings"),
            self.tr("The next stages use the saved settings. Save your changes to use them."),
            self.tr("Save and run"),
            self.tr("Run without saving"),
            keep=True,
        )
        self._settle(question, then)

    def before_leaving(self, then: Then) -> None:
        """Call ``then``, at once if nothing is unsaved; never if the user cancels."""
        question = _Question(
            self.tr("Unsaved settings"),
            self.tr("If you don't save them, your changes are lost."),
            self.tr("Save"),
            self.tr("Don't save"),
            keep=False,
        )
        self._settle(question, then)

    def _settle(self, question: _Question, then: Then) -> None:
        if not self._page.unsaved:
            then()
        elif self._box is not None:
            self._box.raise_()
            self._box.activateWindow()
        else:
            self._ask(question, then)

    def _ask(self, question: _Question, then: Then) -> None:
        box = question_box(self._window, question.title, self.tr("The settings have unsaved changes."))
        save = box.addButton(question.save, QMessageBox.ButtonRole.AcceptRole)
        go_on = box.addButton(question.go_on, QMessageBox.ButtonRole.DestructiveRole)
        cancel = box.addButton(self.tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        explanation = question.explanation
        if not self._page.valid:
            save.setEnabled(False)
            explanation += " " + self.tr("Some values are invalid, so the changes cannot be saved yet.")
        box.setInformativeText(explanation)
        box.setDefaultButton(save if self._page.valid else cancel)
        box.setEscapeButton(cancel)
        save.clicked.connect(lambda _checked: self._page.save(then))
        go_on.clicked.connect(lambda _checked: self._go_on(question, then))
        box.finished.connect(self._on_closed)
        self._box = box
        box.show()

    def _go_on(self, question: _Question, then: Then) -> None:
        if not question.keep:
            self._page.revert()
        then()

    def _on_closed(self, _result: int) -> None:
        self._box = None
