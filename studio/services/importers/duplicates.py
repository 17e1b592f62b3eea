"""Images that are the same file under several names. It reads files, so it runs in the background, after an import."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

_BLOCK = 1 << 20


def same_content(
    root: Path, images: Iterable[tuple[str, int]], stopped: Callable[[], bool] = lambda: False
) -> list[tuple[str, ...]]:
    """Paths of equal bytes, each group in the order given; ``images`` are path and size as imported.

    Only files of one size are read. A file that cannot be read is in no group. ``stopped`` is asked before each file;
    what was found until then is given back.
    """
    by_size: dict[int, list[str]] = defaultdict(list)
    for path, size in images:
        by_size[size].append(path)
    groups: dict[tuple[int, bytes], list[str]] = defaultdict(list)
    for size, paths in by_size.items():
        for path in paths if len(paths) > 1 else ():
            if stopped():
                return _several(groups.values())
            digest = _digest(root / path)
            if digest is not None:
                groups[size, digest].append(path)
    return _several(groups.values())


def _several(groups: Iterable[list[str]]) -> list[tuple[str, ...]]:
    return [tuple(group) for group in groups if len(group) > 1]


def _digest(file: Path) -> bytes | None:
    digest = hashlib.sha256()
    try:
        with file.open("rb") as data:
            while block := data.read(_BLOCK):
                digest.update(block)
    except OSError:
        return None
    return digest.digest()
