"""An image that a family's processor does not take is one row with a problem, not the end of a job."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PIL import Image
from support.tiny import PROMPT
from support.training import model_spec, train_spec

from engine.contract.context import ListContext, complete_rows, write_jsonl
from engine.contract.specs import PredictSpec, RunFolder
from engine.stages import predict, train


def _thread(path: Path) -> Path:
    Image.new("RGB", (400, 1), "grey").save(path)
    return path


def test_that_a_thread_of_an_image_is_a_problem_and_the_others_are_predicted(
    tmp_path: Path, pictures: list[Path], family_folder: Callable[[str], Path]
) -> None:
    folder = RunFolder(tmp_path)
    paths = [pictures[0], _thread(tmp_path / "thread.png"), pictures[1]]
    write_jsonl(folder.input, [{"image_id": i, "path": str(path), "explain": True} for i, path in enumerate(paths)])
    spec = PredictSpec(model_spec(family_folder("qwen2-vl")), PROMPT, max_new_tokens=4, batch_size=3)
    result = predict.run(spec, ListContext(folder, []))
    assert (result["rows"], result["problems"]) == (3, 1)
    rows = {row["image_id"]: row for path in folder.journals() for row in complete_rows(path)}
    assert "400 x 1 pixels" in rows[1]["problem"]
    assert all(len(rows[i]["logprobs"]) == 10 for i in (0, 2))


def test_that_a_pair_of_such_an_image_is_left_out_of_training(
    tmp_path: Path, pictures: list[Path], family_folder: Callable[[str], Path]
) -> None:
    folder = RunFolder(tmp_path)
    thread = _thread(tmp_path / "thread.png")
    texts = {"chosen_score": 7, "rejected_score": 1, "chosen_text": "Sharp.", "rejected_text": "Flat."}
    rows = [{"pair_id": i, "path": str(path), **texts} for i, path in enumerate([*pictures[:2], thread])]
    write_jsonl(folder.input, rows)
    context = ListContext(folder, [])
    train.run(train_spec(family_folder("qwen2-vl"), batch_size=2, micro_batch=2, epochs=1.0), context)
    notes = [str(event) for event in context.events if "thread.png" in str(event)]
    assert len(notes) == 1 and "1 of 3 pairs" in notes[0] and "400 x 1 pixels" in notes[0]
