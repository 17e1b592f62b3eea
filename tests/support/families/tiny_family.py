"""What the tests expect of a tiny family, written down by hand beside the function that makes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Tiny:
    """One family.

    Attributes:
        make: saves it in a folder.
        before, after: the rendered chat around the user's text, up to the role of the one who answers.
        answer: what stands between ``after`` and a begun answer.
        prompt_end: what follows ``after`` in the template's generation prompt.
        opens_turn: the bare prompt ends with ``answer`` instead, as the template opens an answer's turn.
        image_token: the token that stands for the image's features.
        image_tokens: how many of them the picture takes.
    """

    make: Callable[[Path], Path]
    before: str
    after: str
    answer: str
    image_token: str
    image_tokens: int
    prompt_end: str = ""
    opens_turn: bool = False
