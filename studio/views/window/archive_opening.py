"""Opening an archive from the start page: choose file and folder, unpack, open the project."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from studio.services.archiving import Unpacked, unpack
from studio.views.tasks.task_runner import TaskRunner
from studio.widgets.file_dialogs import ask_folder, ask_open_file

translate = QCoreApplication.translate


def ask_archive(window: QWidget, chosen: Callable[[Path, Path], object]) -> None:
    """Ask for an archive, then for the project's folder; both dialogs are non-blocking."""

    def ask_place(file: Path) -> None:
        title = translate("ArchiveOpening", "Choose a folder for the project in {0}").format(file.name)
        ask_folder(window, title, lambda folder: chosen(file, folder), start=file.parent)

    ask_open_file(window, translate("ArchiveOpening", "Open archive"), ["Zip (*.zip)"], ask_place)


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
