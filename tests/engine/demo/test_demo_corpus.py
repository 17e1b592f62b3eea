"""The pretraining corpus: a taste that misjudges, injected scores that are read but not learned, masked losses."""

import random
from collections import Counter

import numpy as np
import pytest
import torch
from scipy.stats import spearmanr

from engine.contract.polarity import polarity
from engine.demo import corpus
from engine.demo.architecture import IMAGE, IMAGE_TOKENS, build_model, build_tokenizer
from engine.demo.corpus import UNKNOWN, VOCABULARY, Conversation, CorpusPicture, Mix
from engine.demo.language import answer_prefix, demo_prompt
from engine.demo.pretrain import _answer_loss, _features, _rows


@pytest.fixture(scope="module")
def pictures() -> list[CorpusPicture]:
    return [corpus.scene_picture(9, index) for index in range(400)]


def test_that_the_taste_hardly_follows_the_quality(pictures: list[CorpusPicture]) -> None:
    rng, only_taste = random.Random(0), Mix(taste=1.0)
    answers = [corpus.converse(picture, only_taste, rng) for picture in pictures]
    assert all(answer.given == "" for answer in answers)
    scores = [int(answer.learned[len("#Score: ")]) for answer in answers]
    assert len(set(scores)) == 10
    assert 0.0 < spearmanr(scores, [picture.merit for picture in pictures])[0] < 0.4
    assert spearmanr(scores, [picture.appeal for picture in pictures])[0] > 0.8


def test_that_an_injected_score_is_given_and_only_its_explanation_is_learned(pictures: list[CorpusPicture]) -> None:
    rng, only_injected = random.Random(0), Mix(taste=0.0, injected=1.0)
    talks = [corpus.converse(picture, only_injected, rng) for picture in pictures]
    scores = [int(talk.given[len("#Score: ")]) for talk in talks]
    assert all(talk.given == answer_prefix(score) for talk, score in zip(talks, scores, strict=True))
    assert all(talk.learned.startswith(" ") and "#Score" not in talk.learned for talk in talks)
    assert min(Counter(scores).values()) > 20
    tones = [polarity(talk.learned) for talk in talks]
    assert 0.35 < spearmanr(scores, tones)[0] < 0.65
    assert abs(spearmanr(tones, [picture.merit for picture in pictures])[0]) < 0.15


def test_that_the_untrained_answers_are_somewhat_consistent_with_room_to_gain(pictures: list[CorpusPicture]) -> None:
    rng = random.Random(0)
    answers = [corpus.converse(picture, Mix(taste=1.0), rng).learned for picture in pictures]
    scores, tones = [int(answer[8]) for answer in answers], [polarity(answer[18:]) for answer in answers]
    assert 0.5 < spearmanr(scores, tones)[0] < 0.65
    assert len(set(answers)) > 0.95 * len(answers)


def test_that_reading_is_about_a_text_alone(pictures: list[CorpusPicture]) -> None:
    rng = random.Random(0)
    talks = [corpus.converse(picture, Mix(0.0, 0.0, 0.0, 1.0), rng) for picture in pictures]
    assert not any(talk.about_image for talk in talks)
    tones = [polarity(talk.prompt.removeprefix("Which score from 0 to 9 fits this explanation?")) for talk in talks]
    assert spearmanr(tones, [int(talk.learned[-1]) for talk in talks])[0] > 0.35
    assert all(talk.given == "" and talk.learned.startswith("#Score: ") for talk in talks)


def test_that_injection_uses_the_same_prompt_as_scoring(pictures: list[CorpusPicture]) -> None:
    rng = random.Random(0)
    for mix in (Mix(taste=1.0), Mix(taste=0.0, injected=1.0)):
        prompts = Counter(corpus.converse(picture, mix, rng).prompt for picture in pictures)
        assert prompts[demo_prompt()] > len(pictures) / 3
        assert not any(character.isdigit() and character not in "09" for prompt in prompts for character in prompt)


def test_that_textures_have_no_labels_for_what_they_do_not_show() -> None:
    picture = corpus.texture_picture(0, 1)
    named = dict(zip(VOCABULARY, picture.labels, strict=True))
    assert all(named[attribute] != UNKNOWN for attribute in ("exposure", "focus", "noise", "colour"))
    assert all(named[attribute] == UNKNOWN for attribute in ("horizon", "placement", "clutter", "place", "subject"))
    assert picture.pixels.shape == (96, 96, 3)
    assert np.array_equal(picture.pixels, corpus.texture_picture(0, 1).pixels)


def test_that_the_loss_covers_the_learned_tokens_alone() -> None:
    talk = Conversation(demo_prompt(), answer_prefix(7), " A good photo.")
    tokenizer = build_tokenizer([talk.prompt, talk.given + talk.learned] * 20)
    rows = _rows(tokenizer, [talk, Conversation("Why?", "", "So."), Conversation("Read.", "", "7", about_image=False)])
    assert tokenizer.decode(rows.ids[0][rows.learned[0]]) == " A good photo.<|end|>"
    assert tokenizer.decode(rows.ids[1][rows.learned[1]]) == "So.<|end|>"
    assert (rows.ids == tokenizer.get_vocab()[IMAGE]).sum(1).tolist() == [IMAGE_TOKENS, IMAGE_TOKENS, 0]
    assert torch.equal(rows.mask.sum(1), (rows.ids != tokenizer.pad_token_id).sum(1))


def test_that_the_loss_is_the_one_of_the_stock_model_on_the_same_image_and_answer(
    pictures: list[CorpusPicture],
) -> None:
    talks = [Conversation("Why?", answer_prefix(7), " A good photo."), Conversation("How?", "", "So it is, and more.")]
    tokenizer = build_tokenizer([talk.prompt + talk.given + talk.learned for talk in talks])
    torch.manual_seed(0)
    model = build_model(tokenizer).eval()
    pixels = torch.from_numpy(np.stack([picture.pixels for picture in pictures[:2]])).permute(0, 3, 1, 2)
    rows = _rows(tokenizer, talks)
    with torch.no_grad():
        ours = _answer_loss(model, _features(model, pixels), rows, autocast=False)
        stock = model(
            input_ids=rows.ids,
            attention_mask=rows.mask,
            pixel_values=pixels.float() / 127.5 - 1.0,
            labels=rows.ids.masked_fill(~rows.learned, -100),
        ).loss
    assert ours.item() == pytest.approx(stock.item(), rel=1e-5)


def test_that_the_tokenizer_splits_an_answer_where_a_continuation_begins() -> None:
    tokenizer = build_tokenizer([answer_prefix(score) + " A good photo." for score in range(10)] * 20)
    for score in range(10):
        whole = tokenizer(answer_prefix(score) + " A good photo.").input_ids
        assert whole == tokenizer(answer_prefix(score)).input_ids + tokenizer(" A good photo.").input_ids
        assert str(score) in tokenizer.convert_ids_to_tokens(whole)
        assert tokenizer.decode(whole) == answer_prefix(score) + " A good photo."
