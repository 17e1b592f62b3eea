"""What was estimated for the stages of a finished project, and what they took: a replay from its own measurements.

Nothing is run again. For each later stage the estimate is made twice with what was known then: once after the first
finished stage, and once right before the stage began.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from studio.services.base_models.suitability import model_location
from studio.services.estimating.ahead import stage_times
from studio.services.estimating.rates import measured_jobs, measured_rates
from studio.services.estimating.types import NOTHING, AheadStage, EstimateRange, MeasuredJob, Rates, together
from studio.services.projects.create_and_open import open_project
from studio.services.settings.schema import Settings

WITHIN = 0.3


@dataclass(frozen=True, slots=True)
class Compared:
    """One stage: its estimate in seconds, and what it took. ``ratio``: what it took by the middle of the estimate."""

    kind: str
    version: str
    device: str
    low: float
    high: float
    middle: float
    took: float

    @property
    def ratio(self) -> float:
        """Return what it took by the middle of the estimate."""
        return self.took / self.middle

    @property
    def near(self) -> bool:
        """Return whether it took 30% more or less than the middle of the estimate, at most."""
        return 1 / (1 + WITHIN) <= self.ratio <= 1 + WITHIN


def replay(
    measured: Sequence[MeasuredJob], others: Rates, base: str, settings: Settings, *, again: bool
) -> list[Compared]:
    """Return estimate and truth of every job after the first.

    Args:
        measured: jobs of one project, oldest first.
        others: rates of other projects.
        base: the base model's location.
        settings: of the project.
        again: estimate each stage right before it began, not all of them after the first one.
    """
    found: list[Compared] = []
    for place in range(1, len(measured)):
        known = measured[: place if again else 1]
        ahead = [_ahead(one) for one in measured[len(known) : place + 1]]
        times = stage_times(ahead, known, others, base, settings)
        if times is None:
            raise SystemExit("The first stage does not tell the speed of the others: it must be a prediction.")
        one, job = times.stages[-1], measured[place]
        ends = one.seconds.low, one.seconds.high
        found.append(Compared(job.key[2], job.version_kind, job.key[1], *ends, one.seconds.middle, job.took))
    return found


def total(rows: Sequence[Compared]) -> Compared:
    """Return the whole as one row: kinds of stage are wrong independently of one another, jobs of a kind are not."""
    kinds: dict[str, EstimateRange] = {}
    for one in rows:
        kinds[one.kind] = kinds.get(one.kind, NOTHING) + EstimateRange(one.low, one.high)
    whole = together(kinds.values())
    middle = sum(one.middle for one in kinds.values())
    return Compared("all", "", "", whole.low, whole.high, middle, sum(one.took for one in rows))


def measure(root: Path, others: Sequence[Path]) -> dict[str, Any]:
    """Return the replay of a project as JSON values."""
    project = open_project(root)
    try:
        measured, settings = measured_jobs(project), project.settings
        base = model_location(settings.model.base, project.root)
    finally:
        project.close()
    rates = measured_rates(others)
    found: dict[str, Any] = {"stages": len(measured)}
    for name, again in (("after the first stage", False), ("before each stage", True)):
        rows = replay(measured, rates, base, settings, again=again)
        ratios = [one.ratio for one in rows]
        found[name] = {
            "rows": [_values(one) for one in rows],
            "total": _values(total(rows)),
            "median_ratio": statistics.median(ratios),
            "within_30_percent": sum(one.near for one in rows) / len(rows),
            "inside_the_range": sum(one.low <= one.took <= one.high for one in rows) / len(rows),
        }
    return found


def markdown(found: dict[str, Any]) -> str:
    """Return the replay as tables."""
    blocks = []
    for name in ("after the first stage", "before each stage"):
        one = found[name]
        lines = [
            f"Estimated {name}: {one['within_30_percent']:.0%} of stages within 30% of the middle, "
            f"{one['inside_the_range']:.0%} inside the range, median ratio {one['median_ratio']:.2f}.\n",
            "| stage | estimated, s | took, s | ratio |",
            "|---|---|---|---|",
        ]
        for row in (*one["rows"], one["total"]):
            title = f"{row['kind']} {row['version']}".strip()
            lines.append(
                f"| {title} | {row['low']:.1f} to {row['high']:.1f} | {row['took']:.1f} | {row['ratio']:.2f} |"
            )
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def _ahead(job: MeasuredJob) -> AheadStage:
    return AheadStage(job.key[2], job.key[2], job.version_kind, job.units)


def _values(one: Compared) -> dict[str, Any]:
    return {**asdict(one), "ratio": one.ratio, "near": one.near}
