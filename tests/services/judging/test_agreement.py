"""Agreement of judges, against SciPy and figures computed by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from support.reviewed import make_reviewed_project

from db.models import PERSON, Judgement, Prediction
from studio.services.judging.agreement import agreement, kappa_interval, rank_correlation, weighted_kappa
from studio.services.projects import create_and_open
from studio.services.projects.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    opened = create_and_open.open_project(make_reviewed_project(tmp_path / "project", tmp_path / "data"))
    yield opened
    opened.close()


def give(project: Project, judge: str, grades: Sequence[int | None]) -> None:
    with project.session() as session:
        ids = [one.id for one in session.query(Prediction).filter_by(explained=True).order_by(Prediction.id)]
        for one, grade in zip(ids, grades, strict=False):
            session.add(Judgement(prediction_id=one, judge=judge, consistency=grade, raw="", reason=""))


def test_that_kappa_is_the_literal_figure() -> None:
    """Weights 0, 1, 4 by distance: seen 2 + 4 = 6; by chance (1*2 + 1*6 + 4*(2*5)...) as summed below."""
    matrix = np.asarray([[4, 1, 1], [1, 3, 0], [0, 0, 2]])
    rows, columns, n = matrix.sum(1), matrix.sum(0), matrix.sum()
    weight = [[(i - j) ** 2 for j in range(3)] for i in range(3)]
    chance = sum(weight[i][j] * rows[i] * columns[j] / n for i in range(3) for j in range(3))
    assert weighted_kappa(matrix[None])[0] == pytest.approx(1 - 6 / chance)
    assert weighted_kappa(np.diag([3, 2, 1])[None])[0] == 1
    assert weighted_kappa(np.asarray([[[1, 1], [1, 1]]]))[0] == pytest.approx(0)
    assert np.isnan(weighted_kappa(np.asarray([[[4, 0], [0, 0]]]))[0]), "both always give the same grade"


def test_that_a_kappa_that_no_resample_changes_has_no_interval() -> None:
    assert kappa_interval(np.diag([1, 1])) == (1, None, None)
    assert kappa_interval(np.diag([20, 30, 10])) == (1, None, None)
    kappa, lo, hi = kappa_interval(np.asarray([[20, 1], [2, 30]]))
    assert kappa is not None and lo is not None and hi is not None and lo < kappa < hi


def test_that_the_rank_correlation_from_counts_is_spearmans() -> None:
    rng = np.random.default_rng(1)
    x = rng.integers(0, 5, 60)
    y = np.clip(x + rng.integers(-1, 2, 60), 0, 4)
    matrix = np.zeros((5, 5), dtype=int)
    np.add.at(matrix, (x, y), 1)
    assert rank_correlation(matrix) == pytest.approx(stats.spearmanr(x, y).statistic)
    assert np.isnan(rank_correlation(np.asarray([[3, 2], [0, 0]])))


def test_that_judges_are_compared_where_both_have_graded(project: Project) -> None:
    give(project, "gpt@there", [4, 3, None, 1, 0, 2])
    give(project, PERSON + "Ann", [4, 4, 2, 1, 0])
    found = agreement(project)
    assert [(one.judge, one.kind, one.asked, one.graded) for one in found.judges] == [
        ("gpt@there", "model", 6, 5),
        ("person:Ann", "person", 5, 5),
        ("offline", "estimate", found.judges[2].asked, found.judges[2].asked),
    ]
    assert found.judges[0].means == (2.0, None, None)
    (pair,) = [one for one in found.pairs if (one.first, one.second) == ("gpt@there", "person:Ann")]
    assert (pair.scale, pair.n, pair.same) == ("consistency", 4, 0.75)
    x, y = [4, 3, 1, 0], [4, 4, 1, 0]
    assert pair.spearman == pytest.approx(stats.spearmanr(x, y).statistic)
    assert pair.matrix[3][4] == 1 and sum(map(sum, pair.matrix)) == 4
    assert pair.kappa is not None and pair.lo is not None and pair.hi is not None
    assert pair.lo <= pair.kappa <= pair.hi <= 1
    assert {(one.first, one.second) for one in found.pairs} >= {("person:Ann", "offline")}


def test_that_nobody_has_graded_in_a_new_project(project: Project) -> None:
    found = agreement(project)
    assert [one.kind for one in found.judges] == ["estimate"] and found.pairs == ()
