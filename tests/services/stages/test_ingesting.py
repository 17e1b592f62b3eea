"""From journals to rows: torn lines, replays, kills between two steps."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from support.fake_engine import journal_rows, run_fake_job, run_fake_jobs_until, work, write_journal
from support.pair_rows import list_pairs

from db.models import Decision, Image, Metric, ModelVersion, Pair, Prediction
from db.queries import versions as version_queries
from engine.contract import artifacts, atomic_files
from engine.contract.context import read_jsonl
from studio.services.errors import StudioError
from studio.services.job_runs import job_completion
from studio.services.loop import next_action, queue
from studio.services.loop.types import JobRow
from studio.services.projects import integrity
from studio.services.projects.project import Project
from studio.services.review import pair_list, review_steps
from studio.services.review.types import PairFilter
from studio.services.versions import version_list


def begun(project: Project, stage: str, iterations: int = 1) -> JobRow:
    job = run_fake_jobs_until(project, iterations, stage)
    assert job is not None
    queue.mark_running(project, job.id)
    next_action.write_job_inputs(project, job.id)
    return job


def pair_rows(project: Project) -> list[tuple[int, int, str, str]]:
    with project.reader() as session:
        found = session.query(Pair).order_by(Pair.image_id)
        return [(row.id, row.image_id, row.chosen_text, row.rejected_text) for row in found]


def test_that_rows_come_in_as_they_are_written_and_a_torn_line_waits(project: Project) -> None:
    job = begun(project, "generate")
    folder = project.run_folder(job.id)
    rows = journal_rows("generate", list(read_jsonl(folder.input)))
    write_journal(folder, rows[:4])
    with folder.journal().open("ab") as out:
        out.write(b'{"image_id": 5, "chosen_te')
    assert [next_action.ingest(project, job.id), next_action.ingest(project, job.id)] == [4, 0]
    with folder.journal().open("r+b") as out:
        out.truncate(len(folder.journal().read_bytes().rpartition(b"\n")[0]) + 1)
    write_journal(folder, rows[4:])
    assert next_action.ingest(project, job.id) == len(rows) - 4
    assert len(pair_rows(project)) == len(rows)


def test_that_replaying_a_journal_changes_nothing(project: Project) -> None:
    job = begun(project, "generate")
    folder = project.run_folder(job.id)
    rows = journal_rows("generate", list(read_jsonl(folder.input)))
    write_journal(folder, rows)
    next_action.ingest(project, job.id)
    before = pair_rows(project)
    write_journal(folder, rows)
    assert next_action.ingest(project, job.id) == len(rows)
    assert pair_rows(project) == before


def test_that_decisions_on_texts_that_were_written_anew_no_longer_count(project: Project) -> None:
    job = begun(project, "generate")
    folder = project.run_folder(job.id)
    rows = journal_rows("generate", list(read_jsonl(folder.input)))
    write_journal(folder, rows)
    next_action.ingest(project, job.id)
    same, other, *_ = (row[0] for row in pair_rows(project))
    for pair_id in (same, other, other):
        review_steps.decide(project, pair_id, "veto")
    rows[1]["rejected_text"] = "Grey."
    write_journal(folder, rows)
    next_action.ingest(project, job.id)
    assert [pair_list.pair(project, pair_id).verdict for pair_id in (same, other)] == ["veto", "none"]
    assert pair_list.pair(project, other).rejected_text == "Grey."
    undone = review_steps.undo(project)
    assert undone is not None and undone.pair.id == same, "what no longer counts is not there to be undone"
    with project.reader() as session:
        kept = session.query(Decision).filter_by(pair_id=other).order_by(Decision.id).all()
        assert [row.verdict for row in kept] == ["veto", "veto", "none"], "nothing is ever removed"
        assert "regenerated" in kept[-1].reason


def test_that_the_journals_of_all_ranks_come_in(project: Project) -> None:
    job = begun(project, "predict")
    folder = project.run_folder(job.id)
    rows = journal_rows("predict", list(read_jsonl(folder.input)))
    write_journal(folder, rows[::2], rank=0)
    write_journal(folder, rows[1::2], rank=1)
    next_action.complete(project, job.id, {})
    with project.reader() as session:
        assert session.query(Prediction).count() == len(rows)


def test_that_an_unreadable_image_is_noted_gets_no_row_and_is_forgiven_when_mended(project: Project) -> None:
    job = begun(project, "predict")
    folder = project.run_folder(job.id)
    good = journal_rows("predict", list(read_jsonl(folder.input)))
    broken = good[0]["image_id"]
    write_journal(folder, [{"image_id": broken, "problem": "truncated JPEG"}, *good[1:]])
    next_action.complete(project, job.id, {})
    with project.reader() as session:
        assert session.query(Prediction).count() == len(good) - 1
        assert session.get_one(Image, broken).problem == "truncated JPEG"
    assert [problem.what for problem in integrity.check(project)] == ["truncated JPEG"]
    run_fake_jobs_until(project, 1, "generate")
    run_fake_jobs_until(project, 1)
    with project.reader() as session:
        assert session.get_one(Image, broken).problem is None


def test_that_a_text_that_utf8_cannot_hold_is_kept_as_far_as_it_goes(project: Project) -> None:
    job = begun(project, "generate")
    folder = project.run_folder(job.id)
    (row, *_) = journal_rows("generate", list(read_jsonl(folder.input)))
    row["chosen_text"] = "lone \ud800 surrogate"
    folder.journal().write_bytes(json.dumps(row, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n")
    next_action.ingest(project, job.id)
    assert pair_rows(project)[0][2].startswith("lone ")


def test_that_measuring_fills_metrics_calibration_and_scores(project: Project) -> None:
    run_fake_jobs_until(project, 0)
    row = version_list.version(project, "base")
    assert (row.metrics["srcc"].value, row.metrics["srcc"].lo, row.metrics["srcc"].n) == (0.5, 0.4, 10)
    assert row.judge is None and row.judged == {}, "the estimate from words is no judge"
    with project.reader() as session:
        calibration = session.query(ModelVersion).one().calibration
        assert calibration is not None and calibration["method"] == "bin_means"
        assert session.query(Prediction).filter(Prediction.score.is_(None)).count() == 0
        names = {row.name for row in session.query(Metric)}
        assert {"plcc", "srcc", "rmse", "word_tone", "format_failures"} <= names


@pytest.mark.parametrize("step", ["copy", "rename", "row"])
def test_that_completing_can_be_killed_at_any_step_and_done_again(
    project: Project, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    job = begun(project, "train")
    result = work(project.run_folder(job.id), job)

    class KilledError(BaseException):
        pass

    def kill(*_: object, **__: object) -> None:
        raise KilledError

    def kill_after_rename(folder: Path) -> None:
        if folder == project.root / "models" / "iter1":
            raise KilledError

    with monkeypatch.context() as patch:
        match step:
            case "copy":
                patch.setattr(job_completion, "_link_or_copy", kill)
            case "rename":
                patch.setattr(atomic_files, "sync_folder", kill_after_rename)
            case _:
                patch.setattr(version_queries, "add_version", kill)
        with pytest.raises(KilledError):
            next_action.complete(project, job.id, result)
    assert queue.job(project, job.id).state == "running"
    next_action.complete(project, job.id, result)
    next_action.complete(project, job.id, result)
    row = version_list.version(project, "iter1/score")
    assert row.adapter is not None and artifacts.verify(row.adapter) == []
    assert (row.digest, queue.job(project, job.id).state) == (artifacts.digest(row.adapter), "done")
    assert [path.name for path in row.adapter.parent.iterdir()] == ["score"]


def test_that_the_kept_adapter_survives_the_run_folder(project: Project) -> None:
    job = begun(project, "train")
    next_action.complete(project, job.id, work(project.run_folder(job.id), job))
    shutil.rmtree(project.run_folder(job.id).path)
    adapter = version_list.version(project, "iter1/score").adapter
    assert adapter is not None and artifacts.verify(adapter) == []


def test_that_an_incomplete_adapter_makes_no_version(project: Project) -> None:
    job = begun(project, "train")
    folder = project.run_folder(job.id)
    work(folder, job)
    (folder.adapter / "adapter_config.json").write_text("{torn")
    with pytest.raises(StudioError, match=r"iter1/score is incomplete: adapter_config\.json"):
        next_action.complete(project, job.id, {})
    assert [row.name for row in version_list.versions(project)] == ["base"]


def test_that_the_hyperparameters_of_a_version_are_kept(project: Project) -> None:
    run_fake_jobs_until(project, 1)
    kept = version_list.version(project, "iter1/score").hyperparameters
    assert (kept["learning_rate"], kept["beta"], kept["lora"]) == (1e-3, 0.1, {"rank": 16, "alpha": 16})
    assert kept["base"] == "some/model"


def test_that_the_hyperparameters_name_no_place_on_this_machine(project: Project) -> None:
    run_fake_jobs_until(project, 2)
    for version in version_list.versions(project):
        kept = {key: value for key, value in version.hyperparameters.items() if key != "base"}
        assert str(project.root) not in json.dumps(kept)
        assert not {"share_prefix", "reference_folder", "reference_of_both", "vision"} & set(kept)


def test_that_a_stage_run_out_of_turn_says_what_is_missing(project: Project) -> None:
    next_action.enqueue_next(project, 1)
    late = {job.stage: job for job in reversed(queue.list_jobs(project))}
    for stage, told in [
        ("judge", "no predictions of base"),
        ("measure", "no predictions of base"),
        ("train", "no pair"),
    ]:
        with pytest.raises(StudioError, match=told):
            run_fake_job(project, late[stage])


def test_that_margins_of_a_training_are_kept_and_one_that_is_no_number_is_none(project: Project) -> None:
    job = begun(project, "train")
    wanted = [row["pair_id"] for row in read_jsonl(project.run_folder(job.id).input)][:3]
    margins = [0.5, None, -0.25]
    rows_ = [{"pair_id": pair_id, "margin": margin} for pair_id, margin in zip(wanted, margins, strict=True)]
    write_journal(project.run_folder(job.id), rows_)
    assert next_action.ingest(project, job.id) == 3
    with project.reader() as session:
        assert [session.get_one(Pair, pair_id).margin_score for pair_id in wanted] == margins
    found = {row.id: row.flags for row in list_pairs(project, PairFilter(1))}
    assert ["low_margin" in found[pair_id] for pair_id in wanted] == [False, False, True]
