"""The order of the loop's stages, their names, and which settings each one depends on. No Qt, no torch, no database.

Base: predict, judge, measure. Iteration k: generate, (review,) train score, from k = 2 on also train consistency and
merge; then predict, judge and measure every new version (METHOD.md, A).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from engine.contract.specs import TrainKind
from studio.services.loop.types import StageKind

StageKey = tuple[str, int, str | None]
BASE = "base"
_EXAMINE: tuple[StageKind, ...] = ("predict", "judge", "measure")
_TITLES: dict[StageKind, str] = {
    "download": "Download the base model",
    "generate": "Generate the pairs of iteration {iteration}",
    "train": "Train {version}",
    "merge": "Merge {version}",
    "predict": "Predict with {version}",
    "judge": "Judge {version}",
    "measure": "Measure {version}",
}
_SECTIONS: dict[StageKind, tuple[str, ...]] = {
    "download": ("model",),
    "generate": ("model", "images", "prompt", "pairs"),
    "train": ("model", "images", "prompt", "training"),
    "merge": ("model", "merge"),
    "predict": ("model", "images", "prompt", "predict"),
    "judge": ("judge",),
    "measure": ("measure",),
}


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: what, in which iteration, making or examining which version."""

    kind: StageKind
    iteration: int
    version: str | None

    @property
    def key(self) -> StageKey:
        """What a job's row says of its stage."""
        return self.kind, self.iteration, self.version

    @property
    def title(self) -> str:
        """For people."""
        return _TITLES[self.kind].format(iteration=self.iteration, version=self.version)


DOWNLOAD = Stage("download", 0, None)
"""Comes before all others where the base model is one of the hub and not on this machine."""


def stage_order(iterations: int) -> Iterator[Stage]:
    """Every stage from the base to the given iteration, in running order."""
    for kind in _EXAMINE:
        yield Stage(kind, 0, BASE)
    for iteration in range(1, iterations + 1):
        yield Stage("generate", iteration, None)
        made = new_versions(iteration)
        for version in made:
            yield Stage("merge" if version.endswith("/merged") else "train", iteration, version)
        for version in made:
            for kind in _EXAMINE:
                yield Stage(kind, iteration, version)


def new_versions(iteration: int) -> tuple[str, ...]:
    """The versions that an iteration makes, in order."""
    kinds = ("score",) if iteration == 1 else ("score", "consistency", "merged")
    return tuple(f"iter{iteration}/{kind}" for kind in kinds)


def final_version(iteration: int) -> str:
    """The version that stands for an iteration and generates the next one's pairs; "base" for iteration 0."""
    return BASE if iteration == 0 else new_versions(iteration)[-1]


def kind_of(version: str) -> str:
    """base, score, consistency or merged."""
    return version.rpartition("/")[2]


def train_kind(version: str) -> TrainKind:
    """Which dataset a version is trained on."""
    return "consistency" if kind_of(version) == "consistency" else "score"


def relevant_settings(kind: StageKind, config: dict[str, Any]) -> dict[str, Any]:
    """The part of frozen settings that decides what a stage of this kind makes; where things lie does not."""
    found = {name: {**config[name]} for name in _SECTIONS[kind]}
    found.get("images", {}).pop("root", None)
    model = found.get("model", {})
    model.pop("offline", None)
    if model.get("quantization") == "none":  # as in a project made before it could be set
        del model["quantization"]
    if kind == "download":
        return {"model": {name: model[name] for name in ("base", "revision")}}
    return {"seed": config["project"]["seed"], **found}
