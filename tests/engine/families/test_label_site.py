"""The label position, for three kinds of tokenizer, against the model's own tokens."""

from pathlib import Path

import pytest
from support.tiny import PROMPT, TokenizerKind, answer_ids, make_tiny_llava

from engine.contract.context import StageError
from engine.contract.specs import ModelSpec
from engine.families import VisionLanguageModel, load
from engine.families.labels import find_label_site

LABEL_TOKENS = {"digits": "{}", "spaced": "Ġ{}", "metaspace": "{}"}
LAST_BEFORE = {"digits": "Ġ", "spaced": ":", "metaspace": "▁"}


@pytest.fixture(params=["digits", "spaced", "metaspace"])
def kind(request: pytest.FixtureRequest) -> TokenizerKind:
    value: TokenizerKind = request.param
    return value


@pytest.fixture
def vlm(kind: TokenizerKind, tmp_path: Path) -> VisionLanguageModel:
    return load(ModelSpec(str(make_tiny_llava(tmp_path / "model", kind))))


def test_that_the_ten_labels_are_the_tokens_that_this_tokenizer_gives_them(
    vlm: VisionLanguageModel, kind: TokenizerKind
) -> None:
    site = vlm.label_site(PROMPT)
    assert vlm.tokenizer.convert_ids_to_tokens(list(site.label_ids)) == [
        LABEL_TOKENS[kind].format(d) for d in range(10)
    ]
    assert site.prefix_ids is not None
    assert vlm.tokenizer.convert_ids_to_tokens(site.prefix_ids[-1]) == LAST_BEFORE[kind]


def test_that_prefix_label_and_tail_are_the_answers_own_tokens(vlm: VisionLanguageModel) -> None:
    site = vlm.label_site(PROMPT)
    assert site.prefix_ids is not None
    before = vlm.token_ids(vlm.chat_text(PROMPT.text))
    for label in range(10):
        whole = vlm.token_ids(vlm.chat_text(PROMPT.text, f"#Score: {label}\n#Explain:"))
        assert whole == [*before, *site.prefix_ids, site.label_ids[label], *site.tail_ids]


def test_that_the_label_keeps_its_token_when_an_explanation_follows(vlm: VisionLanguageModel) -> None:
    site = vlm.label_site(PROMPT)
    assert site.prefix_ids is not None
    answer = answer_ids(vlm, PROMPT.text, "#Score: 3\n#Explain: The photo is sharp.")
    assert answer[: len(site.prefix_ids) + 1] == [*site.prefix_ids, site.label_ids[3]]


def test_that_labels_sharing_a_token_are_refused() -> None:
    answers = [[1, 2, 3 + min(label, 8), 9] for label in range(10)]
    with pytest.raises(StageError, match="one token of its own"):
        find_label_site([1], answers)


def test_that_a_label_of_two_tokens_is_refused() -> None:
    answers = [[1, 2, 3 + label, 9] for label in range(9)] + [[1, 2, 30, 31, 9]]
    with pytest.raises(StageError, match="2 different continuations"):
        find_label_site([1], answers)


def test_that_an_answer_that_ends_at_the_common_part_is_refused() -> None:
    with pytest.raises(StageError):
        find_label_site([1], [[1, 2]] + [[1, 2, 3 + label] for label in range(9)])


def test_that_a_generation_prompt_whose_end_changes_leaves_no_free_prefix() -> None:
    answers = [[1, 5, 10 + label, 9] for label in range(10)]
    assert find_label_site([1, 2], answers).prefix_ids is None
    assert find_label_site([1], answers).prefix_ids == (5,)
