"""``reread``: do the explanations carry the score? Versions read scores from their own texts. No Qt, no torch."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.text import Text

from studio.cli._output import CANCELLED, DONE, console, metric_json, metric_text, plain
from studio.cli.run import report_cancel, report_failure, run_in_foreground, take_back
from studio.jobs.runner import reclaim
from studio.services.projects import create_and_open
from studio.services.projects.project import Project
from studio.services.recipes.measure_again import reread_again
from studio.services.versions import version_list
from studio.services.versions.measures import READ_MEASURES


def run_reread(root: Path, versions: Sequence[str], *, as_json: bool) -> int:
    """Read the explanations of these versions (empty: all), measure, and print; returns the exit code."""
    screen = console(sys.stderr if as_json else sys.stdout)
    project = create_and_open.open_project(root, exclusive=True)
    try:
        reclaim(project)
        queued = reread_again(project, versions)
        try:
            end = run_in_foreground(project, screen, queued)
        finally:
            take_back(project, queued)
        if end.state == "failed":
            return report_failure(project, end)
        if end.state != "done":
            report_cancel(project)
            return CANCELLED
        _print(project, versions, as_json=as_json)
        return DONE
    finally:
        project.close()


def _print(project: Project, versions: Sequence[str], *, as_json: bool) -> None:
    rows = [row for row in version_list.versions(project) if not versions or row.name in versions]
    if as_json:
        found = {
            row.name: {name: metric_json(row.metrics[name]) for name in READ_MEASURES if name in row.metrics}
            for row in rows
        }
        print(json.dumps({"versions": found}))
        return
    screen = console(sys.stdout)
    for row in rows:
        told = "  ".join(f"{name} {metric_text(row.metrics.get(name))}" for name in READ_MEASURES)
        screen.print(Text(plain(f"{row.name}: {told}")))
