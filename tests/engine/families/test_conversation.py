"""Conversations after score and explanation, in every family, against plain calls of transformers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from peft import LoraConfig, get_peft_model
from support.families.table import ALL
from support.tiny import PROMPT

from engine import images
from engine.contract.context import StageError
from engine.contract.specs import ImageLimits, ModelSpec
from engine.families import Limits, VisionLanguageModel, load
from engine.families.switching import KEPT, AdapterSwitch
from engine.generation.answers import Answerer
from engine.generation.conversation import Talker

ANSWERS = ["#Score: 7\n#Explain: The photo is sharp.", "Rate the photo."]
QUESTIONS = ["Please explain <image> the score.", "Is it sharp?"]
NEW_TOKENS = 40
"""More than one stretch of a generation."""
pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(params=sorted(ALL))
def vlm(request: pytest.FixtureRequest, family_folder: Callable[[str], Path]) -> VisionLanguageModel:
    return load(ModelSpec(str(family_folder(request.param)), device="cpu", dtype="float32", threads=1))


@pytest.fixture
def llava(family_folder: Callable[[str], Path]) -> VisionLanguageModel:
    return load(ModelSpec(str(family_folder("llava-1.5")), device="cpu", dtype="float32", threads=1))


@pytest.fixture
def picture(pictures: list[Path]) -> images.Image.Image:
    return images.load(pictures[0], ImageLimits())


class Shown:
    """What a reader of the pieces has on the screen."""

    def __init__(self) -> None:
        self.text, self.pieces = "", 0

    def __call__(self, start: int, text: str) -> None:
        assert start <= len(self.text)
        self.text, self.pieces = self.text[:start] + text, self.pieces + 1


def messages(vlm: VisionLanguageModel) -> list[dict[str, Any]]:
    def text(role: str, said: str, *before: dict[str, str]) -> dict[str, Any]:
        return {"role": role, "content": [*before, {"type": "text", "text": said}]}

    return [
        text("user", PROMPT.text, {"type": "image"}),
        text("assistant", ANSWERS[0]),
        text("user", vlm.literal(QUESTIONS[0])),
        text("assistant", ANSWERS[1]),
        text("user", QUESTIONS[1]),
    ]


def plain_answer(vlm: VisionLanguageModel, picture: images.Image.Image) -> str:
    """What stock transformers generates for the same messages."""
    chat, rendered = messages(vlm), ""
    if vlm.opens_turn:
        begun = [*chat, {"role": "assistant", "content": [{"type": "text", "text": "#"}]}]
        rendered = vlm.processor.apply_chat_template(begun, continue_final_message=True, tokenize=False)[:-1]
    else:
        rendered = vlm.processor.apply_chat_template(chat, add_generation_prompt=True, tokenize=False)
    inputs = vlm.encode([picture], [rendered])
    with torch.inference_mode():
        tokens = vlm.model.generate(**inputs, max_new_tokens=NEW_TOKENS, do_sample=False)
    return str(vlm.tokenizer.decode(tokens[0, inputs["input_ids"].shape[1] :], skip_special_tokens=True))


def talk(vlm: VisionLanguageModel, picture: images.Image.Image, shown: Shown, temperature: float = 0.0) -> str:
    talker = Talker(Answerer.make(vlm, PROMPT, NEW_TOKENS), temperature)
    return talker.reply(picture, ANSWERS, QUESTIONS, shown, lambda: False).text


def test_that_an_answer_is_that_of_a_plain_call_and_its_pieces_are_its_text(
    vlm: VisionLanguageModel, picture: images.Image.Image
) -> None:
    shown = Shown()
    text = talk(vlm, picture, shown)
    assert text and text == plain_answer(vlm, picture)
    assert shown.text == text
    assert shown.pieces > 3 or "\N{REPLACEMENT CHARACTER}" in text  # bytes of a character that never comes


def test_that_score_and_explanation_are_those_of_a_prediction(
    vlm: VisionLanguageModel, picture: images.Image.Image
) -> None:
    answerer, shown = Answerer.make(vlm, PROMPT, NEW_TOKENS), Shown()
    predicted = answerer.answer([picture])[0]
    reply = Talker(answerer).first(picture, shown, lambda: False)
    assert (reply.text, reply.logprobs) == (predicted.answer.text, predicted.logprobs)
    assert shown.text == reply.text


def test_that_every_message_is_in_the_text_and_none_brings_an_image_of_its_own(vlm: VisionLanguageModel) -> None:
    text = vlm.conversation_text(PROMPT.text, ANSWERS, QUESTIONS)
    places = [text.index(said) for said in (PROMPT.text, ANSWERS[0], ANSWERS[1], QUESTIONS[1])]
    assert places == sorted(places)
    assert text.count(vlm.processor.image_token) == 1


def test_that_a_stop_keeps_what_was_said(llava: VisionLanguageModel, picture: images.Image.Image) -> None:
    whole, shown = talk(llava, picture, Shown()), Shown()
    talker = Talker(Answerer.make(llava, PROMPT, NEW_TOKENS))
    reply = talker.reply(picture, ANSWERS, QUESTIONS, shown, lambda: shown.pieces >= 5)
    assert reply.ended == "stopped" and reply.tokens < NEW_TOKENS
    assert reply.text == shown.text and reply.text and whole.startswith(reply.text) and reply.text != whole


def test_that_a_conversation_too_long_for_the_model_is_refused_and_one_nearly_so_is_cut_where_it_ends(
    llava: VisionLanguageModel, picture: images.Image.Image
) -> None:
    rendered = llava.conversation_text(PROMPT.text, ANSWERS, QUESTIONS)
    length = int(llava.encode([picture], [rendered])["input_ids"].shape[1])
    llava.limits = Limits(length + 15)
    with pytest.raises(StageError, match=rf"too long.*take {length} of its {length + 15} positions"):
        talk(llava, picture, Shown())
    llava.limits = Limits(length + 16)
    talker = Talker(Answerer.make(llava, PROMPT, NEW_TOKENS))
    reply = talker.reply(picture, ANSWERS, QUESTIONS, Shown(), lambda: False)
    assert reply.ended == "length" and reply.tokens == 16


def test_that_sampling_depends_on_its_seed_alone(llava: VisionLanguageModel, picture: images.Image.Image) -> None:
    talker = Talker(Answerer.make(llava, PROMPT, NEW_TOKENS), 1.5)

    def sampled(seed: int) -> str:
        return talker.reply(picture, ANSWERS, QUESTIONS, Shown(), lambda: False, seed).text

    assert sampled(1) == sampled(1) != sampled(2)


def adapters(folder: Path, made: Path, count: int) -> list[Path]:
    """Adapters that change the answers, each in its own way."""
    found = []
    for seed in range(count):
        base = load(ModelSpec(str(made), device="cpu", dtype="float32"))
        torch.manual_seed(seed)
        config = LoraConfig(r=2, target_modules=base.lora_targets(), init_lora_weights=False)
        get_peft_model(base.model, config).save_pretrained(folder / str(seed))
        found.append(folder / str(seed))
    return found


def test_that_each_version_answers_with_its_own_adapter_and_the_base_with_none(
    family_folder: Callable[[str], Path], tmp_path: Path, picture: images.Image.Image
) -> None:
    made = family_folder("llava-1.5")
    folders: Sequence[Path | None] = [None, *adapters(tmp_path, made, KEPT + 1)]

    def alone(folder: Path | None) -> str:
        spec = ModelSpec(str(made), adapter=None if folder is None else str(folder), device="cpu", dtype="float32")
        return talk(load(spec), picture, Shown())

    expected = [alone(folder) for folder in folders]
    assert len(set(expected)) == len(folders)
    together = load(ModelSpec(str(made), device="cpu", dtype="float32"))
    switch = AdapterSwitch(together)
    for place in (0, 1, 2, 3, 4, 1, 0):
        folder = folders[place]
        with switch.using(None if folder is None else str(folder)):
            assert talk(together, picture, Shown()) == expected[place], place
    assert len(switch.loaded) == KEPT
