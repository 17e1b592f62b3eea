"""``run --recipe``, ``lines`` and ``discard``: lines of versions beside the main line. No Qt, no torch."""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

from studio.cli._output import CANCELLED, DONE, WRONG_INPUT, console, plain, print_versions
from studio.cli.run import report_cancel, report_failure, run_in_foreground
from studio.jobs.runner import reclaim
from studio.services.errors import StudioError
from studio.services.loop import queue
from studio.services.projects import create_and_open
from studio.services.projects.project import Project
from studio.services.recipes import discarding, lines
from studio.services.recipes.line_rows import LineRow
from studio.services.recipes.version_names import MAIN
from studio.services.versions import version_list
from studio.services.versions.types import VersionVerdict
from studio.services.versions.verdict_lines import WORDS


def run_line(root: Path, recipe: str | None, iteration: int | None, start: str | None, name: str | None) -> int:
    """Start a line by a recipe, or resume one, after all jobs queued before it; returns the exit code."""
    if recipe is not None and name is not None:
        raise StudioError(
            "--recipe and --line cannot be combined.", "Use --recipe to start a line, --line to resume one."
        )
    screen = console(sys.stdout)
    project = create_and_open.open_project(root, exclusive=True)
    try:
        reclaim(project)
        if name is None:
            assert recipe is not None
            name = lines.start_line(project, recipe, iteration or _last_trained(project), start)
            screen.print(Text(f"New line: {plain(name)}"))
        else:
            lines.resume_line(project, name)
        end = run_in_foreground(project, screen, None)
        if end.state == "failed":
            return report_failure(project, end)
        if end.state in ("cancelled", "paused"):
            report_cancel(project)
            return CANCELLED
        print_versions(screen, version_list.versions(project))
        for line in lines.list_lines(project):
            _print_line(screen, line)
        return DONE
    finally:
        project.close()


def print_lines(root: Path, *, as_json: bool) -> None:
    """Print all lines beside the main line."""
    project = create_and_open.open_project(root)
    try:
        found = lines.list_lines(project)
    finally:
        project.close()
    if as_json:
        rows = [{**dataclasses.asdict(line), "created_at": line.created_at.isoformat()} for line in found]
        print(json.dumps(rows, indent=1, ensure_ascii=True, allow_nan=False))
        return
    screen = console(sys.stdout)
    if not found:
        screen.print(Text("No lines beside the main line."))
    for line in found:
        _print_line(screen, line)


def run_discard(root: Path, name: str, *, yes: bool) -> int:
    """Show what will be deleted, ask for confirmation and delete it; returns the exit code."""
    project = create_and_open.open_project(root, exclusive=True)
    try:
        gone = discarding.preview(project, name)
        what = f"{len(gone.versions)} versions, {gone.jobs} jobs and {gone.pairs} pairs"
        print(f"{plain(name)}: {what} will be deleted; frees {gone.bytes / 1e6:.1f} MB.")
        if gone.holders:
            raise StudioError(f"{name} cannot be discarded: {'; '.join(gone.holders)}.", "Remove these first.")
        if not yes and not _confirmed():
            print("Nothing was deleted.", file=sys.stderr)
            return WRONG_INPUT
        discarding.discard_line(project, name)
        discarding.delete_for_good(project)
        return DONE
    finally:
        project.close()


def verdict_line(version: str, verdict: VersionVerdict) -> str:
    """Return a verdict as one line: ``... against iter2/merged: better, SRCC +0.02 [0.01, 0.03]``."""
    delta = verdict.delta
    interval = "" if delta.lo is None or delta.hi is None else f" [{delta.lo:+.3f}, {delta.hi:+.3f}]"
    return f"{version} against {verdict.other}: {WORDS[verdict.word]}, SRCC {delta.value:+.3f}{interval}"


def _print_line(screen: Console, line: LineRow) -> None:
    head = f"{line.name}: iteration {line.iteration}, {line.done} of {line.total} jobs done ({line.state})"
    screen.print(Text(plain(head)))
    if line.verdict is not None:
        screen.print(Text(plain(f"  {verdict_line(line.versions[-1], line.verdict)}")))


def _last_trained(project: Project) -> int:
    own = [job.iteration for job in queue.list_jobs(project) if job.line == MAIN and job.version_name is not None]
    return max(own, default=0) or 1


def _confirmed() -> bool:
    return sys.stdin.isatty() and input("Delete it? [y/N] ").strip().lower() in ("y", "yes")
