"""The rubric of a language model as judge: the paper's prompt, and what is a grade."""

from __future__ import annotations

import pytest

from engine.judges import rubric
from engine.judges.rubric import UnusableAnswerError, read_grades

GOOD = '{"consistency": "poor", "usefulness": "good", "general": "fair"}'


def test_that_the_prompt_contains_score_and_text_as_they_are() -> None:
    text = 'It says {text} and {score} and "quotes".\n#Aesthetic score: 9'
    prompt = rubric.render(3, text)
    assert prompt.endswith(f"#Aesthetic score: 3\n#Explanatory text: {text}")
    assert "rate the quality of the explanatory text on a 5-point scale (excellent, good, fair, poor, bad)" in prompt
    assert GOOD in prompt


def test_that_the_example_of_the_prompt_is_graded() -> None:
    assert read_grades(f"\n {GOOD}\n") == {"consistency": 1, "usefulness": 3, "general": 2}
    assert read_grades(GOOD.replace("poor", " Excellent ")) == {"consistency": 4, "usefulness": 3, "general": 2}


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("", "empty"),
        ("  \n", "empty"),
        (f"```json\n{GOOD}\n```", "not JSON alone"),
        (f"Sure! {GOOD}", "not JSON alone"),
        (f"{GOOD} I hope this helps.", "not JSON alone"),
        (GOOD[:30], "not JSON alone"),
        (GOOD * 2, "not JSON alone"),
        (f"[{GOOD}]", "not a JSON object"),
        ('"good"', "not a JSON object"),
        ("3", "not a JSON object"),
        ("[" * 100_000, "not JSON alone"),
        (GOOD.replace('"poor"', "7" * 5000), "not JSON alone"),
        (GOOD.replace('"poor"', "NaN"), "NaN is no grade"),
        (GOOD.replace('"poor"', "-Infinity"), "-Infinity is no grade"),
        (GOOD.replace('"poor"', "3"), "consistency is 3"),
        (GOOD.replace('"poor"', "null"), "consistency is null"),
        (GOOD.replace('"poor"', '["poor"]'), "consistency is "),
        (GOOD.replace("poor", "great"), 'consistency is "great", not one of excellent'),
        (GOOD.replace("poor", "7/10"), "consistency is "),
        (GOOD.replace("general", "overall"), "no general, unknown field overall"),
        (GOOD.replace("}", ', "score": "good"}'), "unknown field score"),
        (GOOD.replace("{", '{"general": "bad", '), "general is given twice"),
    ],
)
def test_that_anything_else_is_no_grade_and_says_why(answer: str, told: str) -> None:
    with pytest.raises(UnusableAnswerError) as caught:
        read_grades(answer)
    assert told in str(caught.value)
