"""Which versions are probed, on what; what is stored, and what is not done again."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from sqlalchemy import update
from support.fake_engine import run_fake_job, run_fake_jobs_until, set_setting, work

from db.models import Image, Job, ModelVersion, ProbeAnswer, ProbeFigure
from engine.contract.context import read_jsonl
from engine.contract.specs import ProbeSpec, spec_from_json
from studio.services.errors import StudioError
from studio.services.estimating.types import EstimateRange
from studio.services.job_runs.journal_ingest import ingest
from studio.services.loop import next_action, queue
from studio.services.probing import probe_results, probe_runs
from studio.services.probing.types import ALL_DEGRADATIONS
from studio.services.projects.project import Project
from studio.services.recipes import discarding
from studio.services.recipes.version_names import newest_main
from studio.services.settings.schema import ProbeSettings
from studio.services.stages.probe import copies, examples_folder
from studio.services.versions import version_lifecycle

CHANGES = {"sample": 4, "degradations": ["blur", "monochrome"], "strengths": [1.0, 0.5]}


def around(found: EstimateRange | None) -> float:
    """The value that a range of 20% is around."""
    assert found is not None and found.high / found.middle == pytest.approx(1.2)
    return round(found.middle, 6)


@pytest.fixture
def measured(project: Project) -> Iterator[Project]:
    """Base and iter1/score, measured."""
    run_fake_jobs_until(project, 1)
    yield project


def probed(project: Project, names: tuple[str, ...] = (), **changes: object) -> list[str]:
    """Probe to the end; returns the versions that answered, in order."""
    settings = probe_runs.with_probe(project, {**CHANGES, **changes})
    queued = probe_runs.enqueue(project, probe_runs.probed_versions(project, names), settings)
    done = []
    while (job := queue.next_queued(project, queued)) is not None:
        run_fake_job(project, job)
        done.append(str(job.version_name))
    assert len(done) == len(queued)
    return done


def test_that_copies_are_the_image_and_each_degradation_in_its_grades() -> None:
    settings = ProbeSettings(degradations=("blur", "monochrome"), strengths=(1.0, 0.5))
    assert copies(settings) == [("none", 0.0), ("blur", 0.5), ("blur", 1.0), ("monochrome", 1.0)]


def test_that_the_time_is_that_of_earlier_answers(measured: Project) -> None:
    settings = probe_runs.with_probe(measured, CHANGES)
    assert probe_runs.estimate(measured, ["base", "iter1/score"], settings).seconds is None, "nothing was timed"

    def timed(stage: str, seconds: float, units: int, startup: float) -> None:
        with measured.session() as session:
            values = {"worked_seconds": seconds, "worked_units": units, "startup_seconds": startup}
            session.execute(update(Job).where(Job.stage == stage).values(**values))

    timed("predict", 30.0, 10, 4.0)
    expected = probe_runs.estimate(measured, ["base", "iter1/score"], settings)
    assert expected.answers == 2 * 4 * 4 and around(expected.seconds) == 32 * 3.0 + 2 * 4.0
    probed(measured)
    timed("probe", 10.0, 10, 1.0)
    again = probe_runs.with_probe(measured, {**CHANGES, "sample": 5})
    assert around(probe_runs.estimate(measured, ["base"], again).seconds) == 5 * 4 * 1.0 + 1.0


def test_that_base_and_the_newest_main_version_are_probed(measured: Project) -> None:
    assert probe_runs.measured(measured) == ["base", "iter1/score"]
    assert probe_runs.probed_versions(measured, ()) == ["base", "iter1/score"]
    assert probe_runs.probed_versions(measured, ("base",)) == ["base"]
    settings = probe_runs.with_probe(measured, CHANGES)
    expected = probe_runs.estimate(measured, ["base", "iter1/score"], settings)
    assert (expected.versions, expected.known) == (("base", "iter1/score"), ())
    assert (expected.images, expected.copies, expected.answers) == (4, 4, 32)
    assert probed(measured) == ["base", "iter1/score"]


def test_the_newest_of_versions() -> None:
    names = ["base", "iter1/score", "iter2/score", "iter2/consistency", "iter2/merged", "iter3/score"]
    assert newest_main(names) == ["iter2/merged"]
    assert newest_main(names[:4]) == ["iter1/score"]
    assert newest_main([]) == []


def test_that_a_version_waits_for_the_bases_answers_and_is_given_them(measured: Project) -> None:
    settings = probe_runs.with_probe(measured, CHANGES)
    first, second = probe_runs.enqueue(measured, ["base", "iter1/score"], settings)
    job = queue.next_queued(measured)
    assert job is not None and job.id == first
    assert queue.job(measured, second).state == "queued"
    run_fake_job(measured, job)
    folder = next_action.write_job_inputs(measured, second)
    spec = spec_from_json(folder.spec.read_text("utf-8"))
    assert isinstance(spec, ProbeSpec)
    assert spec.reference == spec.base_reference == tuple(map(float, range(10)))
    rows = list(read_jsonl(folder.input))
    assert len(rows) == 4 * 4 and all(row["base"]["text"] for row in rows)
    assert len({row["image_id"] for row in rows}) == 4
    base_rows = list(read_jsonl(measured.run_folder(first).input))
    assert [row["base"] for row in base_rows] == [None] * 16
    keys = ("image_id", "degradation", "strength", "path")
    assert [[row[key] for key in keys] for row in base_rows] == [[row[key] for key in keys] for row in rows]


def test_that_figures_are_stored_with_their_images_and_read_in_order(measured: Project) -> None:
    probed(measured)
    report = probe_results.report(measured)
    assert report.versions == ("base", "iter1/score")
    assert report.degradations == ("blur", "monochrome", ALL_DEGRADATIONS)
    own = [(row.degradation, row.strength) for row in report.of("iter1/score")]
    assert own == [("blur", 0.0), ("blur", 0.5), ("blur", 1.0), ("monochrome", 1.0), ("all", 0.5), ("all", 1.0)]
    strong = report.of("iter1/score")[2].figures
    assert strong["score_change"].value == pytest.approx(-4, abs=0.1) and strong["score_change"].n == 4
    assert strong["score_change_vs_base"].value == pytest.approx(-2, abs=0.1)
    assert strong["naming_gain"].value == strong["naming_gain_vs_base"].value == 1
    assert "naming_gain_vs_base" not in report.of("base")[2].figures


def test_that_what_has_been_probed_is_not_probed_again(measured: Project) -> None:
    assert probed(measured) == ["base", "iter1/score"]
    assert probed(measured) == []
    settings = probe_runs.with_probe(measured, CHANGES)
    expected = probe_runs.estimate(measured, ["base", "iter1/score"], settings)
    assert expected.answers == 0 and expected.known == ("base", "iter1/score")
    assert probed(measured, sample=5) == ["base", "iter1/score"], "other settings"
    with measured.reader() as session:
        assert {row.image_id for row in session.query(ProbeAnswer)} and session.query(ProbeAnswer).count() == 2 * 5 * 4
    assert probed(measured, sample=5) == []
    set_setting(measured, "longest_side = 448", "longest_side = 224")
    assert probed(measured, sample=5) == ["base", "iter1/score"]


def test_that_a_smaller_probe_leaves_nothing_of_a_larger_one(measured: Project) -> None:
    probed(measured, sample=6, strengths=[0.25, 0.5, 1.0])
    probed(measured)
    with measured.reader() as session:
        assert session.query(ProbeAnswer).count() == 2 * 4 * 4
        assert {row.strength for row in session.query(ProbeFigure)} == {0.0, 0.5, 1.0}


def test_that_base_probed_again_is_compared_with_again(measured: Project) -> None:
    probed(measured)
    probed(measured, ("base",), sample=5)
    assert probed(measured, sample=5) == ["iter1/score"]
    probed(measured, ("base",))
    assert probed(measured) == ["iter1/score"], "its intervals were against other answers of the base"


def test_that_a_version_made_again_is_probed_again(measured: Project) -> None:
    probed(measured)
    last = max(job.id for job in queue.list_jobs(measured))
    with measured.session() as session:
        session.query(ModelVersion).filter_by(name="iter1/score").one().job_id = last
    assert probed(measured) == ["iter1/score"]


def test_that_a_stopped_probe_goes_on_and_replaying_changes_nothing(measured: Project) -> None:
    settings = probe_runs.with_probe(measured, CHANGES)
    queued = probe_runs.enqueue(measured, ["base"], settings)
    job = queue.next_queued(measured)
    assert job is not None
    queue.mark_running(measured, job.id)
    folder = next_action.write_job_inputs(measured, job.id)
    result = work(folder, job)
    ingest(measured, job.id)
    queue.mark_cancelled(measured, job.id)
    assert probe_runs.enqueue(measured, ["base"], settings) == queued, "the same job"
    with measured.session() as session:
        session.execute(ProbeAnswer.__table__.update().values(text="overwritten"))  # type: ignore[attr-defined]
    next_action.write_job_inputs(measured, job.id)
    queue.mark_running(measured, job.id)
    next_action.complete(measured, job.id, result)
    next_action.complete(measured, job.id, result)
    with measured.reader() as session:
        assert session.query(ProbeAnswer).count() == 16
        assert session.query(ProbeFigure).count() == len(result["figures"])


def test_that_another_probe_of_a_stopped_ones_settings_is_a_new_job(measured: Project) -> None:
    (first,) = probe_runs.enqueue(measured, ["base"], probe_runs.with_probe(measured, CHANGES))
    queue.mark_running(measured, first)
    next_action.write_job_inputs(measured, first)
    queue.mark_cancelled(measured, first)
    (second,) = probe_runs.enqueue(measured, ["base"], probe_runs.with_probe(measured, {**CHANGES, "sample": 3}))
    assert second != first


def test_that_broken_images_are_no_part_of_the_sample(measured: Project) -> None:
    with measured.session() as session:
        tests = session.query(Image).filter_by(split="test").all()
        for image in tests[:8]:
            image.problem = "gone"
    settings = probe_runs.with_probe(measured, {"sample": 50})
    assert probe_runs.estimate(measured, ["base"], settings).images == len(tests) - 8


def test_that_what_cannot_be_probed_is_named(project: Project, measured: Project) -> None:
    with pytest.raises(StudioError, match="no version 'iter9/score'"):
        probe_runs.probed_versions(measured, ("iter9/score",))
    with measured.session() as session:
        session.query(ModelVersion).filter_by(name="iter1/score").one().calibration = None
    with pytest.raises(StudioError, match="no calibrated scores of iter1/score"):
        probe_runs.probed_versions(measured, ("iter1/score",))
    with pytest.raises(StudioError, match=r"probe\.sample"):
        probe_runs.with_probe(measured, {"sample": 1})
    with pytest.raises(StudioError, match=r"probe\.degradations"):
        probe_runs.with_probe(measured, {"degradations": ["fog"]})
    with pytest.raises(StudioError, match=r"probe\.strengths"):
        probe_runs.with_probe(measured, {"strengths": [0.0]})
    with pytest.raises(StudioError, match="there twice"):
        probe_runs.with_probe(measured, {"strengths": [0.5, 0.5]})


def test_that_a_run_plans_no_probe(measured: Project) -> None:
    assert all(stage.stage != "probe" for stage in next_action.plan(measured, 2))
    probed(measured)
    assert next_action.next_action(measured, 1).kind == "done"


def test_that_examples_have_both_texts_and_a_kept_picture_first(measured: Project) -> None:
    probed(measured)
    found = probe_results.examples(measured, ["base", "iter1/score"], "blur", 1.0)
    assert len(found) == 4 and all(example.copy is None for example in found)
    first = found[2]
    kept = examples_folder(measured) / f"{first.image_id}-blur-1.jpg"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"a picture")
    example = probe_results.examples(measured, ["base", "iter1/score"], "blur", 1.0)[0]
    assert (example.image_id, example.copy) == (first.image_id, kept)
    assert example.path.is_file() and example.name
    base, score = example.texts
    assert (base.version, base.text_before, base.text) == ("base", "A sharp picture.", "A sharp picture.")
    assert (score.text, score.named, score.named_before) == ("It is blurry.", "blurry", None)
    assert score.score < base.score < base.score_before == score.score_before


def test_that_a_deleted_version_takes_its_probe_along_and_brings_it_back(measured: Project) -> None:
    probed(measured)
    with measured.reader() as session:
        version_id = session.query(ModelVersion).filter_by(name="iter1/score").one().id
    trashed = version_lifecycle.delete(measured, "iter1/score")
    assert probe_results.report(measured).versions == ("base",)
    with measured.reader() as session:
        assert session.query(ProbeAnswer).filter_by(model_version_id=version_id).count() == 0
    version_lifecycle.restore(measured, trashed.number)
    assert probe_results.report(measured).versions == ("base", "iter1/score")


def test_that_a_discarded_iteration_takes_its_probes_along_and_brings_them_back(project: Project) -> None:
    run_fake_jobs_until(project, 2)
    probed(project)
    before = probe_results.report(project)
    assert before.versions == ("base", "iter2/merged")
    discarding.discard_line(project, "iter2")
    assert probe_results.report(project).versions == ("base",)
    with project.reader() as session:
        assert session.query(ProbeAnswer).count() == 4 * 4
    discarding.restore_line(project, "iter2")
    assert probe_results.report(project) == before


def test_that_the_score_is_the_weighted_mean() -> None:
    logprobs = [-700.0] * 10
    logprobs[2] = logprobs[4] = -1.0
    assert probe_results.expected_score(logprobs, list(range(10))) == pytest.approx(3)


def test_that_unknown_degradations_of_a_newer_program_are_left_out(measured: Project) -> None:
    probed(measured)
    with closing(sqlite3.connect(measured.root / "project.sqlite")) as database, database:
        database.execute("UPDATE probe_figure SET degradation = 'fog' WHERE degradation = 'monochrome'")
    assert probe_results.report(measured).degradations == ("blur", ALL_DEGRADATIONS)
    assert json.dumps([row.strength for row in probe_results.report(measured).rows])
