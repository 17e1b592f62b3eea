"""The report: what it says is what the rows say, it needs nothing else, and no text in it is obeyed."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from sqlalchemy import select, update
from support.fake_engine import run_fake_job, run_fake_jobs_until
from support.pair_rows import list_pairs
from support.projects import write_photos

from db.models import Metric, ModelVersion, Pair, Prediction
from db.queries import suggestions
from studio.services.errors import StudioError
from studio.services.loop import queue
from studio.services.probing import probe_runs
from studio.services.projects import create_and_open
from studio.services.projects.project import Project
from studio.services.reports import charts, render_html
from studio.services.reports.charts import Point
from studio.services.reports.data_part import without_folder
from studio.services.reports.report import csv_rows, make_report, write_report
from studio.services.reports.types import Column, Examples, Paragraph, Report, ReportChart, ReportTable, cell_text
from studio.services.review import review_steps
from studio.services.review.types import PairFilter
from studio.services.versions.types import MetricValue

pytestmark = pytest.mark.child  # matplotlib asks the system for its fonts once

BAD = "<script>alert(1)</script> $\\frac{1}{0}$ \u202egnp & [x](http://bad)"


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """Two iterations, with vetoes, an edit, texts of an attacker, and an image that cannot be read."""
    scores = write_photos(tmp_path / "data")
    root = tmp_path / "project"
    create_and_open.create_project(
        root, images=scores.parent / "images", scores=scores, model="some/model", preset="demo"
    )
    opened = create_and_open.open_project(root, exclusive=True)
    run_fake_jobs_until(opened, 1, "train")
    ids = [row.id for row in list_pairs(opened, PairFilter())]
    for pair in ids[:3]:
        review_steps.decide(opened, pair, "veto", reason="nonsense")
    run_fake_jobs_until(opened, 2)
    with opened.session() as session:
        merged = session.scalars(select(ModelVersion.id).where(ModelVersion.name == "iter2/merged")).one()
        for name, value in (("srcc_delta", 0.1), ("srcc_p", 0.01)):
            row = Metric(model_version_id=merged, split="test", name=f"{name}:iter1/score", value=value, n=12)
            row.lo, row.hi = (0.05, 0.15) if name == "srcc_delta" else (None, None)
            session.add(row)
        session.execute(update(Prediction).values(text=BAD))
        session.execute(update(Pair).values(chosen_text=BAD))
    yield opened
    opened.close()


@pytest.fixture
def report(project: Project) -> Report:
    return make_report(project, examples=3)


def table(report: Report, file: str) -> ReportTable:
    return next(one for one in report.tables() if one.file == file)


def test_that_every_chapter_is_there_and_the_verdict_comes_first(report: Report) -> None:
    titles = [section.title for section in report.sections]
    assert titles[:3] == ["Verdict", "Results", "Measures"]
    assert {"Examples", "Data", "Settings", "Pairs and vetoes", "Failures", "Versions", "Cost", "Reproduction"} < set(
        titles
    )
    said = [block.text for block in report.sections[0].blocks if isinstance(block, Paragraph)]
    assert said[:2] == [
        "iter2/merged against iter1/score: better",
        "SRCC: better, +0.100 [+0.050, +0.150], n = 12, p = 0.010",
    ]


def test_that_results_are_the_stored_metrics_with_their_intervals(report: Report) -> None:
    results = table(report, "results")
    names = [column.name for column in results.columns]
    assert [row[0] for row in results.rows] == [
        "base",
        "iter1/score",
        "iter2/score",
        "iter2/consistency",
        "iter2/merged",
    ]
    assert results.rows[0][names.index("SRCC")] == MetricValue(0.5, 0.4, 0.6, 12)
    assert results.texts()[0][names.index("SRCC")] == "0.500 [0.400, 0.600]"
    assert results.strong == {0, 1, 4} and "12 test images" in results.note


def test_that_the_probe_and_judged_suggestions_have_chapters(project: Project) -> None:
    settings = probe_runs.with_probe(project, {"sample": 4, "degradations": ["blur", "tilt"], "strengths": [0.5, 1.0]})
    queued = probe_runs.enqueue(project, ["base", "iter2/merged"], settings)
    while (job := queue.next_queued(project, queued)) is not None:
        run_fake_job(project, job)
    with project.session() as session:
        merged = session.scalars(select(ModelVersion.id).where(ModelVersion.name == "iter2/merged")).one()
        figures = [{"name": "usefulness_vs_base", "value": 0.5, "lo": 0.1, "hi": 0.9, "n": 7}]
        suggestions.replace_figures(session, merged, "gpt@https://api.openai.com", queued[0], figures)
    report = make_report(project, examples=0)
    probe = table(report, "probe-iter2-merged")
    assert [row[:2] for row in probe.rows[:2]] == [("blur", 0.5), ("blur", 1.0)]
    assert isinstance(probe.rows[0][2], MetricValue) and probe.rows[0][2].n == 4
    (row,) = table(report, "suggestions").rows
    assert row[:2] == ("iter2/merged", "gpt") and row[5] == MetricValue(0.5, 0.1, 0.9, 7)
    charts_shown = [
        block.title for section in report.sections for block in section.blocks if isinstance(block, ReportChart)
    ]
    assert "How the score of a degraded image changes" in charts_shown
    render_html.render(report)


def test_that_pairs_and_their_vetoes_are_counted(report: Report) -> None:
    assert table(report, "pairs").rows[0][:5] == (1, "base", 24, 3, 0)
    assert table(report, "vetoes").rows == (("nonsense", 3),)


def test_that_examples_are_drawn_by_the_seed_and_not_chosen(project: Project, report: Report) -> None:
    def names(found: Report) -> list[list[str]]:
        blocks = [block for section in found.sections for block in section.blocks if isinstance(block, Examples)]
        return [[item.name for item in block.items] for block in blocks]

    assert names(report) == names(make_report(project, examples=3))
    assert [len(one) for one in names(report)] == [3, 3, 3]
    first = next(block for section in report.sections for block in section.blocks if isinstance(block, Examples))
    assert [answer.author for answer in first.items[0].answers] == ["base", "iter1/score", "iter2/merged"]
    assert first.items[0].picture is not None and first.items[0].picture[:2] == b"\xff\xd8"


class Parsed(HTMLParser):
    """Elements and what they would load."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.places: list[str] = []
        self.scripts: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.places += [value or "" for name, value in attrs if name in ("src", "href", "xlink:href", "data", "action")]
        if tag == "script":
            self.scripts.append(dict(attrs).get("type"))


def test_that_the_html_file_loads_and_runs_nothing_and_shows_texts_literally(report: Report, tmp_path: Path) -> None:
    write_report(report, tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text("utf-8")
    parsed = Parsed()
    parsed.feed(text)
    assert parsed.scripts == ["application/json"], "the manifest alone, which is data"
    assert all(place.startswith(("#", "data:image/")) for place in parsed.places)
    assert "default-src 'none'" in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text and "\u202e" not in text
    assert parsed.tags.count("svg") >= 2 and parsed.tags.count("img") == 9
    assert not re.search(r"@import|url\((?!#)", text)


def test_that_a_name_with_dollars_is_no_formula() -> None:
    name = "iter2/$\\frac$"
    points = [Point(name, MetricValue(0.5, 0.4, 0.6, 9)), Point("_x", MetricValue(0.5, None, None, 9), faint=True)]
    assert f"{name}<" in render_html.svg(charts.intervals(points, "SRCC"))
    assert f"{name}<" in render_html.svg(charts.rows_with_intervals([name], [(name, [None])], "change"))


def test_that_the_manifest_survives_the_file_and_names_no_folder(
    report: Report, project: Project, tmp_path: Path
) -> None:
    write_report(report, tmp_path / "report.html", tmp_path / "tables")
    text = (tmp_path / "report.html").read_text("utf-8")
    found = render_html.read_manifest(text)
    assert (
        found == json.loads(json.dumps(report.manifest)) == json.loads((tmp_path / "tables/manifest.json").read_text())
    )
    assert found is not None
    assert found["splits"]["test"]["images"] == 12 and len(found["images"]) == 12
    (base, *_others, merged) = found["versions"]
    assert base["depends_on"]["adapter"] is None and re.fullmatch("[0-9a-f]{64}", merged["depends_on"]["adapter"])
    assert merged["metrics"]["srcc"]["value"] == 0.5 and len(merged["labels"]) == 12
    assert str(tmp_path) not in text and str(project.root) not in text


def test_that_every_table_is_a_csv_file_with_the_ends_of_intervals(report: Report, tmp_path: Path) -> None:
    files = write_report(report, tmp_path / "report.html", tmp_path / "tables")
    assert len(files) == len(report.tables()) + 2
    assert len({one.file for one in report.tables()}) == len(report.tables())
    with (tmp_path / "tables/results.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert (rows[0]["SRCC"], rows[0]["SRCC: low"], rows[0]["SRCC: high"], rows[0]["SRCC: n"]) == (
        "0.5",
        "0.4",
        "0.6",
        "12",
    )


def test_that_the_pdf_file_has_pages_and_the_manifest_attached(report: Report, tmp_path: Path) -> None:
    write_report(report, tmp_path / "report.pdf")
    body = (tmp_path / "report.pdf").read_bytes()
    assert body.startswith(b"%PDF-") and b"/EmbeddedFiles" in body and b"manifest.json" in body
    assert len(re.findall(rb"/Type /Page\b", body)) >= 4


def test_that_an_image_that_is_gone_is_told(project: Project) -> None:
    for file in (project.images_root()).glob("test_*"):
        file.unlink()
    with pytest.raises(StudioError, match="cannot be read"):
        make_report(project)


def test_that_a_project_without_results_and_other_kinds_of_files_are_refused(report: Report, tmp_path: Path) -> None:
    with pytest.raises(StudioError, match=r"HTML or a PDF file, not report\.docx"):
        write_report(report, tmp_path / "report.docx")
    scores = write_photos(tmp_path / "more")
    create_and_open.create_project(
        tmp_path / "new", images=scores.parent / "images", scores=scores, model="some/model", preset="demo"
    )
    new = create_and_open.open_project(tmp_path / "new")
    with pytest.raises(StudioError, match="No model version has been measured"):
        make_report(new)
    new.close()


@pytest.mark.parametrize(
    ("cell", "column", "text"),
    [
        (MetricValue(None, None, None, 0), Column("x", "number"), "not measured"),
        (MetricValue(0.5, 0.25, 0.75, 9), Column("x", "percent"), "50.0% [25.0%, 75.0%] (n = 9)"),
        (MetricValue(0.5, None, None, 10), Column("x", "number", 2), "0.50"),
        (MetricValue(-0.1, -0.2, 0.0, 10), Column("x", "points"), "-10.0 [-20.0, +0.0]"),
        (0.0001, Column("x", "chance"), "p < 0.001"),
        (1234, Column("x", "count"), "1,234"),
        (None, Column("x", "number"), "–"),
        (None, Column("x"), ""),
        ("as it is", Column("x", "number"), "as it is"),
    ],
)
def test_how_cells_are_written(cell: object, column: Column, text: str) -> None:
    assert cell_text(cell, column, 10) == text  # type: ignore[arg-type]


def test_that_cells_without_a_metric_leave_its_columns_empty() -> None:
    made = ReportTable(
        "t", "T", (Column("a"), Column("b", "number")), (("x", MetricValue(1.0, None, None, 3)), ("y", None))
    )
    assert csv_rows(made) == (
        ["a", "b", "b: low", "b: high", "b: n"],
        [["x", "1.0", "", "", "3"], ["y", "", "", "", ""]],
    )


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/home/ann/photos", "…/photos"),
        ("C:\\Users\\Ann\\photos", "…/photos"),
        ("some/model", "some/model"),
        ("demo", "demo"),
    ],
)
def test_that_folders_of_a_person_are_not_told(path: str, shown: str) -> None:
    assert without_folder(path) == shown
