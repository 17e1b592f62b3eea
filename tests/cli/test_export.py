"""What goes out and comes back, by the command line's own words."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.fake_engine import run_fake_jobs_until
from support.hubs.upload_hub import TOKEN, TakingHub, taking_hub
from support.projects import ENVIRONMENT, command, write_photos

from studio.cli import app
from studio.services.projects import create_and_open
from studio.services.review import pair_list, review_steps
from studio.services.review.types import PairFilter


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project after one iteration."""
    scores = write_photos(tmp_path / "data")
    folder = tmp_path / "project"
    create_and_open.create_project(
        folder, images=scores.parent / "images", scores=scores, model="some/model", preset="demo"
    )
    project = create_and_open.open_project(folder, exclusive=True)
    run_fake_jobs_until(project, 1)
    project.close()
    return folder


def said(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = app.run_command([str(one) for one in arguments])
    told = capsys.readouterr()
    return code, told.out, told.err


def test_that_pairs_go_out_and_come_back(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "pairs.jsonl"
    assert said(capsys, "pairs", root, "--export", file) == (
        0,
        f"Exported 24 pairs to {file}; skipped 0 vetoed pairs.\n",
        "",
    )
    lines = file.read_text("utf-8").splitlines()
    row = json.loads(lines[0])
    row["chosen"][0]["content"][0]["text"] = "no form"
    file.write_text("\n".join([json.dumps(row), *lines[2:]]), "utf-8")
    code, out, _ = said(capsys, "pairs", root, "--import", file)
    assert code == 1 and "23 rows read: 0 changed, 22 unchanged, 1 rejected." in out and "line 1" in out
    assert "1 pairs of these iterations are not in the file: not changed" in out
    assert "1 of them vetoed" in said(capsys, "pairs", root, "--import", file, "--veto-missing")[1]
    assert said(capsys, "pairs", root)[0] == 2


def test_that_an_adapter_and_tables_are_exported(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tables = ("--predictions", tmp_path / "p.csv", "--metrics", tmp_path / "m.parquet")
    code, out, _ = said(
        capsys, "export", root, "--version", "iter1/score", "--to", tmp_path / "out", "--license", "mit", *tables
    )
    assert code == 0 and "predictions to" in out and "metrics to" in out and "iter1/score as an adapter" in out
    assert "license: mit" in (tmp_path / "out/README.md").read_text("utf-8")
    for wrong in ((), ("--version", "iter1/score"), ("--to", tmp_path / "x")):
        assert said(capsys, "export", root, *wrong)[0] == 2


def test_that_a_project_goes_through_an_archive(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, "archive", root, tmp_path / "p.zip")
    assert code == 0 and "48 of them images" in out
    code, out, _ = said(capsys, "unarchive", tmp_path / "p.zip", tmp_path / "again")
    assert code == 0 and f"files in {tmp_path / 'again'}" in out
    assert said(capsys, "status", tmp_path / "again", "--json")[1] == said(capsys, "status", root, "--json")[1].replace(
        str(root), str(tmp_path / "again")
    )
    assert said(capsys, "unarchive", tmp_path / "p.zip", root)[0] == 2


@pytest.fixture
def hub() -> Iterator[TakingHub]:
    with taking_hub() as found:
        yield found


@pytest.mark.child
def test_that_a_version_is_pushed_after_a_question(root: Path, tmp_path: Path, hub: TakingHub) -> None:
    """In a process of its own: the client reads HF_ENDPOINT when it is loaded."""
    own = {"HF_ENDPOINT": hub.url, "HF_HUB_OFFLINE": "0", "HF_HUB_DISABLE_XET": "1", "HF_HOME": str(tmp_path / "hf")}
    words = ("push", root, "iter1/score", "--repo", "ann/scorer")
    assert "HF_TOKEN" not in ENVIRONMENT
    nobody = command(*words, **own)
    assert nobody.returncode == 2 and "score-studio login" in nobody.stderr
    asked = command(*words, **own, HF_TOKEN=TOKEN)  # nobody is there to answer
    assert asked.returncode == 130 and "Nothing was uploaded." in asked.stdout and hub.repositories == {}
    assert "a new private repository" in asked.stdout and "adapter_model.safetensors" in asked.stdout
    pushed = command(*words, "--yes", **own, HF_TOKEN=TOKEN)
    assert pushed.returncode == 0, pushed.stderr
    assert f"Uploaded iter1/score to {hub.url}/ann/scorer" in pushed.stdout
    files = hub.files["ann/scorer"]
    assert {"README.md", "score_studio.json", "adapter_model.safetensors", "manifest.json"} <= set(files)
    assert b"PeftModel.from_pretrained(base, 'ann/scorer')" in files["README.md"]
    taken = command(*words, "--yes", **own, HF_TOKEN=TOKEN)
    assert taken.returncode == 2 and "is taken" in taken.stderr


def test_that_an_unknown_export_cannot_predict(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_photos(tmp_path / "data")
    code, _, told = said(capsys, "predict", tmp_path / "data/images", "--model", tmp_path / "data")
    assert code == 2 and "contains no score_studio.json" in told
    assert "not a .csv or .parquet or .jsonl file" in said(capsys, "predict", tmp_path, "--out", "x.txt")[2]


def test_that_predictions_name_their_columns(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "export", root, "--predictions", tmp_path / "p.csv")
    with (tmp_path / "p.csv").open(encoding="utf-8", newline="") as file:
        row = next(csv.DictReader(file))
    assert {"version", "split", "image", "truth", "score", "p0", "p9", "parse_ok"} <= set(row)


def test_that_the_review_log_is_exported(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "log.csv"
    code, _, error = said(capsys, "export", root, "--review-log", file)
    assert code != 0 and "There are no decisions to export" in error and not file.exists()
    project = create_and_open.open_project(root)
    first = pair_list.listed(project, PairFilter(1)).tolist()[0]
    review_steps.decide(project, first, "veto", reason="generic")
    review_steps.decide(project, first, "keep", reviewer="Ann")
    project.close()
    assert said(capsys, "export", root, "--review-log", file) == (0, f"Exported 2 decisions to {file}.\n", "")
    rows = list(csv.DictReader(file.read_text("utf-8-sig").splitlines()))
    assert [(row["reviewer"], row["to"], row["reason"]) for row in rows] == [
        ("", "veto", "generic"),
        ("Ann", "keep", ""),
    ]
