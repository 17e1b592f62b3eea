"""Let a language model read scores from explanations alone: does the text carry the score? No torch.

Journal rows: prediction_id, label (0..9, or null with a reason), raw, reason.
"""

from __future__ import annotations

from typing import Any

from engine.contract.context import RunContext, complete_rows, read_jsonl
from engine.contract.specs import JudgeReadingSpec
from engine.judges.tasks import ReadingTask
from engine.stages.judge import GradeJournal, ask_model


def run(spec: JudgeReadingSpec, ctx: RunContext) -> dict[str, Any]:
    """Read a score from all input rows that have none yet. One process asks for all.

    Returns:
        judge, requests, usd; read and failed (without a score).

    Raises:
        StageError: a server that cannot be used; what has been read is kept.
        CancelledError: stopped on request; what has been read is kept.
    """
    if ctx.rank:
        return {}
    rows = list(read_jsonl(ctx.folder.input))
    known = {row["prediction_id"] for row in complete_rows(ctx.folder.journal())}
    pending = [row for row in rows if row["prediction_id"] not in known]
    work = GradeJournal(ctx, len(rows), len(rows) - len(pending), 1, "judge_reading", "explanations")
    try:
        told = ask_model(spec, spec.model_name, ReadingTask(), ctx, pending, work, _journal_row)
    finally:
        work.close()
    read = sum(row["label"] is not None for row in work.journal.rows)
    return told | {"read": read, "failed": len(work.journal.rows) - read}


def _journal_row(row: dict[str, Any], reading: Any) -> dict[str, Any]:
    return {
        "prediction_id": row["prediction_id"],
        "label": reading.label,
        "raw": reading.raw,
        "reason": reading.reason,
    }
