"""Grade suggestions by a language model that sees the image (arXiv 2506.02708, B.3), and their means. No torch.

Journal rows: suggestion_id, usefulness, concreteness, relevance (0..4, or null with a reason), raw, reason.
"""

from __future__ import annotations

from typing import Any

from engine.contract.context import RunContext, complete_rows, read_jsonl
from engine.contract.specs import JudgeSuggestionsSpec
from engine.judges.tasks import SUGGESTION_CRITERIA, SuggestionTask
from engine.stages.judge import GradeJournal, ask_model


def run(spec: JudgeSuggestionsSpec, ctx: RunContext) -> dict[str, Any]:
    """Grade all input rows that have no grades yet. One process asks for all.

    Returns:
        judge, graded, failed, requests, usd, and figures: see ``engine.measuring.suggestions``.

    Raises:
        StageError: a server that cannot be used; what has been graded is kept.
        CancelledError: stopped on request; what has been graded is kept.
    """
    rows = list(read_jsonl(ctx.folder.input)) if ctx.rank == 0 else []
    known = {row["suggestion_id"] for row in complete_rows(ctx.folder.journal())} if ctx.rank == 0 else set()
    pending = [row for row in rows if row["suggestion_id"] not in known]
    work = GradeJournal(ctx, len(rows), len(rows) - len(pending), 1, "judge_suggestions", "suggestions")
    task = SuggestionTask(spec.instruction, spec.image)
    try:
        told = ask_model(spec, spec.model_name, task, ctx, pending, work, _journal_row) if ctx.rank == 0 else {}
    finally:
        work.close()
    if ctx.rank:
        return told
    from engine.measuring.suggestions import figures

    graded = {row["suggestion_id"]: row for row in work.journal.rows}
    given = sum(row["usefulness"] is not None for row in graded.values())
    found = figures(rows, graded, bootstrap=spec.bootstrap, seed=spec.seed)
    return told | {"graded": given, "failed": len(graded) - given, "figures": found}


def _journal_row(row: dict[str, Any], grades: Any) -> dict[str, Any]:
    return {
        "suggestion_id": row["suggestion_id"],
        **{name: getattr(grades, name) for name in SUGGESTION_CRITERIA},
        "raw": grades.raw,
        "reason": grades.reason,
    }
