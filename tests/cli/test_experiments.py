"""``ablate``, ``sweep`` and ``tune``: their arguments, and the table that they print."""

from __future__ import annotations

import io
import json

import pytest

from studio.cli._experiment_table import experiments_as_json, print_experiments
from studio.cli._output import console
from studio.cli.app import WRONG_INPUT, run_command
from studio.cli.experiments import numbers, search_space, weight_pairs
from studio.services.errors import StudioError
from studio.services.experiments.types import ExperimentRow, SearchSpace
from studio.services.versions.types import MetricValue, VersionVerdict

DELTA = MetricValue(0.14, 0.09, 0.2, 400)
ROW = ExperimentRow(
    group="ablation",
    name="sft-score",
    recipe="sft-score",
    line="sft-score",
    version="sft-score/iter1/score",
    iteration=1,
    state="done",
    test={
        "srcc": MetricValue(0.773, 0.727, 0.807, 400),
        "word_tone": MetricValue(3.58, 3.48, 3.67, 400),
        "word_tone_delta:iter2/merged": MetricValue(-0.11, -0.23, -0.01, 400),
    },
    verdict=VersionVerdict("iter2/merged", "better", DELTA, 0.001),
)


def test_that_lists_of_numbers_are_read_and_others_refused() -> None:
    assert numbers("0.3, 0.5,", "--densities") == [0.3, 0.5] and numbers(None, "--densities") == []
    assert weight_pairs("1:1,1:0.5") == [(1.0, 1.0), (1.0, 0.5)]
    assert search_space("1e-4", None, "16") == SearchSpace((1e-4,), (0.05, 0.1, 0.2), (16,))
    for wrong in ("half", "0.3;0.5"):
        with pytest.raises(StudioError, match="is not a number"):
            numbers(wrong, "--densities")
    with pytest.raises(StudioError, match="'1' are not two numbers"):
        weight_pairs("1")
    with pytest.raises(StudioError, match="a rank is a whole number"):
        search_space(None, None, "1.5")


def test_that_the_table_has_intervals_and_the_difference_from_the_main_line() -> None:
    out = io.StringIO()
    print_experiments(console(out), [ROW], "Experiments")
    text = out.getvalue()
    assert "0.773 [0.727, 0.807]" in text and "word tone" in text and "3.58 [3.48, 3.67]" in text
    assert "SRCC +0.140 [+0.090, +0.200], word tone -0.11 [-0.23, -0.01]" in text
    assert max(map(len, text.splitlines())) <= 120


def test_that_json_has_every_interval_and_n() -> None:
    (found,) = json.loads(experiments_as_json([ROW]))
    assert found["test"]["srcc"] == {"value": 0.773, "lo": 0.727, "hi": 0.807, "n": 400}
    assert found["word_tone_against_main"]["value"] == -0.11 and found["consistency_against_main"] is None


@pytest.mark.parametrize(
    "arguments",
    [
        ("ablate", "none"),
        ("sweep", "none", "--methods", "glue"),
        ("sweep", "none", "--densities", "x"),
        ("tune", "none"),
    ],
)
def test_that_wrong_input_is_named(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(arguments) == WRONG_INPUT
    assert capsys.readouterr().err.startswith("Error: ")
