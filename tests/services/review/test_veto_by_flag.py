"""The script that vetoes many pairs at once."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest
from support.fake_engine import run_fake_jobs_until
from support.pair_rows import list_pairs

from studio.services.projects import create_and_open
from studio.services.projects.project import Project
from studio.services.review import review_steps
from studio.services.review.types import PairFilter

MAIN = runpy.run_path(str(Path(__file__).parents[3] / "scripts" / "veto_by_flag.py"))["main"]


def vetoed(root: Path) -> set[int]:
    project = create_and_open.open_project(root)
    try:
        return {row.id for row in list_pairs(project, PairFilter(iteration=1, state="veto"))}
    finally:
        project.close()


def test_that_flagged_pairs_come_first_then_others_by_the_seed_and_one_undo_takes_them_back(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    root = project.root
    run_fake_jobs_until(project, 1)
    pairs = list_pairs(project, PairFilter(iteration=1))
    review_steps.edit(project, pairs[7].id, pairs[7].chosen_text, pairs[7].chosen_text)
    flagged = {row.id for row in list_pairs(project, PairFilter(iteration=1, flag="identical"))}
    assert flagged == {pairs[7].id}
    project.close()
    assert MAIN([str(root), "--flag", "identical", "--count", "5", "--seed", "3"]) == 0
    first = vetoed(root)
    assert len(first) == 5 and flagged < first
    assert "Vetoed 5 pairs of iteration 1: 1 with identical, 4 others." in capsys.readouterr().out
    again = create_and_open.open_project(root, exclusive=True)
    review_steps.undo(again)
    again.close()
    assert vetoed(root) == set()
    assert MAIN([str(root), "--flag", "identical", "--count", "5", "--seed", "3"]) == 0 and vetoed(root) == first
    assert MAIN([str(root), "--count", "1000"]) == 0 and len(vetoed(root)) == len(pairs)
    assert MAIN([str(root)]) == 2 and "no pairs to decide on" in capsys.readouterr().err
