"""Exported models in other hands: stock peft reads the project's label probabilities, and predict the same scores."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from peft import PeftModel
from PIL import Image
from support.fake_engine import run_fake_jobs_until
from support.projects import make_project, rows
from transformers import AutoModelForImageTextToText, AutoProcessor

from engine.contract.context import ListContext
from engine.contract.specs import PredictSpec, RunFolder, TrainSpec, spec_from_json
from engine.stages import predict, train
from studio.services import exports
from studio.services.loop import next_action, queue
from studio.services.projects import create_and_open

STORED = """SELECT image.path, logprobs FROM prediction JOIN image ON image.id = image_id
    JOIN model_version ON model_version.id = model_version_id
    WHERE model_version.name = 'iter1/score' AND explained ORDER BY 1"""


def run_really(folder: RunFolder) -> dict[str, object]:
    spec = spec_from_json(folder.spec.read_text(encoding="utf-8"))
    assert isinstance(spec, TrainSpec | PredictSpec)
    context = ListContext(folder, [])
    return train.run(spec, context) if isinstance(spec, TrainSpec) else predict.run(spec, context)


def stock_log_probs(model: torch.nn.Module, processor: object, picture: Path, question: str) -> torch.Tensor:
    """log p of ``0`` to ``9`` behind "#Score: ", from plain transformers and peft calls on one image."""
    assert callable(processor)
    image = Image.open(picture).convert("RGB")
    answers = [f"USER: <image>\n{question} ASSISTANT: #Score: {label}" for label in range(10)]
    inputs = processor(images=[[image]] * 10, text=answers, return_tensors="pt")
    labels = inputs["input_ids"][:, -1]
    assert len(set(labels.tolist())) == 10 and len({tuple(row[:-1]) for row in inputs["input_ids"].tolist()}) == 1
    with torch.no_grad():
        logits = model(**inputs).logits[0, -2].double()
    return logits[labels].log_softmax(-1)


def test_that_stock_peft_reads_the_projects_own_label_log_probs(tmp_path: Path, tiny_model: Path, photos: Path) -> None:
    root = make_project(tmp_path / "project", tiny_model, photos)
    project = create_and_open.open_project(root)
    for stage in ("train", "predict"):
        job = run_fake_jobs_until(project, 1, stage, "iter1/score")
        assert job is not None
        queue.mark_running(project, job.id)
        folder = next_action.write_job_inputs(project, job.id)
        next_action.complete(project, job.id, run_really(folder))
    exported = exports.export_adapter(project, "iter1/score", tmp_path / "exported")
    question = json.loads(folder.spec.read_text(encoding="utf-8"))["prompt"]["text"]
    project.close()

    assert sorted(path.name for path in exported.iterdir()) == [
        "README.md",
        "adapter_config.json",
        "adapter_model.safetensors",
        "manifest.json",
        "score_studio.json",
    ]
    processor = AutoProcessor.from_pretrained(tiny_model)
    plain = AutoModelForImageTextToText.from_pretrained(tiny_model, dtype=torch.float32)
    name, stored = rows(root, STORED)[0]
    picture = photos / "images" / name
    before = stock_log_probs(plain, processor, picture, question)
    stock = stock_log_probs(PeftModel.from_pretrained(plain, exported), processor, picture, question)
    ours = torch.tensor(json.loads(stored), dtype=torch.float64)
    torch.testing.assert_close(stock, ours, atol=1e-4, rtol=0)
    assert float((stock - before).abs().max()) > 1e-2
