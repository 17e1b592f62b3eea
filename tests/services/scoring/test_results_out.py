"""Results of a collection as tables and as rows for contact sheets and sidecars; records of sidecars."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest
from support.scoring.scored_collection import TEXT, make_scored_collection, write_photos

from db.collections import CollectionImage
from studio.services.errors import StudioError
from studio.services.projects.project import Project
from studio.services.scoring import collections, picks, results_out, scorers
from studio.services.scoring.types import ScorerRow
from studio.services.sidecars.planning import plan
from studio.services.sidecars.types import SidecarOptions, StarThresholds
from studio.services.sidecars.undoing import undo
from studio.services.sidecars.writing import write

Scored = tuple[Project, int, list[int], list[ScorerRow]]


@pytest.fixture
def scored(project: Project, tmp_path: Path) -> Scored:
    made = make_scored_collection(project, write_photos(tmp_path / "holiday", 6))
    with project.reader() as session:
        ids = [row.id for row in session.query(CollectionImage).order_by(CollectionImage.name)]
    return project, made, ids, scorers.rows(project, made)


def test_that_a_table_has_a_row_for_each_image_and_model_in_the_order_of_images(scored: Scored, tmp_path: Path) -> None:
    project, made, ids, models = scored
    picks.pick(project, made, ids[:1], 1)
    order = [ids[3], ids[0], ids[5]]
    file = tmp_path / "results.csv"
    assert results_out.write_results(project, order, [model.id for model in models], file) == 6
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert list(rows[0]) == list(results_out.COLUMNS)
    assert [(row["name"], row["model"]) for row in rows] == [
        (name, model) for name in ("photo 03.jpg", "photo 00.jpg", "photo 05.jpg") for model in ("base", "iter1/score")
    ]
    first = rows[0]
    assert (first["explanation"], rows[1]["explanation"], rows[2]["pick"]) == (TEXT, "", "1")
    shares = [float(first[f"p{label}"]) for label in range(10)]
    assert sum(shares) == pytest.approx(1) and float(first["score"]) == pytest.approx(
        sum(label * share for label, share in enumerate(shares))
    )
    assert float(first["low"]) <= float(first["score"]) <= float(first["high"])


def test_that_a_parquet_table_keeps_numbers_and_gaps(scored: Scored, tmp_path: Path) -> None:
    project, _made, ids, models = scored
    with project.session() as session:
        row = session.get(CollectionImage, ids[0])
        assert row is not None
        row.missing = True
    file = tmp_path / "results.parquet"
    results_out.write_results(project, ids, [models[0].id], file)
    table = pd.read_parquet(file)
    assert table["score"].dtype == "float64" and len(table) == 6
    assert table["problem"][0] == "the file is missing" and table["problem"][1:].isna().all()
    with pytest.raises(StudioError, match=r"\.csv or \.parquet"):
        results_out.write_results(project, ids, [models[0].id], tmp_path / "results.xlsx")


def test_that_sidecars_are_written_from_the_rows_and_undone_newest_first(scored: Scored, tmp_path: Path) -> None:
    project, made, ids, models = scored
    picks.pick(project, made, ids[:1], -1)
    items = results_out.sidecar_items(project, ids, models[0].id)
    assert [item.pick for item in items] == [-1, 0, 0, 0, 0, 0] and all(item.explanation == TEXT for item in items)
    origin = results_out.origin(models[0])
    assert (origin.version, origin.low, origin.high) == ("base", 0.0, 9.0)
    assert results_out.last_record(project, made) is None
    records = []
    for lowest in (1.0, 3.0):
        options = SidecarOptions(origin, StarThresholds((lowest, 3.5, lowest + 3, 7.0, 7.0)))
        records.append(results_out.new_record(project, made))
        write(plan(items, options), records[-1])
    results_out.new_record(project, made).mkdir()  # as a kill may leave it, before anything was recorded
    assert records[0] < records[1]
    folder = tmp_path / "holiday"
    assert len(list(folder.glob("*.xmp"))) == 6
    for record in reversed(records):
        assert results_out.last_record(project, made) == record
        undo(record)
    assert results_out.last_record(project, made) is None and not list(folder.glob("*.xmp"))


def test_that_a_later_collection_of_the_same_number_undoes_nothing_of_a_deleted_one(
    scored: Scored, tmp_path: Path
) -> None:
    project, made, ids, models = scored
    origin = results_out.origin(models[0])
    items = results_out.sidecar_items(project, ids, models[0].id)
    write(plan(items, SidecarOptions(origin)), results_out.new_record(project, made))
    assert results_out.last_record(project, made) is not None
    collections.delete(project, made)
    again = collections.create(project, [tmp_path / "holiday"])
    assert again == made and results_out.last_record(project, again) is None
    assert [folder.name for folder in (project.root / "sidecars").iterdir()] == [f"{made}-deleted-1"]


def test_that_pictures_have_what_a_contact_sheet_shows(scored: Scored) -> None:
    project, _made, ids, models = scored
    found = results_out.pictures(project, [ids[2], ids[1]], models[1].id)
    assert [(one.name, one.version, one.explanation) for one in found] == [
        ("photo 02.jpg", "iter1/score", ""), ("photo 01.jpg", "iter1/score", ""),
    ]  # fmt: skip
    assert all(one.score is not None and one.path.is_file() for one in found)
