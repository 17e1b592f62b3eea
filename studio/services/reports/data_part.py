"""The chapters about what the numbers are of: images, settings and prompt. No Qt, no torch."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePath, PurePosixPath, PureWindowsPath

from db.queries import images, meta
from engine.contract.binning import Binning
from engine.contract.specs import LABELS
from studio.services.imports.import_store import stored_binning
from studio.services.projects.project import Project
from studio.services.projects.types import SPLITS
from studio.services.reports import charts
from studio.services.reports.types import Cell, Column, Listing, Paragraph, ReportChart, ReportSection, ReportTable
from studio.services.settings.prompt import prompt_spec
from studio.services.settings.schema import Settings

_HIDDEN_SECTIONS = ("project",)


def data_section(project: Project) -> ReportSection:
    """Return the images by split and label, the distribution of their scores, and where they come from."""
    with project.reader() as session:
        rows = images.all_images(session)
        scores = [row.mean_score for row in rows]
        by_split = {split: [row.mean_score for row in rows if row.split == split] for split in SPLITS}
        bins = {split: Counter(row.bin for row in rows if row.split == split) for split in SPLITS}
        unreadable = sum(row.problem is not None for row in rows)
        groups = len({row.group_key for row in rows if row.group_key is not None})
        votes = [row.votes for row in rows if row.votes is not None]
        raters = images.count_raters(session)
        source = PurePath(meta.get(session, "scores_file") or "").name
        binning = stored_binning(session)
    told = [f"{len(rows):,} images with mean scores from {min(scores):.4g} to {max(scores):.4g}."]
    if binning.lower_is_better:
        told.append("Lower scores are better: label 9 is for the lowest ones.")
    if source:
        told.append(f"Scores from {source}.")
    if votes:
        told.append(f"{sum(votes) / len(votes):.1f} votes per image on average.")
    if raters:
        told.append(f"Single votes of {raters:,} raters are known.")
    if groups:
        told.append(
            f"Images belong to {groups:,} groups, which are never divided between splits and are resampled whole."
        )
    if unreadable:
        told.append(f"{unreadable:,} images cannot be read and are left out.")
    splits = ReportTable(
        file="data",
        title="Images by split",
        columns=(Column("split"), Column("images", "count"), Column("lowest"), Column("mean"), Column("highest")),
        rows=tuple((split, len(found), *_range(found)) for split, found in by_split.items()),
    )
    labels = ReportTable(
        file="labels",
        title="Labels: the ten quantile bins of the training scores",
        columns=(Column("label", "count"), Column("from"), Column("below"), Column("mean of training"),
                 *(Column(split, "count") for split in SPLITS)),
        rows=tuple(
            (label, *_ends(binning, label), binning.means[label], *(bins[split][label] for split in SPLITS))
            for label in LABELS
        ),
    )  # fmt: skip
    chart = ReportChart(
        "Mean scores of all images",
        "How many images have which mean score; the vertical lines are the edges of the bins.",
        charts.histogram(scores, binning.edges, "mean score"),
    )
    return ReportSection("Data", (Paragraph(" ".join(told)), splits, chart, labels))


def _ends(binning: Binning, label: int) -> tuple[Cell, Cell]:
    low, high = binning.bounds(label)
    return "" if low is None else low, "" if high is None else high


def _range(values: Sequence[float]) -> tuple[float | None, ...]:
    """Return lowest, mean and highest value."""
    return (min(values), sum(values) / len(values), max(values)) if values else (None, None, None)


def settings_section(settings: Settings) -> ReportSection:
    """Return these settings, and the prompt in full."""
    body = json.loads(settings.to_json())
    rows = tuple(
        (section, name, without_folder(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
        for section, part in body.items()
        if section not in _HIDDEN_SECTIONS and isinstance(part, dict)
        for name, value in part.items()
        if value is not None
    )
    table = ReportTable("settings", "Settings", (Column("section"), Column("setting"), Column("value")), rows)
    return ReportSection(
        "Settings",
        (
            Paragraph("Those of the newest predictions. What single versions were trained with is under Versions."),
            Listing(prompt_spec(settings.prompt).text, "Prompt"),
            table,
        ),
    )


def without_folder(value: str) -> str:
    """Return a path without the folders that it is in, which are nobody else's business; other text as it is."""
    absolute = PurePosixPath(value).is_absolute() or PureWindowsPath(value).is_absolute()
    return f"…/{PureWindowsPath(value).name}" if absolute else value
