"""Which option an answer means: answers as models give them, each with the reading that a person would give it."""

from __future__ import annotations

import pytest

from engine.contract.aesbench.questions import read_options
from engine.contract.aesbench.reading import UNREAD, OptionReading, read_answer

SETS = {
    "grade": "A) High\nB) Medium\nC) Low",
    "yes": "A) Yes\nB) No",
    "good": "A) Good\nB) Not good\nC) Very good",
    "five": "A. Excellent\nB. Good\nC. Fair\nD. Poor\nE. Bad",
    "mood": "A) Serenity\nB) Amusement\nC) Nostalgia\nD)Awe",
    "long": (
        "A) It enhances the viewer's sense of intrigue.\nB) It has no significant effect on the viewer.\n"
        "C) It reduces the viewer's interest."
    ),
    "part": "A) The composition\nB) The composition and the light\nC) The light",
    "clear": "A) Clear\nB) Unclear",
    "none": "A) Noise\nB) Blur\nC) None of the above",
    "swap": "A) B\nB) A",
}
ANSWERS = [
    # Letters.
    ("grade", "B", "B"),
    ("grade", "b", "B"),
    ("grade", "B.", "B"),
    ("grade", "(B)", "B"),
    ("grade", "(b).", "B"),
    ("grade", "[C]", "C"),
    ("grade", "  \n C \n", "C"),
    ("grade", "B)", "B"),
    ("grade", "Answer: B", "B"),
    ("grade", "answer: b", "B"),
    ("grade", "The answer is B", "B"),
    ("grade", "The answer is (c).", "C"),
    ("grade", "The correct option is B.", "B"),
    ("grade", "Option B", "B"),
    ("grade", "option b is the best", "B"),
    ("grade", "I would choose B.", "B"),
    ("grade", "I'd go with C here", "C"),
    ("grade", "B is correct.", "B"),
    ("grade", "My choice: A", "A"),
    ("grade", "A", "A"),
    ("grade", "A.", "A"),
    ("grade", "A) High", "A"),
    ("grade", "A: High", "A"),
    ("grade", "A - High", "A"),
    ("grade", "A High", "A"),
    ("grade", "ASSISTANT: C", "C"),
    ("grade", "A, because the light is beautiful.", "A"),
    ("grade", "A because of the light", "A"),
    ("grade", "A is right", "A"),
    # Letters with an explanation that names others.
    ("grade", "B, because A is wrong", "B"),
    ("grade", "B. It is not A, and C would be too harsh.", "B"),
    ("grade", "B) Medium. It's not High because of the noise.", "B"),
    ("grade", "B\nThe contrast is high and the noise is low.", "B"),
    ("grade", "The answer is B because A is too generous.", "B"),
    ("grade", "The answer is B, A is wrong.", "B"),
    ("grade", "B rather than A", "B"),
    ("grade", "B instead of C", "B"),
    ("grade", "Not A but B", "B"),
    ("grade", "It is not A, it is B", "B"),
    ("grade", "Neither A nor C; B", "B"),
    ("grade", "Option A is wrong. Option C is wrong. So option B.", "B"),
    ("grade", "A: wrong\nB: right\nC: wrong", "B"),
    ("grade", "A is incorrect, C does not fit, B fits.", "B"),
    ("grade", "A ✗ B ✓ C ✗", "B"),
    # Markup and wrapping.
    ("grade", "**B**", "B"),
    ("grade", "**Answer:** B", "B"),
    ("grade", "**B) Medium**", "B"),
    ("grade", "`B`", "B"),
    ("grade", "# Answer\n\nB", "B"),
    ("grade", "- B", "B"),
    ("grade", '{"answer": "B"}', "B"),
    ("grade", "<answer>B</answer>", "B"),
    ("grade", "$\\boxed{B}$", "B"),
    ("grade", "\\boxed{\\text{C}}", "C"),
    ("grade", "_B_", "B"),
    ("grade", "<b>B</b>", "B"),
    ("grade", "~~A~~ B", "B"),
    ("grade", "<think>Maybe A? Or C. The answer is A.</think>B", "B"),
    ("grade", "\u200bB\u200b", "B"),
    ("grade", "\ufeffB", "B"),
    ("grade", "“B”", "B"),
    ("grade", "A) High\nB) Medium\nC) Low\n\nAnswer: B", "B"),
    ("grade", "A) High\nB) Medium\nC) Low\nB", "B"),
    ("grade", "B\\n", "B"),
    # Other languages' punctuation and words.
    ("grade", "（B）", "B"),
    ("grade", "B。", "B"),
    ("grade", "答案：B", "B"),
    ("grade", "答案是B。", "B"),
    ("grade", "「B」", "B"),
    ("grade", "Ｂ", "B"),
    ("grade", "正解はCです", "C"),
    ("grade", "Réponse : B", "B"),
    ("grade", "La réponse est B.", "B"),
    ("grade", "Die Antwort ist B.", "B"),
    ("grade", "La respuesta es C", "C"),
    ("grade", "Ответ: C", "C"),
    ("grade", "«C»", "C"),
    # Words.
    ("five", "Excellent", "A"),
    ("five", "excellent.", "A"),
    ("five", "It is excellent", "A"),
    ("five", "The aesthetic quality of this image is fair.", "C"),
    ("five", "POOR!", "D"),
    ("five", "The picture isn't bad, it is good.", "B"),
    ("five", "It's not good but excellent", "A"),
    ("five", "Good. The light is bad in places, though.", "B"),
    ("five", "I think it is fair, because the excellent light cannot save it.", "C"),
    ("grade", "The image has high contrast and low noise, so medium.", "B"),
    ("grade", "This picture is of medium aesthetic quality.", "B"),
    ("grade", "A beautiful image of medium quality", "B"),
    ("grade", "A medium quality image.", "B"),
    ("mood", "Nostalgia", "C"),
    ("mood", "The image evokes nostalgia.", "C"),
    ("mood", "A sense of awe", "D"),
    ("mood", "It is serenity rather than amusement", "A"),
    ("long", "It enhances the viewer's sense of intrigue", "A"),
    ("long", "it has no significant effect on the viewer", "B"),
    ("long", "It enhances the viewer’s sense of intrigue.", "A"),
    ("long", "It reduces", "C"),
    ("long", "B) It has no significant effect on the viewer.", "B"),
    # Options inside others.
    ("good", "Good", "A"),
    ("good", "Not good", "B"),
    ("good", "It isn't good.", "B"),
    ("good", "It is very good.", "C"),
    ("good", "The photo is not good at all", "B"),
    ("good", "very-good", "C"),
    ("part", "The composition", "A"),
    ("part", "composition and light", "B"),
    ("part", "the composition and the light", "B"),
    ("part", "The light", "C"),
    ("clear", "The subject is unclear", "B"),
    ("clear", "It is un-clear.", "B"),
    ("clear", "clear", "A"),
    ("none", "None of the above", "C"),
    # Yes and no.
    ("yes", "Yes", "A"),
    ("yes", "No.", "B"),
    ("yes", "Yes, the image does evoke a sense of mystery.", "A"),
    ("yes", "No, it does not.", "B"),
    ("yes", "No it is not sharp", "B"),
    ("yes", "Yes! There is no blur.", "A"),
    ("yes", "I would say no.", "B"),
    ("yes", "The answer is no", "B"),
    ("yes", "Yes, not only the light, the colours too", "A"),
    ("yes", "no", "B"),
    # Final answers and hedges before them.
    ("grade", "The answer might be A. Final answer: C", "C"),
    ("grade", "First I thought of High. Final answer: Low.", "C"),
    ("grade", "B\nB\nB", "B"),
    ("grade", "B. Yes, B. The answer is B.", "B"),
    ("grade", "I'm not sure, but B", "B"),
    ("grade", "No doubt: B", "B"),
    ("grade", "It can't be anything but B", "B"),
    # Nothing that could be read.
    ("grade", "", None, "empty"),
    ("grade", " \n\t ", None, "empty"),
    ("grade", "...", None, "empty"),
    ("grade", "A beautiful image", None, "no_option"),
    ("grade", "A photo with vitamin C", None, "no_option"),
    ("grade", "It is a B&W photo.", None, "no_option"),
    ("grade", "The image has high contrast.", None, "no_option"),
    ("grade", "D", None, "no_option"),
    ("grade", "2", None, "no_option"),
    ("grade", "I cannot answer that.", None, "no_option"),
    ("grade", "An A.I. generated picture", None, "no_option"),
    ("grade", "Ответ: В", None, "no_option"),
    ("yes", "There is no blur in it", None, "no_option"),
    ("yes", "No blur is visible", None, "no_option"),
    ("long", "It", None, "no_option"),
    # More than one option.
    ("grade", "A or B", None, "several"),
    ("grade", "A, B", None, "several"),
    ("grade", "A and B", None, "several"),
    ("grade", "A/B", None, "several"),
    ("grade", "Both A and B are right", None, "several"),
    ("grade", "A\nB", None, "several"),
    ("grade", "The answer is A or B", None, "several"),
    ("grade", "The answer is A. The answer is B.", None, "several"),
    ("grade", "A. Wait, no, B.", None, "several"),
    ("grade", "B) High", None, "several"),
    ("grade", "A) High\nB) Medium\nC) Low", None, "several"),
    ("grade", "between high and medium", None, "several"),
    ("mood", "Serenity and awe", None, "several"),
    ("yes", "Yes and no", None, "several"),
    ("swap", "A", None, "several"),
    ("grade", "A B", None, "several"),
    ("five", "good to excellent", None, "several"),
    # Verdicts on each, and grades that describe something else.
    ("grade", "A) High, no. B) Medium, yes.", "B"),
    ("grade", "It is medium. While the composition is high in contrast, it is dull.", "B"),
    ("five", "Excellent composition but poor light", None, "no_option"),
    # Only what it is not.
    ("grade", "Not A.", None, "rejected_only"),
    ("grade", "The answer is not B", None, "rejected_only"),
    ("grade", "A is wrong", None, "rejected_only"),
    ("grade", "It is not high", None, "rejected_only"),
    ("grade", "It isn't A or B", None, "rejected_only"),
    ("good", "It is not very good", None, "rejected_only"),
    ("grade", "I do not know whether it is B", None, "rejected_only"),
]


@pytest.mark.parametrize("case", ANSWERS, ids=[f"{case[0]}-{case[1]!r}" for case in ANSWERS])
def test_that_an_answer_is_read_as_a_person_would(
    case: tuple[str, str, str | None] | tuple[str, str, None, str],
) -> None:
    options = read_options(SETS[case[0]])
    assert read_answer(case[1], options) == OptionReading(case[2], case[3] if len(case) > 3 else "")


def test_that_the_table_is_large_and_has_every_reason() -> None:
    assert len({case[:2] for case in ANSWERS}) == len(ANSWERS) >= 100
    assert {case[3] for case in ANSWERS if len(case) > 3} == set(UNREAD)


@pytest.mark.parametrize(
    "text",
    [
        "\ud800",
        "\x00",
        "A" * 30_000,
        "A B " * 10_000,
        "answer " * 20_000,
        "not " * 20_000,
        "((((" * 9_000 + "A",
        "~~" * 9_999,
    ],
    ids=["half", "nul", "one word", "letters", "markers", "negators", "brackets", "struck"],
)
def test_that_no_text_is_too_strange(text: str) -> None:
    assert read_answer(text, read_options(SETS["grade"])).reason in ("", *UNREAD)


def test_that_a_question_without_options_has_no_answer() -> None:
    assert read_answer("B", ()) == OptionReading(None, "no_option")
