"""Find images: by path below one folder, or by name in any folder below it. No image is opened."""

from __future__ import annotations

import os
import posixpath
import re
import stat
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from engine.contract.operating_system import is_side_file
from studio.services.imports.formats.image_walk import SUFFIXES, ImageWalk, left_out, walk_images
from studio.services.imports.formats.records import Record, RefusedError

MISSING_FILE = "the file does not exist in the images folder"
"""Reason for rejecting a row whose image file does not exist; it may go on with a file that does."""
OUTSIDE = "the path leads out of the images folder; write it relative to that folder"
NOT_TEXT = "the path of the file is not valid UTF-8; rename the file or its folder"
SIDE_FILE = "macOS wrote this file beside an image; it is not an image itself"
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")


class PathIndex:
    """Finds the file of a record. ``shadowed`` counts names in several folders, of which the first by path is used.

    ``without``: the folders that begin the paths of the source, but are not in the images folder.
    """

    def __init__(self, root: Path, outside: Path | None = None, without: str = "") -> None:
        self._root = root
        self.outside = outside.resolve() if outside is not None else None
        self._without = without
        self._maps: dict[str, dict[str, str]] = {}
        self._files: dict[str, str] | None = None
        self._walked: ImageWalk | None = None
        self.shadowed: dict[str, str] = {}

    def find(self, record: Record) -> tuple[str, int]:
        """Return relative path (absolute outside the images folder) and size in bytes.

        Raises:
            RefusedError: no such file, or a path that leads out of the folder.
        """
        if not record.image.strip():
            raise RefusedError(record.image, "the image name is missing")
        if record.lookup == "path":
            return self._by_path(record.image)
        names = self._map(record.lookup)
        for name in (record.image, *record.spellings):
            path = names.get(_composed(name.rpartition("/")[2]))
            if path is not None:
                if not is_text(path):
                    raise RefusedError(record.image, NOT_TEXT)
                size = _size(f"{self._root}/{path}")
                if size is not None:
                    return path, size
        raise self._missing(record.image)

    @property
    def left_out(self) -> list[str]:
        """Return what the search for images left out, in sentences; empty if nothing was searched for."""
        return [] if self._walked is None else left_out([self._walked])

    def _walk(self) -> ImageWalk:
        if self._walked is None:
            self._walked = walk_images(self._root)
        return self._walked

    def _by_path(self, text: str) -> tuple[str, int]:
        slashed = text.replace("\\", "/")
        if slashed.startswith("/") or _DRIVE.match(text) or ".." in slashed.split("/"):
            return self._beyond(text)
        if not is_text(text):
            raise RefusedError(text, NOT_TEXT)
        if any(map(is_side_file, slashed.split("/"))):
            raise RefusedError(text, SIDE_FILE)
        found = find_image(self._root, text.removeprefix(self._without))
        if found is None and slashed != text:
            found = find_image(self._root, slashed.removeprefix(self._without))
        if found is None:
            raise self._missing(text)
        return found

    def _missing(self, text: str) -> RefusedError:
        """Return the refusal, with the file that is probably meant."""
        name = _composed(text.replace("\\", "/").rpartition("/")[2])
        files = self._by_likeness()
        path = (
            files.get(name.casefold())
            or files.get(_stem(name))
            or (files.get(number) if (number := _number(name)) else None)
        )
        if not name or path is None or not is_text(path) or _size(f"{self._root}/{path}") is None:
            return RefusedError(text, MISSING_FILE)
        return RefusedError(text, f"{MISSING_FILE}, but {path} does: {_remedy(text, name, path)}")

    def _by_likeness(self) -> dict[str, str]:
        """Return paths by name, by name without suffix, both without case, and by number."""
        if self._files is None:
            self._files = {}
            for path in self._walk().paths:
                name = _composed(path.rpartition("/")[2])
                for key in (name.casefold(), _stem(name), _number(name)):
                    self._files.setdefault(key, path)
        return self._files

    def _beyond(self, text: str) -> tuple[str, int]:
        if self.outside is None:
            raise RefusedError(text, OUTSIDE)
        try:
            file = (self._root / text).resolve()
        except (OSError, ValueError, RuntimeError):  # a loop of links, or a null byte
            raise RefusedError(text, MISSING_FILE) from None
        home = self._root.resolve()
        inside = file.is_relative_to(home)
        if not inside and not file.is_relative_to(self.outside):
            raise RefusedError(text, f"the path leads out of the images folder, and not into {self.outside}")
        size = _size(str(file))
        if size is None:
            raise RefusedError(text, MISSING_FILE)
        return (file.relative_to(home).as_posix() if inside else file.as_posix()), size

    def _map(self, lookup: str) -> dict[str, str]:
        if lookup not in self._maps:
            names: dict[str, str] = {}
            for path in self._walk().paths:
                name = _composed(path.rpartition("/")[2])
                key = name.rpartition(".")[0] if lookup == "stem" else name
                if names.setdefault(key, path) != path:
                    self.shadowed.setdefault(names[key], path)
            self._maps[lookup] = names
        return self._maps[lookup]


def _remedy(text: str, name: str, path: str) -> str:
    """Return how the file at ``path`` is found by a row that is written otherwise."""
    there = _composed(path.rpartition("/")[2])
    folder = path.rpartition("/")[0]
    if name == there:
        if not folder:
            return "the images folder is already the last folder of the path, so choose the folder above it"
        return f"choose the folder {folder}, or write paths below the images folder"
    if name.casefold() == there.casefold():
        return "write the name with the same capital letters"
    if _stem(name) == _stem(there):
        return "write the names with the suffix" if "." not in name else "write the names with the suffix of the file"
    return "the zeros before the number are missing, which spreadsheets remove; format the column as text"


def _stem(name: str) -> str:
    stem, dot, suffix = name.rpartition(".")
    return (stem if dot and f".{suffix.lower()}" in SUFFIXES else name).casefold()


def _number(name: str) -> str:
    """Return the number that a name is, marked so that it differs from names; "" if it is none."""
    stem = _stem(name)
    return f"number {stem.lstrip('0')}" if stem.isdecimal() else ""


def _composed(name: str) -> str:
    return name if name.isascii() else unicodedata.normalize("NFC", name)


def is_text(path: str) -> bool:
    """Return whether the path is valid text: a file name need not be, but database and settings store text."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def shared_folders(paths: Iterable[str]) -> list[str]:
    """Return the folders with which all paths begin, one more each time, such as ``a/`` and ``a/b/``.

    Published label files name images below their authors' folder; their readers cannot be asked to write others.
    """
    folders = [path.replace("\\", "/").split("/")[:-1] for path in paths]
    shared: list[str] = []
    for parts in zip(*folders, strict=False):
        if len(set(parts)) > 1:
            break
        shared.append(f"{shared[-1] if shared else ''}{parts[0]}/")
    return shared


def find_image(images: Path, text: str) -> tuple[str, int] | None:
    """Return relative path and size of the file in a cell, in any Unicode spelling; None if it does not exist."""
    plain = posixpath.normpath(text)
    spellings = (plain,) if plain.isascii() else (
        plain, unicodedata.normalize("NFC", plain), unicodedata.normalize("NFD", plain)
    )  # fmt: skip
    for spelling in dict.fromkeys(spellings):
        size = _size(f"{images}/{spelling}")
        if size is not None:
            return spelling, size
    return None


def _size(file: str) -> int | None:
    """Return the size of a regular file; None if there is none (or a name too long, a loop of links, a null byte)."""
    try:
        status = os.stat(file)  # noqa: PTH116  called a quarter of a million times, so without a Path
    except (OSError, ValueError):
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None
