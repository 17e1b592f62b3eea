"""What a job is told, and what is renewed when the project or its images were moved in between."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import select
from support.fake_engine import run_fake_jobs_until, set_setting

from db.models import Image, Job
from engine.contract import artifacts
from engine.contract.context import read_jsonl
from engine.contract.specs import GenerateSpec, MergeSpec, TrainSpec, spec_from_json
from studio.services.loop import next_action, queue
from studio.services.projects import create_and_open
from studio.services.projects.project import Project
from studio.services.review import review_steps


def stopped(project: Project, stage: str, version: str | None) -> int:
    """A job of that stage that had begun and was interrupted; its id."""
    job = run_fake_jobs_until(project, 2, stage, version)
    assert job is not None
    queue.mark_running(project, job.id)
    next_action.write_job_inputs(project, job.id)
    queue.mark_interrupted(project, job.id)
    return job.id


def add_checkpoint(project: Project, job_id: int) -> None:
    checkpoint = project.run_folder(job_id).checkpoints / "checkpoint-2"
    checkpoint.mkdir(parents=True)
    (checkpoint / "weights").write_bytes(b"of two steps")
    artifacts.seal(checkpoint)


def test_that_a_begun_job_of_a_moved_project_is_told_where_things_are_now(project: Project, tmp_path: Path) -> None:
    job_id = stopped(project, "train", "iter2/score")
    add_checkpoint(project, job_id)
    before = list(read_jsonl(project.run_folder(job_id).input))
    project.close()
    shutil.move(project.root, tmp_path / "elsewhere")
    shutil.move(tmp_path / "data" / "images", tmp_path / "pictures")
    moved = create_and_open.open_project(tmp_path / "elsewhere", exclusive=True)
    set_setting(moved, str(tmp_path / "data" / "images"), str(tmp_path / "pictures"))
    review_steps.decide(moved, before[0]["pair_id"], "veto")
    assert next_action.enqueue_next(moved, 2)[0] == job_id, "a place is no reason to begin anew"
    folder = next_action.write_job_inputs(moved, job_id)
    spec = spec_from_json(folder.spec.read_text())
    assert isinstance(spec, TrainSpec) and spec.start_adapter == str(tmp_path / "elsewhere/models/iter1/score")
    rows = list(read_jsonl(folder.input))
    assert [Path(row.pop("path")).parents[1] for row in rows] == [tmp_path / "pictures"] * len(before)
    assert rows == [{key: value for key, value in row.items() if key != "path"} for row in before]
    with moved.reader() as session:
        assert session.get_one(Job, job_id).spec_digest == spec.digest()
    moved.close()


def test_that_a_merge_and_a_generation_are_told_of_moved_adapters(project: Project, tmp_path: Path) -> None:
    generate, merge = stopped(project, "generate", None), stopped(project, "merge", "iter2/merged")
    project.close()
    shutil.move(project.root, tmp_path / "elsewhere")
    moved = create_and_open.open_project(tmp_path / "elsewhere")
    spec = spec_from_json(next_action.write_job_inputs(moved, merge).spec.read_text())
    models = tmp_path / "elsewhere" / "models" / "iter2"
    assert isinstance(spec, MergeSpec) and spec.adapters == (str(models / "score"), str(models / "consistency"))
    spec = spec_from_json(next_action.write_job_inputs(moved, generate).spec.read_text())
    assert isinstance(spec, GenerateSpec) and spec.model.adapter is None
    moved.close()


@pytest.mark.parametrize("text", ["", "{torn", '{"kind": "generate", "spec_version": 0}'])
def test_that_a_spec_that_cannot_be_read_is_written_again_and_the_rows_stay(project: Project, text: str) -> None:
    job_id = stopped(project, "train", "iter1/score")
    add_checkpoint(project, job_id)
    folder = project.run_folder(job_id)
    spec, rows = folder.spec.read_bytes(), folder.input.read_bytes()
    review_steps.decide(project, next(iter(read_jsonl(folder.input)))["pair_id"], "veto")
    folder.spec.write_text(text)
    next_action.write_job_inputs(project, job_id)
    assert (folder.spec.read_bytes(), folder.input.read_bytes()) == (spec, rows)


def test_that_a_training_without_a_checkpoint_takes_corrected_pairs(project: Project) -> None:
    """A failed training can be mended by editing the pair that made it fail."""
    job_id = stopped(project, "train", "iter1/score")
    folder = project.run_folder(job_id)
    first = next(iter(read_jsonl(folder.input)))
    folder.checkpoints.mkdir()
    for file in (folder.checkpoints / "reference.f32", folder.path / "lengths.json", folder.sizing):
        file.write_bytes(b"of the rows before")
    review_steps.edit(project, first["pair_id"], "Mended.", first["rejected_text"])
    next_action.write_job_inputs(project, job_id)
    assert next(iter(read_jsonl(folder.input)))["chosen_text"] == "Mended."
    assert not folder.checkpoints.exists()
    assert sorted(file.name for file in folder.path.glob("*.json")) == ["spec.json"]


def test_that_a_training_without_a_checkpoint_keeps_what_it_has_if_no_pair_changed(project: Project) -> None:
    job_id = stopped(project, "train", "iter1/score")
    folder = project.run_folder(job_id)
    folder.checkpoints.mkdir()
    (folder.checkpoints / "reference.f32").write_bytes(b"of these rows")
    next_action.write_job_inputs(project, job_id)
    assert (folder.checkpoints / "reference.f32").read_bytes() == b"of these rows"


@pytest.mark.parametrize(("explain", "explained"), [("judged", 5), ("all", 10)])
def test_that_only_images_that_are_judged_are_explained(project: Project, explain: str, explained: int) -> None:
    set_setting(project, "sample = 0", "sample = 5")
    set_setting(project, 'explain = "judged"', f'explain = "{explain}"')
    job = run_fake_jobs_until(project, 1, "judge")
    assert job is not None
    predicted = [row for row in queue.list_jobs(project) if row.stage == "predict" and row.state == "done"]
    rows = list(read_jsonl(project.run_folder(predicted[0].id).input))
    assert sum(row["explain"] for row in rows) == explained
    folder = next_action.write_job_inputs(project, job.id)
    assert len(list(read_jsonl(folder.input))) == 5


def test_that_pairs_are_told_their_server_and_the_sizes_that_are_known(project: Project) -> None:
    set_setting(project, "[pairs]\n", '[pairs]\nserver = "http://localhost:8000/v1"\n')
    job = run_fake_jobs_until(project, 1, "generate")
    assert job is not None
    with project.session() as session:
        first = session.scalars(select(Image).where(Image.split == "train").order_by(Image.id)).first()
        assert first is not None
        first.width, first.height = 640, 480
    folder = next_action.write_job_inputs(project, job.id)
    spec = spec_from_json(folder.spec.read_text())
    assert isinstance(spec, GenerateSpec) and spec.server == "http://localhost:8000/v1"
    assert [row["size"] for row in read_jsonl(folder.input)][:2] == [[640, 480], None]


def test_that_a_setting_that_did_not_exist_yet_is_no_change(project: Project) -> None:
    job_id = stopped(project, "predict", "base")
    with project.session() as session:
        job = session.get_one(Job, job_id)
        job.config = {**job.config, "predict": {k: v for k, v in job.config["predict"].items() if k != "explain"}}
    assert job_id in next_action.enqueue_next(project, 1)


def test_that_a_job_killed_before_it_was_told_all_is_told_anew(project: Project) -> None:
    job = run_fake_jobs_until(project, 1, "train")
    assert job is not None
    folder = project.run_folder(job.id)
    folder.path.mkdir(parents=True)
    folder.input.write_text("")
    next_action.write_job_inputs(project, job.id)
    assert len(list(read_jsonl(folder.input))) == 20


def test_that_a_begun_job_whose_settings_did_not_change_is_told_the_same(project: Project) -> None:
    job_id = stopped(project, "predict", "iter1/score")
    folder = project.run_folder(job_id)
    before = folder.spec.read_bytes(), folder.input.stat().st_ino
    next_action.write_job_inputs(project, job_id)
    assert (folder.spec.read_bytes(), folder.input.stat().st_ino) == before
