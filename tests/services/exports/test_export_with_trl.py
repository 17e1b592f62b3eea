"""The exported pairs in other hands: stock datasets loads them, a stock DPOTrainer takes a step on them."""

from __future__ import annotations

from pathlib import Path

from datasets import Image, List, load_dataset
from support.fake_engine import run_fake_jobs_until
from support.projects import write_photos
from support.tiny import make_tiny_llava
from transformers import AutoModelForImageTextToText, AutoProcessor
from trl import DPOConfig, DPOTrainer

from studio.services import exports
from studio.services.projects import create_and_open


def test_that_a_stock_trainer_takes_a_step_on_the_exported_pairs(tmp_path: Path) -> None:
    scores = write_photos(tmp_path / "data")
    create_and_open.create_project(
        tmp_path / "project", images=tmp_path / "data/images", scores=scores, model="some/model", preset="demo"
    )
    project = create_and_open.open_project(tmp_path / "project")
    run_fake_jobs_until(project, 1, "train")
    count = exports.export_pairs_jsonl(project, tmp_path / "pairs.jsonl")
    project.close()
    loaded = load_dataset("json", data_files=str(tmp_path / "pairs.jsonl"), split="train", cache_dir=str(tmp_path))
    dataset = loaded.cast_column("images", List(Image()))
    assert len(dataset) == count and dataset[0]["images"][0].size == (40, 30)
    base = make_tiny_llava(tmp_path / "model")
    trainer = DPOTrainer(
        model=AutoModelForImageTextToText.from_pretrained(base),
        args=DPOConfig(
            output_dir=str(tmp_path / "out"),
            max_steps=1,
            per_device_train_batch_size=2,
            max_length=None,
            use_cpu=True,
            bf16=False,
            report_to=[],
            save_strategy="no",
        ),
        processing_class=AutoProcessor.from_pretrained(base),
        train_dataset=dataset.select(range(4)),
    )
    assert trainer.train().global_step == 1
