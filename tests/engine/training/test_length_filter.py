"""Which pairs a training leaves out because they do not fit the model, and how their lengths are known beforehand."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from PIL import Image
from support.tiny import PROMPT
from support.training import model_spec, pair_rows, run_folder, train_spec

from engine.contract.context import ListContext, StageError
from engine.contract.events import Note, Started
from engine.contract.memory import Lengths
from engine.contract.specs import LoraSpec
from engine.families import load
from engine.stages import train
from engine.training.collator import PreferenceCollator
from engine.training.length_filter import FILE_NAME, rows_within_length
from engine.training.preference_rows import PreferenceRow, preference_rows


def open_image(path: str) -> Image.Image:
    return Image.open(path).convert("RGB")


@pytest.fixture(scope="module")
def collator(base: Path) -> PreferenceCollator:
    return PreferenceCollator(load(model_spec(base)), PROMPT.text, open_image)


@pytest.fixture
def rows(images: list[Path]) -> list[PreferenceRow]:
    return preference_rows(pair_rows(images[:6]), "score", PROMPT)


def lengths_by_encoding(collator: PreferenceCollator, row: PreferenceRow) -> int:
    batch = collator([{"row": 0, "images": [row.path], "chosen": row.chosen, "rejected": row.rejected}])
    return int(batch["attention_mask"].sum(dim=1).max())


def test_that_the_longest_sequence_is_that_of_the_data(
    base: Path, rows: list[PreferenceRow], collator: PreferenceCollator, tmp_path: Path
) -> None:
    context = ListContext(run_folder(tmp_path / "run", []), [])
    kept, lengths = rows_within_length(rows, train_spec(base), collator, context)
    assert kept == rows and context.events == []
    assert lengths.sequence == max(lengths_by_encoding(collator, row) for row in rows)
    assert 0 < lengths.answer < lengths.sequence and lengths.patches == 9


def test_that_a_pair_that_does_not_fit_is_left_out_alone_with_its_image_and_length(
    base: Path, rows: list[PreferenceRow], collator: PreferenceCollator, tmp_path: Path
) -> None:
    long = dataclasses.replace(rows[2], rejected=rows[2].rejected + " The photo is sharp." * 40)
    mixed = [*rows[:2], long, *rows[3:]]
    limit = max(lengths_by_encoding(collator, row) for row in rows)
    context = ListContext(run_folder(tmp_path / "run", []), [])
    spec = train_spec(base, max_length=limit)
    kept, _ = rows_within_length(mixed, spec, collator, context)
    assert kept == [*rows[:2], *rows[3:]]
    (note,) = context.events
    assert isinstance(note, Note) and note.code == "pairs_too_long" and note.text.startswith("1 of 6 pairs")
    assert Path(long.path).name in note.text and str(lengths_by_encoding(collator, long)) in note.text


def test_that_a_resumed_training_sees_the_rows_that_it_began_with(
    base: Path, rows: list[PreferenceRow], collator: PreferenceCollator, tmp_path: Path
) -> None:
    folder = run_folder(tmp_path / "run", [])
    record = {"left_out": [rows[1].pair_id], "lengths": {"sequence": 70, "answer": 20, "patches": 9}}
    (folder.path / FILE_NAME).write_text(json.dumps(record), "utf-8")
    kept, lengths = rows_within_length(rows, train_spec(base), collator, ListContext(folder, []))
    assert kept == [rows[0], *rows[2:]] and lengths == Lengths(70, 20, 9)


def test_that_no_pair_that_fits_is_refused_with_the_first_ones_length(
    base: Path, rows: list[PreferenceRow], collator: PreferenceCollator, tmp_path: Path
) -> None:
    context = ListContext(run_folder(tmp_path / "run", []), [])
    with pytest.raises(StageError, match=r"None of the 6 pairs fits into 12 positions; the first: .*000.png takes \d+"):
        rows_within_length(rows, train_spec(base, max_length=12), collator, context)


def test_that_a_training_trains_on_what_fits_with_what_the_memory_does_for(
    base: Path, images: list[Path], collator: PreferenceCollator, tmp_path: Path
) -> None:
    rows = pair_rows(images[:7])
    limit = max(lengths_by_encoding(collator, row) for row in preference_rows(rows, "score", PROMPT))
    rows[3]["chosen_text"] = "The photo is sharp. " * 40
    context = ListContext(run_folder(tmp_path / "run", rows), [])
    spec = train_spec(
        base, max_length=limit, micro_batch=None, gradient_checkpointing=None, lora=LoraSpec(2, 4), epochs=1.0
    )
    result = train.run(spec, context)
    assert (result["pairs"], result["micro_batch"], result["gradient_checkpointing"]) == (6, 6, False)
    assert [event.total for event in context.events if isinstance(event, Started)] == [2, 1]
    chosen = [event.text for event in context.events if isinstance(event, Note) and event.code == "chosen_by_memory"]
    assert len(chosen) == 1 and chosen[0].startswith("6 of the 6 pairs of a step at a time, without")
    assert json.loads(context.folder.sizing.read_text("utf-8"))["batch"] == 6
