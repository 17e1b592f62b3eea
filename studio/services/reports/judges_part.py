"""The chapters about judges and about the faithfulness probe. No Qt, no torch."""

from __future__ import annotations

from collections.abc import Iterator

from engine.contract.judge_types import GRADE_WORDS
from studio.services.judging.agreement import agreement
from studio.services.judging.grading import SCALES
from studio.services.judging.judge_names import short_name
from studio.services.probing import probe_results
from studio.services.probing.types import ALL_DEGRADATIONS, ProbeReport
from studio.services.projects.project import Project
from studio.services.recipes.version_names import BASE
from studio.services.reports import charts
from studio.services.reports.types import Column, Paragraph, ReportChart, ReportSection, ReportTable
from studio.services.suggesting import suggestion_results
from studio.services.versions.types import MetricValue

_KINDS = {"model": "language model", "person": "person", "estimate": "estimate from words, no judge"}


def judges_section(project: Project) -> ReportSection | None:
    """Return who graded and how far every two of them agree; None if nobody has, not even the estimate."""
    found = agreement(project)
    if not found.judges:
        return None
    judges = ReportTable(
        file="judges",
        title="Who graded",
        columns=(
            Column("judge"), Column("kind"), Column("asked", "count"), Column("graded", "count"),
            Column("coverage", "percent"), *(Column(f"mean {scale}", "number", 2) for scale in SCALES),
        ),
        rows=tuple(
            (
                _name(one.judge, one.kind), _KINDS[one.kind], one.asked, one.graded,
                one.graded / one.asked if one.asked else None, *one.means,
            )
            for one in found.judges
        ),
        note="All versions together; a grade that could not be had is no number and lowers the coverage.",
    )  # fmt: skip
    if not found.pairs:
        return ReportSection("Judges", (judges,))
    kinds = {one.judge: one.kind for one in found.judges}
    pairs = ReportTable(
        file="agreement",
        title="Agreement of judges on the same explanations",
        columns=(Column("judge"), Column("with"), Column("scale"), Column("n", "count"),
                 Column("weighted kappa", "number", 2), Column("Spearman", "number", 2),
                 Column("equal grades", "percent")),
        rows=tuple(
            (
                _name(one.first, kinds[one.first]), _name(one.second, kinds[one.second]), one.scale, one.n,
                MetricValue(one.kappa, one.lo, one.hi, one.n), one.spearman, one.same,
            )
            for one in found.pairs
        ),
        note="Quadratic weights (Cohen 1968): 1 if they always agree, 0 as by chance; 95% intervals.",
    )  # fmt: skip
    matrices = tuple(
        ReportTable(
            file=f"confusion-{number}",
            title=f"{one.scale}: {_name(one.first, kinds[one.first])} (rows) and "
            f"{_name(one.second, kinds[one.second])} (columns)",
            columns=(Column("grade"), *(Column(word, "count") for word in GRADE_WORDS)),
            rows=tuple((word, *counts) for word, counts in zip(GRADE_WORDS, one.matrix, strict=True)),
        )
        for number, one in enumerate(found.pairs, start=1)
        if one.scale == "consistency"
    )
    return ReportSection("Judges", (judges, pairs, *matrices))


def _name(judge: str, kind: str) -> str:
    return "word tone" if kind == "estimate" else short_name(judge)


def suggestions_section(project: Project) -> ReportSection | None:
    """Return how useful judges that see the images find what versions suggest; None if nobody was asked."""
    rows = suggestion_results.report(project)
    if not rows:
        return None
    scales = ("usefulness", "concreteness", "relevance")
    shown = [*scales, *(f"{scale}_vs_base" for scale in scales)]
    table = ReportTable(
        file="suggestions",
        title="Suggestions, graded from 0 to 4 with the image (like Table 9 of the paper)",
        columns=(
            Column("version"),
            Column("judge"),
            *(Column(scale, "number", 2) for scale in scales),
            *(Column(f"{scale} against base", "change", 2) for scale in scales),
            Column("graded", "percent"),
        ),
        rows=tuple(
            (
                row.version,
                short_name(row.judge),
                *(row.figures.get(name) for name in shown),
                row.figures.get("coverage"),
            )
            for row in rows
        ),
        note="95% intervals over images; against base: the same images.",
    )
    return ReportSection("Suggestions", (table,))


def probe_section(project: Project) -> ReportSection | None:
    """Return what degraded images do to scores and texts; None if nothing was probed."""
    report = probe_results.report(project)
    if not report.versions:
        return None
    about = Paragraph(
        "Test images were made worse along one attribute at a time. A version that sees and says what is wrong lowers "
        "the score, and names what was changed more often than for the untouched image."
    )
    return ReportSection(
        "Faithfulness probe", (about, *_probe_charts(report), *(_probe_table(report, v) for v in report.versions))
    )


def _probe_table(report: ProbeReport, version: str) -> ReportTable:
    against = () if version == BASE else ("score_change_vs_base", "naming_gain_vs_base")
    rows = [row for row in report.of(version) if row.strength]
    return ReportTable(
        file=f"probe-{version.replace('/', '-')}",
        title=f"Probe of {version}",
        columns=(
            Column("degradation"),
            Column("strength", places=2, form="number"),
            Column("score changes by", "change", 2),
            *((Column("against base", "change", 2),) if against else ()),
            Column("named more often by (points)", "points"),
            *((Column("against base (points)", "points"),) if against else ()),
            Column("images"),
        ),
        rows=tuple(
            (
                row.degradation.replace("_", " "),
                row.strength,
                row.figures.get("score_change"),
                *((row.figures.get("score_change_vs_base"),) if against else ()),
                row.figures.get("naming_gain"),
                *((row.figures.get("naming_gain_vs_base"),) if against else ()),
                row.images,
            )
            for row in rows
        ),
        note="95% intervals over the images, each row for itself.",
    )


def _probe_charts(report: ProbeReport) -> Iterator[ReportChart]:
    names = [name for name in report.degradations if name != ALL_DEGRADATIONS]
    shown = list(dict.fromkeys([report.versions[0], report.versions[-1]]))
    for figure, title, label, factor in (
        ("score_change", "How the score of a degraded image changes", "change of the score, strongest degradation", 1),
        ("naming_gain", "How much more often the explanation names what was changed", "percentage points", 100),
    ):
        series = [(version, [_strongest(report, version, name, figure, factor) for name in names]) for version in shown]
        if any(metric is not None for _, metrics in series for metric in metrics):
            yield ReportChart(
                title,
                "By degradation, at its highest strength, with 95% intervals.",
                charts.rows_with_intervals([name.replace("_", " ") for name in names], series, label),
            )


def _strongest(report: ProbeReport, version: str, degradation: str, figure: str, factor: float) -> MetricValue | None:
    rows = [row for row in report.of(version) if row.degradation == degradation and row.strength]
    found = max(rows, key=lambda row: row.strength).figures.get(figure) if rows else None
    if found is None or found.value is None:
        return None
    lo, hi = (None if end is None else factor * end for end in (found.lo, found.hi))
    return MetricValue(factor * found.value, lo, hi, found.n)
