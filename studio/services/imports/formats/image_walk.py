"""List the image files below a folder, by name; what is left out is counted. No image is opened."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.contract.operating_system import is_side_file

SUFFIXES = frozenset(
    (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".heic", ".heif", ".avif", ".jfif")
)


@dataclass(frozen=True, slots=True)
class ImageWalk:
    """The image files below a folder, and what was left out.

    Attributes:
        paths: relative to the folder, with forward slashes, sorted.
        side_files: images among the files that macOS writes beside others, which are no images.
        links: links to folders outside, relative to the folder; they are not followed.
    """

    paths: tuple[str, ...]
    side_files: int
    links: tuple[str, ...]


def walk_images(root: Path) -> ImageWalk:
    """Return all image files below a folder. A folder that cannot be read has none.

    Links to files are followed, since each names one image. Links to folders are not: what is inside the folder is
    found by its own path, and what is outside was not asked for.
    """
    home = os.path.realpath(root)
    found: list[str] = []
    links: list[str] = []
    side_files = 0
    folders = [("", False)]
    while folders:
        below, aside = folders.pop()
        try:
            with os.scandir(os.path.join(home, below)) as entries:  # noqa: PTH118  a quarter of a million names
                for entry in sorted(entries, key=lambda one: one.name):
                    path = f"{below}{entry.name}"
                    if f".{entry.name.rpartition('.')[2].lower()}" in SUFFIXES:
                        if aside or is_side_file(entry.name):
                            side_files += 1
                        else:
                            found.append(path)
                    elif Path(entry.path).is_dir() if entry.is_symlink() else entry.is_dir():
                        place = os.path.normpath(entry.path)
                        target = os.path.realpath(place)
                        if target == place:
                            folders.append((f"{path}/", aside or is_side_file(entry.name)))
                        elif not _is_inside(target, home):
                            links.append(path)
        except OSError:  # an unreadable folder contains no images for us; rows with such an image are rejected
            continue
    return ImageWalk(tuple(sorted(found)), side_files, tuple(sorted(links)))


def left_out(walks: Sequence[ImageWalk]) -> list[str]:
    """Return what was left out, in sentences for the user."""
    sentences = []
    side_files = sum(walk.side_files for walk in walks)
    if side_files:
        files = "1 file" if side_files == 1 else f"{side_files:,} files"
        sentences.append(f"Skipped {files} that macOS writes beside images (._ or __MACOSX): not images.")
    links = [link for walk in walks for link in walk.links]
    if links:
        many = "1 link to a folder outside was" if len(links) == 1 else f"{len(links):,} links to folders outside were"
        sentences.append(f"{many} not followed: {links[0]}{', for example' if len(links) > 1 else ''}.")
    return sentences


def listed_files(folder: Path) -> list[Path]:
    """Return the files directly in a folder, sorted, without those that macOS writes beside others."""
    with os.scandir(folder) as entries:
        files = (one for one in entries if not is_side_file(one.name))
        names = [one.name for one in files if (Path(one.path).is_file() if one.is_symlink() else one.is_file())]
    return [folder / name for name in sorted(names)]


def _is_inside(path: str, home: str) -> bool:
    return path == home or path.startswith(home.rstrip(os.sep) + os.sep)
