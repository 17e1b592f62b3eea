"""One stage that a recipe plans. Standard library only, but for the stages' titles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from studio.services.recipes.stage_options import StageOptions
from studio.services.recipes.version_names import MAIN
from studio.services.stages.registry import title

JobKey = tuple[str, str, int, str | None]
"""Line, kind of stage, iteration and version: what a job's row has of its stage."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: what, in which iteration of which line, making or examining which version."""

    stage: str
    iteration: int
    version_name: str | None
    line: str = MAIN
    choices: StageOptions = field(default_factory=StageOptions)

    @property
    def key(self) -> JobKey:
        """Return what identifies its jobs."""
        return self.line, self.stage, self.iteration, self.version_name

    @property
    def options(self) -> Mapping[str, Any]:
        """Return what the recipe fixed for it, as a job's row holds it."""
        return self.choices.to_dict()

    @property
    def title(self) -> str:
        """English title of its jobs."""
        return title(self.stage, self.iteration, self.version_name, self.line)
