"""The thumbnail files: in the project's cache/, named after the image's path, time and size.

No Qt: it handles names, not pixels. A changed image gets a new name; the old file is removed when its shard is full.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from engine.contract.atomic_files import atomic_file

SHARDS = 256
LIMIT = 4 << 30
"""Maximum bytes of all thumbnails of a project."""
RULES = 1
"""Number of the rules by which images are decoded (``studio.pictures``): other rules need other thumbnails.

Before these were numbered, thumbnails were made by Qt, which did not turn PNG and WebP and showed truncated files.
"""
TRIM_EVERY = 256
"""New files between two checks of a shard's size."""


class ThumbnailFolder:
    """The thumbnails of one project. Safe for several threads and processes: files are renamed into place."""

    def __init__(self, project_root: Path, limit: int = LIMIT) -> None:
        self._folder = project_root / "cache" / "thumbnails"
        self._limit = limit
        self._stored = 0

    def place(self, image: Path, side: int) -> Path:
        """Return the path for this image's thumbnail of that longest side, which need not exist.

        Raises:
            OSError: the image does not exist.
        """
        stat = image.stat()
        key = f"{RULES}\0{image}\0{stat.st_mtime_ns}\0{stat.st_size}\0{side}"
        name = hashlib.blake2b(key.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()
        return self._folder / name[:2] / f"{name[2:]}.jpg"

    def keep(self, place: Path, write: Callable[[str], bool]) -> bool:
        """Store the file that ``write`` writes to the given path; returns False if it could not be stored."""
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            with atomic_file(place, durable=False, shared=True) as part:
                if not write(str(part)):
                    raise OSError("nothing was written")
        except OSError:  # a full or read-only disk: the thumbnail is created again next time
            return False
        self._stored += 1
        if self._stored % TRIM_EVERY == 0:
            self.trim(place.parent)
        return True

    def trim(self, shard: Path) -> None:
        """Remove a shard's oldest files until it is within its part of the limit."""
        files = []
        with contextlib.suppress(OSError), os.scandir(shard) as entries:
            for entry in entries:
                with contextlib.suppress(OSError):
                    stat = entry.stat()
                    files.append((stat.st_mtime, stat.st_size, entry.path))
        over = sum(size for _time, size, _path in files) - self._limit // SHARDS
        for _time, size, path in sorted(files):
            if over <= 0:
                return
            with contextlib.suppress(OSError):
                Path(path).unlink()
            over -= size
