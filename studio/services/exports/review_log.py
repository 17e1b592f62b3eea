"""The audit trail of a review: every decision ever made, with what was undone, as a table. No Qt, no torch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from db.queries.reviewing import review_log
from db.queries.reviewing.review_log import PART, LoggedDecision
from studio.services.errors import StudioError
from studio.services.exports.tabular import Cell, Kind, table_suffix, write_table
from studio.services.projects.project import Project

REVIEW_LOG_COLUMNS: dict[str, Kind] = {
    "step": "int", "at": "text", "user": "text", "reviewer": "text", "action": "text", "line": "text",
    "iteration": "int", "image": "text", "draw": "int", "from": "text", "to": "text", "scope": "text",
    "reason": "text", "note": "text", "chosen_edited": "bool", "rejected_edited": "bool", "undone": "bool",
}  # fmt: skip
"""One row for each decision of a step, in the order in which they were made.

A pair is known by line, iteration, image and draw (the number of its regenerations). ``at`` is UTC, ``user`` the user
of the operating system, ``reviewer`` "" for the first reviewer, who decides for training. ``from`` and ``to`` are
verdicts of the same reviewer; reason, note and edits are those after it. ``undone``: this step is undone at present;
the undo is a row of its own, with the action "undo". What an iteration had whose discarding became final is not in it.
"""


def export_review_log(project: Project, file: Path) -> int:
    """Write every decision ever made as CSV or Parquet; returns their number.

    Raises:
        StudioError: nothing was reviewed, another suffix, or a file that cannot be written.
    """
    table_suffix(file)
    with project.reader() as session:
        if not review_log.logged_decisions(session, 0, 1):
            raise StudioError("There are no decisions to export.", "Review pairs first.")
        undone = review_log.undone_steps(session)
    return write_table(file, REVIEW_LOG_COLUMNS, _rows(project, undone))


def _rows(project: Project, undone: set[int]) -> Iterator[tuple[Cell, ...]]:
    after = 0
    while True:
        with project.reader() as session:
            part = review_log.logged_decisions(session, after)
        yield from (_cells(row, row.step in undone) for row in part)
        if len(part) < PART:
            return
        after = part[-1].id


def _cells(row: LoggedDecision, undone: bool) -> tuple[Cell, ...]:
    return (
        *(row.step, row.at.isoformat(timespec="seconds"), row.who, row.reviewer, row.kind, row.line, row.iteration),
        *(row.image, row.draw, row.before, row.verdict, row.scope, row.reason, row.note),
        *(bool(row.chosen_edited), bool(row.rejected_edited), undone),
    )
