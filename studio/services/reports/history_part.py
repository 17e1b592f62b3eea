"""The chapters about how the versions came about: their making, pairs and vetoes, failures, time and money.

No Qt, no torch.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from db.models import WORD_TONE
from db.queries import jobs, pairs, predictions
from engine.contract.context import read_jsonl
from studio.services.exports.model_card import settings_used
from studio.services.exports.model_card_facts import pair_use
from studio.services.judging.judge_names import short_name
from studio.services.projects.project import Project
from studio.services.recipes.version_names import MAIN
from studio.services.reports.types import Block, Cell, Column, Paragraph, ReportSection, ReportTable
from studio.services.settings.flat import flat
from studio.services.stages.judge import SPENDING
from studio.services.stages.registry import definition
from studio.services.versions.types import VersionRow
from studio.text import duration

_REASONS_SHOWN = 20


def versions_section(versions: Sequence[VersionRow]) -> ReportSection:
    """Return every version: what it was made from, its digest, when, and with which settings."""
    made = ReportTable(
        file="versions",
        title="Versions",
        columns=tuple(
            Column(name) for name in ("version", "kind", "made from", "made (UTC)", "SHA-256 of the adapter")
        ),
        rows=tuple(
            (row.name, row.kind, ", ".join(row.parents), f"{row.created_at:%Y-%m-%d %H:%M}", row.digest or "no adapter")
            for row in versions
        ),
    )
    settings = ReportTable(
        file="version-settings",
        title="How they were trained and merged",
        columns=(Column("version"), Column("setting"), Column("value")),
        rows=tuple(
            (row.name, name, f"{value:g}" if isinstance(value, float) else str(value))
            for row in versions
            for name, value in flat(settings_used(row))
        ),
    )
    return ReportSection("Versions", (made, settings))


def pairs_section(project: Project, versions: Sequence[VersionRow]) -> ReportSection | None:
    """Return the pairs of each iteration: vetoes and their reasons, edits and flags; None if there are none."""
    with project.reader() as session:
        found = list(pairs.iterations(session))
        uses = [pair_use(session, iteration, versions) for iteration in found]
        records = [one for iteration in found for one in pairs.in_image_order(session, iteration, MAIN)]
    if not found:
        return None
    made = ReportTable(
        file="pairs",
        title="Pairs of the main line",
        columns=(
            Column("iteration", "count"),
            Column("written by"),
            *(Column(name, "count") for name in ("pairs", "vetoed", "edited", "used for score training")),
        ),
        rows=tuple(
            (use.iteration, ", ".join(use.generators), use.made, use.vetoed, use.edited, use.used) for use in uses
        ),
    )
    flags = Counter((record.iteration, flag) for record in records for flag in record.flags)
    flagged = ReportTable(
        file="flags",
        title="What looks suspicious in them",
        columns=(
            Column("iteration", "count"),
            Column("flag"),
            Column("pairs", "count"),
            Column("of them vetoed", "count"),
        ),
        rows=tuple(
            (iteration, flag.replace("_", " "), count, _vetoed(records, iteration, flag))
            for (iteration, flag), count in sorted(flags.items())
        ),
        note="Flags are computed from the texts; only a person's veto takes a pair out of the training.",
    )
    reasons = Counter(record.reason or "no reason given" for record in records if record.verdict == "veto")
    blocks: list[Block] = [made, flagged]
    if reasons:
        rows = tuple(reasons.most_common(_REASONS_SHOWN))
        blocks.append(
            ReportTable("vetoes", "Why people vetoed pairs", (Column("reason"), Column("pairs", "count")), rows)
        )
    else:
        blocks.append(Paragraph("No pair was vetoed."))
    return ReportSection("Pairs and vetoes", tuple(blocks))


def _vetoed(records: Sequence[pairs.PairRecord], iteration: int, flag: str) -> int:
    return sum(one.iteration == iteration and flag in one.flags and one.verdict == "veto" for one in records)


def failures_section(project: Project, versions: Sequence[VersionRow]) -> ReportSection:
    """Return what went wrong: format failures by kind, grades that could not be had, jobs that failed."""
    kinds = ("no_score", "no_explanation", "cut_off", "other")
    rows: list[tuple[Cell, ...]] = []
    reasons: Counter[tuple[str, str, str]] = Counter()
    with project.reader() as session:
        for version in versions:
            if "format_failures" in version.metrics:
                rates = (version.metrics.get(f"format_failures:{kind}") for kind in kinds)
                rows.append((version.name, version.metrics["format_failures"], *rates))
            for judgements in predictions.all_judgements(session, version.id).values():
                for one in judgements:
                    if one.judge != WORD_TONE and one.consistency is None:
                        reasons[version.name, short_name(one.judge), one.reason or "no reason given"] += 1
        failed = [job for job in jobs.all_jobs(session) if job.state == "failed"]
        ended: list[tuple[Cell, ...]] = [(job.id, job.title, job.error or "") for job in failed]
    names = ("all", *(kind.replace("_", " ") for kind in kinds))
    counts = [row.metrics["format_failures"].n for row in versions if "format_failures" in row.metrics]
    blocks: list[Block] = [
        ReportTable(
            file="format-failures",
            title="Answers on test images that broke the format",
            columns=(Column("version"), *(Column(name, "percent") for name in names)),
            rows=tuple(rows),
            n=max(counts, default=None),
        )
    ]
    if reasons:
        columns = (Column("version"), Column("judge"), Column("reason"), Column("explanations", "count"))
        found = tuple((*key, count) for key, count in reasons.most_common(_REASONS_SHOWN))
        blocks.append(ReportTable("not-graded", "Explanations without a grade", columns, found))
    if ended:
        heads = (Column("job", "count"), Column("title"), Column("reason"))
        blocks.append(ReportTable("failed-jobs", "Jobs that failed and were not run again", heads, tuple(ended)))
    else:
        blocks.append(Paragraph("No job is in the state failed."))
    return ReportSection("Failures", tuple(blocks))


def cost_section(project: Project) -> ReportSection:
    """Return the working time by stage, on which device, and what judges cost."""
    seconds: defaultdict[str, float] = defaultdict(float)
    counts: Counter[str] = Counter()
    devices: set[str] = set()
    with project.reader() as session:
        for job in jobs.all_jobs(session):
            if job.state == "done":
                kind = definition(job.stage).label
                seconds[kind] += job.worked_seconds + (job.startup_seconds or 0.0)
                counts[kind] += 1
                devices.add(str(jobs.last_body(session, job.id, "Started").get("device", "")))
    table = ReportTable(
        file="cost",
        title="Working time",
        columns=(Column("stage"), Column("jobs", "count"), Column("seconds", "count"), Column("time")),
        rows=tuple((kind, counts[kind], spent, duration(spent)) for kind, spent in seconds.items()),
        note=f"On: {', '.join(sorted(filter(None, devices))) or 'unknown'}. Time of the last run of each finished job, "
        "with loading; time between runs does not count.",
    )
    told = [f"In total {duration(sum(seconds.values()))} of computing."]
    ledgers = sorted((project.root / SPENDING).glob("cost-*.jsonl"))
    if ledgers:
        told.append(f"Judges cost {sum(_spent(list(read_jsonl(file))) for file in ledgers):.2f} USD.")
    else:
        told.append("No judge was paid.")
    return ReportSection("Cost", (Paragraph(" ".join(told)), table))


def _spent(rows: Sequence[dict[str, float]]) -> float:
    """Return what a ledger adds up to: the last note about each request is the true one."""
    return sum({row["request"]: row["usd"] for row in rows}.values())
