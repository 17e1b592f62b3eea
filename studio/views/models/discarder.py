"""Discarding a line, or the main line's latest iteration: the question with what it deletes, and taking it back."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from studio.services.recipes import discarding
from studio.services.recipes.line_rows import DiscardPreview
from studio.text import byte_text, printable
from studio.views.workspace import Workspace
from studio.widgets.notices import question_box


class Discarder(QObject):
    """Asks without blocking the window. Window's thread only.

    Signals:
        discarded(str): a line, or ``iterN``, was discarded; :meth:`restore` takes that back.
    """

    discarded = Signal(str)

    def __init__(self, workspace: Workspace, window: QWidget) -> None:
        super().__init__(window)
        self._workspace, self._window = workspace, window

    def ask(self, name: str) -> None:
        """Ask, stating the disk space, whether to discard a line, or ``iterN`` of the main line."""
        project = self._workspace.project
        self._workspace.background.read("discard", lambda: discarding.preview(project, name), self._ask)

    def restore(self, name: str) -> None:
        """Take back what was discarded under this name since the project was opened."""
        project = self._workspace.project
        self._act(lambda: discarding.restore_line(project, name))

    def _ask(self, gone: DiscardPreview) -> None:
        if gone.holders:
            self._workspace.problem.emit(
                printable(self.tr("{0} cannot be discarded: {1}.").format(gone.name, "; ".join(gone.holders)))
            )
            return
        question = self.tr("Discard {0}? This will free {1} of disk space.").format(gone.name, byte_text(gone.bytes))
        box = question_box(self._window, self.tr("Discard"), printable(question))
        box.setInformativeText(
            self.tr(
                "Versions: {0}, jobs: {1}, pairs: {2}. Their predictions, metrics and decisions are deleted too. "
                "You can undo this until the project is closed."
            ).format(len(gone.versions), gone.jobs, gone.pairs)
        )
        yes = box.addButton(self.tr("Discard"), QMessageBox.ButtonRole.DestructiveRole)
        cancel = box.addButton(self.tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(cancel)
        box.setEscapeButton(cancel)
        project, name = self._workspace.project, gone.name

        def done() -> None:
            self.discarded.emit(name)

        yes.clicked.connect(lambda: self._act(lambda: discarding.discard_line(project, name), done))
        yes.clicked.connect(box.close)
        box.show()

    def _act(self, work: Callable[[], object], then: Callable[[], object] | None = None) -> None:
        def done(_result: object) -> None:
            self._workspace.results_changed.emit()
            self._workspace.jobs_changed.emit()
            if then is not None:
                then()

        self._workspace.background.write(work, done)
