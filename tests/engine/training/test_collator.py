"""What is trained on is, token by token, what generation and prediction see."""

from __future__ import annotations

import dataclasses
import threading
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image
from support.tiny import END, PROMPT, TokenizerKind, make_tiny_llava
from support.training import model_spec, pair_rows
from trl.trainer.dpo_trainer import DataCollatorForVisionPreference

from engine import families
from engine import images as image_files
from engine.contract.specs import ImageLimits
from engine.families import VisionLanguageModel
from engine.training import collator as collator_module
from engine.training.collator import PreferenceCollator, close_answer
from engine.training.preference_rows import PreferenceRow, preference_rows


def open_image(path: str) -> Image.Image:
    return image_files.load(Path(path), ImageLimits())


@pytest.fixture(scope="module")
def vlm(base: Path) -> VisionLanguageModel:
    return families.load(model_spec(base))


@pytest.fixture(scope="module")
def rows(images: list[Path]) -> list[PreferenceRow]:
    return preference_rows(pair_rows(images[:5]), "score", PROMPT)


def examples(rows: list[PreferenceRow]) -> list[dict[str, Any]]:
    return [{"images": [row.path], "chosen": row.chosen, "rejected": row.rejected} for row in rows]


@pytest.mark.parametrize("kind", ["digits", "spaced", "metaspace"])
def test_that_each_row_holds_the_ids_of_the_chat_text_and_the_end(
    kind: TokenizerKind, tmp_path: Path, rows: list[PreferenceRow]
) -> None:
    vlm = families.load(model_spec(make_tiny_llava(tmp_path, kind)))
    batch = PreferenceCollator(vlm, PROMPT.text, open_image)(examples(rows))
    answers = [row.chosen for row in rows] + [row.rejected for row in rows]
    for index, answer in enumerate(answers):
        image = open_image(rows[index % len(rows)].path)
        prompt = vlm.encode([image], [vlm.chat_text(PROMPT.text)])["input_ids"][0].tolist()
        opened = vlm.encode([image], [vlm.chat_text(PROMPT.text, answer)])["input_ids"][0].tolist()
        length = int(batch["attention_mask"][index].sum())
        assert batch["input_ids"][index, :length].tolist() == [*opened, vlm.tokenizer.eos_token_id]
        assert bool(batch["attention_mask"][index, :length].all())
        trained = batch["input_ids"][index][batch["completion_mask"][index] == 1].tolist()
        assert trained == [*opened[len(prompt) :], vlm.tokenizer.eos_token_id]
        assert vlm.tokenizer.decode(trained, skip_special_tokens=True).strip() == answer


def test_that_the_batch_is_trls_own_where_the_template_ends_an_answer(
    vlm: VisionLanguageModel, rows: list[PreferenceRow]
) -> None:
    ours = PreferenceCollator(vlm, PROMPT.text, open_image)(examples(rows))
    conversations = [
        {
            "images": [open_image(row.path)],
            "prompt": [{"role": "user", "content": PROMPT.text}],
            "chosen": [{"role": "assistant", "content": row.chosen}],
            "rejected": [{"role": "assistant", "content": row.rejected}],
        }
        for row in rows
    ]
    stock = DataCollatorForVisionPreference(vlm.processor)(conversations)
    assert set(ours) == set(stock)
    assert {name for name in ours if not torch.equal(ours[name], stock[name])} == set()


def test_that_a_template_without_an_end_gets_the_tokenizers(vlm: VisionLanguageModel) -> None:
    template = vlm.processor.chat_template
    try:
        vlm.processor.chat_template = template.replace("'</s>'", "' '")
        closed = close_answer(vlm, PROMPT.text, "#Score: 3\n#Explain: dull")
    finally:
        vlm.processor.chat_template = template
    assert closed.text.endswith(f"dull{END}")


def test_that_what_follows_the_end_of_the_turn_is_not_trained_on(vlm: VisionLanguageModel) -> None:
    template = vlm.processor.chat_template
    try:
        vlm.processor.chat_template = template.replace("'</s>'", "'</s>\\n'")
        closed = close_answer(vlm, PROMPT.text, "#Score: 3\n#Explain: dull")
    finally:
        vlm.processor.chat_template = template
    assert closed.text.endswith(f"dull{END}")


def test_that_an_image_is_read_once_for_all_epochs(vlm: VisionLanguageModel, rows: list[PreferenceRow]) -> None:
    read: list[str] = []

    def open_and_note(path: str) -> Image.Image:
        read.append(path)
        return open_image(path)

    collator = PreferenceCollator(vlm, PROMPT.text, open_and_note)
    first, second = collator(examples(rows)), collator(examples(rows))
    assert read == [row.path for row in rows]
    assert torch.equal(first["pixel_values"], second["pixel_values"])


@pytest.mark.parametrize("word", ["<image>", "</s>", "<s>", "<pad>"])
def test_that_special_tokens_in_a_text_are_only_text(
    vlm: VisionLanguageModel, rows: list[PreferenceRow], word: str
) -> None:
    """A placeholder in a text would count as another image, an end token would end the answer in its middle."""
    if word not in vlm.tokenizer.get_vocab():
        pytest.fail(f"the tiny model has no {word}")
    plain, odd = (
        f"#Score: 3\n#Explain: A photo with {word[0]} {word[1:]} in it.",
        f"#Score: 3\n#Explain: A photo with {word} in it.",
    )
    assert vlm.has_special(odd) and not vlm.has_special(plain)
    assert close_answer(vlm, PROMPT.text, odd) == close_answer(vlm, PROMPT.text, plain)
    collator = PreferenceCollator(vlm, PROMPT.text, open_image)
    batch = collator([{"images": [rows[0].path], "chosen": odd, "rejected": rows[0].rejected}])
    ids = batch["input_ids"][0][batch["completion_mask"][0] == 1].tolist()
    assert ids.count(vlm.tokenizer.eos_token_id) == 1 and ids[-1] == vlm.tokenizer.eos_token_id
    assert vlm.chat_text(f"Rate this {word} photo.") == vlm.chat_text(f"Rate this {word[0]} {word[1:]} photo.")


@pytest.mark.parametrize("cached", [True, False])
def test_that_an_image_that_was_opened_ahead_is_opened_once(
    vlm: VisionLanguageModel, rows: list[PreferenceRow], monkeypatch: pytest.MonkeyPatch, cached: bool
) -> None:
    monkeypatch.setattr(collator_module, "CACHE_BYTES", 2**30 if cached else 0)
    opened: list[tuple[str, bool]] = []

    def opening(path: str) -> Image.Image:
        opened.append((path, threading.current_thread() is threading.main_thread()))
        return open_image(path)

    collator = PreferenceCollator(vlm, PROMPT.text, opening)
    wanted = PreferenceCollator(vlm, PROMPT.text, open_image)(examples(rows))
    collator.open_ahead([row.path for row in rows] * 2)
    found = collator(examples(rows))
    assert all(torch.equal(found[name], value) for name, value in wanted.items())
    assert sorted(opened) == sorted((row.path, False) for row in rows)
    collator.open_ahead([rows[0].path])
    collator.stop_ahead()
    collator(examples(rows[:1]))
    assert len(opened) == len(rows) if cached else opened[-1] == (rows[0].path, True)


def test_that_an_error_of_an_image_opened_ahead_is_that_of_its_batch(
    vlm: VisionLanguageModel, rows: list[PreferenceRow], tmp_path: Path
) -> None:
    broken = dataclasses.replace(rows[0], path=str(tmp_path / "missing.png"))
    collator = PreferenceCollator(vlm, PROMPT.text, open_image)
    collator.open_ahead([broken.path])
    with pytest.raises(image_files.ImageProblem, match=r"missing\.png"):
        collator(examples([broken]))
    collator.stop_ahead()
