"""Read and replace sidecar files. A link stays a link, and a file keeps its permissions. No Qt."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

from engine.contract.atomic_files import atomic_file, part_path
from engine.contract.operating_system import sync_folder
from studio.services.sidecars.properties import NotXmp


def read_sidecar(path: Path) -> bytes | None:
    """Return the bytes of a sidecar; None if there is none.

    Raises:
        NotXmp: it is no regular file.
        OSError: it cannot be read.
    """
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        if path.is_symlink():
            raise NotXmp("it is a link to a file that is missing") from None
        return None
    if not stat.S_ISREG(mode):  # reading a pipe would block
        raise NotXmp("it is a folder" if stat.S_ISDIR(mode) else "it is not a regular file")
    return path.read_bytes()


def replace_sidecar(path: Path, data: bytes) -> None:
    """Write a sidecar, completely or not at all.

    Raises:
        OSError: it cannot be written.
    """
    target = Path(os.path.realpath(path))
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(13, "the file is read-only", str(target))
    with atomic_file(target) as part:
        part.write_bytes(data)
        if target.exists():
            shutil.copymode(target, part)


def delete_sidecar(path: Path) -> None:
    """Delete a sidecar.

    Raises:
        OSError: it cannot be deleted.
    """
    path.unlink()
    sync_folder(path.parent)


def remove_part(path: Path) -> None:
    """Remove the half-written file that a killed run may have left beside a sidecar.

    Raises:
        OSError: it cannot be removed.
    """
    part = part_path(Path(os.path.realpath(path)))
    if part.is_file():
        part.unlink()


def reason(error: OSError | NotXmp, path: Path) -> str:
    """Return a sentence that says why a sidecar stays as it is."""
    if isinstance(error, NotXmp):
        return f"{path.name} is left as it is: {error}."
    return f"{path.name} cannot be read or written: {error.strerror or error}."
