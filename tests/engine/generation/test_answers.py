"""Pairs from one prefill and label log-probabilities from one pass, against plain separate calls."""

import dataclasses
from pathlib import Path

import pytest
import torch
from peft import LoraConfig, get_peft_model
from PIL import Image
from support.tiny import PROMPT, TokenizerKind, make_images, make_tiny_llava, teach_format

from engine import images
from engine.contract.context import StageError
from engine.contract.specs import ImageLimits, ModelSpec
from engine.families import VisionLanguageModel, load
from engine.generation.answers import Answerer, Sampling, SeededNoise

NEW_TOKENS = 24
pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> list[Image.Image]:
    return [images.load(path, ImageLimits()) for path in make_images(tmp_path_factory.mktemp("pictures"), 6)]


@pytest.fixture(scope="module", params=["digits", "spaced", "metaspace"])
def random_model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> VisionLanguageModel:
    kind: TokenizerKind = request.param
    return load(ModelSpec(str(make_tiny_llava(tmp_path_factory.mktemp("random"), kind))))


@pytest.fixture(scope="module", params=["digits", "spaced", "metaspace"])
def taught_model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> VisionLanguageModel:
    """It writes the asked form, with a label that depends on the image."""
    folder = make_tiny_llava(tmp_path_factory.mktemp("taught"), request.param)
    return load(ModelSpec(str(teach_format(folder, make_images(folder / "pictures", 6)))))


def plain_continuation(vlm: VisionLanguageModel, picture: Image.Image, label: int) -> str:
    """One image, one text, no cache shared: what stock transformers writes behind the injected score."""
    inputs = vlm.encode([picture], [vlm.chat_text(PROMPT.text, f"#Score: {label}\n#Explain:")])
    tokens = vlm.model.generate(**inputs, max_new_tokens=NEW_TOKENS, do_sample=False)
    return str(vlm.tokenizer.decode(tokens[0, inputs["input_ids"].shape[1] :], skip_special_tokens=True))


def plain_logprobs(vlm: VisionLanguageModel, picture: Image.Image) -> torch.Tensor:
    """A bare forward pass of the whole answer, read at the token before the label."""
    site = vlm.label_site(PROMPT)
    inputs = vlm.encode([picture], [vlm.chat_text(PROMPT.text, "#Score: 0\n#Explain:")])
    with torch.inference_mode():
        logits = vlm.model(**inputs).logits[0, -len(site.tail_ids) - 2]
    return logits[list(site.label_ids)].double().log_softmax(-1)


def test_that_pairs_equal_two_separate_plain_calls(
    random_model: VisionLanguageModel, pictures: list[Image.Image]
) -> None:
    chosen, rejected = [0, 3, 9, 5, 1, 7], [5, 9, 2, 0, 8, 1]
    pairs = Answerer.make(random_model, PROMPT, NEW_TOKENS).justify(pictures, chosen, rejected)
    assert [c.text for c, _ in pairs] == [
        plain_continuation(random_model, *x) for x in zip(pictures, chosen, strict=True)
    ]
    assert [r.text for _, r in pairs] == [
        plain_continuation(random_model, *x) for x in zip(pictures, rejected, strict=True)
    ]
    assert any(c.text != r.text for c, r in pairs)


def test_that_families_without_a_shared_prefill_give_the_same_pairs(
    random_model: VisionLanguageModel, pictures: list[Image.Image]
) -> None:
    apart = dataclasses.replace(random_model, shares_prefill=False)
    assert random_model.shares_prefill
    results = [
        Answerer.make(vlm, PROMPT, NEW_TOKENS).justify(pictures, [2] * 6, [8] * 6) for vlm in (random_model, apart)
    ]
    assert results[0] == results[1]


@pytest.mark.parametrize("shares_prefill", [True, False])
def test_that_sampled_pairs_depend_on_their_own_seeds_alone(
    random_model: VisionLanguageModel, pictures: list[Image.Image], shares_prefill: bool
) -> None:
    vlm = dataclasses.replace(random_model, shares_prefill=shares_prefill)
    answerer = Answerer.make(vlm, PROMPT, NEW_TOKENS)
    seeds = [(10 * i, 10 * i + 1) for i in range(6)]
    together = answerer.justify(pictures, [2] * 6, [8] * 6, Sampling(1.0, seeds))
    torch.manual_seed(99)
    alone = [answerer.justify([pictures[i]], [2], [8], Sampling(1.0, [seeds[i]]))[0] for i in range(6)]
    assert together == alone
    assert together != answerer.justify(pictures, [2] * 6, [8] * 6)
    assert together != answerer.justify(pictures, [2] * 6, [8] * 6, Sampling(1.0, [(a + 5, b + 5) for a, b in seeds]))


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_that_sampling_follows_the_tempered_distribution(temperature: float) -> None:
    logits, count = torch.tensor([0.0, 1.0, 2.0, -1.0]), 8000
    noise = SeededNoise(temperature, range(count))
    drawn = noise(torch.zeros(count, 1), logits.expand(count, 4)).argmax(-1)
    shares = torch.bincount(drawn, minlength=4) / count
    torch.testing.assert_close(shares, (logits / temperature).softmax(-1), atol=0.02, rtol=0)


def test_that_label_logprobs_equal_a_bare_forward_pass(
    random_model: VisionLanguageModel, pictures: list[Image.Image]
) -> None:
    read = Answerer.make(random_model, PROMPT, NEW_TOKENS).label_logprobs(pictures)
    expected = torch.stack([plain_logprobs(random_model, picture) for picture in pictures])
    torch.testing.assert_close(torch.tensor(read, dtype=torch.float64), expected, atol=1e-5, rtol=0)
    assert torch.tensor(read).exp().sum(-1) == pytest.approx(torch.ones(6), abs=1e-6)


def test_that_logprobs_from_the_answers_own_pass_equal_the_forced_ones(
    taught_model: VisionLanguageModel, pictures: list[Image.Image]
) -> None:
    answerer = Answerer.make(taught_model, PROMPT, NEW_TOKENS)
    answers = answerer.answer(pictures)
    assert all(free.keeps_format for free in answers)
    assert len({free.answer.text for free in answers}) > 3
    forced = answerer.label_logprobs(pictures)
    for free, expected in zip(answers, forced, strict=True):
        assert free.logprobs == pytest.approx(expected, abs=1e-4)
        assert free.answer.text.strip().startswith(f"#Score: {max(range(10), key=free.logprobs.__getitem__)}\n")


def test_that_answers_out_of_form_have_their_logprobs_read_behind_the_forced_beginning(
    random_model: VisionLanguageModel, pictures: list[Image.Image]
) -> None:
    answerer = Answerer.make(random_model, PROMPT, NEW_TOKENS)
    answers = answerer.answer(pictures)
    assert not any(free.keeps_format for free in answers)
    for free, expected in zip(answers, answerer.label_logprobs(pictures), strict=True):
        assert free.logprobs == pytest.approx(expected, abs=1e-5)


def test_that_too_few_new_tokens_to_reach_the_label_still_give_logprobs(
    taught_model: VisionLanguageModel, pictures: list[Image.Image]
) -> None:
    short = Answerer.make(taught_model, PROMPT, 1)
    answers = short.answer(pictures)
    assert all(free.answer.truncated and not free.keeps_format for free in answers)
    for free, expected in zip(answers, short.label_logprobs(pictures), strict=True):
        assert free.logprobs == pytest.approx(expected, abs=1e-5)


def test_that_truncation_is_told_from_an_ended_answer(
    taught_model: VisionLanguageModel, pictures: list[Image.Image]
) -> None:
    whole = Answerer.make(taught_model, PROMPT, 40).answer(pictures)
    cut = Answerer.make(taught_model, PROMPT, whole[0].answer.tokens - 1).answer(pictures)
    assert not any(free.answer.truncated for free in whole)
    assert cut[0].answer.truncated
    assert whole[0].answer.text.startswith(cut[0].answer.text)


def test_that_an_adapter_is_in_force_in_every_way_of_reading(
    random_model: VisionLanguageModel, pictures: list[Image.Image]
) -> None:
    base = Answerer.make(random_model, PROMPT, NEW_TOKENS)
    before = base.label_logprobs(pictures)
    torch.manual_seed(0)
    config = LoraConfig(r=2, target_modules=random_model.lora_targets(), init_lora_weights=False)
    adapted = dataclasses.replace(random_model, model=get_peft_model(random_model.model, config).eval())
    try:
        answerer = Answerer.make(adapted, PROMPT, NEW_TOKENS)
        assert answerer.label_logprobs(pictures)[0] != pytest.approx(before[0], abs=1e-3)
        pairs = answerer.justify(pictures[:2], [0, 3], [5, 9])
        assert pairs[0][0].text == plain_continuation(adapted, pictures[0], 0)
        assert pairs[1][1].text == plain_continuation(adapted, pictures[1], 9)
    finally:
        random_model.model = adapted.model.unload()


def test_that_a_sequence_beyond_the_models_positions_is_refused_with_its_length(
    random_model: VisionLanguageModel, pictures: list[Image.Image]
) -> None:
    with pytest.raises(StageError, match=r"take \d+ positions; the model has 512"):
        Answerer.make(random_model, PROMPT, 500).answer(pictures[:1])


def test_that_logits_that_are_not_finite_are_an_error(tmp_path: Path, pictures: list[Image.Image]) -> None:
    vlm = load(ModelSpec(str(make_tiny_llava(tmp_path))))
    vlm.model.lm_head.weight.data.fill_(float("nan"))
    with pytest.raises(StageError, match="not finite"):
        Answerer.make(vlm, PROMPT, NEW_TOKENS).label_logprobs(pictures[:1])
