"""``measure``: compute the metrics of finished versions again. No Qt, no torch."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from studio.cli._output import CANCELLED, DONE, console, print_versions
from studio.cli.run import report_cancel, report_failure, run_in_foreground, take_back
from studio.jobs.runner import reclaim
from studio.services.projects import create_and_open
from studio.services.recipes.measure_again import measure_again
from studio.services.versions import version_list


def run_measure(root: Path, versions: Sequence[str]) -> int:
    """Measure these versions (empty: all), after all jobs queued before; returns the exit code."""
    screen = console(sys.stdout)
    project = create_and_open.open_project(root, exclusive=True)
    try:
        reclaim(project)
        queued = measure_again(project, versions)
        try:
            end = run_in_foreground(project, screen, queued)
        finally:
            take_back(project, queued)
        if end.state == "failed":
            return report_failure(project, end)
        if end.state != "done":
            report_cancel(project)
            return CANCELLED
        print_versions(screen, version_list.versions(project))
        return DONE
    finally:
        project.close()
