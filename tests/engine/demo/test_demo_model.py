"""The shipped model is like a real one: stock classes load it, it keeps the format and explains the score it gets."""

import json
import random
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import pytest
import torch
from PIL import Image
from scipy.stats import spearmanr
from transformers import AutoModelForImageTextToText, AutoProcessor, LlavaForConditionalGeneration, LlavaProcessor

from bench.demo.explanations import claims, repeats_a_clause
from engine.contract.polarity import polarity
from engine.demo.architecture import IMAGE_TOKENS
from engine.demo.build import DEMO_MODEL, MANIFEST, build_model_folder, digest
from engine.demo.drawing import draw_scene
from engine.demo.language import answer_prefix, demo_prompt, sight_of_scene
from engine.demo.pretrain import PretrainSettings
from engine.demo.scenes import Scene, derive_seed, levels, sample_scene

SEEDS = [derive_seed("demo-model-test", index) for index in range(60)]


@pytest.fixture(scope="module")
def processor() -> LlavaProcessor:
    return AutoProcessor.from_pretrained(DEMO_MODEL, local_files_only=True)


@pytest.fixture(scope="module")
def model() -> LlavaForConditionalGeneration:
    return AutoModelForImageTextToText.from_pretrained(DEMO_MODEL, local_files_only=True, dtype=torch.float32).eval()


@pytest.fixture(scope="module")
def scenes() -> list[Scene]:
    return [sample_scene(seed) for seed in SEEDS]


@pytest.fixture(scope="module")
def pictures(scenes: list[Scene]) -> list[Image.Image]:
    return [draw_scene(scene, seed) for scene, seed in zip(scenes, SEEDS, strict=True)]


def chat(processor: LlavaProcessor, prefix: str) -> str:
    messages = [{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": demo_prompt()}]}]
    if not prefix:
        return processor.apply_chat_template(messages, add_generation_prompt=True)
    messages.append({"role": "assistant", "content": [{"type": "text", "text": prefix}]})
    return processor.apply_chat_template(messages, continue_final_message=True)


def answer(
    model: LlavaForConditionalGeneration,
    processor: LlavaProcessor,
    pictures: Sequence[Image.Image],
    prefixes: Sequence[str],
) -> list[str]:
    texts = [chat(processor, prefix) for prefix in prefixes]
    inputs = processor(images=list(pictures), text=texts, padding=True, return_tensors="pt")
    with torch.inference_mode():
        output = model.generate(**inputs, max_new_tokens=96, do_sample=False)
    return processor.batch_decode(output[:, inputs["input_ids"].shape[1] :], skip_special_tokens=True)


def test_that_the_shipped_weights_are_those_of_the_manifest() -> None:
    manifest = json.loads((DEMO_MODEL / MANIFEST).read_text(encoding="utf-8"))
    assert manifest["settings"] == asdict(PretrainSettings())
    for file, recorded in manifest["sha256"].items():
        assert digest(DEMO_MODEL / file) == recorded
    assert sum(file.stat().st_size for file in DEMO_MODEL.iterdir()) < 15_000_000


def test_that_the_model_is_small_and_a_llava(model: LlavaForConditionalGeneration) -> None:
    assert isinstance(model, LlavaForConditionalGeneration)
    assert 1_000_000 < sum(weight.numel() for weight in model.parameters()) < 3_000_000


def test_that_the_chat_template_takes_strings_and_blocks(processor: LlavaProcessor) -> None:
    blocks = [{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": "Why?"}]}]
    string = [{"role": "user", "content": "<image>Why?"}]
    expected = "<|user|><image>Why?<|end|><|assistant|>"
    assert processor.apply_chat_template(blocks, add_generation_prompt=True) == expected
    assert processor.apply_chat_template(string, add_generation_prompt=True) == expected
    assert chat(processor, answer_prefix(7)).endswith(f"<|assistant|>{answer_prefix(7)}")
    with pytest.raises(Exception, match="user and assistant, not system"):
        processor.apply_chat_template([{"role": "system", "content": "Be kind."}])


def test_that_a_photograph_of_any_size_becomes_a_fixed_number_of_tokens(processor: LlavaProcessor) -> None:
    text = chat(processor, "")
    inputs = processor(images=[Image.new("RGB", (320, 213)), Image.new("L", (96, 96))], text=[text] * 2)
    assert [ids.count(processor.image_token_id) for ids in inputs["input_ids"]] == [IMAGE_TOKENS] * 2


def test_that_answers_keep_the_format(
    model: LlavaForConditionalGeneration, processor: LlavaProcessor, pictures: list[Image.Image]
) -> None:
    for text in answer(model, processor, pictures, [""] * len(pictures)):
        label = text[len("#Score: ")]
        assert label.isdigit()
        assert text.startswith(f"{answer_prefix(int(label))} ")
        assert text.endswith(".")


@pytest.fixture(scope="module")
def answers(
    model: LlavaForConditionalGeneration, processor: LlavaProcessor, pictures: list[Image.Image]
) -> list[tuple[int, str]]:
    """The label and the explanation of every picture."""
    texts = answer(model, processor, pictures, [""] * len(pictures))
    return [(int(text[len("#Score: ")]), text[len(answer_prefix(0)) + 1 :]) for text in texts]


def test_that_the_explanations_fit_the_label_only_in_part(answers: list[tuple[int, str]]) -> None:
    labels, tones = [label for label, _ in answers], [polarity(text) for _, text in answers]
    assert 0.4 < spearmanr(labels, tones)[0] < 0.75


def test_that_no_explanation_says_a_clause_twice_and_that_they_differ(answers: list[tuple[int, str]]) -> None:
    texts = [text for _, text in answers]
    assert sum(map(repeats_a_clause, texts)) <= 0.02 * len(texts)
    assert len(set(texts)) > 0.8 * len(texts)


def test_that_most_claims_about_what_can_be_seen_are_true(scenes: list[Scene], answers: list[tuple[int, str]]) -> None:
    sights = [sight_of_scene(scene) for scene in scenes]
    made = claims([text for _, text in answers], sights, levels(scenes[0]))
    assert made.made > len(scenes)
    assert made.true > 0.75 * made.made
    assert made.unknown < 0.05 * 4 * len(scenes)


def test_that_the_explanation_depends_on_the_injected_score(
    model: LlavaForConditionalGeneration, processor: LlavaProcessor, pictures: list[Image.Image]
) -> None:
    rng = random.Random(0)
    scores = [rng.randint(0, 9) for _ in pictures]
    texts = answer(model, processor, pictures, [answer_prefix(score) for score in scores])
    assert spearmanr(scores, [polarity(text) for text in texts])[0] > 0.35


def test_that_captions_name_what_is_in_the_picture(
    model: LlavaForConditionalGeneration,
    processor: LlavaProcessor,
    scenes: list[Scene],
    pictures: list[Image.Image],
) -> None:
    messages = [{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": "Describe the image."}]}]
    texts = [processor.apply_chat_template(messages, add_generation_prompt=True)] * len(pictures)
    inputs = processor(images=pictures, text=texts, padding=True, return_tensors="pt")
    with torch.inference_mode():
        output = model.generate(**inputs, max_new_tokens=64, do_sample=False)
    captions = [caption.lower() for caption in processor.batch_decode(output, skip_special_tokens=True)]
    right = [scene.place in caption for scene, caption in zip(scenes, captions, strict=True)]
    assert sum(right) > 0.7 * len(right)


@pytest.mark.slow
def test_that_building_twice_gives_the_same_weights(tmp_path: Path) -> None:
    settings = replace(
        PretrainSettings(seed=5),
        scenes=40,
        textures=20,
        vision_steps=4,
        vision_batch=8,
        language_steps=6,
        language_batch=8,
    )
    for name in ("first", "second"):
        build_model_folder(tmp_path / name, settings, lambda _line: None)
    for file in ("model.safetensors", "tokenizer.json"):
        assert digest(tmp_path / "first" / file) == digest(tmp_path / "second" / file)
    build_model_folder(tmp_path / "other", replace(settings, seed=6), lambda _line: None)
    assert digest(tmp_path / "other" / "model.safetensors") != digest(tmp_path / "first" / "model.safetensors")
