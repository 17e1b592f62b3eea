"""What is shown and what leaves: comparison, status, exports, integrity."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from support.fake_engine import run_fake_jobs_until

from db.models import Job, Pair, Prediction
from engine.contract import artifacts
from studio.services import exports
from studio.services.errors import StudioError
from studio.services.loop import queue
from studio.services.projects import integrity
from studio.services.projects.project import Project
from studio.services.projects.status import status
from studio.services.recipes.self_training import stage_order
from studio.services.review import review_steps
from studio.services.versions import version_list
from studio.services.versions.overview import next_step


@pytest.fixture
def once(project: Project) -> Project:
    """One finished iteration."""
    run_fake_jobs_until(project, 1)
    return project


def test_that_an_unknown_version_is_refused_with_the_known_ones(once: Project) -> None:
    with pytest.raises(StudioError, match=r"no version 'iter9'.*base, iter1/score"):
        version_list.version(once, "iter9")


def test_that_status_has_the_agreed_shape(once: Project) -> None:
    review_steps.decide(once, 1, "veto")
    told = json.loads(json.dumps(status(once), allow_nan=False))
    assert told["versions"][1] == {
        "name": "iter1/score",
        "iteration": 1,
        "kind": "score",
        "metrics": {
            "plcc": 0.5,
            "srcc": 0.5,
            "srcc_ci": [0.4, 0.6],
            "rmse": 0.5,
            "format_failures": 0.0,
            "n": 10,
            "consistency": None,
            "consistency_judge": None,
            "word_tone": 0.5,
        },
        "validation": {"plcc": None, "srcc": None, "rmse": None, "n": None},
    }
    reviewed = {"total": 20, "reviewed": 1, "vetoed": 1, "kept": 0}
    assert told["pairs"] == {**reviewed, "iterations": [{"iteration": 1, **reviewed}]}
    assert [job["state"] for job in told["jobs"]] == ["done"] * len(list(stage_order(1)))


def test_that_what_was_not_measured_is_null(project: Project) -> None:
    (base,) = status(project)["versions"]
    assert set(base["metrics"].values()) == {None}


def test_that_exported_pairs_have_trls_form_and_no_vetoed_one(once: Project, tmp_path: Path) -> None:
    review_steps.decide(once, 1, "veto")
    review_steps.decide(once, 2, "veto", scope="consistency")
    file = tmp_path / "out" / "pairs.jsonl"
    assert exports.export_pairs_jsonl(once, file) == 19
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    with once.reader() as session:
        pair = session.get_one(Pair, 2)
        answer = f"#Score: {pair.chosen_score}\n#Explain: {pair.chosen_text}"
    assert rows[0]["chosen"] == [{"role": "assistant", "content": [{"type": "text", "text": answer}]}]
    assert [part["type"] for part in rows[0]["prompt"][0]["content"]] == ["image", "text"]
    assert Path(rows[0]["images"][0]).is_file()
    assert exports.export_pairs_jsonl(once, file, include_vetoed=True) == 20


def test_that_an_empty_export_is_refused(project: Project, tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="no pairs to export"):
        exports.export_pairs_jsonl(project, tmp_path / "pairs.jsonl")
    assert not (tmp_path / "pairs.jsonl").exists()


def test_that_an_exported_adapter_comes_with_a_card_and_never_over_other_files(once: Project, tmp_path: Path) -> None:
    folder = exports.export_adapter(once, "iter1/score", tmp_path / "out" / "adapter")
    assert {file.name for file in folder.iterdir()} == {
        "README.md",
        "adapter_config.json",
        "adapter_model.safetensors",
        "manifest.json",
        "score_studio.json",
    }
    card = (folder / "README.md").read_text()
    assert (
        "some/model" in card
        and "| srcc | 0.500 | 0.400 to 0.600 | 10 |" in card
        and "word tone (an estimate from words, not a judge)" in card
    )
    with pytest.raises(StudioError, match="not an empty folder"):
        exports.export_adapter(once, "iter1/score", folder)
    with pytest.raises(StudioError, match="base model and has no adapter"):
        exports.export_adapter(once, "base", tmp_path / "base")


def test_that_a_healthy_project_has_no_problem(once: Project) -> None:
    assert integrity.check(once) == []


def test_that_the_check_finds_what_is_wrong(once: Project) -> None:
    adapter = once.root / "models/iter1/score/adapter_config.json"
    text = adapter.read_text()
    adapter.unlink()
    adapter.write_text(text + " ")
    (once.images_root() / "test" / "0.png").unlink()
    (once.root / "runs" / "999").mkdir()
    with once.session() as session:
        session.delete(session.query(Prediction).filter_by(explained=False).order_by(Prediction.id.desc()).first())
    found = {(problem.where, problem.what) for problem in integrity.check(once)}
    assert found == {
        ("iter1/score", "adapter_config.json has changed since it was written"),
        ("test/0.png", "the image is missing"),
        ("runs/999", "belongs to no job of this project"),
        ("iter1/score", "9 predictions on 10 images of the split val"),
    }


def test_that_the_check_finds_a_swapped_adapter_and_a_missing_one(once: Project) -> None:
    adapter = once.root / "models/iter1/score"
    (adapter / "adapter_config.json").unlink()
    (adapter / "adapter_config.json").write_text("{ }")
    artifacts.seal(adapter)
    assert [problem.what for problem in integrity.check(once)] == ["its adapter has changed since it was created"]
    shutil.rmtree(adapter)
    assert [problem.what for problem in integrity.check(once)] == ["its adapter folder models/iter1/score is missing"]


def test_that_the_check_finds_the_lost_work_of_an_interrupted_job(once: Project) -> None:
    job = queue.list_jobs(once)[0]
    with once.session() as session:
        session.query(Job).filter_by(id=job.id).update({"state": "interrupted"})
    shutil.rmtree(once.run_folder(job.id).path, ignore_errors=True)
    assert (f"runs/{job.id}", "is missing, though its job is not done") in {
        (problem.where, problem.what) for problem in integrity.check(once)
    }


def test_that_the_check_finds_rows_that_break_the_rules_of_their_table(once: Project) -> None:
    file = once.root / "project.sqlite"
    with closing(sqlite3.connect(file)) as careless:
        careless.execute("PRAGMA writable_schema = ON")
        careless.execute("CREATE TABLE of_a_careless_tool (a INTEGER NOT NULL)")
        careless.execute("INSERT INTO of_a_careless_tool VALUES (1)")
        careless.execute(
            "UPDATE sqlite_master SET sql = replace(sql, 'a INTEGER NOT NULL', 'a INTEGER NOT NULL CHECK (a > 1)')"
            " WHERE name = 'of_a_careless_tool'"
        )
        careless.commit()
    found = [problem for problem in integrity.check(once) if problem.where == "project.sqlite"]
    assert found and "backup" in found[0].remedy


def test_that_the_check_finds_broken_references_and_settings(project: Project) -> None:
    (project.root / "studio.toml").write_text("[project]\nnme = 'x'\n")
    assert [(problem.where, problem.what) for problem in integrity.check(project)] == [
        ("studio.toml", "studio.toml: there is no setting project.nme.")
    ]
    with closing(sqlite3.connect(project.root / "project.sqlite")) as careless:
        careless.execute("INSERT INTO rating (image_id, rater, score) VALUES (999, 'r', 1)")
        careless.commit()
    assert [problem.what for problem in integrity.check(project)] == [
        "row 1 of rating refers to a missing row of image"
    ]


def test_that_all_jobs_of_a_finished_iteration_are_done(once: Project) -> None:
    assert {row.state for row in queue.list_jobs(once)} == {"done"}


def test_that_the_next_iteration_follows_the_last_one_even_beyond_the_settings(finished: Project) -> None:
    assert finished.settings.loop.iterations == 2, "the project has three"
    action, last = next_step(finished)
    assert (action.kind, action.iteration, last) == ("run_iteration", 4, 3)
