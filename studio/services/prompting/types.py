"""A prompt as it is edited, checked and shown. Frozen rows, standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Wording = Literal[
    "empty", "field_without_words", "words_without_field", "no_score_tag", "no_explain_tag", "no_range", "special_token"
]


@dataclass(frozen=True, slots=True)
class PromptDraft:
    """A prompt as the settings hold it: a built-in one by name, or one's own template; and words for its fields."""

    resource: str
    template: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PromptRemark:
    """One thing to know about a prompt. ``invalid``: it cannot be used like this; ``about``: the field or token."""

    what: Wording
    about: str = ""

    @property
    def invalid(self) -> bool:
        """Return whether the prompt cannot be used."""
        return self.what in ("empty", "field_without_words", "words_without_field")


@dataclass(frozen=True, slots=True)
class PromptImage:
    """The image that a prompt is shown with; ``label``: of its true score, 0 to 9."""

    id: int
    path: str
    file: Path
    score: float
    label: int


@dataclass(frozen=True, slots=True)
class PromptPreview:
    """The text that the model gets, up to where it begins to write.

    Attributes:
        free: for a score and its explanation: predictions, and everything that is measured.
        chosen: for the explanation of the true score, which is given.
        rejected: for the explanation of a wrong score, which is given.
        wrong: that wrong score, one of ``candidates``; None if there is none.
        candidates: the labels that a wrong score is drawn from.
        exact: whether it was made with the model's own chat template; otherwise it is the question and the beginning
            of the answer alone.
        image_mark: what stands for the image in the texts.
        image_tokens: how many tokens the model reads in the place of the mark, as far as that is known.
        problem: why the model's chat template could not be used; "" if it was, or if there is none.
    """

    free: str
    chosen: str
    rejected: str
    wrong: int | None
    candidates: tuple[int, ...]
    exact: bool
    image_mark: str
    image_tokens: int | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class TemplateConversation:
    """A question about an image, and the beginning of its answer; None: the model is to begin."""

    question: str
    beginning: str | None = None


@dataclass(frozen=True, slots=True)
class TemplateRequest:
    """Conversations to write with a chat template. ``named``: tokens that it may use by name."""

    source: str
    named: Mapping[str, str]
    conversations: tuple[TemplateConversation, ...]


@dataclass(frozen=True, slots=True)
class OutdatedStage:
    """Finished jobs of one stage and iteration that used another prompt. ``line``: "" is the main line."""

    stage: str
    label: str
    line: str
    iteration: int
    jobs: int
