"""The finished demo: a small project with three iterations, made by one command and shipped. No Qt, no torch.

A newcomer looks at it while the own demo, or the own project, is still running. What is opened is always a copy in the
user's data folder, so that nothing done there changes the program, and nothing done there is lost.
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path

from engine.contract.artifacts import digest, seal
from engine.contract.resources import resource_path
from studio.jobs.demos.demo_project import is_made, make_demo_project
from studio.services.archiving import pack, unpack
from studio.services.base_models.suitability import DEMO
from studio.services.errors import StudioError
from studio.services.projects import create_and_open
from studio.services.projects.project import DATABASE_NAME

SEED, ITERATIONS = 0, 3
COUNTS = (352, 96, 180)
"""Images to train on, to validate and to test with."""
SETTINGS = "[training]\nrank = 8\nalpha = 16\nepochs = 3.0\n"
NAME = "Finished demo"

RunLoop = Callable[[Path, int], int]
"""Runs a project's iterations up to a number, and returns an exit code."""


def archive_path() -> Path:
    """Return the place of the shipped archive."""
    return resource_path("demo", "finished.zip")


def build_finished_demo(out: Path, run_loop: RunLoop, *, on_line: Callable[[str], None], seed: int = SEED) -> Path:
    """Make the project, run its loop and write it as an archive; returns its path.

    The same seed makes the same images, answers, adapters and figures on the same versions of the libraries; only the
    times differ. No path of the machine that built it is in the archive.

    Raises:
        StudioError: a stage failed, or the archive cannot be written.
        ToolError: the images could not be generated.
    """
    with tempfile.TemporaryDirectory(prefix="score-studio-") as scratch:
        root = Path(scratch) / "finished-demo"
        make_demo_project(root, seed=seed, on_line=on_line, counts=COUNTS, jpeg=True, settings=SETTINGS, name=NAME)
        if (code := run_loop(root, ITERATIONS)) != 0:
            raise StudioError(f"The loop of the finished demo ended with exit code {code}.")
        _forget_this_machine(root)
        project = create_and_open.open_project(root)
        try:
            packed = pack(project, Path(scratch) / out.name, with_images=True)
        finally:
            project.close()
        shutil.move(packed.file, out)
    return out


def finished_demo(folder: Path, archive: Path | None = None) -> Path:
    """Return the finished demo as a project in ``folder``, unpacking it if it is not there yet. Takes under a second.

    Each version of the archive has a subfolder of its own: a newer program's demo does not touch the older one, in
    which something may have been changed. Any thread; two programs at once come to the same end.

    Raises:
        StudioError: no space, no right to write, or a damaged archive.
    """
    archive = archive or archive_path()
    root = folder / f"finished-demo-{hashlib.sha256(archive.read_bytes()).hexdigest()[:8]}"
    if is_made(root):
        return root
    folder.mkdir(parents=True, exist_ok=True)
    try:
        unpack(archive, root)
    except StudioError:
        if not is_made(root):  # else another program was quicker
            raise
    return root


def _forget_this_machine(root: Path) -> None:
    """Replace this machine's paths in what is archived: adapters' configurations, run files, database.

    An adapter with another configuration has another digest, which replaces the old one wherever it is named.
    """
    paths = ((str(root.resolve()), "."), (str(root), "."), (str(resource_path("demo", "model")), DEMO))
    digests = []
    for adapter in sorted((root / "models").glob("*/*/")):
        before = digest(adapter)
        _replace_in(adapter / "adapter_config.json", paths)
        digests.append((before, seal(adapter)))
    replaced = (*paths, *digests)
    for file in sorted((root / "runs").glob("*/*")):
        if file.suffix in (".json", ".jsonl", ".txt"):
            _replace_in(file, replaced)
    with closing(sqlite3.connect(root / DATABASE_NAME)) as rows:
        rows.execute("UPDATE meta SET value = 'scores.csv' WHERE key = 'scores_file'")
        for table in ("job", "job_event", "model_version"):
            for _place, column, kind, *_rest in rows.execute(f"PRAGMA table_info({table})").fetchall():
                for old, new in replaced if kind in ("VARCHAR", "JSON") else ():
                    rows.execute(f"UPDATE {table} SET {column} = replace({column}, ?, ?)", (old, new))
        rows.commit()
        rows.execute("VACUUM")


def _replace_in(file: Path, replaced: Iterable[tuple[str, str]]) -> None:
    text = file.read_text("utf-8")
    for old, new in replaced:
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")
