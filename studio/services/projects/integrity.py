"""Check that rows and files are consistent. No Qt, no torch. Changes nothing."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing

from db.engine import connect
from db.queries import images, jobs, predictions, versions
from engine.contract.artifacts import digest, verify
from studio.services.errors import StudioError
from studio.services.images.image_check import same_content
from studio.services.projects.project import DATABASE_NAME, Project
from studio.services.projects.types import IntegrityProblem
from studio.services.recipes.stage_options import StageOptions
from studio.services.stages.predict import PREDICT

_LEAK_REMEDY = "Create the project again, with these images in one group of the table."
_SHOWN = 10
"""Missing images listed individually; the others are counted."""


def check(project: Project) -> list[IntegrityProblem]:
    """Return all problems of the project; empty if there are none."""
    damage = list(_database(project))
    if damage:
        return damage
    found = [*_adapters(project), *_run_folders(project), *_predictions(project)]
    try:
        found += _images(project)
    except StudioError as error:
        found.append(IntegrityProblem("studio.toml", error.message, error.remedy))
    return found


def _database(project: Project) -> Iterator[IntegrityProblem]:
    remedy = "Restore the database from a backup; keep this file."
    try:
        with closing(connect(project.root / DATABASE_NAME)) as connection:
            for (line,) in connection.execute("PRAGMA integrity_check"):
                if line != "ok":
                    yield IntegrityProblem(DATABASE_NAME, line, remedy)
            for table, row, parent, _ in connection.execute("PRAGMA foreign_key_check"):
                yield IntegrityProblem(
                    DATABASE_NAME, f"row {row} of {table} refers to a missing row of {parent}", remedy
                )
    except sqlite3.DatabaseError as error:
        yield IntegrityProblem(DATABASE_NAME, str(error), remedy)


def _adapters(project: Project) -> Iterator[IntegrityProblem]:
    with project.reader() as session:
        known = {row.name: (row.adapter, row.digest) for row in versions.all_versions(session) if row.adapter}
    for name, (adapter, made) in known.items():
        folder = project.root / str(adapter)
        if not folder.is_dir():
            yield IntegrityProblem(
                name, f"its adapter folder {adapter} is missing", "Restore the folder from a backup."
            )
            continue
        remedy = f"Restore {adapter} from a copy; the run folder of its job may hold one."
        damage = verify(folder)
        for what in damage:
            yield IntegrityProblem(name, what, remedy)
        if not damage and digest(folder) != made:
            yield IntegrityProblem(name, "its adapter has changed since it was created", remedy)


def _run_folders(project: Project) -> Iterator[IntegrityProblem]:
    with project.reader() as session:
        states = {str(job.id): job.state for job in jobs.all_jobs(session)}
    runs = project.root / "runs"
    there = {folder.name for folder in runs.iterdir()} if runs.is_dir() else set()
    for name in sorted(there - set(states)):
        yield IntegrityProblem(
            f"runs/{name}", "belongs to no job of this project", "Check its content, then remove it."
        )
    for name in sorted(set(states) - there, key=int):
        if states[name] in ("running", "interrupted"):
            yield IntegrityProblem(
                f"runs/{name}",
                "is missing, though its job is not done",
                "Resume the job; it will start from the beginning.",
            )


def _predictions(project: Project) -> Iterator[IntegrityProblem]:
    with project.reader() as session:
        expected = Counter(image.split for image in images.of_splits(session, ("val", "test")) if not image.problem)
        counts = predictions.counts(session)
        done = [
            (job.version_name, StageOptions.from_dict(job.options).splits)
            for job in jobs.in_state(session, "done")
            if job.stage == PREDICT.kind
        ]
    for name, splits in done:
        for split, number in expected.items():
            if splits is not None and split not in splits:
                continue
            there = counts.get(name or "", {}).get(split, 0)
            if there < number:
                what = f"{there} predictions on {number} images of the split {split}"
                yield IntegrityProblem(str(name), what, "Restore the database from a backup, or predict again.")


def _images(project: Project) -> list[IntegrityProblem]:
    root = project.images_root()
    if not root.is_dir():
        return [IntegrityProblem(str(root), "the images folder is missing", "Set [images] root in studio.toml.")]
    with project.reader() as session:
        rows = [(image.path, image.problem) for image in images.all_images(session)]
    missing = [path for path, _ in rows if not (root / path).is_file()]
    remedy = "Restore the file, or set [images] root in studio.toml."
    found = [IntegrityProblem(path, "the image is missing", remedy) for path in missing[:_SHOWN]]
    if len(missing) > _SHOWN:
        found.append(IntegrityProblem(str(root), f"{len(missing) - _SHOWN} more images are missing", remedy))
    gone = set(missing)
    remedy = "Replace the file; the next stage reads it again."
    found += [IntegrityProblem(path, problem, remedy) for path, problem in rows if problem and path not in gone]
    return found + [
        IntegrityProblem(same.paths[0], f"the same file is in more than one split: {same.described}", _LEAK_REMEDY)
        for same in same_content(project)
        if same.leaks
    ]
