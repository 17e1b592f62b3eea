"""Time several ways to do the same, turn by turn in one process, and the figures that come of it."""

from __future__ import annotations

import dataclasses
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One comparison: ratios above 1 mean that ours is faster.

    Attributes:
        c, r: tokens of image and prompt, and of an answer.
        baseline: what ours is compared with.
        cache: "cold" if ours begins without kept features and reference, "warm" if they are there.
        ratio_wall, ratio_cpu: median seconds of the baseline / median seconds of ours.
        ideal: the ratio of the tokens that are computed; None if it is not counted.
        equal: whether both gave the same; a figure is void otherwise.
        max_rel_err: the largest relative difference.
        seconds, baseline_seconds: median wall-clock seconds.
    """

    c: int
    r: int
    baseline: str
    cache: str
    ratio_wall: float
    ratio_cpu: float
    ideal: float | None
    equal: bool
    max_rel_err: float
    seconds: float
    baseline_seconds: float


@dataclass(slots=True)
class Way:
    """One way to do it.

    Args:
        name: for the table.
        work: does everything once and returns its result.
        prepare: called before each turn, not timed.
    """

    name: str
    work: Callable[[], Any]
    prepare: Callable[[], object] = lambda: None
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def turn(self) -> Any:
        """Do it once, timed; returns the result."""
        self.prepare()
        wall, cpu = time.perf_counter(), time.process_time()
        result = self.work()
        self.wall.append(time.perf_counter() - wall)
        self.cpu.append(time.process_time() - cpu)
        return result

    def medians(self) -> tuple[float, float]:
        """Return the median wall-clock and CPU seconds."""
        return statistics.median(self.wall), statistics.median(self.cpu)


def take_turns(ways: Sequence[Way], rounds: int) -> list[Any]:
    """Run every way once to warm up, then all in turn; returns the results of the last turns, in order."""
    results = [way.turn() for way in ways]
    for way in ways:
        way.wall.clear()
        way.cpu.clear()
    for _ in range(rounds):
        results = [way.turn() for way in ways]
    return results


def figure(ours: Way, baseline: Way, c: int, r: int, cache: str, ideal: float | None, error: float) -> Figure:
    """Return the comparison of two ways; ``error`` above 1e-4 makes it void."""
    (wall, cpu), (own_wall, own_cpu) = baseline.medians(), ours.medians()
    equal = error <= 1e-4
    return Figure(c, r, baseline.name, cache, wall / own_wall, cpu / own_cpu, ideal, equal, error, own_wall, wall)


def table(figures: Sequence[dict[str, Any]]) -> str:
    """Render figures as Markdown."""
    lines = [
        "| c | r | against | cache | wall | CPU | ideal | equal (error) | s |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for row in figures:
        ideal = "" if row["ideal"] is None else f"{row['ideal']:.2f}"
        lines.append(
            f"| {row['c']} | {row['r']} | {row['baseline']} | {row['cache']} | {row['ratio_wall']:.2f} "
            f"| {row['ratio_cpu']:.2f} | {ideal} | {row['equal']} ({row['max_rel_err']:.1e}) "
            f"| {row['baseline_seconds']:.2f} -> {row['seconds']:.2f} |"
        )
    return "\n".join(lines)


def results(figures: Sequence[Figure], machine: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return the JSON object of a benchmark."""
    return {"results": [dataclasses.asdict(row) for row in figures], **more, "machine": machine}
