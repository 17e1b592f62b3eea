"""Create a project from an archive, none of whose content is trusted. No Qt, no torch."""

from __future__ import annotations

import hashlib
import json
import re
import stat
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomlkit

from engine.contract.operating_system import is_side_file
from studio.services.archiving.contents import FORMAT, IMAGES, MANIFEST, OnProgress, is_safe
from studio.services.base_models.suitability import DEMO, check_model
from studio.services.errors import StudioError
from studio.services.exports.destinations import atomic_dir, check_space
from studio.services.projects import create_and_open
from studio.services.projects.project import DATABASE_NAME
from studio.services.settings.toml_file import FILE_NAME, load_settings

_CHUNK = 1 << 20
_MANIFEST_LIMIT = 256 * 1024**2
_AGAIN = "Get a new copy of the file from its source."
_PACKED_AGAIN = "Use the file that Score Studio wrote, or pack it with another program."


@dataclass(frozen=True, slots=True)
class Unpacked:
    """The new project. ``notes`` name what is missing on this machine, with the remedies."""

    root: Path
    project: str
    files: int
    notes: tuple[str, ...]


def unpack(
    file: Path,
    root: Path,
    *,
    images: Path | None = None,
    model: str | None = None,
    on_progress: OnProgress = lambda done, total: None,
) -> Unpacked:
    """Create a project in a new or empty folder, completely or not at all.

    Args:
        file: an archive that ``pack`` wrote.
        root: the new project's folder.
        images: where the images are on this machine, for an archive without them.
        model: where the base model is on this machine, if its place has changed.
        on_progress: may raise to stop.

    Raises:
        StudioError: not an archive, a damaged or manipulated one, one of a newer program, no disk space, or a
            folder that is not empty.
    """
    if images is not None and not images.is_dir():
        raise StudioError(f"The folder {images} does not exist.", "Choose the folder of the images.")
    base = None if model is None else check_model(model)
    try:
        with zipfile.ZipFile(file) as archive:
            head = _manifest(archive, file)
            files: dict[str, dict[str, Any]] = head["files"]
            infos = _checked(archive, files, file)
            check_space(root, sum(info.file_size for info in infos.values()))
            with atomic_dir(root) as part:
                _extract(archive, infos, files, part, on_progress)
                _settle(part, bool(head["images"]), images, base)
                create_and_open.open_project(
                    part
                ).close()  # an older program's database is migrated, a newer one's is rejected
    except (OSError, zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        reason = "the file does not exist" if isinstance(error, FileNotFoundError) else str(error)
        raise StudioError(f"{file} cannot be read as an archive: {reason}.", _AGAIN) from error
    return Unpacked(root, str(head["project"]), len(infos), tuple(_notes(root)))


def _manifest(archive: zipfile.ZipFile, file: Path) -> dict[str, Any]:
    try:
        if archive.getinfo(MANIFEST).file_size > _MANIFEST_LIMIT:
            raise ValueError("its manifest is too large")
        head = json.loads(archive.read(MANIFEST))
        if head["format"] != FORMAT:
            raise StudioError(f"{file} was written by another version of the program.", "Install the newer version.")
        files = head["files"]
        well = all(isinstance(entry["sha256"], str) and isinstance(entry["bytes"], int) for entry in files.values())
        if not well or DATABASE_NAME not in files or FILE_NAME not in files or "images" not in head:
            raise ValueError("its manifest is damaged")
    except KeyError as error:
        below = next(
            (name for name in archive.namelist() if re.fullmatch(rf".+[/\\]{re.escape(MANIFEST)}", name)), None
        )
        if below is not None:
            raise StudioError(
                f"{file} was packed again: everything is one folder down, in {below.removesuffix(MANIFEST)!r}.",
                "Use the file that Score Studio wrote, or pack the contents of that folder without the folder.",
            ) from error
        raise StudioError(f"{file} is not a project archive: its manifest is missing.", _AGAIN) from error
    except (ValueError, TypeError, AttributeError) as error:
        raise StudioError(f"{file} is not a project archive: {error}.", _AGAIN) from error
    return {**head, "project": head.get("project", "")}


def _checked(
    archive: zipfile.ZipFile, files: Mapping[str, Mapping[str, Any]], file: Path
) -> dict[str, zipfile.ZipInfo]:
    """Return the entries by name: exactly those of the manifest, regular files, with names inside the project."""
    found: dict[str, zipfile.ZipInfo] = {}
    for info in archive.infolist():
        name = info.filename
        mode = stat.S_IFMT(info.external_attr >> 16)
        if "\\" in name and is_safe(name.replace("\\", "/")):
            what = f"{file} was packed again by a program that writes backslashes into names: {name!r}."
            raise StudioError(what, _PACKED_AGAIN)
        if _is_extra(info):
            continue
        if not is_safe(name) or mode not in (0, stat.S_IFREG):
            raise StudioError(f"{file} was rejected: its entry {name!r} leads out of the project or is a link.", _AGAIN)
        if name in found:
            raise StudioError(f"{file} was rejected: it contains {name!r} twice.", _AGAIN)
        if name != MANIFEST:
            found[name] = info
    odd = sorted(set(found) ^ set(files))
    if odd:
        raise StudioError(f"{file} is damaged: {odd[0]!r} is not in both its manifest and its contents.", _AGAIN)
    wrong = next((name for name, info in found.items() if info.file_size != files[name]["bytes"]), None)
    if wrong is not None:
        raise StudioError(f"{file} is damaged: the size of {wrong!r} differs from its manifest.", _AGAIN)
    return found


def _is_extra(info: zipfile.ZipInfo) -> bool:
    """Return whether a program that packed the archive again has added the entry: a folder, or a Mac's side file."""
    name = info.filename.removesuffix("/")
    return is_safe(name) and (info.is_dir() or any(map(is_side_file, name.split("/"))))


def _extract(
    archive: zipfile.ZipFile,
    infos: Mapping[str, zipfile.ZipInfo],
    files: Mapping[str, Mapping[str, Any]],
    folder: Path,
    on_progress: OnProgress,
) -> None:
    total, done = sum(info.file_size for info in infos.values()), 0
    for name, info in infos.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        with archive.open(info) as source, target.open("xb") as out:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                out.write(chunk)
        if digest.hexdigest() != files[name]["sha256"]:
            raise StudioError(f"{name} in the archive is damaged: it differs from the manifest.", _AGAIN)
        done += info.file_size
        on_progress(done, total)


def _settle(folder: Path, has_images: bool, images: Path | None, base: str | None) -> None:
    """Set the paths of images and base model on this machine in the settings."""
    file = folder / FILE_NAME
    load_settings(file)
    document: Any = tomlkit.parse(file.read_text("utf-8"))
    if has_images and images is None:
        document["images"]["root"] = IMAGES
    elif images is not None:
        document["images"]["root"] = str(images.resolve())
    if base is not None:
        document["model"]["base"] = base
    file.write_text(tomlkit.dumps(document), "utf-8")
    for name in ("models", "runs", "cache"):
        (folder / name).mkdir(exist_ok=True)


def _notes(root: Path) -> list[str]:
    notes = []
    project = create_and_open.open_project(root)
    try:
        if not project.images_root().is_dir():
            notes.append(
                f"The images folder {project.settings.images.root} is not on this machine: set [images] root in "
                f"{FILE_NAME}."
            )
        base = project.settings.model.base
        if base != DEMO and Path(base).is_absolute() and not Path(base).is_dir():
            notes.append(f"The base model {base} is not on this machine: set [model] base in {FILE_NAME}.")
    finally:
        project.close()
    return notes
