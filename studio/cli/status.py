"""The short commands: each opens the project, calls one service and prints. No Qt, no torch."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.progress import Progress
from rich.text import Text

from engine.contract.resources import resource_path
from studio.cli._output import DONE, FAILED, console, plain, print_versions
from studio.cli._stopping import stopping
from studio.jobs.engine_commands import run_tool
from studio.jobs.image_check import check_images
from studio.services.errors import OperationCancelled
from studio.services.estimating.ahead import time_left
from studio.services.loop import queue
from studio.services.projects import create_and_open, integrity
from studio.services.projects import status as status_service
from studio.services.projects.project import Project
from studio.services.review import pair_list as pair_service
from studio.services.versions import version_list
from studio.services.versions.overview import latest_assessment
from studio.services.versions.verdict_lines import verdict_lines
from studio.text import range_text


@contextmanager
def opened(root: Path) -> Iterator[Project]:
    """Yield the project for reading, without its lock, and close it."""
    project = create_and_open.open_project(root)
    try:
        yield project
    finally:
        project.close()


def _time_left(project: Project) -> list[str]:
    found = time_left(project, {})
    if found is None or not found.stages:
        return []
    parts = [
        f"{kind} {range_text(one.low, one.high, 'seconds')}{f' on {device}' if device else ''}"
        for (kind, device), one in found.by_kind().items()
    ]
    return [f"Time left: {range_text(found.total.low, found.total.high, 'seconds')} ({', '.join(parts)})."]


def status(root: Path, *, as_json: bool) -> None:
    """Print the status of a project."""
    with opened(root) as project:
        if as_json:
            print(json.dumps(status_service.status(project), indent=1, ensure_ascii=True, allow_nan=False))
            return
        screen = console(sys.stdout)
        versions = version_list.versions(project)
        print_versions(screen, versions)
        for line in verdict_lines(*latest_assessment(project, versions)):
            screen.print(Text(plain(line)))
        counts = pair_service.counts(project)
        screen.print(Text(f"Pairs: {counts.total}, {counts.kept} kept, {counts.vetoed} vetoed."))
        for line in _time_left(project):
            screen.print(Text(line))
        for job in queue.observed_jobs(project):
            done = f" ({job.done} of {job.total} {plain(job.unit)})" if job.total and job.state != "done" else ""
            held = f" (waits for: {plain(job.waits_for)})" if job.waits_for else ""
            screen.print(Text(f"{job.state:12}{plain(job.title)}{done}{held}"))
            if job.state == "failed":
                screen.print(Text(f"            {plain(job.error)} {plain(job.remedy)}"))


def check(root: Path, *, with_images: bool = False) -> int:
    """Print all problems; returns 0 if there are none. ``with_images``: open each unchecked image first."""
    with opened(root) as project:
        if with_images:
            _open_images(project)
        problems = integrity.check(project)
    for problem in problems:
        print(f"{plain(problem.where)}: {plain(problem.what).rstrip('.')}. {plain(problem.remedy)}")
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    print(f"{count} found." if problems else "No problems found: database and files are consistent.")
    return FAILED if problems else DONE


def _open_images(project: Project) -> None:
    cancel = threading.Event()
    with stopping(cancel), Progress(console=console(sys.stderr), transient=True) as bar:
        task = bar.add_task("Opening images", total=None)
        end = check_images(project, cancel.is_set, lambda done, total: bar.update(task, completed=done, total=total))
    if cancel.is_set():
        raise OperationCancelled
    print(f"{end.opened} images opened.")


def build_demo_model(out: Path | None, seed: int) -> None:
    """Train the demo model in a child, printing its output."""
    folder = out or resource_path("demo", "model")
    run_tool(
        "engine.demo", "model", str(folder), "--seed", str(seed), on_line=lambda line: print(plain(line), flush=True)
    )
