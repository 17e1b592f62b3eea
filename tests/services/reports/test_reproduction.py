"""What counts as the same number, and what as another."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from studio.services.errors import StudioError
from studio.services.reports.reproduction import (
    Check,
    MeasuredAgain,
    Reproduction,
    VersionAgain,
    compare_answers,
    compare_dependencies,
    compare_numbers,
    compare_splits,
    load_manifest,
    run_notes,
    spread_of,
)

SAME = (Check("adapter", "a", "a"),)


def test_that_numbers_agree_within_their_tolerance() -> None:
    reported = {"srcc": {"value": 0.700}, "rmse": {"value": 1.500}, "n": {"value": 400}, "plcc": {"value": None}}
    close = {"srcc": {"value": 0.7049}, "rmse": {"value": 1.509}, "n": {"value": 400}, "plcc": {"value": None}}
    far = {"srcc": {"value": 0.7051}, "rmse": {"value": 1.511}, "n": {"value": 399}, "plcc": {"value": 0.1}}
    assert all(one.agrees for one in compare_numbers(reported, close, spread=2.0))
    assert not any(one.agrees for one in compare_numbers(reported, far, spread=2.0))
    assert not any(one.agrees for one in compare_numbers(reported, {}, spread=2.0)[:3]), (
        "what is missing does not agree"
    )


def test_that_answers_are_compared_where_both_have_a_score() -> None:
    labels = ([1, 2, None, 4], [1, 3, None, 4])
    scores = ([1.0, 2.0, None, 4.0], [1.0, 2.5, 3.0, 4.0])
    assert compare_answers(labels, scores) == (3, 2, 0.5)
    assert compare_answers(([], []), ([], [])) == (0, 0, 0.0)


@pytest.mark.parametrize(
    ("version", "agrees", "identical"),
    [
        (VersionAgain("v", SAME, (), 100, 100, 0.0), True, True),
        (VersionAgain("v", SAME, (), 100, 99, 0.2), True, False),
        (VersionAgain("v", SAME, (), 100, 98, 0.2), False, False),
        (VersionAgain("v", (Check("adapter", "a", "b"),), (), 100, 100, 0.0), False, False),
        (VersionAgain("v", SAME, (MeasuredAgain("srcc", 0.5, 0.6, 0.005),), 100, 100, 0.0), False, False),
    ],
)
def test_when_a_version_is_reproduced(version: VersionAgain, agrees: bool, identical: bool) -> None:
    assert (version.agrees, version.identical) == (agrees, identical)
    assert Reproduction((), (version,)).agrees is agrees
    assert not Reproduction((Check("parser", "a", "b"),), (version,)).agrees
    assert not Reproduction((), ()).agrees, "nothing was reproduced"


def test_that_images_scores_and_parser_are_checked() -> None:
    manifest = {"splits": {"val": {"images": 5, "sha256": "a" * 64}}, "parser": "p"}
    here = {"val": {"images": 5, "sha256": "a" * 64}, "test": {"images": 6, "sha256": "b" * 64}}
    val, test, parser = compare_splits(manifest, here, "q")
    assert val.agrees and not test.agrees and test.reported == "none" and not parser.agrees


def test_that_settings_that_the_report_does_not_know_differ() -> None:
    first, second = compare_dependencies({"dtype": "float32"}, {"dtype": "float32", "longest side": 448})
    assert first.agrees and not second.agrees


def test_that_other_libraries_are_a_note() -> None:
    reported = {"device": "cuda:0", "dtype": "bfloat16", "libraries": {"torch": "2.11", "peft": "1"}}
    here = {"device": "cpu", "dtype": "bfloat16", "libraries": {"torch": "2.13", "peft": "1"}}
    assert run_notes(reported, here) == (
        "device: cuda:0 in the report, cpu here",
        "torch 2.11 in the report, 2.13 here",
    )
    assert run_notes({}, here) == ()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("<html></html>", "contains no manifest"),
        ('<script type="application/json" id="manifest">{"a"</script>', "cannot be read"),
        ('<script type="application/json" id="manifest">{"versions": [], "format": 99}</script>', "another release"),
    ],
)
def test_that_what_is_no_report_is_told(tmp_path: Path, content: str, reason: str) -> None:
    file = tmp_path / "report.html"
    file.write_text(content)
    with pytest.raises(StudioError, match=reason):
        load_manifest(file)
    with pytest.raises(StudioError, match="cannot be read"):
        load_manifest(tmp_path / "gone.html")


def test_that_a_manifest_on_its_own_is_read(tmp_path: Path) -> None:
    file = tmp_path / "manifest.json"
    file.write_text(json.dumps({"format": 1, "versions": []}))
    assert load_manifest(file)["format"] == 1


def test_the_spread_of_scores() -> None:
    assert spread_of([1.0, 2.0, 3.0]) == 1.0 and spread_of([5.0]) == 0.0
