"""Copy or link pictures into a folder. Nothing that is there is ever replaced. No Qt, no torch."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from engine.contract.atomic_files import atomic_file
from studio.services.errors import OperationCancelled, StudioError
from studio.services.exports.destinations import check_space
from studio.services.exports.types import CollectBy, CollectedFiles, ScoredPicture
from studio.services.sidecars.types import SkippedFile

OnProgress = Callable[[int, int], object]


def collect_files(
    pictures: Sequence[ScoredPicture],
    folder: Path,
    way: CollectBy = "copy",
    *,
    on_progress: OnProgress = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> CollectedFiles:
    """Copy or link the files of pictures into a folder, which is created. Any thread.

    A name that is taken gets a number. A file that cannot be copied or linked is skipped with its reason.

    Args:
        pictures: with their files.
        folder: may have other files in it.
        way: how.
        on_progress: may raise OperationCancelled, which cancels.
        cancelled: asked before each file; what is done stays.

    Raises:
        StudioError: nothing to do, too little space, a folder that holds the pictures themselves or cannot be written.
    """
    if not pictures:
        raise StudioError("There are no pictures to copy.", "Choose some pictures.")
    if way == "copy":
        check_space(folder, sum(_size(one.path) for one in pictures))
    target = _opened(folder, pictures)
    run = _Collecting(target, way)
    stopped = False
    try:
        for done, picture in enumerate(pictures):
            if cancelled():
                raise OperationCancelled
            on_progress(done, len(pictures))
            run.add(picture.path)
    except OperationCancelled:
        stopped = True
    return CollectedFiles(folder, run.done, tuple(run.renamed), tuple(run.skipped), stopped)


def _opened(folder: Path, pictures: Sequence[ScoredPicture]) -> Path:
    target = folder.absolute()
    try:
        target.mkdir(parents=True, exist_ok=True)
        inside = {one.path.parent for one in pictures}
        own = any(one.is_dir() and one.samefile(target) for one in inside)
    except OSError as error:
        message = f"{folder} cannot be used as a folder: {error.strerror or error}."
        raise StudioError(message, "Choose another folder.") from error
    if own:
        raise StudioError(f"{folder} is the folder of the pictures themselves.", "Choose another folder.")
    return target


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0  # it is skipped when its turn comes


class _Collecting:
    def __init__(self, folder: Path, way: CollectBy) -> None:
        self.done = 0
        self.renamed: list[tuple[Path, str]] = []
        self.skipped: list[SkippedFile] = []
        self._folder = folder
        self._way = way
        self._taken = {one.name.casefold() for one in folder.iterdir()}

    def add(self, path: Path) -> None:
        """Copy or link one file."""
        if not path.is_file():
            self.skipped.append(SkippedFile(path, "The file is missing."))
            return
        try:
            name = self._placed(path)
        except OSError as error:
            self.skipped.append(SkippedFile(path, self._reason(error)))
            return
        self.done += 1
        if name != path.name:
            self.renamed.append((path, name))

    def _placed(self, path: Path) -> str:
        """Return the name under which the file was placed: its own, or the next number that is free."""
        number = 1
        while True:
            name = path.name if number == 1 else f"{path.stem} ({number}){path.suffix}"
            number += 1
            if name.casefold() in self._taken:  # also for file systems that ignore case
                continue
            self._taken.add(name.casefold())
            try:
                self._place(path, self._folder / name)
            except FileExistsError:  # another program was faster
                continue
            except OSError:
                self._taken.discard(name.casefold())
                raise
            return name

    def _place(self, path: Path, target: Path) -> None:
        if self._way == "link":
            target.symlink_to(path.absolute())
        elif self._way == "hard link":
            target.hardlink_to(path)
        else:
            _copy(path, target)

    def _reason(self, error: OSError) -> str:
        if error.errno == errno.EXDEV:
            return "A hard link cannot point to another disk. Copy it, or use a symbolic link."
        done = "copied" if self._way == "copy" else "linked"
        return f"It cannot be {done}: {error.strerror or error}."


def _copy(path: Path, target: Path) -> None:
    """Copy a file with its times, completely or not at all.

    Raises:
        FileExistsError: the target exists.
        OSError: it cannot be copied.
    """
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY))  # takes the name
    try:
        with atomic_file(target, durable=False) as part:
            shutil.copy2(path, part)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
