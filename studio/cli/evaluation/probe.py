"""``probe``: what versions score and say about degraded copies of test images. No Qt, no torch."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from studio.cli._output import CANCELLED, DONE, console, plain, shown_command
from studio.cli.run import report_cancel, report_failure, run_in_foreground, take_back
from studio.jobs.runner import reclaim
from studio.services.probing import probe_results, probe_runs
from studio.services.probing.types import ProbeEstimate, ProbeReport, ProbeRow
from studio.services.projects import create_and_open
from studio.services.recipes.version_names import BASE
from studio.services.versions.types import MetricValue
from studio.text import change_with_interval, number, points_with_interval, range_text

MISSING = "-"


def run_probe(root: Path, versions: Sequence[str], changes: dict[str, Any], *, as_json: bool) -> int:
    """Probe versions that have not been probed with these settings, and print the figures; returns the exit code.

    Args:
        root: the project's folder.
        versions: their names; empty: the newest main version. The base is always among them.
        changes: settings of [probe] that differ from the project's, for this time.
        as_json: print JSON instead of text.
    """
    screen = console(sys.stderr if as_json else sys.stdout)
    project = create_and_open.open_project(root, exclusive=True)
    try:
        reclaim(project)
        settings = probe_runs.with_probe(project, changes)
        names = probe_runs.probed_versions(project, versions)
        screen.print(Text(_told(probe_runs.estimate(project, names, settings))))
        queued = probe_runs.enqueue(project, names, settings)
        if queued:
            try:
                end = run_in_foreground(project, screen, queued)
            finally:
                take_back(project, queued)
            if end.state != "done":
                again = shown_command("probe", root, "...")
                if end.state == "failed":
                    return report_failure(project, end, again)
                report_cancel(project, again)
                return CANCELLED
        report = probe_results.report(project)
        if as_json:
            print(json.dumps({"versions": {name: _json(report.of(name)) for name in names}}, allow_nan=False))
        else:
            for name in names:
                screen.print(_table(report, name))
                screen.print()
            screen.print(Text(_EXPLAINED))
        return DONE
    finally:
        project.close()


_EXPLAINED = """\
score: change from the same image untouched, in the scale of the scores.
named: by how many percentage points more often the explanation names what was changed than that of the untouched image.
n: images; after a stroke, those with an explanation of both.
order: 1 if more degradation always lowers the score, 0 if there is no order.
In brackets: 95% intervals over the images, each row for itself."""


def _told(expected: ProbeEstimate) -> str:
    known = f"; known from before: {', '.join(expected.known)}" if expected.known else ""
    if not expected.versions:
        return plain(f"Nothing new to probe{known}.")
    left = expected.seconds
    time = "" if left is None else f" Time: {range_text(left.low, left.high, 'seconds')}."
    return plain(
        f"{expected.answers:,} answers of {', '.join(expected.versions)}: {expected.images} images, each untouched and "
        f"in {expected.copies - 1} degraded copies{known}.{time}"
    )


def _table(report: ProbeReport, version: str) -> Table:
    table = Table(title=plain(version), title_justify="left", pad_edge=False, box=None)
    table.add_column("degradation", no_wrap=True)
    against = () if version == BASE else ("against base",)
    for heading in ("strength", "score", *against, "named", *against, "order", "n"):
        table.add_column(heading, justify="right", no_wrap=True)
    rows = report.of(version)
    orders = {row.degradation: number(row.figures["order"].value, 2) for row in rows if "order" in row.figures}
    for row in rows:
        if row.strength:
            order = orders.pop(row.degradation, "")  # once, beside the first strength
            table.add_row(*(Text(cell) for cell in _cells(row, order, compared=bool(against))))
    return table


def _cells(row: ProbeRow, order: str, *, compared: bool) -> list[str]:
    found = row.figures
    cells = [plain(row.degradation.replace("_", " ")), f"{row.strength:g}"]
    cells.append(change_with_interval(found.get("score_change"), MISSING))
    if compared:
        cells.append(change_with_interval(found.get("score_change_vs_base"), MISSING))
    cells.append(points_with_interval(found.get("naming_gain"), MISSING))
    if compared:
        cells.append(points_with_interval(found.get("naming_gain_vs_base"), MISSING))
    return [*cells, order, row.images or MISSING]


def _json(rows: Sequence[ProbeRow]) -> list[dict[str, Any]]:
    return [
        {"degradation": row.degradation, "strength": row.strength, "figures": _figures(row.figures)} for row in rows
    ]


def _figures(figures: Mapping[str, MetricValue]) -> dict[str, dict[str, float | int | None]]:
    return {name: {"value": m.value, "lo": m.lo, "hi": m.hi, "n": m.n} for name, m in figures.items()}
