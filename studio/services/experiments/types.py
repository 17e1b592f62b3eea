"""Frozen rows of experiments. Standard library only: no Qt, no SQLAlchemy."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from studio.services.versions.types import MetricValue, VersionVerdict

Group = Literal["main", "ablation", "variation", "merge", "search"]


@dataclass(frozen=True, slots=True)
class ExperimentRow:
    """One version of a line beside the main one, or of the main line for comparison.

    Attributes:
        group: where it belongs in the table.
        name: the experiment, or the iteration of the main line ("" for a version of a series).
        recipe: name of its recipe; "" on the main line.
        line: its line of versions.
        version: its version, measured or not.
        iteration: its iteration.
        state: done, or the state of its most important unfinished job.
        changes: the settings that differ, such as ``{"merge.method": "ties"}``.
        test, validation: its metrics by name, with intervals; empty if it is not measured.
        verdict: against the main line; None if that was not measured.
        main: whether it is the version of the main line that others are compared with.
        outsized: whether it is a merge that the loop would refuse, since its size is not that of its parents.
        stopped_early: whether its training ended early, since it lagged behind others of a search.
    """

    group: Group
    name: str
    recipe: str
    line: str
    version: str
    iteration: int
    state: str
    changes: Mapping[str, object] = field(default_factory=dict)
    test: Mapping[str, MetricValue] = field(default_factory=dict)
    validation: Mapping[str, MetricValue] = field(default_factory=dict)
    verdict: VersionVerdict | None = None
    main: bool = False
    stopped_early: bool = False
    outsized: bool = False

    def against_main(self, metric: str) -> MetricValue | None:
        """Return the paired difference of a metric from the version that the verdict is against."""
        return None if self.verdict is None else self.test.get(f"{metric}_delta:{self.verdict.other}")


TextMetric = Literal["consistency", "word_tone"]


def text_metric(rows: Sequence[ExperimentRow]) -> TextMetric:
    """Return what tells how texts match their scores: a judge's consistency, or the estimate from word tone."""
    judged = any(metric.value is not None for row in rows if (metric := row.test.get("consistency")) is not None)
    return "consistency" if judged else "word_tone"


@dataclass(frozen=True, slots=True)
class SearchSpace:
    """The values that a search may choose from; by default the paper's grid (arXiv 2506.02708, section A.1)."""

    learning_rate: tuple[float, ...] = (1e-5, 3e-5, 5e-5, 1e-4, 3e-4)
    beta: tuple[float, ...] = (0.05, 0.1, 0.2)
    rank: tuple[int, ...] = (16, 64, 256)

    @property
    def size(self) -> int:
        """Return the number of combinations."""
        return len(self.learning_rate) * len(self.beta) * len(self.rank)

    def to_dict(self) -> dict[str, list[float] | list[int]]:
        """Return the values by setting, for the line's row."""
        return {"learning_rate": list(self.learning_rate), "beta": list(self.beta), "rank": list(self.rank)}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Sequence[float]]) -> SearchSpace:
        """Return the space that ``to_dict`` wrote."""
        return cls(tuple(stored["learning_rate"]), tuple(stored["beta"]), tuple(map(int, stored["rank"])))

    def combinations(self) -> list[dict[str, float]]:
        """Return every combination of values."""
        values = itertools.product(self.learning_rate, self.beta, self.rank)
        return [{"learning_rate": rate, "beta": beta, "rank": rank} for rate, beta, rank in values]


@dataclass(frozen=True, slots=True)
class SearchState:
    """A search: its line, the combinations that it is to try and has tried, and unfinished jobs of the present one."""

    line: str
    trials: int
    ended: int
    waiting: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MergeVariant:
    """One way to merge two finished adapters; ``density`` None: the method has none."""

    method: str
    density: float | None
    weights: tuple[float, float] | None = None

    @property
    def label(self) -> str:
        """Return what tells its version from the others: ``ties-0.5``."""
        parts = [self.method] if self.density is None else [self.method, f"{self.density:g}"]
        if self.weights is not None:
            parts.append("w" + "-".join(f"{weight:g}" for weight in self.weights))
        return "-".join(parts)

    def settings(self) -> dict[str, dict[str, object]]:
        """Return the sections of settings that it changes; an odd size is measured rather than refused."""
        weights = None if self.weights is None else list(self.weights)
        return {"merge": {"method": self.method, "density": self.density, "weights": weights, "force": True}}
