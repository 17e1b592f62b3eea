"""A recipe's choices for a job in addition to the settings: start of the line, pairs, objective. Plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.contract.specs import Objective

_NAMES = (
    "start", "pairs_line", "vetoes", "objective", "parts", "splits", "against", "watched",
    "collection", "scorer", "part", "extremes", "images", "subject",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class StageOptions:
    """The frozen choices of a recipe for one job.

    Attributes:
        start: the version that the iteration starts from; None: the version before it on its own line.
        pairs_line: the line whose pairs it is trained on; None: its own.
        vetoes: whether training excludes vetoed pairs.
        objective: DPO on pairs, or supervised on the chosen answers' scores or on all of them.
        parts: the versions that are merged; None: the score and the consistency version of its iteration.
        splits: the splits whose images are predicted and measured; None: validation and test.
        against: the last iteration of the main line that it is compared with; None: its own iteration.
        watched: how many validation images a training looks at, to end if it lags behind others on its line.
        collection, scorer: the ids of the images to score and of the model that scores them; 0: it scores none.
        part: what is scored: "all" with explanations, "none" without, "extremes" or "chosen": explanations of some.
        extremes: how many of the best, and of the worst, are explained.
        images: the images that were chosen.
        subject: what it is about, for its title.
        settings: sections of settings that differ from the main line's; part of the job's settings, not of its options.
        label: what tells its version from others of the same kind on its line; only in the version's name.
    """

    start: str | None = None
    pairs_line: str | None = None
    vetoes: bool = True
    objective: Objective = "preference"
    parts: tuple[str, ...] | None = None
    splits: tuple[str, ...] | None = None
    against: int | None = None
    watched: int = 0
    collection: int = 0
    scorer: int = 0
    part: str = ""
    extremes: int = 0
    images: tuple[int, ...] | None = None
    subject: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    label: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the choices that differ from those of the self-training loop, for the job's row."""
        plain = StageOptions()
        chosen = {name: getattr(self, name) for name in _NAMES if getattr(self, name) != getattr(plain, name)}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in chosen.items()}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> StageOptions:
        """Return the options that ``to_dict`` wrote."""
        given: dict[str, Any] = {name: tuple(one) if isinstance(one, list) else one for name, one in stored.items()}
        return cls(**given)
