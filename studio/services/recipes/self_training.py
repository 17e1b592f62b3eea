"""The self-training loop (arXiv 2506.02708, section 3): the recipe of a project's main line. No Qt, no torch.

Base: predict, judge, measure. Iteration k: generate, (review,) train score, from k = 2 on also train consistency and
merge; then predict, judge and measure every new version.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from studio.services.recipes.planned_stage import Stage
from studio.services.recipes.stage_options import StageOptions
from studio.services.recipes.version_names import BASE, MAIN, kind_of, new_versions

EXAMINE = ("predict", "judge", "measure")
"""The stages of every new version, in running order."""
DOWNLOAD = Stage("download", 0, None)
"""Precedes all others if the base model is a hub model that is not on this machine."""


def stage_order(iterations: int) -> Iterator[Stage]:
    """Yield every stage from the base to the given iteration, in running order."""
    yield from examine([BASE], 0)
    for iteration in range(1, iterations + 1):
        yield Stage("generate", iteration, None)
        yield from train_and_examine(iteration)


def train_and_examine(iteration: int, line: str = MAIN, choices: StageOptions | None = None) -> Iterator[Stage]:
    """Yield the stages of an iteration after pair generation."""
    made, own = new_versions(iteration, line), choices or StageOptions()
    for version in made:
        yield Stage("merge" if kind_of(version) == "merged" else "train", iteration, version, line, own)
    yield from examine(made, iteration, line, own)


def examine(
    versions: Sequence[str], iteration: int, line: str = MAIN, choices: StageOptions | None = None
) -> Iterator[Stage]:
    """Yield prediction, judging and measurement of these versions."""
    for version in versions:
        for kind in EXAMINE:
            yield Stage(kind, iteration, version, line, choices or StageOptions())
