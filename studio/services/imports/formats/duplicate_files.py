"""Find images that are the same file under several names. Only files of equal size are read.

Up to ``MOST_FILES`` and ``MOST_BYTES`` this is done before a project's splits are made, since training images must not
be used for measuring; beyond, the later check that opens every image finds them.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

MOST_FILES, MOST_BYTES = 20_000, 2 << 30
_BLOCK = 1 << 20


class Digests:
    """Digests of files, each read once while its size and time are unchanged. One thread at a time."""

    def __init__(self) -> None:
        self._known: dict[Path, tuple[int, int, bytes]] = {}

    def of(self, file: Path) -> bytes | None:
        """Return the file's digest; None if it cannot be read."""
        try:
            status = file.stat()
            known = self._known.get(file)
            if known is not None and known[:2] == (status.st_size, status.st_mtime_ns):
                return known[2]
            found = _digest(file)
        except OSError:
            return None
        self._known[file] = (status.st_size, status.st_mtime_ns, found)
        return found


def too_many(images: Iterable[tuple[str, int]]) -> bool:
    """Return whether comparing them before an import would take too long."""
    sizes = [paths for paths in _by_size(images).items() if len(paths[1]) > 1]
    files = sum(len(paths) for _, paths in sizes)
    return files > MOST_FILES or sum(size * len(paths) for size, paths in sizes) > MOST_BYTES


def same_content(
    root: Path,
    images: Iterable[tuple[str, int]],
    stopped: Callable[[], bool] = lambda: False,
    digests: Digests | None = None,
) -> list[tuple[str, ...]]:
    """Return paths of equal content, each group in the given order; ``images`` are path and size as imported.

    Only files of equal size are read, and no empty ones. A file that cannot be read is in no group. ``stopped`` is
    called before each file; the groups found so far are returned.
    """
    digests = digests or Digests()
    groups: dict[tuple[int, bytes], list[str]] = defaultdict(list)
    for size, paths in _by_size(images).items():
        for path in paths if len(paths) > 1 else ():
            if stopped():
                return _several(groups.values())
            digest = digests.of(root / path)
            if digest is not None:
                groups[size, digest].append(path)
    return _several(groups.values())


def _by_size(images: Iterable[tuple[str, int]]) -> dict[int, list[str]]:
    by_size: dict[int, list[str]] = defaultdict(list)
    for path, size in images:
        if size:
            by_size[size].append(path)
    return by_size


def _several(groups: Iterable[list[str]]) -> list[tuple[str, ...]]:
    return [tuple(group) for group in groups if len(group) > 1]


def _digest(file: Path) -> bytes:
    digest = hashlib.sha256()
    with file.open("rb") as data:
        while block := data.read(_BLOCK):
            digest.update(block)
    return digest.digest()
