"""``reproduce``: predict and measure again what a report says, and compare. No Qt, no torch."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from studio.cli._output import DONE, FAILED, MISSING, console, plain
from studio.cli._stopping import stopping
from studio.jobs.one_shot import ChildError
from studio.jobs.reports.reproduce import reproduce
from studio.services.errors import StudioError
from studio.services.projects import create_and_open
from studio.services.projects.project import DATABASE_NAME
from studio.services.reports.reproduction import Check, MeasuredAgain, Reproduction, VersionAgain, load_manifest


def run_reproduce(report: Path, root: Path | None, versions: Sequence[str], *, as_json: bool) -> int:
    """Compare a report with a project; returns 0 if they agree and 1 if not, or if a child failed.

    Args:
        report: the HTML file, or a manifest on its own.
        root: the project's folder; None: the folder that the report is in, or the current one.
        versions: to predict again; empty: all of the report.
        as_json: print JSON instead of text.
    """
    manifest = load_manifest(report)
    project = create_and_open.open_project(root or _project_near(report))
    try:
        cancel = threading.Event()
        with stopping(cancel, ""), Progress(console=console(sys.stderr), transient=True) as bars:
            task = bars.add_task("Images", total=None)

            def on_step(what: str, done: int, total: int) -> None:
                bars.update(task, description=plain(what) or "Images", completed=done, total=total)

            found = reproduce(project, manifest, versions, on_step=on_step, cancel=cancel)
    except ChildError as error:
        print(f"Failed: {plain(error, multiline=True)}", file=sys.stderr)
        return FAILED
    finally:
        project.close()
    if as_json:
        print(json.dumps(_json(found), allow_nan=False))
    else:
        _show(found)
    return DONE if found.agrees else FAILED


def _project_near(report: Path) -> Path:
    for folder in (report.absolute().parent, Path.cwd()):
        if (folder / DATABASE_NAME).is_file():
            return folder
    raise StudioError(
        "There is no project beside the report.", "Name a copy of the project of the report with --project DIR."
    )


def _show(found: Reproduction) -> None:
    screen = console(sys.stdout)
    for check in found.checks:
        screen.print(Text(_check_line(check)))
    for version in found.versions:
        screen.print()
        screen.print(Text(plain(version.name)))
        for line in _version_lines(version):
            screen.print(Text(plain(f"  {line}")))
        if version.numbers:
            screen.print(_table(version.numbers))
    screen.print()
    screen.print(Text(conclusion(found)))


def conclusion(found: Reproduction) -> str:
    """Return in one sentence whether the report is reproduced."""
    if not found.agrees:
        wrong = [check.name for check in found.checks if not check.agrees]
        wrong += [version.name for version in found.versions if not version.agrees]
        return plain(f"This does not agree with the report: {', '.join(wrong)}.")
    if all(version.identical for version in found.versions):
        return "This agrees with the report: every answer that was compared is the same."
    return "This agrees with the report, within rounding."


def _check_line(check: Check) -> str:
    if check.agrees:
        return plain(f"{check.name}: the same")
    return plain(f"{check.name}: DIFFERENT, {check.reported} in the report, {check.here} here")


def _version_lines(version: VersionAgain) -> list[str]:
    lines = [_check_line(check) for check in version.checks if not check.agrees]
    if not lines:
        lines.append("weights, prompt and settings: the same")
    lines += [f"note: {note}" for note in version.notes]
    if not version.images:
        return lines
    lines.append(
        f"{version.same_labels} of {version.images} compared answers have the same label; "
        f"scores differ by at most {version.largest:.4g}"
    )
    return lines


def _table(numbers: Sequence[MeasuredAgain]) -> Table:
    table = Table(pad_edge=False, box=None)
    for heading in ("  measure", "report", "here", "agrees"):
        table.add_column(heading, justify="left" if heading in ("  measure", "agrees") else "right")
    for one in numbers:
        shown = (f"  {one.name}", _number(one.reported), _number(one.here), "yes" if one.agrees else "NO")
        table.add_row(*(Text(cell) for cell in shown))
    return table


def _number(value: float | None) -> str:
    return MISSING if value is None else f"{value:.4f}" if value % 1 else f"{value:.0f}"


def _json(found: Reproduction) -> dict[str, Any]:
    return {
        "agrees": found.agrees,
        "checks": [_check_json(check) for check in found.checks],
        "versions": [
            {
                "name": version.name,
                "agrees": version.agrees,
                "identical": version.identical,
                "checks": [_check_json(check) for check in version.checks],
                "numbers": [
                    {"name": one.name, "reported": one.reported, "here": one.here, "agrees": one.agrees}
                    for one in version.numbers
                ],
                "compared_answers": version.images,
                "same_labels": version.same_labels,
                "largest_score_difference": version.largest,
                "notes": list(version.notes),
            }
            for version in found.versions
        ],
    }


def _check_json(check: Check) -> dict[str, Any]:
    return {"name": check.name, "reported": check.reported, "here": check.here, "agrees": check.agrees}
