"""The data of the Overview: versions, verdicts, distributions, changed settings. No Qt, no torch."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from db.engine import Session
from db.queries import comparison as predictions_by_column
from db.queries import jobs
from db.queries import lines as line_queries
from db.queries import versions as version_queries
from engine.contract.specs import LABELS
from studio.services.loop import next_action
from studio.services.loop.types import NextAction
from studio.services.projects.project import Project
from studio.services.recipes.line_plan import compared_with, final_of
from studio.services.recipes.version_names import MAIN, final_version, version_name
from studio.services.settings.changes import changes
from studio.services.versions import version_list
from studio.services.versions.stop_rule import advice
from studio.services.versions.types import (
    Distribution,
    IterationAdvice,
    MainVerdict,
    OverviewRows,
    VersionRow,
    VersionVerdict,
)
from studio.services.versions.verdict import clear_word, main_verdict
from studio.services.versions.warnings import version_warnings

if TYPE_CHECKING:
    from numpy.typing import NDArray

STUCK = 0.9
"""Share of answers with the same label from which a version counts as stuck."""
MOST_ITERATIONS = 100
"""What the settings and commands allow."""
_CHUNK = 500
"""Rows decoded together: decoding blocks all threads, including the window's."""


class OverviewReader:
    """Reads the page's rows and caches each version's distribution. Any thread, one at a time."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._counted: dict[tuple[int, datetime], tuple[tuple[int, int], Distribution]] = {}

    def read(self) -> OverviewRows:
        """Return everything on the page in its current state."""
        series = self._series()
        versions = [row for row in version_list.versions(self._project) if row.line not in series]
        main = main_line(versions)
        action, finished = next_step(self._project)
        latest = latest_verdict(main)
        loop = self._project.settings.loop
        with self._project.reader() as session:
            counted = tuple(found for row in versions if (found := self._distribution(session, row)) is not None)
            bins = predictions_by_column.test_bins(session)
            finals = {final: line for line in line_queries.all_lines(session) if (final := final_of(line)) is not None}
            made_by = {
                final: line.recipe for final, line in finals.items() if line.start == final_version(line.iteration - 1)
            }
            beside = {final: compared_with(line) for final, line in finals.items()}
            warned = version_warnings(session, main[-1].iteration) if main else ()
            changed = changes(jobs.all_jobs(session), version_queries.all_versions(session))
        return OverviewRows(
            versions=tuple(versions),
            main=tuple(row.name for row in main),
            lines=tuple(row.name for row in versions if row.name in beside),
            recipes=made_by,
            verdicts={
                row.name: one for row in versions if (one := verdict(row, main, beside.get(row.name))) is not None
            },
            distributions=counted,
            truth=tuple(bins.get(label, 0) for label in LABELS),
            changes=changed,
            action=action,
            finished=finished,
            review=loop.review,
            verdict=latest,
            advice=advice(latest, main, action, loop.useful_gain),
            planned=loop.iterations,
            warnings=warned,
        )

    def _series(self) -> set[str]:
        """Return the lines with several variants, such as merges, which have a page of their own."""
        with self._project.reader() as session:
            return {line.name for line in line_queries.all_lines(session) if "variants" in line.options}

    def _distribution(self, session: Session, row: VersionRow) -> Distribution | None:
        if not row.metrics:  # it is being predicted: its numbers change several times a second
            return None
        stamp = predictions_by_column.stamp(session, row.id)
        version = row.id, row.created_at  # the id of a discarded version may be reused
        known = self._counted.get(version)
        if known is None or known[0] != stamp:
            known = (stamp, distribution(row.name, predictions_by_column.logprobs(session, row.id)))
            self._counted[version] = known
        return known[1] if known[1].n else None


def next_step(project: Project) -> tuple[NextAction, int | None]:
    """Return the next action, or one more iteration if all are done, and then also the last iteration."""
    action = next_action.next_action(project)
    finished = None
    while action.kind == "done" and action.iteration < MOST_ITERATIONS:  # there may be more than the settings ask for
        finished = action.iteration
        action = next_action.next_action(project, finished + 1)
    return action, finished


def main_line(versions: Sequence[VersionRow]) -> list[VersionRow]:
    """Return the final versions of the iterations: base, iter1/score, iter2/merged and so on, as far as they exist."""
    return [row for row in versions if row.name == final_version(row.iteration)]


def verdict(row: VersionRow, main: Sequence[VersionRow], other: str | None = None) -> VersionVerdict | None:
    """Return the verdict on a version's SRCC against the previous main version; None if that was not measured.

    A version of another line is compared with ``other``, or with the main line's of the same iteration and kind.
    """
    if row.line != MAIN:
        return verdict_against(row, other or version_name(row.iteration, row.kind))
    found = main_verdict(row, main)
    if found is None:
        return None
    change = found.against[0].measure("srcc")
    if change.word is None or change.delta is None:
        return None
    return VersionVerdict(found.against[0].other, change.word, change.delta, change.p)


def latest_verdict(main: Sequence[VersionRow]) -> MainVerdict | None:
    """Return the verdict on the latest main version that was compared with an earlier one."""
    return next((found for row in reversed(main) if (found := main_verdict(row, main)) is not None), None)


def latest_assessment(
    project: Project, versions: Sequence[VersionRow]
) -> tuple[MainVerdict | None, IterationAdvice | None]:
    """Return the verdict on the latest main version and the advice on another iteration, as the page shows them."""
    main = main_line(versions)
    latest = latest_verdict(main)
    return latest, advice(latest, main, next_step(project)[0], project.settings.loop.useful_gain)


def verdict_against(row: VersionRow, other: str) -> VersionVerdict | None:
    """Return the verdict on a version against another one on the same test images; None if that was not measured."""
    delta = row.metrics.get(f"srcc_delta:{other}")
    if delta is None or delta.value is None:
        return None
    p = row.metrics.get(f"srcc_p:{other}")
    chance = None if p is None else p.value
    return VersionVerdict(other, clear_word("srcc", delta, chance), delta, chance)


def distribution(version: str, rows: Sequence[Any]) -> Distribution:
    """Count the labels of ``rows``: (label or None, ten log-probabilities as JSON text)."""
    import numpy as np

    greedy, expected = [0] * len(LABELS), np.zeros(len(LABELS), dtype=int)
    for start in range(0, len(rows), _CHUNK):
        chunk = rows[start : start + _CHUNK]
        for label, _ in chunk:
            if label is not None:
                greedy[label] += 1
        values = np.asarray(json.loads(f"[{','.join(text for _, text in chunk)}]"), dtype=float)
        expected += np.bincount(_expected_labels(values), minlength=len(LABELS))
    labelled, most = sum(greedy), max(greedy)
    stuck = greedy.index(most) if labelled and most >= STUCK * labelled else None
    counted = tuple(int(count) for count in expected)
    return Distribution(version, len(rows), tuple(greedy), counted, stuck, len(rows) - labelled)


def _expected_labels(values: NDArray[Any]) -> NDArray[Any]:
    import numpy as np

    weights = np.exp(values - values.max(axis=1, keepdims=True))
    means = (weights / weights.sum(axis=1, keepdims=True)) @ np.arange(len(LABELS))
    labels: NDArray[Any] = np.rint(means[np.isfinite(means)]).astype(int)
    return labels
