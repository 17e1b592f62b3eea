"""``predict`` without a project: an exported adapter and a merged model score as the version did in its project."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from support.fake_engine import run_fake_jobs_until
from support.projects import command, make_project, rows

from engine.contract.context import ListContext
from engine.contract.specs import PredictSpec, TrainSpec, spec_from_json
from engine.stages import predict, train
from studio.services.loop import next_action, queue
from studio.services.projects import create_and_open
from studio.services.versions.prediction import predictor

STORED = """SELECT image.path, logprobs, text FROM prediction JOIN image ON image.id = image_id
    JOIN model_version ON model_version.id = model_version_id
    WHERE model_version.name = 'iter1/score' AND explained ORDER BY 1"""


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path, photos: Path) -> Path:
    """A project whose first version was truly trained and has truly predicted."""
    root = make_project(tmp_path_factory.mktemp("trained") / "project", tiny_model, photos)
    project = create_and_open.open_project(root)
    for stage in ("train", "predict"):
        job = run_fake_jobs_until(project, 1, stage, "iter1/score")
        assert job is not None
        queue.mark_running(project, job.id)
        folder = next_action.write_job_inputs(project, job.id)
        spec = spec_from_json(folder.spec.read_text(encoding="utf-8"))
        assert isinstance(spec, TrainSpec | PredictSpec)
        context = ListContext(folder, [])
        result = train.run(spec, context) if isinstance(spec, TrainSpec) else predict.run(spec, context)
        next_action.complete(project, job.id, result)
    run_fake_jobs_until(project, 1)  # judged and measured
    project.close()
    return root


@pytest.fixture(scope="module")
def wanted(trained: Path) -> dict[str, tuple[float, str]]:
    """Score and text of each test image, as the project has them."""
    project = create_and_open.open_project(trained)
    own = predictor(project, "iter1/score")
    project.close()
    return {path: (own.score(json.loads(logprobs)), text) for path, logprobs, text in rows(trained, STORED)}


@pytest.fixture
def pictures(tmp_path: Path, photos: Path) -> Path:
    """The test images in a folder of their own, in the order in which the project predicted them, and a broken one."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    for file in (photos / "images").glob("test_*"):
        shutil.copy2(file, folder)
    (folder / "zz_broken.png").write_bytes(b"no image")
    return folder


@pytest.mark.parametrize("form", ["adapter", pytest.param("merged", marks=pytest.mark.slow)])
def test_that_an_export_scores_as_its_project_does(
    trained: Path, wanted: dict[str, tuple[float, str]], pictures: Path, tmp_path: Path, form: str
) -> None:
    words = ["--merged"] if form == "merged" else []
    made = command("export", trained, "--version", "iter1/score", "--to", tmp_path / "out", *words)
    assert made.returncode == 0, made.stderr
    table = tmp_path / "scores.parquet"
    ran = command("predict", pictures, "--model", tmp_path / "out", "--out", table)
    assert ran.returncode == 0, ran.stderr
    assert "12 of 13 images scored by iter1/score" in ran.stdout and "zz_broken.png" in ran.stderr
    found = pd.read_parquet(table)
    scored = found[found["problem"].isna()]
    assert {Path(path).name for path in scored["image"]} == set(wanted)
    tolerance = 0.0 if form == "adapter" else 1e-3
    for row in scored.itertuples():
        score, text = wanted[Path(str(row.image)).name]
        assert row.score == pytest.approx(score, abs=tolerance)
        assert form == "merged" or row.explanation == text
    broken = found[found["problem"].notna()]
    assert [Path(path).name for path in broken["image"]] == ["zz_broken.png"] and broken["score"].isna().all()


def test_that_a_base_that_has_moved_can_be_named(
    trained: Path, wanted: dict[str, tuple[float, str]], pictures: Path, tmp_path: Path, tiny_model: Path
) -> None:
    command("export", trained, "--version", "iter1/score", "--to", tmp_path / "out")
    elsewhere = str(tmp_path / "another machine")
    lost = command("predict", pictures, "--model", tmp_path / "out", XDG_DATA_HOME=elsewhere)
    assert lost.returncode == 2 and "is not known on this machine" in lost.stderr and "--base" in lost.stderr
    ran = command("predict", pictures / "test_03.png", "--model", tmp_path / "out", "--base", tiny_model, "--json")
    assert ran.returncode == 0, ran.stderr
    (found,) = json.loads(ran.stdout)["predictions"]
    assert found["score"] == pytest.approx(wanted["test_03.png"][0], abs=1e-4)
