"""Files of what a vision tower makes of images: one an image, written once, mapped into memory when read.

Independent of models: a file holds named tensors. It is checked when it is first read; a damaged one counts as missing.
"""

from __future__ import annotations

import errno
import os
import shutil
import time
import zlib
from contextlib import suppress
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from engine.contract.atomic_files import PART_SUFFIX, atomic_file

Tensors = dict[str, torch.Tensor]
_USED = "used"
"""A file whose time says when a model's files were last opened."""
_ABANDONED = 3600
"""Seconds after which a file that is being written is no longer."""


class VisionStore:
    """The files of one model in a folder that several models share.

    Args:
        root: the folder of all models.
        name: of this model's own folder in it.
        limit: bytes that all models together may take; files are written until it is reached.
        share: the part of the room that this process may use, when several write.
    """

    def __init__(self, root: Path, name: str, limit: int, share: float = 1.0) -> None:
        self._root = root
        self._folder = root / name
        self._limit = limit
        self._share = share
        self._checked: set[str] = set()
        self._sizes: dict[Path, int] | None = None
        self._may_write: float | None = None
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            (self._folder / _USED).touch()

    def make_room(self, wanted: int, *, at_any_rate: bool = False) -> bool:
        """Return whether this model may take ``wanted`` bytes in all, with what it has.

        Other models' files are deleted for it, the longest unused first.

        Args:
            wanted: bytes of all its images.
            at_any_rate: delete them even if that does not suffice.
        """
        others = {folder: size for folder, size in self._found().items() if folder != self._folder}
        if self.capacity(sum(others.values())) < wanted and not at_any_rate:
            return False
        for folder in others:
            if self.capacity() >= wanted:
                break
            shutil.rmtree(folder, ignore_errors=True)
            del self._found()[folder]
        return self.capacity() >= wanted

    def capacity(self, freed: int = 0) -> int:
        """Return how many bytes this model may take in all; at most half of the free disk is used.

        Args:
            freed: bytes of other models that are regarded as deleted.
        """
        try:
            free = shutil.disk_usage(self._folder).free
        except OSError:  # no such folder, and none can be made
            return 0
        own, total = self._own(), sum(self._found().values())
        return max(0, min(self._limit - (total - own) + freed, own + (free + freed) // 2))

    def _own(self) -> int:
        return self._found().get(self._folder, 0)

    def _found(self) -> dict[Path, int]:
        """Return the folders of all models with the sizes that they had at first, the longest unused first."""
        if self._sizes is None:
            try:
                folders = [folder for folder in self._root.iterdir() if folder.is_dir()]
            except OSError:
                folders = []
            self._sizes = {folder: _size(folder) for folder in sorted(folders, key=_last_used)}
        return self._sizes

    def read(self, key: str) -> Tensors | None:
        """Return the tensors of an image; None if it has no file, or a damaged one."""
        try:
            with safe_open(self._path(key), framework="pt") as file:
                tensors: Tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
                checksum = (file.metadata() or {}).get("crc32")
        except (SafetensorError, OSError):
            return None
        if key not in self._checked and checksum != _checksum(tensors):
            return None
        self._checked.add(key)
        return tensors

    def write(self, key: str, tensors: Tensors) -> bool:
        """Write the file of an image; False if there is no room, or it cannot be written."""
        plain = {name: value.detach().cpu().contiguous() for name, value in tensors.items()}
        data = save(plain, metadata={"crc32": _checksum(plain)})
        if self._may_write is None:
            self._may_write = (self.capacity() - self._own()) * self._share
        if len(data) > self._may_write:
            return False
        path = self._path(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with atomic_file(path, durable=False, shared=True) as part:
                part.write_bytes(data)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES):
                self._may_write = 0
            return False
        self._may_write -= len(data)
        return True

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.safetensors"


def size_of(tensors: Tensors) -> int:
    """Return the bytes of tensors."""
    return sum(value.numel() * value.element_size() for value in tensors.values())


def _checksum(tensors: Tensors) -> str:
    found = 0
    for name, value in sorted(tensors.items()):
        found = zlib.crc32(f"{name} {tuple(value.shape)} {value.dtype}".encode(), found)
        found = zlib.crc32(value.flatten().view(torch.uint8).numpy().data, found)
    return str(found)


def _last_used(folder: Path) -> float:
    try:
        return (folder / _USED).stat().st_mtime
    except OSError:
        return 0.0


def _size(folder: Path) -> int:
    """Return the bytes of all files; what a killed process left half written is deleted."""
    total, folders = 0, [folder]
    while folders:
        with suppress(OSError), os.scandir(folders.pop()) as entries:  # another process may delete it meanwhile
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(Path(entry.path))
                    continue
                found = entry.stat(follow_symlinks=False)
                if entry.name.endswith(PART_SUFFIX) and time.time() - found.st_mtime > _ABANDONED:
                    Path(entry.path).unlink(missing_ok=True)
                else:
                    total += found.st_size
    return total
