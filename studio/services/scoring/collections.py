"""Make, list, rename and delete collections, and look for new, changed and missing files. No Qt, no torch."""

from __future__ import annotations

import dataclasses
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, cast

from db.collections import Collection
from db.engine import Session
from db.queries import jobs
from db.queries.collections import images as images_queries
from studio.services.errors import StudioError
from studio.services.imports.formats.image_walk import ImageWalk, left_out, walk_images
from studio.services.imports.formats.path_index import is_text
from studio.services.projects.project import Project
from studio.services.scoring.types import EXPLAIN, CollectionRow, Explain, FolderChange, ScoringOptions
from studio.services.stages.score import SCORE

OnFound = Callable[[int], None]
"""Receives how many images have been found so far."""
_REPORT_EVERY = 1000
RECORDS = "sidecars"
"""The folder of the project that has a record of every run of sidecars of a collection, by which it is undone."""


def list_collections(project: Project) -> list[CollectionRow]:
    """Return all collections by name."""
    with project.reader() as session:
        counted = images_queries.counts(session)
        return [_row(row, *counted.get(row.id, (0, 0, 0))) for row in images_queries.all_collections(session)]


def collection(project: Project, collection_id: int) -> CollectionRow:
    """Return one collection.

    Raises:
        StudioError: there is none with this id.
    """
    with project.reader() as session:
        row = find_collection(session, collection_id)
        return _row(row, *images_queries.counts(session).get(row.id, (0, 0, 0)))


def find_collection(session: Session, collection_id: int) -> Collection:
    """Return a collection's row.

    Raises:
        StudioError: there is none with this id.
    """
    row = images_queries.by_id(session, collection_id)
    if row is None:
        raise StudioError(f"There is no collection {collection_id} in this project.", "Choose another one.")
    return row


def create(
    project: Project,
    sources: Sequence[Path],
    name: str = "",
    options: ScoringOptions | None = None,
    on_found: OnFound = lambda count: None,
) -> int:
    """Make a collection of all images in these folders and files, and return its id. Images are found, not opened.

    Args:
        project: the project.
        sources: folders and files; folders are searched with all folders below them.
        name: "" is the name of the first source; a number is added to a name that is taken.
        options: how it is scored.
        on_found: see ``OnFound``.

    Raises:
        StudioError: no images there, or a name that is taken by another collection.
    """
    homes = _homes(sources)
    walks: list[ImageWalk] = []
    rows = list(_scan(homes, on_found, walks))
    if not rows:
        named = ", ".join(str(home) for home in homes) or "the choice"
        found = " ".join((f"No images found in {named}.", *left_out(walks)))
        raise StudioError(found, "Choose images, or a folder that contains some.")
    with project.session() as session:
        taken = {row.name for row in images_queries.all_collections(session)}
        if name.strip() in taken:
            raise StudioError(f"There is a collection {name.strip()!r} already.", "Choose another name.")
        chosen = name.strip() or free_name(homes[0].stem if homes[0].is_file() else homes[0].name, taken)
        kept = dataclasses.asdict(options or ScoringOptions())
        made = images_queries.add_collection(session, chosen, [str(home) for home in homes], kept)
        images_queries.add_images(
            session, [{"collection_id": made.id, **row, "missing": False, "pick": 0} for row in rows]
        )
        return made.id


def count_images(sources: Sequence[Path], on_found: OnFound = lambda count: None) -> tuple[int, list[str]]:
    """Return how many images a collection of these folders and files would have, and in sentences what is left out.

    Raises:
        StudioError: one of them does not exist.
    """
    walks: list[ImageWalk] = []
    count = sum(1 for _row in _scan(_homes(sources), on_found, walks))
    return count, left_out(walks)


def free_name(wanted: str, taken: Iterable[str]) -> str:
    """Return this name, with a number if it is taken."""
    base, used = wanted.strip() or "Images", set(taken)
    return next(name for n in range(1, len(used) + 2) if (name := base if n == 1 else f"{base} {n}") not in used)


def add_sources(project: Project, collection_id: int, sources: Sequence[Path]) -> FolderChange:
    """Add folders and files to a collection and look for their images.

    Raises:
        StudioError: no such collection.
    """
    with project.session() as session:
        row = find_collection(session, collection_id)
        row.sources = list(dict.fromkeys([*row.sources, *(str(home) for home in _homes(sources))]))
    return look_again(project, collection_id)


def look_again(project: Project, collection_id: int, on_found: OnFound = lambda count: None) -> FolderChange:
    """Look at the collection's folders: add new files, mark missing ones, forget the scores of changed ones.

    One transaction. Picks are kept, and the scores of missing files, so that a disk can be taken away and come back.

    Raises:
        StudioError: no such collection.
    """
    with project.reader() as session:
        sources = [Path(source) for source in find_collection(session, collection_id).sources]
    there = [home for home in sources if home.exists()]
    walks: list[ImageWalk] = []
    found = {row["path"]: row for row in _scan(there, on_found, walks)}
    with project.session() as session:
        known = images_queries.files(session, collection_id)
        new = [row for path, row in found.items() if path not in known]
        other = [
            {"id": known[path].id, "bytes": row["bytes"], "modified_ns": row["modified_ns"]}
            for path, row in found.items()
            if path in known and (row["bytes"], row["modified_ns"]) != (known[path].bytes, known[path].modified_ns)
        ]
        gone = [file.id for path, file in known.items() if path not in found and not file.missing]
        back = [file.id for path, file in known.items() if path in found and file.missing]
        images_queries.add_images(session, [_new(collection_id, row) for row in new])
        images_queries.change_files(session, other)
        images_queries.set_missing(session, gone, missing=True)
        images_queries.set_missing(session, back, missing=False)
    return FolderChange(len(new), len(other), len(gone), len(back), tuple(left_out(walks)))


def set_options(project: Project, collection_id: int, options: ScoringOptions) -> None:
    """Store how a collection is scored next time.

    Raises:
        StudioError: no such collection, or a wrong number of images to explain.
    """
    if options.extremes < 1:
        raise StudioError(f"{options.extremes} best and worst images cannot be explained.", "Choose at least 1.")
    with project.session() as session:
        find_collection(session, collection_id).options = dataclasses.asdict(options)


def rename(project: Project, collection_id: int, name: str) -> None:
    """Give a collection another name.

    Raises:
        StudioError: an empty name, or one that is taken.
    """
    wanted = name.strip()
    if not wanted:
        raise StudioError("A collection needs a name.", "Enter one.")
    with project.session() as session:
        other = images_queries.by_name(session, wanted)
        if other is not None and other.id != collection_id:
            raise StudioError(f"There is a collection {wanted!r} already.", "Choose another name.")
        find_collection(session, collection_id).name = wanted


def delete(project: Project, collection_id: int) -> None:
    """Delete a collection with its scores and picks; image files are not touched.

    Raises:
        StudioError: no such collection, or it is being scored.
    """
    with project.session() as session:
        row = find_collection(session, collection_id)
        own = [job for job in jobs.all_jobs(session) if is_job_of(job.stage, job.options, collection_id)]
        if any(job.state == "running" for job in own):
            raise StudioError(f"The collection {row.name} is being scored.", "Stop the job first.")
        for job in own:
            if job.state != "done":
                job.state, job.error, job.remedy = "cancelled", "Its collection was deleted.", None
        images_queries.delete_collection(session, collection_id)
    _set_records_aside(project.root / RECORDS, collection_id)


def _set_records_aside(home: Path, collection_id: int) -> None:
    """Rename the records of sidecars, so that a later collection of the same number does not undo them."""
    own = home / str(collection_id)
    if own.is_dir():
        taken = {folder.name for folder in home.iterdir()}
        names = (f"{collection_id}-deleted-{n}" for n in range(1, len(taken) + 2))
        own.rename(home / next(name for name in names if name not in taken))


def is_job_of(stage: str, options: Any, collection_id: int) -> bool:
    """Return whether a job scores this collection."""
    return bool(stage == SCORE.kind and options.get("collection") == collection_id)


def options_of(row: Collection) -> ScoringOptions:
    """Return how a collection is scored."""
    explain = row.options.get("explain", "all")
    number = row.options.get("extremes", ScoringOptions().extremes)
    return ScoringOptions(cast(Explain, explain) if explain in EXPLAIN else "all", max(1, int(number)))


def _row(row: Collection, images: int, missing: int, problems: int) -> CollectionRow:
    sources = tuple(Path(source) for source in row.sources)
    return CollectionRow(row.id, row.name, sources, options_of(row), images, missing, problems)


def _new(collection_id: int, row: dict[str, Any]) -> dict[str, Any]:
    return {"collection_id": collection_id, **row, "missing": False, "pick": 0}


def _homes(sources: Sequence[Path]) -> list[Path]:
    """Return absolute paths.

    Raises:
        StudioError: one of them does not exist, or has a name that cannot be stored.
    """
    homes = list(dict.fromkeys(source.expanduser().absolute() for source in sources))
    for home in homes:
        if not home.exists():
            raise StudioError(f"{home} does not exist.", "Choose a folder or image that is there.")
        if not is_text(str(home)):
            raise StudioError(f"The name of {str(home)!r} is not UTF-8.", "Rename it; names are stored as text.")
    return homes


def _scan(homes: Sequence[Path], on_found: OnFound, walks: list[ImageWalk]) -> Iterator[dict[str, Any]]:
    """Yield path, name, bytes and time of every image file once; adds what was listed to ``walks``."""
    seen: set[str] = set()
    for path in _paths(homes, walks):
        if path in seen or not is_text(path):
            continue
        try:
            status = os.stat(path)  # noqa: PTH116  called for every file, so without a Path
        except OSError:
            continue
        if not stat.S_ISREG(status.st_mode):
            continue
        seen.add(path)
        if len(seen) % _REPORT_EVERY == 0:
            on_found(len(seen))
        name = path.rpartition(os.sep)[2]
        yield {"path": path, "name": name, "bytes": status.st_size, "modified_ns": status.st_mtime_ns}
    on_found(len(seen))


def _paths(homes: Sequence[Path], walks: list[ImageWalk]) -> Iterator[str]:
    for home in homes:
        if home.is_dir():
            root = str(home)
            walks.append(walk_images(home))
            paths = walks[-1].paths
            yield from (os.path.join(root, *path.split("/")) for path in paths)  # noqa: PTH118  as above
        else:
            yield str(home)
