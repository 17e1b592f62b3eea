"""The prompt resources, and answers written and read."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.contract.prompts import (
    PromptError,
    PromptTemplate,
    available_prompts,
    format_answer,
    load_prompt,
    parse_answer,
    read_prompt,
)

SEED = Path(__file__).parents[4] / "shared" / "seeds" / "000_7a8a1b13a1dc2eb8.txt"


def test_that_the_default_words_give_the_papers_prompt() -> None:
    text = load_prompt("aesthetics").render()
    assert text.startswith(
        "Please evaluate the aesthetic quality of the given photo image. The aesthetic quality should"
    )
    assert "\n\n#Score: integer\n\n#Explain: Explanation justifying the score\n\n" in text
    assert text.endswith("Do not include any additional text or symbols.")


@pytest.mark.skipif(not SEED.exists(), reason="the folder shared/ beside the checkout is not there")
def test_that_the_prompt_is_the_papers_word_for_word() -> None:
    paper = SEED.read_text(encoding="utf-8")
    begin, end = paper.index("Please evaluate the aesthetic quality"), paper.index("The prompt for the LLM-as-a-judge")
    assert load_prompt("aesthetics").render() == paper[begin:end].strip()


def test_that_every_prompt_resource_can_be_rendered() -> None:
    assert {"aesthetics", "demo"} <= set(available_prompts())
    for name in available_prompts():
        assert "{" not in load_prompt(name).render()


def test_that_a_project_can_score_something_else() -> None:
    text = load_prompt("aesthetics").render(quality="ripeness", subject="tomato")
    assert text.startswith("Please evaluate the ripeness of the given tomato. The ripeness should be represented")


def test_that_an_unknown_field_is_refused_by_name() -> None:
    with pytest.raises(PromptError, match="'qualty'"):
        load_prompt("aesthetics").render(qualty="ripeness")


def test_that_a_field_without_words_is_refused_by_name() -> None:
    with pytest.raises(PromptError, match="'thing'"):
        PromptTemplate("mine", "Score this {thing}.").render()


def test_that_other_braces_stay_as_they_are() -> None:
    assert PromptTemplate("mine", 'Answer {"a": 1} {} for {x}', {"x": "{y}"}).render() == 'Answer {"a": 1} {} for {y}'


def test_that_an_unknown_prompt_is_refused_with_the_known_ones() -> None:
    with pytest.raises(PromptError, match=r"'../demo'.*aesthetics"):
        load_prompt("../demo")


@pytest.mark.parametrize("text", ["not toml", 'name = "x"', 'name = "x"\ntemplate = 3', "\x00"])
def test_that_a_malformed_prompt_file_is_refused_by_path(tmp_path: Path, text: str) -> None:
    file = tmp_path / "odd.toml"
    file.write_text(text)
    with pytest.raises(PromptError, match=r"odd\.toml"):
        read_prompt(file)


@given(st.integers(0, 9), st.text(min_size=1))
def test_that_a_formatted_answer_is_read_back(label: int, text: str) -> None:
    parsed = parse_answer(format_answer(label, text))
    assert parsed.label == label
    if text.strip() and "#Score" not in text and "#Explain" not in text:
        assert (parsed.text, parsed.ok) == (text.strip(), True)


@pytest.mark.parametrize(
    "raw", ["#Score: 7\n#Explain: sharp", " #Score: 7\n\n#Explain: sharp\n", "#Score: 7\n#Explain:sharp"]
)
def test_that_the_asked_form_is_accepted(raw: str) -> None:
    parsed = parse_answer(raw)
    assert (parsed.label, parsed.text, parsed.ok) == (7, "sharp", True)


@pytest.mark.parametrize(
    ("raw", "label", "text"),
    [
        ("Score: 7\nExplanation: sharp", 7, "sharp"),
        ("#score 7 #EXPLAIN: sharp", 7, "sharp"),
        ("#Score: 7.0\n#Explain: sharp", 7, "sharp"),
        ("#Score: 10\n#Explain: sharp", None, "sharp"),
        ("#Score: 77\n#Explain: sharp", None, "sharp"),
        ("#Score: 7.5\n#Explain: sharp", None, "sharp"),
        ("#Score: -3\n#Explain: sharp", None, "sharp"),
        ("#Score: ٧\n#Explain: sharp", None, "sharp"),
        ("#Score: 7\n#Explain:", 7, ""),
        ("#Score: 7\n", 7, ""),
        ("#Explain: the score is 5", None, "the score is 5"),
        ("a lovely photo", None, ""),
        ("", None, ""),
        ("#Score: 7\n#Explain: sharp #Score: 3\n#Explain: dull", 7, "sharp #Score: 3\n#Explain: dull"),
        ("Sure! #Score: 7\n#Explain: sharp", 7, "sharp"),
    ],
)
def test_that_a_broken_form_is_read_as_far_as_possible_and_never_ok(raw: str, label: int | None, text: str) -> None:
    parsed = parse_answer(raw)
    assert (parsed.label, parsed.text, parsed.ok) == (label, text, False)


@given(st.text())
def test_that_no_text_breaks_the_parser(raw: str) -> None:
    parsed = parse_answer(raw)
    assert parsed.label is None or parsed.label in range(10)
    assert not parsed.ok or parsed.text
