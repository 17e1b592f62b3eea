"""A recipe's choices for a job in addition to the settings: start of the line, pairs. Plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class StageOptions:
    """The frozen choices of a recipe for one job.

    Attributes:
        start: the version that the iteration starts from; None: the version before it on its own line.
        pairs_line: the line whose pairs it is trained on; None: its own.
        vetoes: whether training excludes vetoed pairs.
    """

    start: str | None = None
    pairs_line: str | None = None
    vetoes: bool = True

    def to_dict(self) -> dict[str, Any]:
        """Return the choices that differ from those of the self-training loop, for the job's row."""
        plain = StageOptions()
        names = ("start", "pairs_line", "vetoes")
        return {name: getattr(self, name) for name in names if getattr(self, name) != getattr(plain, name)}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> StageOptions:
        """Return the options that ``to_dict`` wrote."""
        return cls(**stored)
