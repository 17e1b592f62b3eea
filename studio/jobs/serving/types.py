"""What a model that scores images on request answers, and how it is. Frozen rows, standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class ServedAnswer:
    """The answer about one image.

    Attributes:
        logprobs: log p of the ten labels.
        label: the score that the model wrote; the most likely one if there is no explanation. None: it wrote none.
        explanation: "" if none was asked for.
        format_ok: whether the answer has the required format.
        truncated: whether it was cut off at the limit.
    """

    logprobs: tuple[float, ...]
    label: int | None
    explanation: str
    format_ok: bool
    truncated: bool


@dataclass(frozen=True, slots=True)
class SessionState:
    """Whether images can be scored.

    Attributes:
        status: "failed" has a message, and the next request tries again; "loading" has one after a process that ended.
        device, dtype: those of the loaded model.
    """

    status: Literal["loading", "ready", "failed", "closed"]
    message: str = ""
    remedy: str = ""
    device: str = ""
    dtype: str = ""


class ImageRefused(Exception):  # noqa: N818  a finding about an image, shown as such
    """The image cannot be scored; the text is the reason, as a part of a sentence."""


class ModelUnavailable(Exception):  # noqa: N818  an outcome, which another request may not have
    """The model cannot answer now."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message, remedy)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()
