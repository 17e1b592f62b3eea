"""``suggest``: what versions suggest for test images, judged by a language model that sees them. No Qt, no torch."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.text import Text

from studio.cli._output import CANCELLED, DONE, console, metric_json, plain, shown_command
from studio.cli.run import report_cancel, report_failure, run_in_foreground, take_back
from studio.jobs.runner import reclaim
from studio.services.judging import keys
from studio.services.projects import create_and_open
from studio.services.projects.project import Project
from studio.services.suggesting import suggestion_results, suggestion_runs
from studio.services.suggesting.types import SuggestionEstimate
from studio.text import change_with_interval, percent, with_interval

GRADES = ("usefulness", "concreteness", "relevance")


def run_suggest(
    root: Path, versions: Sequence[str], judge: dict[str, Any], sample: int | None, *, as_json: bool
) -> int:
    """Ask versions that have not been asked, judge their suggestions, and print the figures; returns the exit code.

    Args:
        root: the project's folder.
        versions: their names; empty: the newest main version. The base is always among them.
        judge: settings of [judge] that differ from the project's, for this time.
        sample: test images; None: as in the settings.
        as_json: print JSON instead of text.
    """
    screen = console(sys.stderr if as_json else sys.stdout)
    project = create_and_open.open_project(root, exclusive=True)
    try:
        reclaim(project)
        settings = suggestion_runs.with_changes(project, judge, sample)
        if "base_url" in judge:
            keys.bind_environment_key(judge["base_url"])
        names = suggestion_runs.asked_versions(project, versions)
        expected = suggestion_runs.estimate(project, names, settings)
        screen.print(Text(_told(expected)))
        queued = suggestion_runs.enqueue(project, names, settings)
        try:
            end = run_in_foreground(project, screen, queued)
        finally:
            take_back(project, queued)
        if end.state != "done":
            again = shown_command("suggest", root, "...")
            if end.state == "failed":
                return report_failure(project, end, again)
            report_cancel(project, again)
            return CANCELLED
        _print(project, names, expected.judge, as_json=as_json)
        return DONE
    finally:
        project.close()


def _told(expected: SuggestionEstimate) -> str:
    cost = "" if expected.usd is None else f", about {expected.usd:.2f} USD"
    asked = f"; asked first: {', '.join(expected.asked)}" if expected.asked else ""
    text = f"{expected.suggestions} suggestions of {', '.join(expected.versions)}{cost}; judge: {expected.judge}{asked}"
    return plain(text)


def _print(project: Project, names: Sequence[str], judge: str, *, as_json: bool) -> None:
    rows = [row for row in suggestion_results.report(project) if row.judge == judge and row.version in names]
    if as_json:
        found = {row.version: {name: metric_json(one) for name, one in row.figures.items()} for row in rows}
        print(json.dumps({"judge": judge, "versions": found}))
        return
    for row in rows:
        coverage = row.figures.get("coverage")
        graded = f"graded {percent(coverage)} of {coverage.n}" if coverage is not None else "nothing graded"
        print(plain(f"{row.version}: {graded}"))
        for name in GRADES:
            metric, change = row.figures.get(name), row.figures.get(f"{name}_vs_base")
            against = f"  against base {change_with_interval(change)} (n {change.n})" if change is not None else ""
            count = f" (n {metric.n})" if metric is not None else ""
            print(f"  {name:12} {with_interval(metric, 'not measured')}{count}{against}")
