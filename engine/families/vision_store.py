"""Files of what a vision tower makes of images: one an image, written once, mapped into memory when read.

Independent of models: a file holds named tensors. It is checked when it is first read; a damaged one counts as missing.
"""

from __future__ import annotations

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
        self._room: int | None = None
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            (self._folder / _USED).touch()

    @property
    def room(self) -> int:
        """Return how many bytes may still be written: what the limit leaves, and at most half of the free disk."""
        if self._room is None:
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
                left = min(self._limit - _size(self._root), shutil.disk_usage(self._root).free // 2)
            except OSError:  # a read-only or vanished folder: nothing is kept
                left = 0
            self._room = max(0, int(left * self._share))
        return self._room

    def make_room(self, wanted: int) -> None:
        """Delete what other models have left, the longest unused first, until ``wanted`` bytes fit or none is left."""
        if self.room >= wanted:
            return
        if not self._root.is_dir():
            return
        others = [folder for folder in self._root.iterdir() if folder.is_dir() and folder != self._folder]
        for folder in sorted(others, key=_last_used):
            shutil.rmtree(folder, ignore_errors=True)
            self._room = None
            if self.room >= wanted:
                return

    def read(self, key: str) -> Tensors | None:
        """Return the tensors of an image; None if it has no file, or a damaged one."""
        path = self._path(key)
        try:
            with safe_open(path, framework="pt") as file:
                tensors: Tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
                whole = key in self._checked or file.metadata().get("crc32") == _checksum(tensors)
        except (FileNotFoundError, SafetensorError, OSError):
            return None
        if not whole:
            return None
        self._checked.add(key)
        return tensors

    def write(self, key: str, tensors: Tensors) -> bool:
        """Write the file of an image; False if there is no room."""
        plain = {name: value.detach().cpu().contiguous() for name, value in tensors.items()}
        data = save(plain, metadata={"crc32": _checksum(plain)})
        if len(data) > self.room:
            return False
        assert self._room is not None
        path = self._path(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with atomic_file(path, durable=False, shared=True) as part:
                part.write_bytes(data)
        except OSError:  # the disk is full, or shared and gone: the work goes on without
            self._room = 0
            return False
        self._room -= len(data)
        return True

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.safetensors"


def size_of(tensors: Tensors) -> int:
    """Return the bytes of tensors."""
    return sum(value.numel() * value.element_size() for value in tensors.values())


def _checksum(tensors: Tensors) -> str:
    found = 0
    for name in sorted(tensors):
        found = zlib.crc32(tensors[name].flatten().view(torch.uint8).numpy().data, found)
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
