"""A line beside the main one on a real (tiny) model, from the command line to its paired interval."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support.pair_rows import list_pairs
from support.projects import command, results, rows

from studio.services.projects import create_and_open
from studio.services.review import review_steps
from studio.services.review.types import PairFilter


def veto_some(root: Path, count: int) -> None:
    """Veto the first pairs, as a script would."""
    project = create_and_open.open_project(root, exclusive=True)
    try:
        ids = [row.id for row in list_pairs(project, PairFilter(iteration=1))][:count]
        review_steps.decide_all(project, ids, "veto")
    finally:
        project.close()


def of_main_line(found: dict[str, list[tuple[Any, ...]]]) -> dict[str, list[tuple[Any, ...]]]:
    """Results without those of other lines; a version's name comes first, but for pairs."""
    return {
        table: [row for row in group if table == "pairs" or not str(row[0]).startswith("without-vetoes/")]
        for table, group in found.items()
    }


@pytest.mark.slow
def test_that_the_line_without_vetoes_ends_with_a_paired_interval_against_the_main_line(project: Path) -> None:
    done = command("run", project, "--iterations", 1, "--review")
    assert done.returncode == 0, done.stderr
    veto_some(project, 8)
    done = command("run", project, "--iterations", 1, "--no-review")
    assert done.returncode == 0, done.stderr
    before = results(project)
    done = command("run", project, "--recipe", "without-vetoes")
    assert done.returncode == 0, done.stderr
    assert "without-vetoes/iter1/score against iter1/score: " in done.stdout
    assert of_main_line(results(project)) == before, "the main line is what it was, to the last digit"
    line = json.loads(command("lines", project, "--json").stdout)[0]
    assert (line["name"], line["iteration"], line["state"]) == ("without-vetoes", 1, "done")
    verdict = line["verdict"]
    assert verdict["other"] == "iter1/score" and verdict["delta"]["n"] > 0
    assert verdict["delta"]["lo"] <= verdict["delta"]["value"] <= verdict["delta"]["hi"]
    ((main, other),) = rows(
        project,
        "SELECT (SELECT digest FROM model_version WHERE name = 'iter1/score'),"
        " (SELECT digest FROM model_version WHERE name = 'without-vetoes/iter1/score')",
    )
    assert main != other, "trained on other pairs"
    done = command("discard", project, "without-vetoes")
    assert done.returncode == 2 and "Nothing was deleted" in done.stderr and "will be deleted; frees" in done.stdout
    done = command("discard", project, "without-vetoes", "--yes")
    assert done.returncode == 0, done.stderr
    assert results(project) == before and "No lines beside" in command("lines", project).stdout
    assert not list((project / "models").glob("without-vetoes*/**/*.safetensors"))
    assert command("check", project).returncode == 0


def test_that_a_line_that_cannot_be_started_is_refused_with_what_to_do(project: Path) -> None:
    refused = command("run", project, "--recipe", "without-vetoes")
    assert refused.returncode == 2 and "Iteration 1 is not trained on the main line." in refused.stderr
    refused = command("run", project, "--recipe", "cake")
    assert refused.returncode == 2 and "without-vetoes, retrained" in refused.stderr
    refused = command("discard", project, "iter3", "--yes")
    assert refused.returncode == 2 and "There is no line or iteration 'iter3'" in refused.stderr
