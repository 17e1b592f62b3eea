"""Which sidecar belongs to an image: ``a.jpg.xmp`` (darktable, digiKam) or ``a.xmp`` (Lightroom, Bridge). No Qt.

A sidecar that exists is used. ``a.xmp`` may belong to several images: it is used only if it belongs to this one alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from studio.services.sidecars.types import Habit

_SUFFIX = ".xmp"
RAW = frozenset((
    ".3fr", ".ari", ".arw", ".bay", ".braw", ".cap", ".cr2", ".cr3", ".crw", ".dcr", ".dcs", ".dng", ".drf", ".eip",
    ".erf", ".fff", ".gpr", ".iiq", ".k25", ".kdc", ".mdc", ".mef", ".mos", ".mrw", ".nef", ".nrw", ".orf", ".pef",
    ".ptx", ".pxn", ".r3d", ".raf", ".raw", ".rw2", ".rwl", ".rwz", ".sr2", ".srf", ".srw", ".x3f",
))  # fmt: skip
"""Suffixes of raw files, to which Lightroom's ``a.xmp`` belongs."""
_PICTURES = frozenset((
    ".avif", ".bmp", ".gif", ".heic", ".heif", ".hif", ".jp2", ".jpe", ".jpeg", ".jpg", ".jxl", ".png", ".psb",
    ".psd", ".tga", ".tif", ".tiff", ".webp", ".mov", ".mp4", ".avi", ".m4v", ".mts",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class FoundSidecar:
    """``note`` is a sentence for the user if the sidecar is not where one would expect it."""

    path: Path
    exists: bool
    note: str = ""


class SidecarNames:
    """The sidecars of many images. Each folder is read once."""

    def __init__(self, images: Iterable[Path], habit: Habit, *, with_raw: bool) -> None:
        self._habit = habit
        self._with_raw = with_raw
        self._folders: dict[Path, _Folder] = {}
        self._wanted: dict[tuple[Path, str], int] = {}
        for image in images:
            key = image.parent, image.stem
            self._wanted[key] = self._wanted.get(key, 0) + 1

    def sidecar(self, image: Path) -> FoundSidecar:
        """Return the sidecar to use for an image.

        Raises:
            OSError: the folder cannot be read.
        """
        if image.parent not in self._folders:
            self._folders[image.parent] = _Folder(image.parent)
        folder = self._folders[image.parent]
        own, short = folder.named(image.name), folder.named(image.stem)
        others = [one for one in folder.sharing(image.stem) if one != image.name]
        if not others:
            return self._of_one(image, own, short)
        raws = [one for one in others if Path(one).suffix.lower() in RAW]
        alone = self._wanted[image.parent, image.stem] == 1
        if self._with_raw and self._habit == "stem" and alone and len(raws) == len(others) == 1 and own is None:
            path = image.with_name(short or image.stem + _SUFFIX)
            return FoundSidecar(path, short is not None, f"Its sidecar is that of {raws[0]}.")
        note = ""
        if own is None and (short is not None or self._habit == "stem"):
            note = f"{image.stem}{_SUFFIX} would also belong to {', '.join(sorted(others)[:3])}."
        return FoundSidecar(image.with_name(own or image.name + _SUFFIX), own is not None, note)

    def _of_one(self, image: Path, own: str | None, short: str | None) -> FoundSidecar:
        """Return the sidecar of an image that shares its stem with no other."""
        preferred, other = (own, short) if self._habit == "full_name" else (short, own)
        if preferred is not None:
            note = f"It also has the sidecar {other}, which stays as it is." if other is not None else ""
            return FoundSidecar(image.with_name(preferred), True, note)
        if other is not None:
            return FoundSidecar(image.with_name(other), True)
        name = image.name if self._habit == "full_name" else image.stem
        return FoundSidecar(image.with_name(name + _SUFFIX), False)


class _Folder:
    """The names in one folder: its sidecars by what they are of, its images by their stem."""

    def __init__(self, folder: Path) -> None:
        names = sorted(one.name for one in folder.iterdir())
        self._sidecars = {stem: name for name, stem in _split(names) if _is_sidecar(name)}
        self._images: dict[str, list[str]] = {}
        for name, stem in _split(names):
            if Path(name).suffix.lower() in RAW | _PICTURES:
                self._images.setdefault(stem, []).append(name)

    def named(self, of: str) -> str | None:
        """Return the name of the sidecar of a name, its suffix in upper or lower case; None if there is none."""
        return self._sidecars.get(of)

    def sharing(self, stem: str) -> list[str]:
        """Return the names of the images of a stem."""
        return self._images.get(stem, [])


def _split(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    return ((name, Path(name).stem) for name in names)


def _is_sidecar(name: str) -> bool:
    return Path(name).suffix.lower() == _SUFFIX
