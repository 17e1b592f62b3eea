"""The list of stages: complete, in agreement with the engine, and the source of every enumeration."""

from __future__ import annotations

import importlib.util

import pytest

from engine.contract import specs
from engine.contract.specs import spec_from_json
from studio.services.errors import StudioError
from studio.services.loop import next_action, queue
from studio.services.projects.project import Project
from studio.services.recipes.self_training import DOWNLOAD, stage_order
from studio.services.stages import registry
from studio.services.stages.registry import STAGES, definition


def test_that_every_stage_has_a_spec_and_a_module_of_its_own_in_the_engine() -> None:
    for stage in STAGES:
        assert stage.kind in specs._KINDS
        assert importlib.util.find_spec(f"engine.stages.{stage.kind}") is not None
    assert len({stage.kind for stage in STAGES}) == len(STAGES)


def test_that_the_loop_plans_stages_of_the_list() -> None:
    planned = [DOWNLOAD, *stage_order(2)]
    assert {stage.stage for stage in planned} <= {stage.kind for stage in STAGES}
    assert all(stage.title and "{" not in stage.title for stage in planned)


def test_that_no_stage_depends_on_a_later_one_of_the_plan() -> None:
    planned = [DOWNLOAD, *stage_order(3)]
    for place, stage in enumerate(planned):
        assert not any(registry.depends_on(stage, later) for later in planned[place:])
        assert all(registry.depends_on(stage, other) for other in planned if registry.cannot_run_without(stage, other))


def test_that_every_step_of_an_iteration_has_a_label() -> None:
    names = registry.step_names()
    assert list(names)[:4] == ["download", "generate", "train score", "train consistency"]
    assert (names["train score"], names["judge"]) == ("Train score", "Judge")
    assert all(registry.step_name(stage.kind, "score") in names for stage in STAGES)
    assert registry.step_name("train", "consistency") == "train consistency"
    assert registry.step_name("predict", "score") == "predict"


def test_that_a_stage_that_is_not_in_the_list_is_refused_with_those_that_are() -> None:
    with pytest.raises(StudioError, match=r"no stage 'paint'.*download, generate, train"):
        definition("paint")


def test_that_a_jobs_spec_is_of_its_stage(finished: Project) -> None:
    for job in queue.list_jobs(finished):
        spec = spec_from_json(project_spec(finished, job.id))
        assert spec.kind == job.stage


def project_spec(project: Project, job_id: int) -> str:
    return project.run_folder(job_id).spec.read_text("utf-8")


def test_that_the_settings_of_a_stage_leave_out_where_folders_are(project: Project) -> None:
    next_action.enqueue_next(project, 1)
    config = {
        "project": {"name": "x", "seed": 7},
        "model": {"base": "b", "revision": None, "offline": True, "quantization": "none"},
        "images": {"root": "/here", "longest_side": 448},
        "prompt": {"template": "t"},
        "pairs": {"exclusion_radius": 2},
    }
    assert registry.relevant_settings("generate", config) == {
        "seed": 7,
        "model": {"base": "b", "revision": None},
        "images": {"longest_side": 448},
        "prompt": {"template": "t"},
        "pairs": {"exclusion_radius": 2},
    }
    assert registry.relevant_settings("download", config) == {"model": {"base": "b", "revision": None}}
    assert config["images"] == {"root": "/here", "longest_side": 448}
