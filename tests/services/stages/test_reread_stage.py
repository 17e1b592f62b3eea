"""What is read from explanations: which rows, the swap, what is stored, what a new answer deletes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.projects import rows
from support.reviewed import make_reviewed_project

from db.models import Prediction, Reread
from db.queries import predictions, rereads
from studio.services.errors import StudioError
from studio.services.projects import create_and_open
from studio.services.projects.project import Project
from studio.services.recipes.measure_again import reread_again
from studio.services.stages.context import StageContext
from studio.services.stages.reread import REREAD, swapped_with


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    opened = create_and_open.open_project(make_reviewed_project(tmp_path / "project", tmp_path / "data"))
    yield opened
    opened.close()


def context(project: Project, session: object, version: str = "iter1/score") -> StageContext:
    return StageContext(session, project, project.settings, 1, version)  # type: ignore[arg-type]


def test_that_each_text_gets_another_images_text_the_same_for_all_versions(project: Project) -> None:
    swaps = []
    with project.reader() as session:
        for version in ("base", "iter1/score"):
            found = REREAD.input_rows(context(project, session, version))
            image = {row.id: row.image_id for row in session.query(Prediction)}
            texts = {row.id: row.text for row in session.query(Prediction)}
            assert found and all(texts[row["swapped_id"]] == row["swapped_text"] for row in found)
            assert all(Path(row["path"]).exists() and row["text"] == texts[row["prediction_id"]] for row in found)
            swaps.append({image[row["prediction_id"]]: image[row["swapped_id"]] for row in found})
    assert swaps[0] == swaps[1] and all(one != other for one, other in swaps[0].items())
    assert sorted(swaps[0].values()) == sorted(swaps[0]), "every text takes one place"


def test_that_answers_out_of_format_and_a_lone_one_are_left_out(project: Project) -> None:
    with project.session() as session:
        some = session.query(Prediction).filter_by(explained=True).order_by(Prediction.id).all()
        some[0].parse_ok, some[1].text = False, " "
        session.flush()
        ids = {row["prediction_id"] for row in REREAD.input_rows(context(project, session, "base"))}
        assert some[0].id not in ids and some[1].id not in ids and some[2].id in ids
        assert swapped_with(some[:1], 0) == {}


def test_that_what_was_read_is_stored_once_and_goes_with_its_answer(project: Project) -> None:
    with project.session() as session:
        one, other = session.query(Prediction).filter_by(explained=True, model_version_id=1).limit(2).all()
        row = {
            "prediction_id": one.id,
            "logprobs": [-2.0] * 10,
            "swapped_id": other.id,
            "swapped_logprobs": [-1.0] * 10,
        }
        for logprobs in ([-2.0] * 10, [-3.0] * 10):
            rereads.put_rereads(session, [row | {"logprobs": logprobs}])
        assert [found.logprobs for found in session.query(Reread)] == [[-3.0] * 10]
        assert set(rereads.of_version(session, 1)) == {one.id} and rereads.of_version(session, 2) == {}
        names = ("model_version_id", "image_id", "logprobs", "label", "raw", "parse_ok", "truncated", "explained")
        predictions.put_predictions(session, [{name: getattr(other, name) for name in names} | {"text": "Other."}])
        assert session.query(Reread).count() == 0, "the text beside the picture is another one"


def test_that_reading_comes_before_measuring(project: Project) -> None:
    queued = reread_again(project, ["iter1/score"])
    assert rows(project.root, f"SELECT stage FROM job WHERE id IN ({queued[0]}, {queued[1]}) ORDER BY position") == [
        ("reread",),
        ("measure",),
    ]
    with pytest.raises(StudioError, match="iter7"):
        reread_again(project, ["iter7/score"])
