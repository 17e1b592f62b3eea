"""The chapters about how well versions score and explain: verdict, tables like the paper's 1, 3 and 5, charts.

See arXiv 2506.02708, sections 4.3 and 5. No Qt, no torch.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from db.queries import comparison
from engine.contract.specs import LABELS
from studio.services.experiments.results import experiments
from studio.services.experiments.types import ExperimentRow
from studio.services.judging.judge_names import short_name
from studio.services.projects.project import Project
from studio.services.recipes.version_names import MAIN
from studio.services.reports import charts
from studio.services.reports.charts import Point
from studio.services.reports.types import Block, Cell, Column, Paragraph, ReportChart, ReportSection, ReportTable
from studio.services.versions.measures import GROUPS, JUDGED, MEASURES, Measure, calibration_curve, measure_rows
from studio.services.versions.overview import distribution, latest_assessment, main_line
from studio.services.versions.types import MetricValue, VersionRow
from studio.services.versions.verdict_lines import WORDS, verdict_lines

_MOST_SERIES = 4
_GROUPED = ("format", "language", "read", "tone", "labels", "score")
_FORMS = {"number": "number", "percent": "percent", "count": "count"}


def verdict_section(project: Project, versions: Sequence[VersionRow]) -> ReportSection:
    """Return in plain words whether the newest version is better."""
    lines = verdict_lines(*latest_assessment(project, versions))
    if not lines:
        return ReportSection(
            "Verdict", (Paragraph("Fewer than two versions of the main line were measured.", strong=True),)
        )
    blocks = [Paragraph(" ".join(line.split()), strong=" against " in line or line is lines[-1]) for line in lines]
    note = "A difference is called clear if its corrected p is below 0.05 and its 95% interval excludes 0."
    return ReportSection("Verdict", (*blocks, Paragraph(note)))


def results_section(project: Project, versions: Sequence[VersionRow]) -> ReportSection:
    """Return the main line: a table like the paper's Table 1 and 5, the differences, and charts."""
    main = [row for row in versions if row.line == MAIN and "srcc" in row.metrics]
    if not main:
        return ReportSection("Results", (Paragraph("No version has been measured.", strong=True),))
    finals = {row.name for row in main_line(main)}
    blocks: list[Block] = [_main_table(main, finals), _differences(main_line(main))]
    points = [Point(row.name, row.metrics["srcc"], row.name not in finals) for row in main if _known(row, "srcc")]
    if points:
        blocks.append(
            ReportChart(
                "Scores: rank correlation with the true scores (SRCC)",
                "Each version's SRCC on the test images with its 95% interval; grey: adapters that were merged.",
                charts.intervals(points, "SRCC"),
            )
        )
    blocks += _consistency_chart(main, finals)
    blocks += _score_charts(project, main_line(main))
    return ReportSection("Results", tuple(blocks))


def _main_table(main: Sequence[VersionRow], finals: set[str]) -> ReportTable:
    judge = next((row.judge for row in main if row.judge), None)
    judged = (("consistency", "Cons"), ("usefulness", "Use"), ("general", "Gen"), ("coverage", "graded"))
    names = ["plcc", "srcc", "rmse", "format_failures"]
    names += [name for name, _ in judged] if judge else ["word_tone"]
    if any("text_label" in row.metrics for row in main):
        names.append("text_label")
    headings = {"plcc": "PLCC", "srcc": "SRCC", "rmse": "RMSE", "format_failures": "format failures",
                "word_tone": "word tone (estimate)", "text_label": "text alone, own label"} | dict(judged)  # fmt: skip
    shares = ("format_failures", "coverage")
    graded = f" Cons, Use and Gen are the grades 0 to 4 of {short_name(judge)}." if judge else " Nobody has judged."
    n = max(row.metrics["srcc"].n for row in main)
    return ReportTable(
        file="results",
        title="Versions of the main line",
        columns=(
            Column("version"),
            *(
                Column(headings[name], "percent" if name in shares else "number", 2 if name in dict(judged) else 3)
                for name in names
            ),
        ),
        rows=tuple((row.name, *(row.metrics.get(name, _NOTHING) for name in names)) for row in main),
        note=f"On {n:,} test images unless a cell says otherwise, with 95% intervals (bootstrap).{graded}",
        n=n,
        strong=frozenset(number for number, row in enumerate(main) if row.name in finals),
    )


_NOTHING = MetricValue(None, None, None, 0)


def _differences(finals: Sequence[VersionRow]) -> ReportTable:
    """Return what each final version changed against the base and the previous one, on the same images."""
    rows: list[tuple[Cell, ...]] = []
    for place, row in enumerate(finals):
        for other in dict.fromkeys(other.name for other in (finals[place - 1], finals[0]) if place):
            for name in ("srcc", "plcc", "rmse", "consistency", "word_tone", "tone_label", "text_label"):
                delta = row.metrics.get(f"{name}_delta:{other}")
                if delta is not None and delta.value is not None:
                    p = row.metrics.get(f"{name}_p:{other}")
                    rows.append((row.name, other, _SHORT[name], delta, None if p is None else p.value))
    return ReportTable(
        file="differences",
        title="Paired differences on the same test images",
        columns=(Column("version"), Column("against"), Column("measure"), Column("difference", "change"),
                 Column("p", "chance")),
        rows=tuple(rows),
        note="95% intervals; p by a paired bootstrap, not corrected here. The verdict above is corrected.",
        n=max((row.metrics["srcc"].n for row in finals), default=None),
    )  # fmt: skip


_SHORT = {
    "srcc": "SRCC",
    "plcc": "PLCC",
    "rmse": "RMSE",
    "consistency": "consistency",
    "word_tone": "word tone (estimate)",
    "tone_label": "tone and label (estimate)",
    "text_label": "text alone, own label",
}


def _consistency_chart(main: Sequence[VersionRow], finals: set[str]) -> Iterator[ReportChart]:
    for name, title, label in (
        ("consistency", "Consistency as graded by {judge}", "consistency (0 to 4)"),
        ("text_label", "Does the text alone give the score away?", "SRCC with the own label"),
        ("tone_label", "Tone of words and label: an estimate, not consistency", "rank correlation"),
    ):
        points = [Point(row.name, row.metrics[name], row.name not in finals) for row in main if _known(row, name)]
        if len(points) > 1:
            judge = next((short_name(row.judge) for row in main if row.judge), "")
            yield ReportChart(
                title.format(judge=judge),
                "Each version's value with its 95% interval; grey: adapters that were merged.",
                charts.intervals(points, label),
            )


def _score_charts(project: Project, finals: Sequence[VersionRow]) -> Iterator[ReportChart]:
    shown = [finals[0], *finals[1:][-(_MOST_SERIES - 1) :]]
    panels, labels = [], []
    with project.reader() as session:
        truths = {image: truth for image, _, _, truth, _ in comparison.test_images(session)}
        bins = comparison.test_bins(session)
        for row in shown:
            rows = [found for found in comparison.scores(session, row.id) if found[2] is not None]
            if rows:
                panels.append((row.name, [truths[found[0]] for found in rows], [found[2] for found in rows]))
            counted = distribution(row.name, comparison.logprobs(session, row.id))
            if sum(counted.greedy):
                labels.append((row.name, [count / sum(counted.greedy) for count in counted.greedy]))
    if panels:
        first_and_last = panels[:1] + panels[1:][-1:]
        yield ReportChart(
            "Predicted and true scores",
            "One dot per test image; on the dashed line they are equal.",
            charts.scatter(first_and_last, "score"),
        )
    if labels:
        total = sum(bins.values()) or 1
        labels.insert(0, ("true", [bins.get(label, 0) / total for label in LABELS]))
        yield ReportChart(
            "How often each label is given",
            "Share of test images by the label that the version wrote; a version that is stuck has one high bar.",
            charts.shares(labels, "label"),
        )
    curves = [(row.name, curve) for row in shown if (curve := calibration_curve(row))]
    if curves:
        yield ReportChart(
            "Calibration",
            "Mean true score of images with similar predictions, in up to ten groups; on the dashed line they agree.",
            charts.calibration(curves, "score"),
        )


def _known(row: VersionRow, name: str) -> bool:
    metric = row.metrics.get(name)
    return metric is not None and metric.value is not None


def measures_section(versions: Sequence[VersionRow]) -> ReportSection:
    """Return every measure of base and final versions, and the differences of the newest from base and previous."""
    finals = [row for row in main_line(versions) if "srcc" in row.metrics]
    if not finals:
        return ReportSection("Measures", (Paragraph("No version has been measured."),))
    shown = [finals[0], *finals[1:][-(_MOST_SERIES - 1) :]]
    columns = (Column("measure"), *(Column(row.name) for row in shown))
    rows = []
    for measure in MEASURES:
        form = Column("", "percent" if measure.form == "percent" else "count" if measure.form == "count" else "number")
        name = f"{GROUPS[measure.group]}: {title_of(measure)}"
        rows.append((name, *(_as_form(row.metrics.get(measure.name), form) for row in shown)))
    for judge in dict.fromkeys(judge for row in shown for judge in row.judged):
        for measure in JUDGED:
            found = [row.judged.get(judge, {}).get(measure.name) for row in shown]
            if any(metric is not None for metric in found):
                form = Column("", "percent" if measure.form == "percent" else "number")
                rows.append((f"{short_name(judge)}: {title_of(measure)}", *(_as_form(one, form) for one in found)))
    blocks: list[Block] = [
        ReportTable(
            file="measures",
            title="All measures",
            columns=columns,
            rows=tuple(rows),
            note="What the words mean: Measures in the program's guide. Text and score: what the version itself reads "
            "from its explanations, without the image or beside another one.",
        )
    ]
    if len(finals) > 1:
        blocks.append(_measure_changes(finals[-1], finals[0], finals[-2]))
    return ReportSection("Measures", tuple(blocks))


def title_of(measure: Measure) -> str:
    """Return what a measure is called, in English."""
    return measure.title.format(measure.name.partition(":")[2])


def _as_form(metric: MetricValue | None, form: Column) -> str:
    from studio.services.reports.types import NOT_MEASURED, cell_text

    return NOT_MEASURED if metric is None else cell_text(metric, form)


def _measure_changes(row: VersionRow, base: VersionRow, previous: VersionRow) -> ReportTable:
    rows = []
    for one in measure_rows(row, base.name, previous.name):
        changes = [("base", one.base), ("previous", one.previous)] if previous is not base else [("base", one.base)]
        for against, change in changes:
            if change is not None:
                percent = one.measure.form == "percent"
                delta = change.delta
                rows.append(
                    (
                        f"{short_name(one.judge) if one.judge else GROUPS[one.measure.group]}: {title_of(one.measure)}",
                        base.name if against == "base" else previous.name,
                        _as_form(delta, Column("", "points" if percent else "change")) + (" points" if percent else ""),
                        delta.n,
                        change.p,
                    )
                )
    return ReportTable(
        file="measure-changes",
        title=f"What {row.name} changed",
        columns=(
            Column("measure"),
            Column("against"),
            Column("difference"),
            Column("n", "count"),
            Column("p", "chance"),
        ),
        rows=tuple(rows),
        note="Paired, on the images that both have; p is not corrected for the number of measures.",
    )


def experiments_section(project: Project) -> ReportSection | None:
    """Return the ablations like the paper's Table 3, and other lines; None if there are none."""
    rows = experiments(project)
    beside = [row for row in rows if row.group != "main"]
    if not any(row.test or row.validation for row in beside):
        return None
    blocks: list[Block] = []
    for group, title in (
        ("ablation", "Ablations (like Table 3 of the paper)"),
        ("variation", "Variations"),
        ("merge", "Merges of finished adapters"),
        ("search", "Search over settings, on validation images"),
    ):
        found = [row for row in beside if row.group == group]
        if found:
            last = [row for row in rows if row.main]
            blocks.append(_experiment_table(f"experiments-{group}", title, [*last, *found]))
    blocks += _plane([row for row in rows if row.group != "search"])
    return ReportSection("Experiments", tuple(blocks))


def _experiment_table(file: str, title: str, rows: Sequence[ExperimentRow]) -> ReportTable:
    on_validation = file.endswith("search")
    names: tuple[str, ...] = (
        ("srcc",) if on_validation else ("plcc", "srcc", "consistency", "word_tone", "text_label", "format_failures")
    )
    names = tuple(name for name in names if any(name in _of(row, on_validation=on_validation) for row in rows))
    headings = {"plcc": "PLCC", "srcc": "SRCC", "consistency": "Cons", "word_tone": "word tone (estimate)",
                "text_label": "text alone, own label", "format_failures": "format failures"}  # fmt: skip
    counts = [
        _of(row, on_validation=on_validation)["srcc"].n
        for row in rows
        if _of(row, on_validation=on_validation).get("srcc")
    ]
    n = max(counts, default=None)
    split = "validation" if on_validation else "test"
    changed = any(row.changes for row in rows if not row.main)
    return ReportTable(
        file=file,
        title=title,
        columns=(
            Column("version"),
            *((Column("changed"),) if changed else ()),
            *(Column(headings[name], "percent" if name == "format_failures" else "number") for name in names),
            Column("SRCC against the main line", "change"),
            Column("verdict"),
        ),
        rows=tuple(
            (
                row.name if row.group in ("merge", "search") else row.version,
                *((", ".join(f"{name} {value}" for name, value in row.changes.items()),) if changed else ()),
                *(_of(row, on_validation=on_validation).get(name, _NOTHING) for name in names),
                row.against_main("srcc"),
                "main line" if row.main else WORDS[row.verdict.word if row.verdict else None],
            )
            for row in rows
        ),
        note="" if n is None else f"On {n:,} {split} images unless a cell says otherwise; 95% intervals.",
        n=n,
        strong=frozenset(number for number, row in enumerate(rows) if row.main),
    )


def _of(row: ExperimentRow, *, on_validation: bool) -> dict[str, MetricValue]:
    return dict(row.validation if on_validation else row.test)


def _plane(rows: Sequence[ExperimentRow]) -> Iterator[ReportChart]:
    for name, label in (("consistency", "consistency (0 to 4)"), ("text_label", "text alone, own label (SRCC)"),
                        ("word_tone", "word tone (estimate, 0 to 4)")):  # fmt: skip
        points = [
            (row.name or row.version, row.test["srcc"], row.test[name], row.group == "main")
            for row in rows
            if all(one in row.test and row.test[one].value is not None for one in ("srcc", name))
        ]
        if len(points) > 1:
            yield ReportChart(
                "Scores and explanations of all lines",
                "Versions by scores (across) and explanations (up), with 95% intervals; blue: the main line.",
                charts.plane(points, "SRCC", label),
            )
            return
