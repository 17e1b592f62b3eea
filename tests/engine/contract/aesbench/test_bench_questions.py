"""Reading AesBench's files: the true format, what is refused and why, and content that is none."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.contract.aesbench.questions import BenchOption, BenchQuestion, read_benchmark, read_options

GRADE = {
    "Question": "How is the aesthetic quality of this image?",
    "Options": "A) High\nB) Medium\nC) Low",
    "Answer": "B",
}


def _file(**data: Any) -> str:
    return json.dumps({"a.jpg": data})


def test_that_a_file_in_the_published_form_is_read() -> None:
    content = {
        "ss03 (1547).jpg": {
            "Source": "AI-generated",
            "AesP_data": {
                "Question": "What aspect is most affected?",
                "Options": "A) Depth\nB) Sharpness\nC) Colour\nD)Brightness and light",
                "Answer": "D)Brightness and light",
                "Aspect": "Color and light",
            },
            "AesE_data": {"Question": "Does it evoke joy?", "Options": "A) Yes\nB) No", "Answer": "no"},
            "AesA1_data": GRADE,
            "AesI_data": {"Question": "This is an image with low aesthetics, please explain the reasons."},
        }
    }
    found = read_benchmark(json.dumps(content).encode("utf-8-sig"))
    assert not found.skipped and not found.unknown
    image = "ss03 (1547).jpg"
    options = tuple(
        BenchOption(*one)
        for one in (("A", "Depth"), ("B", "Sharpness"), ("C", "Colour"), ("D", "Brightness and light"))
    )
    assert found.questions == (
        BenchQuestion(
            image, "AesP", "What aspect is most affected?", options, "D", "", "generated", "what", "colour_light"
        ),
        BenchQuestion(
            image, "AesE", "Does it evoke joy?", read_options("A) Yes\nB) No"), "B", "", "generated", "yes_no"
        ),
        BenchQuestion(
            image, "AesA", GRADE["Question"], read_options(GRADE["Options"]), "B", "", "generated", "how"
        ),
        BenchQuestion(
            image, "AesI", "This is an image with low aesthetics, please explain the reasons.", source="generated"
        ),
    )  # fmt: skip
    assert found.questions[0].right_text == "Brightness and light"


@pytest.mark.parametrize(
    "text",
    [
        "A. x\nB. y",
        "(A) x\n(B) y",
        "A) x\r\nB) y",
        "a) x\nb) y",
        "A: x\n\n B: y",
        "（A）x\n（B）y",
        "Ａ．x\nＢ．y",
        "[A] x\n[B] y",
    ],
)
def test_that_letters_are_read_in_all_their_forms(text: str) -> None:
    found = read_benchmark(_file(AesP_data={"Question": "What?", "Options": text, "Answer": "B"}))
    assert [(one.options, one.right) for one in found.questions] == [
        ((BenchOption("A", "x"), BenchOption("B", "y")), "B")
    ]


def test_that_a_line_without_a_letter_continues_the_option() -> None:
    assert read_options("A) one\ntwo\nB) three") == (BenchOption("A", "one two"), BenchOption("B", "three"))
    with pytest.raises(ValueError, match="fewer than two"):
        read_options("A) one")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"Answer": None}, "no_answer"),
        ({"Answer": "D"}, "answer"),
        ({"Answer": 1}, "answer"),
        ({"Answer": "B) High"}, "answer"),
        ({"Correct answer": "A"}, "answers_differ"),
        ({"Options": None}, "no_options"),
        ({"Options": ["A) High", "B) Low"]}, "no_options"),
        ({"Options": "High\nLow"}, "options"),
        ({"Options": "A) High"}, "options"),
        ({"Options": "A) High\nC) Low"}, "option_letters"),
        ({"Options": "A) High\nB)"}, "option_empty"),
        ({"Options": "A) High\nB) high."}, "options_alike"),
        ({"Options": "A) B\nB) A"}, "answer"),
        ({"Question": " "}, "no_question"),
        ({"Question": 3}, "no_question"),
    ],
)
def test_that_a_question_that_cannot_be_used_is_counted_with_its_reason(changes: dict[str, Any], reason: str) -> None:
    found = read_benchmark(_file(AesA1_data={**GRADE, **changes}, AesI_data={"Question": "Why?"}))
    assert [question.dimension for question in found.questions] == ["AesI"]
    assert found.reasons == {reason: 1} and found.skipped[0].text.endswith(".")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xff\xfe{", "not_utf8"),
        ("", "not_json"),
        ("{", "not_json"),
        ("[" * 100_000, "not_json"),
        ('{"a": ' + "9" * 10_000 + "}", "not_json"),
        ("[]", "no_object"),
        ("null", "no_object"),
        ('{"a.jpg": 1}', "no_object"),
        ('{"a.jpg": {}}', "no_questions"),
        ('{"a.jpg": {"AesP_data": []}}', "no_object"),
        ('{"../a.jpg": {}}', "image_name"),
        ('{"/etc/passwd": {}}', "image_name"),
        ('{"C:\\\\a.jpg": {}}', "image_name"),
        ('{"": {}}', "image_name"),
        ('{"\\ud800.jpg": {}}', "image_name"),
        ('{"a.jpg": {}, "a.jpg": {}}', "twice"),
        ('{"a.jpg": {"AesI_data": {"Question": "a"}, "AesI_data": {"Question": "b"}}}', "twice"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_that_hostile_content_is_refused_and_never_raises(content: bytes | str, reason: str) -> None:
    found = read_benchmark(content)
    assert not found.questions and found.reasons == {reason: 1}
    found.skipped[0].image.encode()


def test_that_answers_come_from_a_second_file() -> None:
    asked = {name: value for name, value in GRADE.items() if name != "Answer"}
    assert read_benchmark(_file(AesA1_data=asked)).reasons == {"no_answer": 1}
    answered = read_benchmark(_file(AesA1_data=asked), _file(AesA1_data={"Answer": "Low"}))
    assert [question.right for question in answered.questions] == ["C"] and not answered.skipped
    assert read_benchmark(_file(AesA1_data=GRADE), _file(AesA1_data="C")).reasons == {"answers_differ": 1}
    assert read_benchmark(_file(AesA1_data=asked), "{").reasons == {"answers_not_json": 1, "no_answer": 1}


def test_that_what_the_file_says_in_unknown_words_is_counted_and_not_guessed() -> None:
    found = read_benchmark(_file(Source="AI", AesP_data={**GRADE, "Aspect": "Vibe", "Question type": ["how"]}))
    assert [(one.source, one.aspect, one.kind) for one in found.questions] == [("", "", "how")]
    assert found.unknown == {"source": 1, "aspect": 1, "kind": 1}
