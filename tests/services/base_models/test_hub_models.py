"""A hub model's commit is kept by the project, and a model that is not here is downloaded before everything else."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.cached import COMMIT, place_model
from support.fake_engine import DOWNLOADED, run_fake_job, run_fake_jobs_until

from db.models import Job, ModelVersion
from engine.contract.specs import DownloadSpec, ModelSpec, PredictSpec, spec_from_json
from studio.services.base_models import hub_models
from studio.services.errors import StudioError
from studio.services.loop import next_action, queue
from studio.services.projects.project import Project
from studio.services.recipes.self_training import EXAMINE
from studio.services.settings.toml_file import FILE_NAME


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    place_model("some/model")
    yield tmp_path / "home"


def set_model(project: Project, **settings: str) -> None:
    file = project.root / FILE_NAME
    lines = [line for line in file.read_text().splitlines() if line.split(" = ")[0] not in settings]
    place = lines.index("[model]") + 1
    file.write_text(
        "\n".join([*lines[:place], *(f"{key} = {value}" for key, value in settings.items()), *lines[place:]])
    )


def model_of(project: Project, job_id: int) -> ModelSpec:
    spec = spec_from_json(next_action.write_job_inputs(project, job_id).spec.read_text())
    assert isinstance(spec, DownloadSpec | PredictSpec)
    return spec.model


def titles(project: Project) -> list[str]:
    return [f"{stage.stage} {stage.state}" for stage in next_action.plan(project, 0)]


def test_that_a_model_that_is_here_needs_no_download_and_its_commit_is_kept(project: Project) -> None:
    first = next_action.enqueue_next(project, 0)[0]
    assert titles(project) == [f"{stage} queued" for stage in EXAMINE]
    assert model_of(project, first).revision == COMMIT
    place_model("some/model", "6" * 40)  # the branch moved on
    assert model_of(project, first).revision == COMMIT
    with project.reader() as session:
        assert session.query(ModelVersion).one().hyperparameters["revision"] == COMMIT


def test_that_a_model_that_is_not_here_is_downloaded_first(project: Project) -> None:
    set_model(project, base='"other/model"', revision='"v1"')
    assert titles(project) == ["download None", *(f"{stage} None" for stage in EXAMINE)]
    assert next_action.next_action(project).kind == "run_base"
    jobs = next_action.enqueue_next(project, 0)
    assert [queue.job(project, job).stage for job in jobs] == ["download", *EXAMINE]
    assert next_action.next_action(project).kind == "resume"
    assert model_of(project, jobs[0]).revision == "v1"
    run_fake_job(project, queue.job(project, jobs[0]))
    assert model_of(project, jobs[1]).revision == DOWNLOADED
    assert titles(project) == ["download done", *(f"{stage} queued" for stage in EXAMINE)]


def test_that_a_model_that_has_gone_is_downloaded_again_at_its_commit(project: Project, home: Path) -> None:
    run_fake_jobs_until(project, 0)
    assert next_action.enqueue_next(project, 0) == []
    shutil.rmtree(home / "hub")
    assert next_action.enqueue_next(project, 0) == [], "nothing is left to do, so nothing is fetched"
    jobs = next_action.enqueue_next(project, 1)
    first = queue.next_queued(project)
    assert first is not None and first.stage == "download" and jobs[0] == first.id
    assert model_of(project, first.id).revision == COMMIT
    run_fake_job(project, first)
    shutil.rmtree(home / "hub")
    again = next_action.enqueue_next(project, 1)
    fetched = queue.next_queued(project)
    assert fetched is not None and fetched.stage == "download" and fetched.id == again[0] != first.id


def test_that_a_download_that_failed_goes_on_and_is_dropped_once_the_model_is_here(project: Project) -> None:
    set_model(project, base='"other/model"')
    first = next_action.enqueue_next(project, 0)[0]
    queue.mark_running(project, first)
    queue.mark_failed(project, first, "no network")
    assert next_action.next_action(project).kind == "resume"
    assert next_action.enqueue_next(project, 0)[0] == first
    place_model("other/model")
    assert first not in next_action.enqueue_next(project, 0)
    assert queue.job(project, first).state == "cancelled"


def test_that_a_download_of_another_model_takes_the_place_of_a_waiting_one(project: Project) -> None:
    set_model(project, base='"other/model"')
    next_action.enqueue_next(project, 0)
    set_model(project, base='"third/model"')
    jobs = next_action.enqueue_next(project, 0)
    assert model_of(project, jobs[0]).base == "third/model"
    first = queue.next_queued(project)
    assert first is not None and first.id == jobs[0]


def test_that_naming_the_kept_commit_is_no_other_model(project: Project) -> None:
    run_fake_jobs_until(project, 0, "judge")
    set_model(project, revision=f'"{COMMIT}"')
    assert next_action.enqueue_next(project, 0)


def test_that_a_folder_takes_the_place_of_a_hub_model_only_where_that_is_gone(
    project: Project, home: Path, tmp_path: Path
) -> None:
    run_fake_jobs_until(project, 0, "judge")
    folder = tmp_path / "elsewhere"
    shutil.copytree(place_model("some/model"), folder)
    set_model(project, base=f'"{folder}"')
    with pytest.raises(StudioError, match="was done with 'some/model'"):
        next_action.enqueue_next(project, 0)
    set_model(project, base=f'"{place_model("some/model")}"')
    assert next_action.enqueue_next(project, 0)
    shutil.rmtree(home)
    set_model(project, base=f'"{folder}"')
    assert next_action.enqueue_next(project, 0)


def test_that_offline_mode_and_precision_do_not_redo_what_has_begun(project: Project) -> None:
    job = next_action.enqueue_next(project, 0)[0]
    next_action.write_job_inputs(project, job)
    queue.mark_running(project, job)
    queue.mark_cancelled(project, job)
    with project.session() as session:  # as a program wrote it that did not know these settings
        row = session.get_one(Job, job)
        known = {key: value for key, value in row.config["model"].items() if key not in ("offline", "quantization")}
        row.config = {**row.config, "model": known}
    set_model(project, offline="true")
    assert next_action.enqueue_next(project, 0)[0] == job
    set_model(project, quantization='"4bit"')
    assert next_action.enqueue_next(project, 0)[0] != job


def test_that_the_commit_is_looked_up_by_what_was_asked_for(project: Project) -> None:
    with project.session() as session:
        hub_models.keep_commit(session, "a/b", "dev", "1" * 40)
        assert hub_models.commit(session, "a/b", "dev") == "1" * 40
        assert hub_models.commit(session, "a/b", None) is None
        assert hub_models.commit(session, "a/b", "2" * 40) == "2" * 40
