"""Opening an archive from the start page: choose file and folder, unpack, open the project."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from studio.services.archiving import Unpacked, unpack
from studio.views.tasks.task_runner import TaskRunner

translate = QCoreApplication.translate


def ask_archive(window: QWidget, chosen: Callable[[Path, Path], object]) -> None:
    """Ask for an archive, then for the project's folder; both dialogs are non-blocking."""

    def ask_folder(file: str) -> None:
        title = translate("ArchiveOpening", "Choose a folder for the project in {0}").format(Path(file).name)
        dialog = _dialog(window, title, str(Path(file).parent))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda folder: chosen(Path(file), Path(folder)))
        dialog.open()

    dialog = _dialog(window, translate("ArchiveOpening", "Open archive"), str(Path.home()))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilter("Zip (*.zip)")
    dialog.fileSelected.connect(ask_folder)
    dialog.open()


def open_archive(
    background: TaskRunner,
    file: Path,
    folder: Path,
    done: Callable[[Unpacked], None],
    failed: Callable[[str], None],
) -> None:
    """Unpack into ``folder``, or into a new subfolder named after the archive if it is not empty."""

    def work() -> Unpacked:
        taken = folder.is_dir() and any(folder.iterdir())
        return unpack(file, folder / file.stem if taken else folder)

    background.write(work, done, failed)


def _dialog(window: QWidget, title: str, place: str) -> QFileDialog:
    dialog = QFileDialog(window, title, place)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return dialog
