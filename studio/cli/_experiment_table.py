"""The table of experiments on the command line, and as JSON. Uses services' rows; no torch, no Qt."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from studio.cli._output import MISSING, plain
from studio.services.experiments.searching import NAMES
from studio.services.experiments.types import ExperimentRow, text_metric
from studio.services.versions.types import MetricValue
from studio.text import percent

_SHOWN = ("plcc", "srcc", "rmse", "consistency", "word_tone", "tone_label", "format_failures")


def print_experiments(screen: Console, rows: Sequence[ExperimentRow], title: str, *, merges: bool = False) -> None:
    """Print experiments beside the main line: the metrics of the paper's Table 3 with their intervals."""
    table = Table(title=title, title_justify="left", pad_edge=False, box=None)
    text = text_metric(rows)
    named = text.replace("_", " ")
    headings = ["version", "PLCC", "SRCC", named, "format failures"]
    if merges:
        headings[1] = "SRCC on validation"
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="right" if place else "left", no_wrap=not place)
    for row in rows:
        cells = [
            row.version if row.state == "done" else f"{row.version} ({row.state})",
            _interval(row.test.get("plcc")),
            _interval(row.test.get("srcc")),
            _interval(row.test.get(text), 2),
            percent(row.test.get("format_failures"), MISSING),
        ]
        if merges:
            cells[1] = _interval(row.validation.get("srcc"))
        table.add_row(*(Text(plain(cell)) for cell in cells))
    screen.print()
    screen.print(table)
    screen.print()
    for row in rows:
        if row.verdict is not None:
            screen.print(Text(plain(_against_main(row, text))))
    if any(row.verdict is not None for row in rows):
        screen.print()


def _against_main(row: ExperimentRow, text: str) -> str:
    """Return the paired differences as one line."""
    assert row.verdict is not None
    found = row.against_main(text)
    consistency = "" if found is None else f", {text.replace('_', ' ')} {_interval(found, 2, signed=True)}"
    size = "; its size is far from that of its parents" if row.outsized else ""
    return f"{row.version} - {row.verdict.other}: SRCC {_interval(row.verdict.delta, signed=True)}{consistency}{size}"


def experiments_as_json(rows: Sequence[ExperimentRow]) -> str:
    """Return experiments as JSON: every metric with its interval and n."""
    return json.dumps([_as_dict(row) for row in rows], indent=1, ensure_ascii=True, allow_nan=False)


def _as_dict(row: ExperimentRow) -> dict[str, object]:
    names = ("group", "name", "recipe", "line", "version", "iteration", "state", "main", "outsized", "stopped_early")
    return {
        **{name: getattr(row, name) for name in names},
        "changes": dict(row.changes),
        "test": {name: dataclasses.asdict(row.test[name]) for name in _SHOWN if name in row.test},
        "validation": {name: dataclasses.asdict(row.validation[name]) for name in _SHOWN if name in row.validation},
        "verdict": None if row.verdict is None else dataclasses.asdict(row.verdict),
        "consistency_against_main": _difference(row.against_main("consistency")),
        "word_tone_against_main": _difference(row.against_main("word_tone")),
    }


def _difference(found: MetricValue | None) -> dict[str, object] | None:
    return None if found is None else dataclasses.asdict(found)


def _interval(metric: MetricValue | None, places: int = 3, *, signed: bool = False) -> str:
    if metric is None or metric.value is None:
        return MISSING
    sign = "+" if signed else ""
    value = f"{metric.value:{sign}.{places}f}"
    if metric.lo is None or metric.hi is None:
        return value
    return f"{value} [{metric.lo:{sign}.{places}f}, {metric.hi:{sign}.{places}f}]"


def print_trials(screen: Console, rows: Sequence[ExperimentRow], best: ExperimentRow | None, *, as_json: bool) -> None:
    """Print the trials of a search, on validation; as JSON to standard output if wanted."""
    if as_json:
        print(json.dumps([_trial(row, best) for row in rows], indent=1, allow_nan=False))
        return
    table = Table(title="Trials, on validation", title_justify="left", pad_edge=False, box=None)
    for place, heading in enumerate(("trial", "learning rate", "beta", "rank", "SRCC [95% interval]", "")):
        table.add_column(heading, justify="right" if 0 < place < 5 else "left")
    for row in rows:
        metric = row.validation.get("srcc")
        value = MISSING if metric is None or metric.value is None else f"{metric.value:.3f}"
        if metric is not None and metric.lo is not None and metric.hi is not None:
            value += f" [{metric.lo:.3f}, {metric.hi:.3f}]"
        cells = [row.name, *(f"{row.changes[path]:g}" for path in _PATHS), value, _word(row, best)]
        table.add_row(*(Text(plain(cell)) for cell in cells))
    screen.print()
    screen.print(table)
    screen.print()


_PATHS = tuple(f"training.{name}" for name in NAMES)


def _word(row: ExperimentRow, best: ExperimentRow | None) -> str:
    if row.stopped_early:
        return "stopped early"
    if best is not None and row.version == best.version:
        return "best"
    return "" if row.state == "done" else row.state


def _trial(row: ExperimentRow, best: ExperimentRow | None) -> dict[str, object]:
    metric = row.validation.get("srcc")
    found = None if metric is None else {"value": metric.value, "lo": metric.lo, "hi": metric.hi, "n": metric.n}
    values = {name: row.changes[path] for name, path in zip(NAMES, _PATHS, strict=True)}
    more = {"stopped_early": row.stopped_early, "best": best is not None and row.version == best.version}
    return {"version": row.version, "state": row.state, **values, "validation_srcc": found, **more}
