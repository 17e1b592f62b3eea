"""Find a project's images again after their folder was moved or renamed. No Qt, no torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from db.queries import images as image_queries
from studio.services.errors import StudioError
from studio.services.projects.project import Project
from studio.services.settings.toml_edit import change_settings, read_texts
from studio.services.settings.toml_file import FILE_NAME

SAMPLE = 200
"""Images by which the folder is chosen among those that may be meant."""
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Relocation:
    """What a folder holds of a project's images. ``missing``: a few of the paths that it lacks."""

    folder: Path
    found: int
    total: int
    missing: tuple[str, ...]


def is_missing(project: Project) -> bool:
    """Return whether the folder of the images does not exist."""
    return not project.images_root().is_dir()


def look_for_images(project: Project, chosen: Path) -> Relocation:
    """Return what of the project's images is in a folder, or in the one below it that is meant.

    A folder's parent is often chosen by mistake: where the images are in a folder of it that has the old folder's name
    or is called ``images``, that one is taken.

    Raises:
        StudioError: there is no such folder.
    """
    folder = chosen.expanduser().resolve()
    if not folder.is_dir():
        raise StudioError(f"There is no folder {chosen}.", "Choose the folder that the images are in now.")
    with project.reader() as session:
        paths = [image.path for image in image_queries.all_images(session)]
    sample = paths[:: max(1, len(paths) // SAMPLE)]
    meant = (folder, folder / project.images_root().name, folder / "images")
    best = max(meant, key=lambda place: _count(place, sample))  # the first of equals
    missing = [path for path in paths if not (best / path).is_file()]
    return Relocation(best, len(paths) - len(missing), len(paths), tuple(missing[:SHOWN]))


def relocate_images(project: Project, found: Relocation) -> None:
    """Write the folder into the project's settings; a path inside the project is written relative to it.

    Raises:
        StudioError: none of the images is there, or the settings cannot be written.
    """
    if not found.found:
        raise StudioError(f"None of the project's images is in {found.folder}.", "Choose another folder.")
    home = project.root.resolve()
    inside = found.folder.is_relative_to(home)
    written = found.folder.relative_to(home).as_posix() if inside else str(found.folder)
    file = project.root / FILE_NAME
    change_settings(file, {**read_texts(file), "images.root": written})


def _count(folder: Path, paths: Sequence[str]) -> int:
    return sum((folder / path).is_file() for path in paths)
