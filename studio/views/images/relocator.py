"""Finding the images again after their folder was moved: which folder, what is in it, and the question."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from studio.plural import plural
from studio.services.images import relocation
from studio.services.images.relocation import Relocation
from studio.text import one_line, printable
from studio.views.workspace import Workspace
from studio.widgets.file_dialogs import ask_folder
from studio.widgets.notices import question_box


class Relocator(QObject):
    """Asks without blocking the window. Window's thread only. Signal ``relocated(Path)``: the images' folder now."""

    relocated = Signal(object)

    def __init__(self, workspace: Workspace, window: QWidget) -> None:
        super().__init__(window)
        self._workspace, self._window = workspace, window

    def ask(self) -> None:
        """Ask for the folder."""
        ask_folder(self._window, self.tr("Where are the images now?"), self.look_in)

    def look_in(self, folder: Path) -> None:
        """Look for the images in a folder, and ask whether to use it."""
        project, problem = self._workspace.project, self._workspace.problem.emit
        self._workspace.background.read(
            "relocation", lambda: relocation.look_for_images(project, folder), self._on_found, problem
        )

    def _on_found(self, found: Relocation) -> None:
        if not found.found:
            text = self.tr("None of the {0} images is in {1}. Choose the folder that holds them, such as {2}.")
            example = found.missing[0] if found.missing else ""
            self._workspace.problem.emit(printable(text.format(f"{found.total:,}", found.folder, example)))
            return
        title, folder = self.tr("Relocate image folder"), one_line(str(found.folder))
        box = question_box(self._window, title, self.tr("Use the images in {0}?").format(folder))
        box.setInformativeText(self._details(found))
        use = box.addButton(self.tr("Use this folder"), QMessageBox.ButtonRole.AcceptRole)
        cancel = box.addButton(self.tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(use if found.found == found.total else cancel)
        box.setEscapeButton(cancel)
        use.clicked.connect(lambda: self._use(found))
        box.show()

    def _details(self, found: Relocation) -> str:
        lacking = found.total - found.found
        lines = [
            self.tr("{0} of {1} images are there.").format(f"{found.found:,}", f"{found.total:,}")
            if lacking
            else plural("Relocator", "All {n} images are there.", "The image is there.", found.total)
        ]
        if lacking:
            names = ", ".join(map(one_line, found.missing)) + ("…" if lacking > len(found.missing) else "")
            lines.append(self.tr("Missing: {0}. They will be skipped.").format(names))
        lines.append(self.tr("Scores, pairs and results stay as they are; the folder is written to studio.toml."))
        return "\n".join(lines)

    def _use(self, found: Relocation) -> None:
        project = self._workspace.project

        def done(_none: None) -> None:
            self._workspace.check_images_again()
            self._workspace.results_changed.emit()
            self.relocated.emit(found.folder)

        self._workspace.background.write(
            lambda: relocation.relocate_images(project, found), done, self._workspace.problem.emit
        )
