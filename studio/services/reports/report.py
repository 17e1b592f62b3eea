"""Put a report together and write it: HTML or PDF, and each table as CSV. No Qt, no torch."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from studio.services.errors import StudioError
from studio.services.exports.destinations import atomic_file
from studio.services.projects.project import Project
from studio.services.reports import render_html, render_pdf
from studio.services.reports.data_part import data_section, settings_section
from studio.services.reports.examples_part import examples_section
from studio.services.reports.history_part import cost_section, failures_section, pairs_section, versions_section
from studio.services.reports.judges_part import judges_section, probe_section, suggestions_section
from studio.services.reports.manifest import manifest
from studio.services.reports.render_pdf import MANIFEST_FILE
from studio.services.reports.results_part import experiments_section, measures_section, results_section, verdict_section
from studio.services.reports.types import Cell, Listing, Paragraph, Report, ReportSection, ReportTable
from studio.services.tables import write_csv
from studio.services.versions import version_list
from studio.services.versions.prediction import MEASURE_FIRST, settings_of
from studio.services.versions.types import MetricValue

SUFFIXES = (".html", ".pdf")
EXAMPLES = 6
MOST_EXAMPLES = 50
_RENDER: dict[str, Callable[[Report], bytes]] = {".html": render_html.render, ".pdf": render_pdf.render}
OnProgress = Callable[[int, int], None]


def make_report(
    project: Project, *, examples: int = EXAMPLES, on_progress: OnProgress = lambda done, total: None
) -> Report:
    """Return the whole report of a project in its present state.

    Args:
        project: an open project.
        examples: how many images each list of examples has.
        on_progress: is told how many chapters are done, the manifest being one; may raise to stop.

    Raises:
        StudioError: no version has been measured, or a file that the manifest names cannot be read.
    """
    versions = version_list.versions(project)
    measured = [row for row in versions if "srcc" in row.metrics]
    if not measured:
        raise StudioError("No model version has been measured yet.", MEASURE_FIRST)
    settings = settings_of(project, measured[-1]) or project.settings
    made = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    parts: tuple[Callable[[], ReportSection | None], ...] = (
        lambda: verdict_section(project, versions),
        lambda: results_section(project, versions),
        lambda: measures_section(versions),
        lambda: judges_section(project),
        lambda: suggestions_section(project),
        lambda: probe_section(project),
        lambda: experiments_section(project),
        lambda: examples_section(project, versions, examples),
        lambda: data_section(project),
        lambda: settings_section(settings),
        lambda: pairs_section(project, versions),
        lambda: failures_section(project, versions),
        lambda: versions_section(versions),
        lambda: cost_section(project),
    )
    sections = []
    for done, part in enumerate(parts):
        on_progress(done, len(parts) + 1)
        section = part()
        if section is not None:
            sections.append(section)
    facts = manifest(project, measured, made, lambda _done, _total: on_progress(len(parts), len(parts) + 1))
    sections.append(_reproduction())
    on_progress(len(parts) + 1, len(parts) + 1)
    return Report(project.name, made, tuple(sections), facts)


def _reproduction() -> ReportSection:
    return ReportSection(
        "Reproduction",
        (
            Paragraph(
                "This file contains a manifest: hashes of images and scores, prompt, parser and weights, the settings, "
                "the versions of the libraries, and each version's answers. With a copy of the project (an archive or "
                "the folder), on any machine, the command below predicts and measures again and says whether the "
                "numbers agree."
            ),
            Listing("score-studio reproduce REPORT.html --project DIR"),
        ),
    )


def write_report(report: Report, file: Path, tables: Path | None = None) -> list[Path]:
    """Write a report as .html or .pdf, and its tables as CSV and the manifest into a folder; returns all files.

    Raises:
        StudioError: another suffix, or a file that cannot be written.
    """
    render = _RENDER.get(file.suffix.lower())
    if render is None:
        raise StudioError(
            f"A report is an HTML or a PDF file, not {file.name}.", "Choose a name ending in .html or .pdf."
        )
    written = [file]
    body = render(report)
    with atomic_file(file) as part:
        part.write_bytes(body)
    if tables is not None:
        try:
            tables.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            message = f"{tables} cannot be made: {error.strerror or error}."
            raise StudioError(message, "Choose another folder.") from error
        for table in report.tables():
            place = tables / f"{table.file}.csv"
            header, rows = csv_rows(table)
            write_csv(place, header, rows)
            written.append(place)
        written.append(tables / MANIFEST_FILE)
        with atomic_file(tables / MANIFEST_FILE) as part:
            part.write_text(json.dumps(report.manifest, indent=1, allow_nan=False), encoding="utf-8")
    return written


def csv_rows(table: ReportTable) -> tuple[list[str], list[list[str]]]:
    """Return header and rows of a table for other programs: numbers in full, an interval's ends and n in columns."""
    wide = [any(isinstance(row[place], MetricValue) for row in table.rows) for place in range(len(table.columns))]
    header: list[str] = []
    for column, is_wide in zip(table.columns, wide, strict=True):
        header += [column.name, *((f"{column.name}: {end}" for end in ("low", "high", "n")) if is_wide else ())]
    rows = []
    for row in table.rows:
        cells: list[str] = []
        for cell, is_wide in zip(row, wide, strict=True):
            if not is_wide:
                cells.append(_csv(cell))
            elif isinstance(cell, MetricValue):
                cells += [_csv(cell.value), _csv(cell.lo), _csv(cell.hi), _csv(cell.n)]
            else:
                cells += [_csv(cell), "", "", ""]
        rows.append(cells)
    return header, rows


def _csv(cell: Cell) -> str:
    return "" if cell is None else cell if isinstance(cell, str) else repr(cell)
