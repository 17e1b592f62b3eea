"""``run``: the queue in the foreground, with progress, and a clean stop on Ctrl-C. No Qt, no torch."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from studio.cli._output import CANCELLED, DONE, FAILED, console, plain, print_versions, shown_command
from studio.cli._progress import reporter
from studio.cli._stopping import stopping
from studio.jobs.runner import JobEnd, reclaim, run_queue
from studio.services.loop import next_action, queue
from studio.services.loop.types import JobRow, NextAction
from studio.services.projects import create_and_open
from studio.services.projects.project import Project
from studio.services.recipes.version_names import MAIN
from studio.services.versions import version_list
from studio.services.versions.overview import latest_assessment
from studio.services.versions.verdict_lines import verdict_lines
from studio.text import duration


def run_project(root: Path, iterations: int | None, review: bool | None) -> int:
    """Run all unfinished stages; returns the exit code.

    Args:
        root: the project folder.
        iterations: the total number of iterations; None uses the settings.
        review: pause after pair generation; None uses the settings.
    """
    began = time.monotonic()
    screen = console(sys.stdout)
    project = create_and_open.open_project(root, exclusive=True)
    try:
        count = iterations if iterations is not None else project.settings.loop.iterations
        reclaim(project)
        waiting = next_action.enqueue_next(project, count, review=review)
        if not waiting:
            return _nothing_to_do(screen, project, count)
        beside = [job.id for job in queue.list_jobs(project) if job.state == "queued" and job.line != MAIN]
        end = run_in_foreground(project, screen, [*waiting, *beside])
        return _report(screen, project, count, end, time.monotonic() - began)
    finally:
        project.close()


def _nothing_to_do(screen: Console, project: Project, iterations: int) -> int:
    action = next_action.next_action(project, iterations)
    if action.kind == "review":
        _print_review(screen, project, action)
        return DONE
    iterations_text = "1 iteration is" if iterations == 1 else f"All {iterations} iterations are"
    screen.print(Text(f"Nothing to do: {iterations_text} finished."))
    return DONE


def run_in_foreground(project: Project, screen: Console, jobs: list[int] | None) -> JobEnd:
    cancel = threading.Event()
    shown = reporter(screen)
    try:
        with stopping(cancel):
            return run_queue(project, shown.on_event, shown.on_job, cancel, jobs)
    finally:
        shown.close()


def take_back(project: Project, queued: Sequence[int]) -> None:
    """Take the jobs that have not run out of the queue: another command must not do unasked what was stopped."""
    for job_id in queued:
        if queue.job(project, job_id).state == "queued":
            queue.cancel_queued(project, job_id)


def _report(screen: Console, project: Project, iterations: int, end: JobEnd, seconds: float) -> int:
    match end.state:
        case "failed":
            return report_failure(project, end)
        case "cancelled" | "paused":
            report_cancel(project)
            return CANCELLED
        case "done":
            action = next_action.next_action(project, iterations)
            if action.kind == "review":
                _print_review(screen, project, action)
            else:
                versions = version_list.versions(project)
                print_versions(screen, versions)
                for line in verdict_lines(*latest_assessment(project, versions)):
                    screen.print(Text(plain(line)))
            screen.print(Text(f"Finished in {duration(seconds)}."))
            return DONE


def _print_review(screen: Console, project: Project, action: NextAction) -> None:
    screen.print(Text(f"The pairs of iteration {action.iteration} are ready. Training is waiting for your review."))
    window = shown_command("open", project.root)
    screen.print(Text(f"Review the pairs in the window ({window}), then run: {_run_command(project)} --no-review"))


def report_failure(project: Project, end: JobEnd, again: str = "") -> int:
    """Print why a job failed, and the command that goes on (by default ``run``)."""
    lines = [f"Failed: {plain(end.message, multiline=True)}"]
    if end.job_id is not None:
        failed = queue.job(project, end.job_id)
        lines[0] = f"{plain(failed.title)} failed: {plain(end.message, multiline=True)}"
        lines.append(f"Log: {plain(failed.run_folder / 'log.txt')}")
    if end.remedy:
        lines.insert(1, plain(end.remedy, multiline=True))
    lines.append(f"Finished work is kept. To continue: {again or _run_command(project)}")
    print("\n".join(lines), file=sys.stderr)
    return FAILED


def report_cancel(project: Project, again: str = "") -> None:
    """Print what a stopped run has kept, and the command that goes on (by default ``run``)."""
    text = f"Stopped. {kept(queue.list_jobs(project))}\nTo continue: {again or _run_command(project)}"
    print(text, file=sys.stderr)


def kept(jobs: list[JobRow]) -> str:
    """Return a text about what a stopped run keeps."""
    done = sum(job.state == "done" for job in jobs)
    text = f"Kept: {done} of {len(jobs)} stages"
    for job in jobs:
        if job.state in ("cancelled", "paused", "interrupted") and job.total:
            text += f", and {job.done} of {job.total} {plain(job.unit)} of {plain(job.title)}"
    return text + "."


def _run_command(project: Project) -> str:
    return shown_command("run", project.root)
