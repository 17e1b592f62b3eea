"""``report``: a file with everything that a project has measured. No Qt, no torch."""

from __future__ import annotations

import sys
from pathlib import Path

from rich.progress import Progress

from studio.cli._output import DONE, console, plain
from studio.services.projects import create_and_open
from studio.services.reports.report import make_report, write_report


def run_report(root: Path, out: Path, tables: Path | None, examples: int) -> int:
    """Write the report of a project, and its tables as CSV files if asked; returns the exit code."""
    project = create_and_open.open_project(root)
    try:
        with Progress(console=console(sys.stderr), transient=True) as bars:
            task = bars.add_task("Report", total=None)
            report = make_report(
                project,
                examples=examples,
                on_progress=lambda done, total: bars.update(task, completed=done, total=total),
            )
        written = write_report(report, out, tables)
    finally:
        project.close()
    print(f"Report saved to {plain(out)}.")
    if tables is not None:
        print(f"{len(written) - 2} tables and the manifest saved to {plain(tables)}.")
    return DONE
