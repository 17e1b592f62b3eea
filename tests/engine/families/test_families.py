"""Each family on a tiny model of its true architecture: chat form, label, image tokens, adapters, one batch."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from peft import LoraConfig, get_peft_model
from support.families.table import ALL, FAMILIES, UNLISTED
from support.families.tiny_family import Tiny
from support.tiny import PROMPT
from torch import nn

from engine import images
from engine.contract.context import StageError
from engine.contract.specs import ImageLimits, ModelSpec, PromptSpec
from engine.families import Limits, VisionLanguageModel, load
from engine.families.internvl2 import native_folder
from engine.families.registry import FAMILIES as KNOWN
from engine.families.registry import GENERIC, family_of
from engine.generation import answers
from engine.generation.answers import Answerer, Sampling, SeededNoise
from engine.training.collator import PreferenceCollator

ANSWER = "#Score: 7\n#Explain:"


@pytest.fixture(params=sorted(ALL))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def tiny(name: str) -> Tiny:
    return ALL[name]


@pytest.fixture
def vlm(name: str, family_folder: Callable[[str], Path]) -> VisionLanguageModel:
    return load(ModelSpec(str(family_folder(name)), device="cpu", dtype="float32", threads=1))


@pytest.fixture
def opened(pictures: list[Path]) -> list[images.Image.Image]:
    return [images.load(path, ImageLimits()) for path in pictures[:2]]


def test_that_the_prompt_is_the_familys_own_form_with_and_without_a_begun_answer(
    vlm: VisionLanguageModel, tiny: Tiny
) -> None:
    end = tiny.answer if tiny.opens_turn else tiny.prompt_end
    assert vlm.chat_text(PROMPT.text) == tiny.before + PROMPT.text + tiny.after + end
    assert vlm.chat_text(PROMPT.text, ANSWER) == tiny.before + PROMPT.text + tiny.after + tiny.answer + ANSWER


def test_that_every_image_takes_all_its_tokens(
    vlm: VisionLanguageModel, tiny: Tiny, opened: list[images.Image.Image]
) -> None:
    batch = vlm.encode(opened, [vlm.chat_text("x"), vlm.chat_text(PROMPT.text, ANSWER)])
    token = vlm.tokenizer.convert_tokens_to_ids(tiny.image_token)
    assert (batch["input_ids"] == token).sum(dim=1).tolist() == [tiny.image_tokens] * 2
    assert batch["attention_mask"][:, -1].tolist() == [1, 1]
    assert batch["attention_mask"][0, 0] == 0


def test_that_images_go_through_pillow_whatever_else_is_installed(vlm: VisionLanguageModel) -> None:
    assert type(vlm.processor.image_processor).__name__.endswith("Pil")


def test_that_the_label_stands_where_the_models_own_input_has_it(
    vlm: VisionLanguageModel, opened: list[images.Image.Image]
) -> None:
    site = vlm.label_site(PROMPT)
    rows = vlm.encode(opened[:1] * 10, [vlm.chat_text(PROMPT.text, f"#Score: {d}\n#Explain:") for d in range(10)])
    ids = rows["input_ids"]
    assert ids[:, -len(site.tail_ids) - 1].tolist() == list(site.label_ids)
    assert [vlm.tokenizer.decode([label]).strip() for label in site.label_ids] == [str(d) for d in range(10)]
    assert {tuple(row[-len(site.tail_ids) :]) for row in ids.tolist()} == {site.tail_ids}
    assert site.prefix_ids is not None
    free = vlm.encode(opened[:1], [vlm.chat_text(PROMPT.text)])["input_ids"][0].tolist()
    assert ids[0, : -len(site.tail_ids) - 1].tolist() == [*free, *site.prefix_ids]


def test_that_a_free_answer_begins_where_the_templates_own_answers_do(vlm: VisionLanguageModel, tiny: Tiny) -> None:
    chat = [{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": PROMPT.text}]}]
    published = vlm.processor.apply_chat_template(chat, add_generation_prompt=True, tokenize=False)
    assert published == tiny.before + PROMPT.text + tiny.after + tiny.prompt_end
    assert vlm.opens_turn is tiny.opens_turn
    vlm.opens_turn = False
    assert (vlm.label_site(PROMPT).prefix_ids is None) is tiny.opens_turn


def test_that_adapters_sit_on_the_language_models_linears_and_on_all_of_them(vlm: VisionLanguageModel) -> None:
    decoder = vlm.model.get_decoder()
    wanted = {id(module) for module in decoder.modules() if isinstance(module, nn.Linear)}
    adapted = get_peft_model(vlm.model, LoraConfig(r=2, target_modules=vlm.lora_targets()))
    with_adapter = {
        name: module.base_layer for name, module in adapted.named_modules() if hasattr(module, "base_layer")
    }
    assert {id(module) for module in with_adapter.values()} == wanted
    assert not any("vis" in name.split("model.")[-1] or "lm_head" in name for name in with_adapter)


def test_that_a_forked_prefill_writes_the_very_texts_of_two_whole_calls(vlm: VisionLanguageModel, name: str) -> None:
    noise = random.Random(3)
    shapes = [(60, 40), (24, 90), (100, 30)]
    pictures = [images.Image.frombytes("RGB", (w, h), noise.randbytes(w * h * 3)) for w, h in shapes]
    prompt = PromptSpec(PROMPT.text * 4)  # beyond Gemma 3's local window
    answerer = Answerer.make(vlm, prompt, 24)
    sampling = Sampling(1.0, [(at, 10 + at) for at in range(3)])
    as_declared = answerer.justify(pictures, [1, 2, 5], [7, 8, 0], sampling)
    assert vlm.shares_prefill is (name not in UNLISTED)
    vlm.shares_prefill = False
    assert answerer.justify(pictures, [1, 2, 5], [7, 8, 0], sampling) == as_declared
    assert len({text.text for pair in as_declared for text in pair}) == 6


def test_that_rows_that_have_ended_leave_the_batch_and_the_others_write_what_they_would(
    vlm: VisionLanguageModel, pictures: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = [images.load(path, ImageLimits()) for path in pictures]
    answerer = Answerer.make(vlm, PROMPT, 24)
    seeds = [(7 * at, 7 * at + 1) for at in range(4)]

    def pairs() -> list[Any]:
        return answerer.justify(shown, [1, 2, 3, 4], [6, 7, 8, 9], Sampling(1.0, seeds))

    monkeypatch.setattr(answers, "STRETCH", 24)
    inputs = vlm.inputs(shown, [vlm.chat_text(PROMPT.text)] * 4)
    sampled = answerer.generate(inputs, 24, [SeededNoise(1.0, [1, 2, 3, 4])]).tolist()
    common = Counter(token for row in sampled for token in row).most_common(4)
    vlm.model.generation_config.eos_token_id = [*vlm.end_ids(), *(token for token, _ in common)]
    whole = [answerer.free_answers(shown), pairs()]
    monkeypatch.setattr(answers, "STRETCH", 2)
    rows: list[int] = []
    generate = vlm.model.generate

    def counting(*given: Any, **named: Any) -> Any:
        rows.append(len(named["input_ids"]))
        return generate(*given, **named)

    monkeypatch.setattr(vlm.model, "generate", counting)
    assert [answerer.free_answers(shown), pairs()] == whole
    assert bool({1, 2, 3, 5, 6, 7} & set(rows)) is vlm.shares_prefill, rows
    assert vlm.shares_prefill or len(rows) == 3, "what an unknown family keeps outside its cache is not touched"
    assert len({text.tokens for pair in whole[1] for text in pair}) > 1


def test_that_a_batch_says_what_each_image_alone_says(
    vlm: VisionLanguageModel, opened: list[images.Image.Image]
) -> None:
    answerer = Answerer.make(vlm, PROMPT, 4)
    both = answerer.label_logprobs(opened)
    for index, image in enumerate(opened):
        assert both[index] == pytest.approx(answerer.label_logprobs([image])[0], abs=1e-4)
    assert both[0] != pytest.approx(both[1], abs=1e-3)
    assert len(answerer.answer(opened)) == 2


def test_that_the_table_knows_the_families_and_sends_every_other_type_the_generic_way(
    name: str, family_folder: Callable[[str], Path]
) -> None:
    family = family_of(load_type(family_folder(name)))
    assert (family in KNOWN) is (name in FAMILIES)
    assert (family is GENERIC) is (name in UNLISTED)


def load_type(folder: Path) -> str:
    from transformers import AutoConfig

    return str(AutoConfig.from_pretrained(native_folder(folder)).model_type)


def test_that_a_training_batch_reads_each_answer_as_if_it_stood_alone(
    vlm: VisionLanguageModel, pictures: list[Path]
) -> None:
    collator = PreferenceCollator(vlm, PROMPT.text, lambda path: images.load(path, ImageLimits()))
    texts = ["#Score: 1\n#Explain: The photo is sharp.", "#Score: 9\n#Explain: Rate"]
    rows = [
        {"row": index, "images": [str(pictures[index])], "chosen": texts[index], "rejected": texts[1 - index]}
        for index in range(2)
    ]
    together = _answer_log_probs(vlm, collator(rows))
    apart = [_answer_log_probs(vlm, collator([row])) for row in rows]
    assert together == pytest.approx([apart[0][0], apart[1][0], apart[0][1], apart[1][1]], abs=1e-3)
    assert len({round(value, 3) for value in together}) == 4


def _answer_log_probs(vlm: VisionLanguageModel, batch: dict[str, torch.Tensor]) -> list[float]:
    mask = batch.pop("completion_mask")[:, 1:].bool()
    with torch.no_grad():
        logits = vlm.model(**batch).logits[:, :-1].log_softmax(-1)
    chosen = logits.gather(2, batch["input_ids"][:, 1:, None])[:, :, 0]
    return [float(value) for value in (chosen * mask).sum(dim=1)]


def test_that_a_pair_longer_than_the_model_is_refused_with_its_image_and_length(
    vlm: VisionLanguageModel, tiny: Tiny, pictures: list[Path]
) -> None:
    vlm.limits = Limits(tiny.image_tokens + 5)
    collator = PreferenceCollator(vlm, PROMPT.text, lambda path: images.load(path, ImageLimits()))
    row = {"row": 0, "images": [str(pictures[0])], "chosen": ANSWER, "rejected": ANSWER}
    with pytest.raises(
        StageError, match=rf"{pictures[0].name} takes \d+ positions; the model has {tiny.image_tokens + 5}"
    ):
        collator([row])
