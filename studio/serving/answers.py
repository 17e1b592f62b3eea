"""What the service answers, as JSON. The descriptions are those of its documentation."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from studio.jobs.serving.types import ServedAnswer
from studio.services.versions.prediction import central_range, expected_score, probabilities
from studio.serving.served_model import ServedModel

COVERAGE = 0.9


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True, protected_namespaces=())


class ModelName(_Body):
    """Which model has answered."""

    version: str = Field(description="The model's name, such as iter2/merged.", examples=["iter2/merged"])
    digest: str = Field(description="SHA-256 over its files; empty for a base model without an adapter.")


class LabelShare(_Body):
    """One of the ten labels."""

    label: int = Field(ge=0, le=9)
    value: float = Field(description="What the label stands for in the original scale (its reference value).")
    probability: float = Field(ge=0, le=1)


class ScoreInterval(_Body):
    """The central part of the distribution over the ten reference values.

    Each tail that is cut off holds at most half of what is outside. It says how undecided the model is between labels,
    not how far it may be from the truth.
    """

    low: float
    high: float
    coverage: float = Field(description="The share of the distribution that is inside, at least.", examples=[COVERAGE])


class ImageScore(_Body):
    """Score and explanation of one image."""

    name: str = Field(description="The name under which the image was sent; empty if it had none.")
    score: float = Field(description="The expected value over the ten labels, in the original scale.")
    interval: ScoreInterval
    label: int | None = Field(description="The label that the model wrote, or the likeliest one without explanation.")
    probabilities: list[LabelShare]
    explanation: str = Field(description="Empty if none was asked for.")
    format_ok: bool = Field(description="Whether the model's answer had the required format.")
    truncated: bool = Field(description="Whether the explanation was cut off at the length limit.")


class ScoreAnswer(ImageScore):
    """Score and explanation of one image, with the model."""

    model: ModelName


class UnscoredImage(_Body):
    """An image that cannot be scored, with the reason."""

    name: str
    problem: str


class ScoreAnswers(_Body):
    """The answers about several images, in the order in which they were sent."""

    model: ModelName
    results: list[ImageScore | UnscoredImage]


class Health(_Body):
    """Whether images can be scored."""

    status: Literal["ready", "loading", "failed", "closed"]
    version: str
    message: str = Field(description="Why the model could not be loaded; empty otherwise.")


class RequestLimits(_Body):
    """The largest requests that are accepted."""

    image_bytes: int
    images: int
    request_bytes: int
    waiting: int = Field(description="Images that may wait for their score at a time, of all requests together.")


class ServedModelFacts(_Body):
    """The model, its scale and the limits."""

    model: ModelName
    low: float = Field(description="The lowest score that it can give.")
    high: float = Field(description="The highest score that it can give.")
    lower_is_better: bool = Field(description="Whether low scores are the good ones; label 9 is for the best.")
    reference: list[float] = Field(description="The value of each label in the original scale.")
    device: str
    dtype: str
    limits: RequestLimits


class Problem(_Body):
    """Why a request was not answered, and what to do."""

    error: str
    remedy: str = ""


def image_score(name: str, answer: ServedAnswer, served: ServedModel) -> ImageScore:
    """Return the body for the answer about an image."""
    shares = probabilities(answer.logprobs)
    low, high = central_range(shares, served.reference, COVERAGE)
    labels = enumerate(zip(served.reference, shares, strict=True))
    return ImageScore(
        name=name,
        score=expected_score(answer.logprobs, served.reference),
        interval=ScoreInterval(low=low, high=high, coverage=COVERAGE),
        label=answer.label,
        probabilities=[LabelShare(label=label, value=value, probability=share) for label, (value, share) in labels],
        explanation=answer.explanation,
        format_ok=answer.format_ok,
        truncated=answer.truncated,
    )


def model_name(served: ServedModel) -> ModelName:
    """Return the model's name and digest."""
    return ModelName(version=served.version, digest=served.digest)
