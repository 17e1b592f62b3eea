"""Names of model versions: ``line/iterN/kind``, on the main line ``iterN/kind``. Standard library only."""

from __future__ import annotations

from collections.abc import Sequence

from engine.contract.specs import TrainKind

BASE = "base"
"""The base model: the only version that no iteration makes."""
MAIN = "main"
"""The line of versions made by the self-training loop; names omit it."""


def version_name(iteration: int, kind: str, line: str = MAIN, label: str = "") -> str:
    """Return the name of a line's version of this kind in an iteration; ``label`` tells it from others of its kind."""
    name = f"iter{iteration}/{kind}-{label}" if label else f"iter{iteration}/{kind}"
    return name if line == MAIN else f"{line}/{name}"


def new_versions(iteration: int, line: str = MAIN) -> tuple[str, ...]:
    """Return the versions that an iteration of a line makes, in order."""
    kinds = ("score",) if iteration == 1 else ("score", "consistency", "merged")
    return tuple(version_name(iteration, kind, line) for kind in kinds)


def final_version(iteration: int, line: str = MAIN) -> str:
    """Return the last version of an iteration: it generates the next iteration's pairs. "base" for iteration 0."""
    return BASE if iteration == 0 else new_versions(iteration, line)[-1]


def newest_main(names: Sequence[str]) -> list[str]:
    """Return the newest main version among these, or the last one if there is none; empty if there are none."""
    main = [name for number in range(len(names)) if (name := final_version(number)) in names]
    return main[-1:] or list(names[-1:])


def kind_of(version: str) -> str:
    """Return base, score, consistency or merged; without the label of ``iter2/merged-dare_ties-0.5``."""
    return version.rpartition("/")[2].partition("-")[0]


def line_of(version: str) -> str:
    """Return the line of a version."""
    line, _, _ = version.rpartition("/")[0].rpartition("/")
    return line or MAIN


def train_kind(version: str) -> TrainKind:
    """Return the dataset that a version is trained on."""
    return "consistency" if kind_of(version) == "consistency" else "score"
