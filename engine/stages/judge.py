"""Grade explanations against their scores with one judge. The judge never feeds training. No torch.

Journal rows: prediction_id, consistency, usefulness, general (0..4, or null with a reason), raw, reason.
"""

from __future__ import annotations

from typing import Any

from engine import judges
from engine.contract.context import Journal, RunContext, complete_rows, read_jsonl
from engine.contract.events import Progress, Rows, Started
from engine.contract.specs import JudgeSpec

_CHUNK = 100
"""Rows per durable write."""


def run(spec: JudgeSpec, ctx: RunContext) -> dict[str, Any]:
    """Grade all input rows of this rank's share that have no grade yet.

    Returns:
        judge, label, graded, failed (grades that are null) and the mean consistency (None without grades): of this
        share, or for rank 0 of all.

    Raises:
        StageError: no such judge.
        CancelledError: stopped on request; finished chunks are kept.
    """
    judge = judges.find(spec.judge)
    rows = list(read_jsonl(ctx.folder.input))
    mine = rows[ctx.rank :: ctx.world_size]
    journal = Journal(ctx.folder.journal(ctx.rank))
    known = {row["prediction_id"] for path in ctx.folder.journals() for row in complete_rows(path)}
    pending = [row for row in mine if row["prediction_id"] not in known]
    done = len(mine) - len(pending)
    ctx.emit(Started("judge", len(rows), "explanations", _of_all(done, len(rows), ctx)))
    try:
        for start in range(0, len(pending), _CHUNK):
            ctx.check_cancelled()
            chunk = pending[start : start + _CHUNK]
            journal.append(_graded(judge, row) for row in chunk)
            done += len(chunk)
            ctx.emit(Rows(len(journal.rows)))
            ctx.emit(Progress(_of_all(done, len(rows), ctx), len(rows)))
    finally:
        journal.close()
    ctx.wait_for_ranks("grades")
    graded = journal.rows
    if ctx.world_size > 1 and ctx.rank == 0:
        graded = [row for path in ctx.folder.journals() for row in complete_rows(path)]
    return _summary(judge, graded)


def _graded(judge: judges.Judge, row: dict[str, Any]) -> dict[str, Any]:
    grades = judge.grade(row["label"], row["text"], row["parse_ok"])
    return {
        "prediction_id": row["prediction_id"],
        "consistency": grades.consistency,
        "usefulness": grades.usefulness,
        "general": grades.general,
        "raw": grades.raw,
        "reason": grades.reason,
    }


def _summary(judge: judges.Judge, rows: list[dict[str, Any]]) -> dict[str, Any]:
    given = [row["consistency"] for row in rows if row["consistency"] is not None]
    return {
        "judge": judge.id,
        "label": judge.label,
        "graded": len(given),
        "failed": len(rows) - len(given),
        "consistency": sum(given) / len(given) if given else None,
    }


def _of_all(done: int, total: int, ctx: RunContext) -> int:
    return min(total, done * ctx.world_size)
