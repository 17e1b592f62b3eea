"""Estimates as ranges: from what jobs really computed, with and without the caches, by stage and device."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.fake_engine import run_fake_jobs_until, set_setting

from bench.times.estimates import replay, total
from db.models import Job
from engine.contract.events import Event, Finished, Loaded, Progress, Started
from studio.services.estimating.ahead import stage_times, time_left
from studio.services.estimating.rates import KnownJobs, measured_jobs, rates_of, seconds_per_unit, with_others
from studio.services.estimating.types import AheadStage, EstimateRange, MeasuredJob, StageRate, together
from studio.services.loop import queue
from studio.services.projects import status
from studio.services.projects.project import Project
from studio.services.settings.schema import Settings

BASE, DEVICE = "base", "cpu"
SETTINGS = Settings.model_validate({"project": {"name": "x"}, "model": {"base": "demo"}, "images": {"root": "."}})


def job(kind: str, seconds: float, units: float = 100, *, computes: bool = False, version: str = "") -> MeasuredJob:
    return MeasuredJob((BASE, DEVICE, kind), version, units, seconds, 2.0, computes)


def ahead(kind: str, units: float = 100, version: str = "") -> AheadStage:
    return AheadStage(kind, kind, version, units)


def ends(found: EstimateRange | None) -> tuple[float, float]:
    assert found is not None
    return pytest.approx(found.low), pytest.approx(found.high)  # type: ignore[return-value]  # compared with numbers


def test_that_one_job_gives_a_wide_range_and_several_reach_from_fastest_to_slowest() -> None:
    one = rates_of([job("predict", 10.0)])[BASE, DEVICE, "predict"]
    assert one.computed is None and ends(one.reused) == (0.1 / 1.3, 0.1 * 1.3)
    many = rates_of([job("predict", seconds) for seconds in (99.0, *[10.0, 12.0, 20.0] * 2)])
    assert ends(many[BASE, DEVICE, "predict"].reused) == (0.1 / 1.15, 0.2 * 1.15), "only the newest six count"
    assert ends(many[BASE, DEVICE, "predict"].startup) == (2.0 / 1.3, 2.0 * 1.3)
    assert ends(one.startup) == (0.2, 2.0), "the first start of a program loads what later ones find loaded"


def test_that_jobs_that_filled_the_caches_are_not_mixed_with_those_that_used_them() -> None:
    rate = rates_of([job("predict", 30.0, computes=True), job("predict", 10.0), job("predict", 10.0)])
    found = rate[BASE, DEVICE, "predict"]
    assert ends(seconds_per_unit(found, computes=True)) == (0.3 / 1.3, 0.3 * 1.3)
    assert ends(seconds_per_unit(found, computes=False)) == (0.1 / 1.15, 0.1 * 1.15)
    first = StageRate(computed=EstimateRange(1.0, 2.0))
    assert ends(seconds_per_unit(first, computes=False)) == (0.4, 1.9)
    assert ends(seconds_per_unit(StageRate(reused=EstimateRange(1.0, 2.0)), computes=True)) == (1 / 0.95, 5.0)


def test_that_devices_are_kept_apart() -> None:
    gpu = MeasuredJob((BASE, "cuda", "predict"), "", 100, 1.0, None, computes=False)
    rates = rates_of([job("predict", 10.0), gpu])
    assert ends(rates[BASE, "cuda", "predict"].reused) == (0.01 / 1.3, 0.01 * 1.3)
    assert rates[BASE, "cuda", "predict"].startup == EstimateRange(0.0, 0.0)


def test_that_other_projects_rates_are_scaled_by_how_slow_this_one_is() -> None:
    own = rates_of([job("predict", 30.0)])
    others = rates_of(
        [job("predict", 10.0), job("train", 50.0), replace(job("train", 9.0), key=("other", DEVICE, "train"))]
    )
    found = with_others(own, others)
    assert found[BASE, DEVICE, "predict"] == own[BASE, DEVICE, "predict"]
    assert ends(found[BASE, DEVICE, "train"].reused) == (0.5 / 1.3 * 3 / 1.15, 0.5 * 1.3 * 3 * 1.15)
    assert ends(found["other", DEVICE, "train"].reused) == (0.09 / 1.3 / 1.15, 0.09 * 1.3 * 1.15)


def test_that_later_stages_are_expected_to_find_the_caches_filled() -> None:
    known = [job("predict", 30.0, computes=True), job("train", 80.0, computes=True, version="score")]
    stages = [ahead("predict"), ahead("train", version="score"), ahead("train", version="consistency")]
    found = stage_times(stages, known, {}, BASE, SETTINGS)
    assert found is not None
    predict, score, consistency = (one.seconds for one in found.stages)
    assert ends(predict) == (0.2 + 30 / 1.3 * 0.4, 2 + 30 * 1.3 * 0.95), "its images have been seen by the base"
    assert ends(score) == (0.2 + 80 / 1.3, 2 + 80 * 1.3), "its answers are new"
    assert ends(consistency) == (0.2 + 80 / 1.3 * 0.4, 2 + 80 * 1.3 * 0.95), "its answers are known"
    small = [*known, job("predict", 31.0, computes=True)]  # the images do not fit into the cache
    again = stage_times([ahead("predict")], small, {}, BASE, SETTINGS)
    assert again is not None and ends(again.total) == (30 / 1.15 + 2 / 1.3, 31 * 1.15 + 2 * 1.3)
    off = SETTINGS.model_copy(update={"compute": SETTINGS.compute.model_copy(update={"vision_cache_gb": 0})})
    never = stage_times([ahead("predict")], known, {}, BASE, off)
    assert never is not None and ends(never.total) == (0.2 + 30 / 1.3, 2 + 30 * 1.3)


def test_that_nothing_is_said_before_the_first_prediction_and_wide_ranges_after_it() -> None:
    assert stage_times([ahead("generate")], [], {}, BASE, SETTINGS) is None
    found = stage_times([ahead("generate")], [job("predict", 10.0, computes=True)], {}, BASE, SETTINGS)
    assert found is not None and ends(found.total) == (0.2 + 10 / 1.3, 2 + 4 * 10 * 1.3)
    assert list(found.by_kind()) == [("generate", "cpu")]


def test_that_a_sum_of_independent_estimates_is_not_all_at_its_worst() -> None:
    found = together([EstimateRange(1.0, 4.0), EstimateRange(9.0, 16.0)])
    assert ends(found) == (14 - (1 + 9) ** 0.5, 14 + (4 + 16) ** 0.5)


def test_that_a_replay_compares_what_was_known_then_with_what_it_took() -> None:
    known = [job("predict", 10.0), job("predict", 12.0), job("predict", 30.0)]
    first = replay(known, {}, BASE, SETTINGS, again=False)
    assert [one.took for one in first] == [14.0, 32.0]
    assert first[0].low == first[1].low == pytest.approx(0.2 + 10 / 1.3)
    later = replay(known, {}, BASE, SETTINGS, again=True)
    assert later[1].high == pytest.approx(12 * 1.15 + 2 * 1.3) and later[1].ratio == pytest.approx(32 / later[1].middle)
    assert [one.near for one in later] == [True, False] and total(later).took == 46.0


def timed(project: Project, job_id: int, began: float, result: dict[str, int]) -> None:
    """A job that starts for 4 s and then answers 24 images in 12 s."""
    queue.mark_running(project, job_id, pid=1)
    with project.session() as session:
        session.get_one(Job, job_id).run_started_at = began
    loaded = Loaded("demo", "", "cuda:0", "float32", "sdpa", "none")
    events: list[Event] = [Started("predict", 24, "images"), loaded, Progress(24, 24), Finished(result)]
    queue.append_events(project, job_id, list(zip((began + 1, began + 4, began + 16, began + 16), events, strict=True)))
    with project.session() as session:
        session.get_one(Job, job_id).state = "done"


def test_that_a_projects_own_jobs_tell_device_and_caches_and_what_is_left(project: Project) -> None:
    waiting = run_fake_jobs_until(project, 0, "predict")
    assert waiting is not None and time_left(project, {}) is None and status.status(project)["time_left"] is None
    timed(project, waiting.id, 1000.0, {"rows": 24, "vision_passes": 24})
    (found,) = measured_jobs(project)
    assert (found.key[1:], found.units, found.seconds, found.startup) == (("cuda", "predict"), 24, 12.0, 4.0)
    assert found.computes and found.version_kind == "base" and found.took == 16.0
    left = time_left(project, {}, iterations=0)
    assert left is not None and [one.stage.kind for one in left.stages] == ["judge", "measure"]
    told = status.status(project)["time_left"]
    assert [one["stage"] for one in told["stages"]][:3] == ["judge", "measure", "generate"]
    assert {one["device"] for one in told["stages"]} == {"cuda", ""} and told["seconds"][0] < told["seconds"][1]
    known: KnownJobs = {}
    assert measured_jobs(project, known) == [found] == measured_jobs(project, known) and len(known) == 1
    set_setting(project, 'base = "some/model"', 'base = "another/model"')
    assert measured_jobs(project) == [found], "a job counts for the model that it was done with"
    assert time_left(project, {}, iterations=1) is None, "the new model's speed is not known"
    set_setting(project, 'base = "another/model"', 'base = "some/model"')
    set_setting(project, 'device = "auto"', 'device = "cpu"')
    assert status.status(project)["time_left"] is None, "nothing is known of that device"
