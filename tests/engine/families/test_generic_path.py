"""Types and templates that the table does not know: one type goes through (test_families), others are refused."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.families import unlisted
from support.tiny import PROMPT, make_tiny_llava
from transformers import PaliGemmaConfig, SiglipImageProcessor

from engine.contract.context import StageError
from engine.contract.specs import ModelSpec
from engine.families import load


def _refusal(folder: Path) -> str:
    with pytest.raises(StageError) as caught:
        load(ModelSpec(str(folder), device="cpu", dtype="float32", threads=1))
    assert caught.value.remedy
    return str(caught.value)


def _change(file: Path, **values: Any) -> None:
    file.write_text(json.dumps({**json.loads(file.read_text(encoding="utf-8")), **values}), encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_tiny_llava(tmp_path / "model")


@pytest.fixture
def llava(tmp_path: Path, family_folder: Callable[[str], Path]) -> Path:
    return Path(shutil.copytree(family_folder("llava-1.5"), tmp_path / "llava"))


def test_that_a_model_with_a_tokenizer_alone_is_refused(llava: Path) -> None:
    (llava / "processor_config.json").unlink()
    (llava / "preprocessor_config.json").unlink()
    assert "processor" in _refusal(llava)


def test_that_an_encoder_with_a_decoder_is_refused(folder: Path) -> None:
    (folder / "config.json").write_text(json.dumps({"model_type": "udop"}))
    assert "'udop', an encoder-decoder" in _refusal(folder)


def test_that_a_language_model_of_unknown_length_is_refused(folder: Path) -> None:
    _change(folder / "config.json", text_config={"model_type": "bloom"})
    assert "context length" in _refusal(folder)


def test_that_a_model_published_without_a_chat_template_is_refused(folder: Path) -> None:
    PaliGemmaConfig(text_config={"model_type": "gemma"}, vision_config={}).save_pretrained(folder)
    SiglipImageProcessor(size={"height": 16, "width": 16}, image_seq_length=4).save_pretrained(folder)
    _change(folder / "processor_config.json", processor_class="PaliGemmaProcessor")
    (folder / "chat_template.jinja").unlink()
    assert "no chat template" in _refusal(folder)


def test_that_a_tokenizer_that_does_not_tell_the_labels_apart_is_refused(folder: Path) -> None:
    normalizer = {"type": "Replace", "pattern": {"Regex": "[0-9]"}, "content": "x"}
    _change(folder / "tokenizer.json", normalizer=normalizer)
    assert "does not give each score label 0..9 exactly one token of its own" in _refusal(folder)


def test_that_a_model_that_masks_the_image_for_each_token_is_refused(tmp_path: Path) -> None:
    assert "several values of cross_attention_mask per token" in _refusal(unlisted.mllama(tmp_path / "mllama"))


@pytest.mark.parametrize("settings", [{"num_additional_image_tokens": 0}, {"patch_size": None}, {"patch_size": 4}])
def test_that_a_processor_that_counts_other_image_tokens_than_its_model_is_refused(
    llava: Path, settings: dict[str, int | None]
) -> None:
    _change(llava / "processor_config.json", **settings)
    assert "does not match its weights: " in _refusal(llava)


def test_that_a_chat_template_that_drops_the_begun_answer_is_refused(folder: Path) -> None:
    (folder / "chat_template.jinja").write_text("USER: <image>\n{{ messages[0]['content'][1]['text'] }} ASSISTANT:")
    assert "cannot render an image with a prefilled answer" in _refusal(folder)


def test_that_a_thought_that_the_generation_prompt_opens_is_left_out_where_the_templates_answers_have_none(
    tmp_path: Path, family_folder: Callable[[str], Path]
) -> None:
    folder = Path(shutil.copytree(family_folder("qwen3-vl"), tmp_path / "thinking"))
    template = folder / "chat_template.jinja"
    prompt = "{% if add_generation_prompt %}<|im_start|>assistant\n"
    text = template.read_text(encoding="utf-8")
    assert prompt in text
    template.write_text(text.replace(prompt, prompt + "<think>\n"), encoding="utf-8")
    vlm = load(ModelSpec(str(folder), device="cpu", dtype="float32", threads=1))
    assert vlm.chat_text("x").endswith("<|im_start|>assistant\n")
    assert vlm.label_site(PROMPT).prefix_ids is not None
