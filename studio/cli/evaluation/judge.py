"""``judge``: grade finished versions by a language model on any server with OpenAI's chat API. No Qt, no torch."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.text import Text

from studio.cli._output import CANCELLED, DONE, console, metric_json, metric_text, plain
from studio.cli.run import report_cancel, report_failure, run_in_foreground, take_back
from studio.jobs.runner import reclaim
from studio.services.judging import judge_again, keys
from studio.services.judging.judge_again import JudgingEstimate
from studio.services.projects import create_and_open
from studio.services.projects.project import Project
from studio.services.versions import version_list

GRADES = ("consistency", "usefulness", "general")
READ = ("read_label", "read_truth", "read_contradictions", "read_coverage")


def run_judge(
    root: Path, versions: Sequence[str], changes: dict[str, Any], *, read: bool = False, as_json: bool
) -> int:
    """Judge versions and measure them again; returns the exit code.

    Args:
        root: the project's folder.
        versions: their names; empty: all that have explanations.
        changes: settings of [judge] that differ from the project's, for this time.
        read: the judge also reads a score from each explanation alone.
        as_json: print JSON instead of text.
    """
    screen = console(sys.stderr if as_json else sys.stdout)
    project = create_and_open.open_project(root, exclusive=True)
    try:
        reclaim(project)
        settings = judge_again.with_judge(project, {"name": "model", **changes})
        if "base_url" in changes:
            keys.bind_environment_key(changes["base_url"])
        names = judge_again.judged_versions(project, versions)
        expected = judge_again.estimate(project, names, settings, read=read)
        screen.print(Text(_told(expected)))
        queued = judge_again.enqueue(project, names, settings, read=read)
        try:
            end = run_in_foreground(project, screen, queued)
        finally:
            take_back(project, queued)
        if end.state != "done":
            again = plain(" ".join(["score-studio judge", str(root), "..."]))
            if end.state == "failed":
                return report_failure(project, end, again)
            report_cancel(project, again)
            return CANCELLED
        _print(project, names, expected.judge, (*GRADES, *(READ if read else ())), as_json=as_json)
        return DONE
    finally:
        project.close()


def _told(expected: JudgingEstimate) -> str:
    cost = "" if expected.usd is None else f", about {expected.usd:.2f} USD"
    text = f"{expected.explanations} explanations of {', '.join(expected.versions)}{cost}; judge: {expected.judge}"
    return plain(text)


def _print(project: Project, names: Sequence[str], judge: str, shown: Sequence[str], *, as_json: bool) -> None:
    rows = [row for row in version_list.versions(project, judge) if row.name in names]
    if as_json:
        found = {row.name: {name: metric_json(row.metrics.get(name)) for name in shown} for row in rows}
        print(json.dumps({"judge": judge, "versions": found}))
        return
    for row in rows:
        grades = "  ".join(f"{name} {metric_text(row.metrics.get(name))}" for name in shown)
        print(plain(f"{row.name}: {grades}"))
