"""A version as a whole model: by a child, in the base's dtype, with the logits of base and adapter together."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest
import torch
from peft import PeftModel
from safetensors import safe_open
from support.fake_engine import run_fake_jobs_until
from support.projects import make_project
from transformers import AutoModelForImageTextToText, AutoProcessor

from engine.contract import artifacts
from engine.contract.context import ListContext
from engine.contract.specs import ExportSpec, TrainSpec, spec_from_json
from engine.stages import train
from studio.jobs.one_shot import run_outside
from studio.services import exports
from studio.services.errors import OperationCancelled, StudioError
from studio.services.exports import merged_model
from studio.services.loop import next_action, queue
from studio.services.projects import create_and_open
from studio.services.projects.project import Project


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path, photos: Path) -> Project:
    """A project with a truly trained first version."""
    home = tmp_path_factory.mktemp("trained")
    project = create_and_open.open_project(make_project(home / "project", tiny_model, photos))
    job = run_fake_jobs_until(project, 1, "train")
    assert job is not None
    queue.mark_running(project, job.id)
    folder = next_action.write_job_inputs(project, job.id)
    spec = spec_from_json(folder.spec.read_text(encoding="utf-8"))
    assert isinstance(spec, TrainSpec)
    next_action.complete(project, job.id, train.run(spec, ListContext(folder, [])))
    return project


def merge(spec: ExportSpec) -> None:
    run_outside(spec)


def logits(model: torch.nn.Module, processor: object) -> torch.Tensor:
    assert callable(processor)
    from PIL import Image

    inputs = processor(
        images=[Image.new("RGB", (40, 30), (90, 10, 200))], text="USER: <image>\nRate.", return_tensors="pt"
    )
    with torch.no_grad():
        found: torch.Tensor = model(**inputs).logits
    return found


def test_that_plain_transformers_gives_the_adapters_logits(trained: Project, tmp_path: Path, tiny_model: Path) -> None:
    steps: list[tuple[int, int]] = []
    plan = merged_model.plan_merged(trained, "iter1/score", tmp_path / "whole")
    written = merged_model.export_merged(
        plan,
        tmp_path / "whole",
        lambda spec: run_outside(spec, on_progress=lambda done, total: steps.append((done, total))) and None,
    )
    assert steps == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]
    assert artifacts.verify(written) == [] and plan.bytes > 0
    card = (written / "README.md").read_text("utf-8")
    assert "library_name: transformers" in card and "peft import" not in card
    assert (written / "chat_template.jinja").is_file() and not list(tmp_path.glob(".*.part"))
    processor = AutoProcessor.from_pretrained(written)
    base = AutoModelForImageTextToText.from_pretrained(tiny_model, dtype=torch.float32)
    before = logits(base, processor)
    adapter = exports.export_adapter(trained, "iter1/score", tmp_path / "adapter")
    wanted = logits(PeftModel.from_pretrained(base, adapter), processor)
    found = logits(AutoModelForImageTextToText.from_pretrained(written, dtype="auto"), processor)
    torch.testing.assert_close(found, wanted, atol=2e-4, rtol=1e-4)
    assert float((wanted - before).abs().max()) > 1e-2


def test_that_a_base_kept_in_bfloat16_stays_in_bfloat16(trained: Project, tmp_path: Path, tiny_model: Path) -> None:
    half = tmp_path / "half"
    shutil.copytree(tiny_model, half)
    AutoModelForImageTextToText.from_pretrained(tiny_model, dtype=torch.bfloat16).save_pretrained(half)
    plan = merged_model.plan_merged(trained, "iter1/score", tmp_path / "whole")
    model = type(plan.model)(base=str(half), adapter=plan.model.adapter, threads=1)
    run_outside(ExportSpec(model, str(tmp_path / "whole")))
    with safe_open(tmp_path / "whole/model.safetensors", "pt") as file:
        assert {file.get_slice(name).get_dtype() for name in list(file.keys())} == {"BF16"}


def test_that_what_cannot_be_merged_is_refused_before_a_model_is_loaded(trained: Project, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full/file").touch()
    with pytest.raises(StudioError, match="not an empty folder"):
        merged_model.plan_merged(trained, "iter1/score", tmp_path / "full")
    with pytest.raises(StudioError, match="base model and has no adapter"):
        merged_model.plan_merged(trained, "base", tmp_path / "new")
    with pytest.raises(StudioError, match="no version 'iter9/score'"):
        merged_model.plan_merged(trained, "iter9/score", tmp_path / "new")
    with pytest.raises(StudioError, match="'My own!' is not a licence identifier"):
        merged_model.plan_merged(trained, "iter1/score", tmp_path / "new", licence="My own!")


def test_that_a_disk_without_room_is_told_before(
    trained: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr("shutil.disk_usage", lambda place: full)
    with pytest.raises(StudioError, match=r"needs .* but its disk has only 0 MB free"):
        merged_model.plan_merged(trained, "iter1/score", tmp_path / "new")


def test_that_a_stopped_export_leaves_nothing(trained: Project, tmp_path: Path) -> None:
    stop = threading.Event()
    stop.set()
    plan = merged_model.plan_merged(trained, "iter1/score", tmp_path / "deep/whole")
    with pytest.raises(OperationCancelled):
        merged_model.export_merged(plan, tmp_path / "deep/whole", lambda spec: run_outside(spec, cancel=stop) and None)
    assert list(tmp_path.iterdir()) == []
