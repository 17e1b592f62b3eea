"""Asking for a file or a folder, without holding up the window. A dialog begins where the last one ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QWidget


def ask_save_file(
    parent: QWidget, title: str, name: str, filters: Sequence[str], chosen: Callable[[Path], object], suffix: str = ""
) -> None:
    """Open a dialog and returns; ``chosen`` gets the file.

    Args:
        parent: parent widget of the dialog.
        title: of the dialog.
        name: suggested for the file.
        filters: such as ``CSV (*.csv)``.
        chosen: called in the window's thread, never if the user cancels.
        suffix: added to a name that has none.
    """
    dialog = _dialog(parent, title, filters, chosen)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(suffix)
    dialog.selectFile(name)
    dialog.open()


def ask_open_file(parent: QWidget, title: str, filters: Sequence[str], chosen: Callable[[Path], object]) -> None:
    """Open a dialog for a file that exists and returns; ``chosen`` gets the file, never if the user cancels."""
    dialog = _dialog(parent, title, filters, chosen)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.open()


def ask_folder(parent: QWidget, title: str, chosen: Callable[[Path], object], *, start: Path | None = None) -> None:
    """Open a dialog for a folder and returns; ``chosen`` gets it, never if the user cancels.

    Args:
        parent: parent widget of the dialog.
        title: of the dialog.
        chosen: called in the window's thread.
        start: where the dialog begins; None: where the last one ended.
    """
    dialog = new_dialog(parent, title, start)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.fileSelected.connect(lambda folder: chosen(Path(folder)))
    dialog.open()


def new_dialog(parent: QWidget, title: str, start: Path | None = None) -> QFileDialog:
    """Return a dialog for the caller to open, which begins in ``start`` or where the last one ended."""
    dialog = QFileDialog(parent, title, str(start or last_folder()))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.filesSelected.connect(lambda files: _remember(Path(files[0])) if files else None)
    return dialog


def keep_folder_in(load: Callable[[], Path | None], store: Callable[[Path], object]) -> None:
    """Keep the last folder between runs: ``load`` returns it, ``store`` saves another one."""
    _memory.load, _memory.store, _memory.folder = load, store, None


def last_folder() -> Path:
    """Return where the last dialog ended, if it still exists; at first the user's pictures, else the home folder."""
    if _memory.folder is None:
        _memory.folder = _memory.load()
    if _memory.folder is not None and _memory.folder.is_dir():
        return _memory.folder
    pictures = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
    return Path(pictures) if pictures and Path(pictures).is_dir() else Path.home()


class _Memory:
    def __init__(self) -> None:
        self.folder: Path | None = None
        self.load: Callable[[], Path | None] = lambda: None
        self.store: Callable[[Path], object] = lambda _folder: None


_memory = _Memory()


def _remember(chosen: Path) -> None:
    folder = chosen.parent
    _memory.folder = folder
    _memory.store(folder)


def _dialog(parent: QWidget, title: str, filters: Sequence[str], chosen: Callable[[Path], object]) -> QFileDialog:
    dialog = new_dialog(parent, title)
    dialog.setNameFilters(list(filters))
    dialog.fileSelected.connect(lambda file: chosen(Path(file)))
    return dialog


def file_name_of(title: str) -> str:
    """Return a file name for a title, without what a file system would refuse."""
    kept = "".join(c if c.isalnum() else "-" for c in title.lower())
    return "-".join(part for part in kept.split("-") if part)[:60] or "chart"
