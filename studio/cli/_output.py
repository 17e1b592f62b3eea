"""Command-line output: sanitised text, and the tables. Uses services' rows; no torch, no Qt."""

from __future__ import annotations

import os
import shlex
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import platformdirs
from rich.console import Console
from rich.table import Table
from rich.text import Text

from studio.services.errors import StudioError
from studio.services.imports.types import ImportReport
from studio.services.judging.judge_names import short_name
from studio.services.versions.types import MetricValue, VersionRow
from studio.text import number, percent, with_interval

DONE, FAILED, WRONG_INPUT, CANCELLED = 0, 1, 2, 130
"""Exit codes."""
MISSING = "-"
"""Placeholder for a missing number: plain ASCII, for logs."""
REFUSALS_SHOWN = 10
TABLE_WIDTH = 120
"""Assumed columns if the output is not a terminal, so that a table in a log is not folded."""


def plain(text: object, *, multiline: bool = False) -> str:
    """Return untrusted text without characters that a terminal would interpret: they are escaped.

    Newlines are kept if ``multiline``, otherwise escaped too.
    """
    return "".join(c if c.isprintable() or (multiline and c == "\n") else _spelled(c) for c in str(text))


def shown_command(*words: object) -> str:
    """Return a command line to copy, with names that contain spaces quoted."""
    return plain(shlex.join(["score-studio", *map(str, words)]))


def _spelled(character: str) -> str:
    return character.encode("unicode_escape", "backslashreplace").decode("ascii")


def console(stream: IO[str]) -> Console:
    """Return a console for literal text: no markup, no emoji codes; no control codes unless it is a terminal."""
    terminal = stream.isatty()  # rich would also take FORCE_COLOR for a terminal and move the cursor in a log
    width = None if terminal else TABLE_WIDTH
    return Console(
        file=stream, markup=False, emoji=False, highlight=False, soft_wrap=True, width=width, force_terminal=terminal
    )


def error_lines(error: StudioError) -> str:
    """Return message and remedy, for stderr."""
    lines = [f"Error: {plain(error.message, multiline=True)}"]
    if error.remedy:
        lines.append(plain(error.remedy, multiline=True))
    return "\n".join(lines)


def import_lines(report: ImportReport) -> list[str]:
    """Return an import report as lines, with the first rejected rows."""
    splits = ", ".join(f"{count} {name}" for name, count in report.splits.items())
    detected = "" if report.format == "table" else f", format {report.format}"
    lines = [f"{report.imported} of {report.read} rows imported ({splits}){detected}."]
    lines += [plain(note) for note in report.notes]
    if report.votes_read:
        lines.append(f"{report.votes_kept} of {report.votes_read} individual ratings imported.")
    for refusal in report.refused[:REFUSALS_SHOWN]:
        lines.append(f"  line {refusal.line}: {plain(refusal.value)!r} skipped: {plain(refusal.reason)}")
    if (more := len(report.refused) - REFUSALS_SHOWN) > 0:
        lines.append(f"  and {more} more skipped rows")
    if report.refusals is not None:
        lines.append(f"All skipped rows, with file, line and reason: {report.refusals} in the project.")
    return lines + [f"Warning: {plain(warning)}" for warning in report.warnings]


def version_table(versions: Sequence[VersionRow]) -> Table:
    """Return the table of versions: the test metrics of each, with the interval of SRCC.

    Without a judge's grades it has the estimate from word tone in their place, under its own name.
    """
    judges = {short_name(version.judge) for version in versions if version.judge}
    graded = f"consistency ({plain(', '.join(sorted(judges)))})" if judges else "word tone"
    table = Table(title="Versions on the test split", title_justify="left", pad_edge=False, box=None)
    table.add_column("version", no_wrap=True)
    for heading in (
        "SRCC [95% interval]",
        "PLCC",
        "RMSE",
        graded,
        "format failures",
        "n",
        "val. SRCC",
    ):
        table.add_column(heading, justify="right")
    for version in versions:
        table.add_row(*(Text(cell) for cell in _cells(version, "consistency" if judges else "word_tone")))
    return table


def print_versions(screen: Console, versions: Sequence[VersionRow]) -> None:
    """Print the table with an empty line before and after."""
    screen.print()
    screen.print(version_table(versions))
    screen.print()


def _cells(version: VersionRow, graded: str) -> tuple[str, ...]:
    metrics = version.metrics
    srcc = metrics.get("srcc")
    return (
        plain(version.name),
        with_interval(srcc, MISSING),
        _number(metrics.get("plcc")),
        _number(metrics.get("rmse")),
        _number(metrics.get(graded), 2),
        percent(metrics.get("format_failures"), MISSING),
        str(srcc.n) if srcc else MISSING,
        _number(version.validation.get("srcc")),
    )


def _number(metric: MetricValue | None, places: int = 3) -> str:
    return number(metric.value if metric else None, places, missing=MISSING)


def metric_json(metric: MetricValue | None) -> dict[str, float | int | None] | None:
    """Return a metric as a JSON value; null if it was not measured."""
    return None if metric is None else {"value": metric.value, "lo": metric.lo, "hi": metric.hi, "n": metric.n}


def metric_text(metric: MetricValue | None) -> str:
    """``3.21 [3.10, 3.32] (n = 980)``, or "not measured"."""
    if metric is None or metric.value is None:
        return "not measured"
    interval = "" if metric.lo is None else f" [{metric.lo:.2f}, {metric.hi:.2f}]"
    return f"{metric.value:.2f}{interval} (n = {metric.n})"


def report_defect(error: Exception) -> str:
    """Write the traceback of an unexpected error to a new file; returns the line that names it."""
    text = "".join(traceback.format_exception(error))
    folder = Path(platformdirs.user_log_dir("score-studio"))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{os.getpid()}.log"
        file.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as problem:
        return f"Unexpected error; its log could not be written ({plain(problem)}):\n{plain(text, multiline=True)}"
    return f"Unexpected error: {type(error).__name__}: {plain(error)[:300]}. See {plain(file)} for details."
