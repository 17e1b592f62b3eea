"""Predictions and metrics as tables for other programs."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pandas as pd
import pytest
from support.projects import rows
from support.reviewed import BAD_TEXT, make_reviewed_project

from db.models import Judgement, Prediction
from studio.services import exports
from studio.services.errors import StudioError
from studio.services.exports.results import GRADE_COLUMNS, METRIC_COLUMNS, PREDICTION_COLUMNS
from studio.services.projects import create_and_open
from studio.services.projects.project import Project
from studio.services.tables import safe_cell


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return create_and_open.open_project(make_reviewed_project(tmp_path / "project", tmp_path / "data"))


def test_that_every_prediction_is_in_the_csv_with_its_ten_probabilities(project: Project, tmp_path: Path) -> None:
    count = exports.export_predictions(project, tmp_path / "predictions.csv")
    ((stored,),) = rows(project.root, "SELECT count(*) FROM prediction")
    with (tmp_path / "predictions.csv").open(encoding="utf-8", newline="") as file:
        read = list(csv.DictReader(file))
    assert count == stored == len(read) and list(read[0]) == list(PREDICTION_COLUMNS)
    assert {row["version"] for row in read} == {"base", "iter1/score"} and {row["split"] for row in read} == {"test"}
    assert all(math.isclose(sum(float(row[f"p{label}"]) for label in range(10)), 1.0) for row in read)
    assert all(BAD_TEXT in row["text"] for row in read if row["version"] == "iter1/score")
    assert read[0]["judge"] == "" and read[0]["consistency"] == "" and float(read[0]["word_tone"]) == 3.0


def test_that_parquet_keeps_types_and_texts(project: Project, tmp_path: Path) -> None:
    with project.session() as session:
        session.connection().exec_driver_sql("UPDATE prediction SET text = '=1+1', score = -0.00001")
    exports.export_predictions(project, tmp_path / "predictions.parquet")
    exports.export_predictions(project, tmp_path / "predictions.csv")
    table = pd.read_parquet(tmp_path / "predictions.parquet")
    assert table["parse_ok"].dtype == bool and table["label"].dtype == "int64" and table["p3"].dtype == "float64"
    assert set(table["text"]) == {"=1+1"} and set(table["score"]) == {-1e-05}
    shown = pd.read_csv(tmp_path / "predictions.csv")
    assert set(shown["text"]) == {"'=1+1"} and set(shown["score"]) == {-1e-05}


@pytest.mark.parametrize(("text", "cell"), [("-1e-05", "-1e-05"), ("-5", "-5"), ("-1e5x", "'-1e5x"), ("@a", "'@a")])
def test_that_numbers_are_not_guarded_and_formulas_are(text: str, cell: str) -> None:
    assert safe_cell(text) == cell


def test_that_metrics_of_all_versions_come_with_their_intervals(project: Project, tmp_path: Path) -> None:
    assert exports.export_metrics(project, tmp_path / "metrics.parquet") == 10
    table = pd.read_parquet(tmp_path / "metrics.parquet")
    assert list(table.columns) == list(METRIC_COLUMNS)
    srcc = table[(table["version"] == "iter1/score") & (table["metric"] == "srcc")].iloc[0]
    assert (srcc["value"], srcc["split"]) == (0.72, "test") and srcc["lo"] < srcc["value"] < srcc["hi"]


def test_that_the_grades_of_each_judge_are_exported_and_no_estimate(project: Project, tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="no grades to export"):
        exports.export_grades(project, tmp_path / "grades.csv")
    with project.session() as session:
        one = session.query(Prediction).filter_by(explained=True).order_by(Prediction.id).first()
        assert one is not None
        session.add(Judgement(prediction_id=one.id, judge="gpt@there", consistency=3, raw="", reason=""))
        session.add(Judgement(prediction_id=one.id, judge="person:Ann", raw="", reason="skipped"))
    assert exports.export_grades(project, tmp_path / "grades.csv") == 2
    table = pd.read_csv(tmp_path / "grades.csv")
    assert list(table.columns) == list(GRADE_COLUMNS) and list(table["kind"]) == ["model", "person"]
    assert table["consistency"][0] == 3 and pd.isna(table["consistency"][1]) and table["reason"][1] == "skipped"


def test_that_nothing_to_export_and_other_suffixes_are_refused(project: Project, tmp_path: Path) -> None:
    with pytest.raises(StudioError, match=r"not a .csv or .parquet file"):
        exports.export_predictions(project, tmp_path / "predictions.xlsx")
    with project.session() as session:
        session.connection().exec_driver_sql("DELETE FROM metric")
    with pytest.raises(StudioError, match="no metrics to export"):
        exports.export_metrics(project, tmp_path / "metrics.csv")
    assert not list(tmp_path.glob("metrics*"))
