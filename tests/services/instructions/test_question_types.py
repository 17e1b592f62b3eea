"""The parts of AesMMIT are told apart by the wording of a question (arXiv 2404.09624, section 3.3)."""

from __future__ import annotations

import pytest

from studio.services.instructions.question_types import question_type
from studio.services.instructions.types import QUESTION_TYPES, QuestionType

EXAMPLES: dict[QuestionType, list[tuple[str, str]]] = {
    "description": [
        ("Describe the aesthetics of this harbour scene.", "The masts lead the eye upwards and the fog is calm."),
        ("<image>\nPlease comment on the light and the composition.", "Side light models the face well."),
        ("Could you evaluate the beauty of the picture in a few sentences?", "It is average: flat light."),
        ("What do you think of this photo?", "A lively picture, though the horizon is crooked."),
        ("How would you describe the overall aesthetic feeling of the image?", "Quiet and a little sad."),
        ("Give me a short critique of this painting.", "Bold strokes, but a muddy background."),
        (
            "You are an art teacher. Provide a detailed aesthetic analysis of the work.",
            "The triangle holds it together.",
        ),
        ("What is your overall impression of the image?", "Good-looking."),
        ("I would like you to explain the use of negative space.", "The empty sky isolates the bird."),
    ],
    "yes-no": [
        ("Is the main subject of this photo in focus?", "Yes."),
        ("Does the colour palette feel harmonious?", "No, the green jumps out."),
        ("In this image, are the leading lines strong?", "Yes"),
        ("Can you see any motion blur in the dancer's hands?", "No."),
        ("The composition is balanced, isn't it?", "Yes, it is."),
        ("Has the photographer used backlight here?", "No"),
        ("Isn't the sky overexposed?", "Yes, it is nearly white."),
        ("Could you tell me whether the horizon is level?", "No, it falls to the left."),
        ("Have a look at the corners. Is there vignetting?", "Yes."),
        ("Is the lighting natural or not?", "It looks natural."),
        ("Is the picture too dark or too bright?", "No, the exposure is right."),
        ("The sky is dramatic, how lovely. Is the ground sharp?", "Yes."),
        ("The photo conveys joy.", "No"),
    ],
    "what": [
        ("What is the dominant colour of the picture?", "A cold blue."),
        ("<image> Which part of the photo draws the eye first?", "The red umbrella."),
        ("In this image, what creates the sense of depth?", "The row of lamps."),
        ("What's the weakest point of the composition?", "The cut-off feet."),
        ("From which direction does the light come?", "From the left."),
        ("Can you tell me what mood the fog creates?", "A lonely one."),
        ("You are looking at a street photo. What is it about?", "About waiting."),
        ("What do you think about the use of colour?", "Restrained and fitting."),
        ("Please identify which element disturbs the balance.", "The sign at the edge."),
    ],
    "how": [
        ("How does the shallow depth of field affect the mood?", "It makes the scene intimate."),
        ("How could this photo be improved?", "By moving closer."),
        ("In terms of colour, how well do the clothes fit the background?", "Very well."),
        ("How is the sharpness of the image?", "Good on the eyes, soft elsewhere."),
        ("Could you explain how the light shapes the face?", "It comes from the side."),
        ("To what extent does the grain add to the atmosphere?", "A lot: it looks like old film."),
        ("How many colours dominate the image?", "Two."),
    ],
    "why": [
        ("Why does the picture feel unbalanced?", "The subject is pushed into a corner."),
        ("Why is this image aesthetically appealing?", "Its light is soft."),
        ("Can you explain why the portrait looks flat?", "The flash is frontal."),
        ("For what reason is the background distracting?", "It is brighter than the subject."),
        ("How come the photo seems so calm?", "There is only one line in it."),
        ("Considering the crop, why is the story hard to read?", "The hands are cut off."),
        ("What is the main reason for the low quality of the image?", "Camera shake."),
        ("Explain why the colours work.", "They are opposite on the wheel."),
    ],
    "multiple-choice": [
        ("What is the mood of the photo?\nA. Joyful\nB. Gloomy\nC. Tense", "B. Gloomy"),
        ("How sharp is the picture?\nA) Very sharp\nB) Blurred", "A"),
        ("Is the composition good? Choose one option: A. Good B. Poor C. Neutral", "A. Good"),
        ("Why is it appealing?\n(a) Its light\n(b) Its colours\n(c) Its subject", "(c)"),
        ("Which light is used?\n A: Back light\n B: Side light\n C: Flash\n D: None", "B"),
        ("<image>\nPick the best word.\nOptions:\r\nA.calm\r\nB.wild", "A"),
        ("Where is the subject? (A) left (B) centre (C) right", "(B) centre"),
    ],
    "other": [
        ("Rate the photo from 1 to 10.", "7"),
        ("Where does the eye go first?", "To the window."),
        ("Is the light warm or cold?", "Warm."),
        ("Do not answer in one word.", "The light is soft."),
        ("Wie wirkt das Bild?", "Ruhig."),
        ("Colour.", "Blue."),
        ("When was the best light?", "An hour before."),
    ],
}


@pytest.mark.parametrize(
    ("wanted", "question", "answer"), [(kind, *pair) for kind, pairs in EXAMPLES.items() for pair in pairs]
)
def test_that_a_question_is_of_its_type(wanted: QuestionType, question: str, answer: str) -> None:
    assert question_type(question, answer) == wanted


def test_that_every_type_has_at_least_six_examples() -> None:
    assert set(EXAMPLES) == set(QUESTION_TYPES)
    assert all(len(pairs) >= 6 for pairs in EXAMPLES.values())


@pytest.mark.parametrize(
    "text", ["", " ", "?", "...", "A.", "A. B.", ",,,", "please " * 900, "(" * 3000, "A. x " * 900]
)
def test_that_any_text_has_a_type(text: str) -> None:
    assert question_type(text, text) in QUESTION_TYPES
