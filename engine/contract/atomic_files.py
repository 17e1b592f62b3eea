"""Atomic writes: a file or folder has its old or its new content, never a part of it.

The new content is written beside the target under a name ending in ``.part``, synced to the disk, and renamed in one
step; then the rename is synced too. Used by the studio and the engine.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.contract.operating_system import sync_folder

PART_SUFFIX = ".part"


def part_path(target: Path, *, shared: bool = False) -> Path:
    """Return the path at which the new content of a file or folder is written.

    Args:
        target: the file or folder.
        shared: several threads or processes may write the same target concurrently, so each uses its own name.
    """
    own = f".{os.getpid()}-{threading.get_ident()}" if shared else ""
    return target.with_name(f".{target.name}{own}{PART_SUFFIX}")


@contextmanager
def atomic_file(file: Path, *, durable: bool = True, shared: bool = False) -> Iterator[Path]:
    """Yield a path to write to; its content then replaces ``file``. After an exception nothing has changed.

    Args:
        file: its folder must exist.
        durable: synced to the disk when this returns; False for a cache that can be rebuilt.
        shared: see :func:`part_path`.

    Raises:
        OSError: it cannot be written.
    """
    part = part_path(file, shared=shared)
    try:
        yield part
        if durable:
            _sync_file(part)
        part.replace(file)
        if durable:
            sync_folder(file.parent)
    finally:
        part.unlink(missing_ok=True)


def write_text(file: Path, text: str) -> None:
    """Write a text in UTF-8, like :func:`atomic_file`.

    Raises:
        OSError: it cannot be written.
    """
    write_bytes(file, text.encode("utf-8"))


def write_bytes(file: Path, data: bytes) -> None:
    """Write bytes, like :func:`atomic_file`.

    Raises:
        OSError: it cannot be written.
    """
    with atomic_file(file) as part:
        part.write_bytes(data)


@contextmanager
def atomic_dir(folder: Path, *, replace: bool = False) -> Iterator[Path]:
    """Yield an empty folder to fill; in the end it is renamed to ``folder``. After an exception it is deleted.

    Args:
        folder: missing or empty, unless ``replace``; its parents are created.
        replace: a folder with content is removed just before the new one takes its name.

    Raises:
        OSError: it cannot be written, or is not empty.
    """
    part = part_path(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(part, ignore_errors=True)  # left by a killed process
    try:
        part.mkdir()
        yield part
        _sync_tree(part)
        if replace:
            shutil.rmtree(folder, ignore_errors=True)
        elif folder.is_dir():
            folder.rmdir()
        part.replace(folder)
        sync_folder(folder.parent)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _sync_file(file: Path) -> None:
    with file.open("r+b" if os.name == "nt" else "rb") as written:  # Windows can sync writable files only
        os.fsync(written.fileno())


def _sync_tree(folder: Path) -> None:
    for inside, _folders, names in os.walk(folder):
        for name in names:
            _sync_file(Path(inside) / name)
        sync_folder(Path(inside))
