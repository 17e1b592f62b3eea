"""One stage planned by a recipe. Only the standard library and the stages' titles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from studio.services.recipes.stage_options import StageOptions
from studio.services.recipes.version_names import MAIN
from studio.services.stages.registry import title

JobKey = tuple[str, str, int, str | None]
"""Line, kind of stage, iteration and version: the stage's columns in a job's row."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: its kind, line, iteration, and the version that it makes or evaluates."""

    stage: str
    iteration: int
    version_name: str | None
    line: str = MAIN
    choices: StageOptions = field(default_factory=StageOptions)

    @property
    def key(self) -> JobKey:
        """Return the key that identifies its jobs."""
        return self.line, self.stage, self.iteration, self.version_name

    @property
    def options(self) -> Mapping[str, Any]:
        """Return the recipe's choices for it, as stored in a job's row."""
        return self.choices.to_dict()

    @property
    def title(self) -> str:
        """Return the English title of its jobs."""
        return title(self.stage, self.iteration, self.version_name, self.line, self.choices.subject)
