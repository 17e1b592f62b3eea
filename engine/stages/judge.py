"""Grade explanations against their scores with one judge. The judge never feeds training. No torch.

Journal rows: prediction_id, consistency, usefulness, general (0..4, or null with a reason), raw, reason.
"""

from __future__ import annotations

import asyncio
import ipaddress
import os
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from engine import judges
from engine.contract.context import Journal, RunContext, StageError, complete_rows, read_jsonl
from engine.contract.events import Note, Phase, Progress, Rows, Started
from engine.contract.judge_types import (
    JUDGE_KEY,
    JUDGE_KEY_ORIGIN,
    MODEL_JUDGE,
    OPENAI_ORIGIN,
    judge_id,
    origin_of,
    usable_key,
)
from engine.contract.specs import JudgeSpec, JudgingSpec

if TYPE_CHECKING:
    from engine.judges.tasks import JudgeTask

_CHUNK = 100
"""Rows per durable write of a judge that needs no time."""
_REPORT_SECONDS = 0.2


def run(spec: JudgeSpec, ctx: RunContext) -> dict[str, Any]:
    """Grade all input rows of this rank's share that have no grade yet.

    Returns:
        judge, label, graded, failed (grades that are null), reasons (of those, with their number) and the mean
        consistency (None without grades): of this share, or for rank 0 of all. Of a language model also requests and
        usd.

    Raises:
        StageError: no such judge, or a server that cannot be used; what has been graded is kept.
        CancelledError: stopped on request; what has been graded is kept.
    """
    rows = list(read_jsonl(ctx.folder.input))
    by_model = spec.judge == MODEL_JUDGE
    if not by_model:
        judges.find(spec.judge)
    share = (rows if ctx.rank == 0 else []) if by_model else rows[ctx.rank :: ctx.world_size]
    known = {row["prediction_id"] for path in ctx.folder.journals() for row in complete_rows(path)}
    pending = [row for row in share if row["prediction_id"] not in known]
    # One process asks a server for all: its requests are parallel as they are.
    work = GradeJournal(ctx, len(rows), len(share) - len(pending), 1 if by_model else ctx.world_size)
    try:
        found = _by_model(spec, ctx, pending, work) if by_model else _by_rules(spec, ctx, pending, work)
    finally:
        work.close()
    ctx.wait_for_ranks("grades")
    graded = work.journal.rows
    if ctx.world_size > 1 and ctx.rank == 0:
        graded = [row for path in ctx.folder.journals() for row in complete_rows(path)]
    return found | _summary(graded)


@dataclass(slots=True)
class GradeJournal:
    """The journal and the progress of the job.

    Args:
        ctx: the run.
        total: rows of all ranks.
        done: of this rank's, before it begins.
        ranks: that share the rows.
        stage, unit: for its events.
    """

    ctx: RunContext
    total: int
    done: int
    ranks: int
    stage: str = "judge"
    unit: str = "explanations"
    journal: Journal = field(init=False)
    _reported: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        """Open the journal and report the beginning."""
        self.journal = Journal(self.ctx.folder.journal(self.ctx.rank))
        self.ctx.emit(Started(self.stage, self.total, self.unit, self._of_all()))

    def add(self, graded: Sequence[dict[str, Any]]) -> None:
        """Store rows; durable on return."""
        self.journal.append(graded)
        self.done += len(graded)
        if time.monotonic() - self._reported >= _REPORT_SECONDS:
            self._report()

    def close(self) -> None:
        """Report the end and close the journal."""
        self._report()
        self.journal.close()

    def _report(self) -> None:
        self._reported = time.monotonic()
        self.ctx.emit(Rows(len(self.journal.rows)))
        self.ctx.emit(Progress(self._of_all(), self.total))

    def _of_all(self) -> int:
        return min(self.total, self.done * self.ranks)


def _by_rules(
    spec: JudgeSpec, ctx: RunContext, pending: Sequence[dict[str, Any]], work: GradeJournal
) -> dict[str, Any]:
    judge = judges.find(spec.judge)
    for start in range(0, len(pending), _CHUNK):
        ctx.check_cancelled()
        chunk = pending[start : start + _CHUNK]
        work.add([_journal_row(row, judge.grade(row["label"], row["text"], row["parse_ok"])) for row in chunk])
    return {"judge": judge.id, "label": judge.label}


def _by_model(
    spec: JudgeSpec, ctx: RunContext, pending: Sequence[dict[str, Any]], work: GradeJournal
) -> dict[str, Any]:
    if ctx.rank:
        name = judge_id(MODEL_JUDGE, spec.base_url, spec.model)
        return {"judge": name, "label": name}
    from engine.judges.tasks import ExplanationTask

    return ask_model(spec, spec.model, ExplanationTask(), ctx, pending, work, _journal_row)


def ask_model(
    spec: JudgingSpec,
    model: str,
    task: JudgeTask,
    ctx: RunContext,
    pending: Sequence[dict[str, Any]],
    work: GradeJournal,
    to_row: Callable[[dict[str, Any], Any], dict[str, Any]],
) -> dict[str, Any]:
    """Let a language model grade rows.

    Args:
        spec: the server, its prices and limits.
        model: the judge's name on that server.
        task: what is judged.
        ctx: the run.
        pending: the rows.
        work: stores what is graded.
        to_row: returns the journal row of a row and its grades.

    Returns:
        judge, label, requests and usd.

    Raises:
        StageError: the server cannot be used; what has been graded is kept.
    """
    from engine.judges.kept_answers import KeptAnswers
    from engine.judges.language_model import Access, LanguageModelJudge
    from engine.judges.spending import Ledger, Prices

    prices = None
    if spec.price_prompt is not None and spec.price_answer is not None:
        prices = Prices(spec.price_prompt, spec.price_answer)
    access = Access(
        spec.base_url, model, key_for(spec.base_url), max_tokens=spec.max_tokens, attempts=spec.attempts,
        parallel=spec.parallel, timeout=spec.timeout, prices=prices,
    )  # fmt: skip
    if prices is None and not _is_near(spec.base_url):
        text = f"No prices are set for {access.id}: what it costs is not counted, and judge.max_cost does not hold."
        ctx.emit(Note("warning", "judge_prices", text))
    kept = KeptAnswers(Path(spec.kept_folder) / "answers.jsonl" if spec.kept_folder else None)
    if origin_of(spec.base_url) != OPENAI_ORIGIN:
        for name in ("OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):  # the client would send them to any server
            os.environ.pop(name, None)
    ledger = Ledger(Path(spec.ledger or ctx.folder.path / "spending.jsonl"), spec.max_cost)
    judge = LanguageModelJudge(access, kept, ledger, task)
    try:
        if spec.batch:
            notes = Path(spec.kept_folder) if spec.kept_folder else ctx.folder.path
            asyncio.run(
                judge.fetch_batch(
                    pending,
                    notes / task.batch_notes,
                    lambda done, total: ctx.emit(Phase("batch", done, total)),
                    ctx.check_cancelled,
                )
            )
            ctx.emit(Phase(""))
        asyncio.run(judge.grade(pending, lambda row, grades: work.add([to_row(row, grades)]), ctx.check_cancelled))
    finally:
        if ledger.total:
            ctx.emit(Note("info", "judge_cost", f"{judge.requests} requests, {ledger.total:.4f} USD so far."))
        ledger.close()
        kept.close()
    return {"judge": access.id, "label": access.id, "requests": judge.requests, "usd": round(ledger.total, 6)}


def _is_near(address: str) -> bool:
    """Return whether the server is on this machine or in a private network, where nobody is charged."""
    host = urlsplit(address).hostname or ""
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost" or "." not in host or host.endswith((".local", ".lan", ".internal"))
    return found.is_loopback or found.is_private


def key_for(base_url: str) -> str:
    """Return the key that this process was given, if it was entered for this address; else "".

    Raises:
        StageError: it cannot be a key.
    """
    if origin_of(base_url) != os.environ.get(JUDGE_KEY_ORIGIN, OPENAI_ORIGIN):
        return ""
    try:
        return usable_key(os.environ.get(JUDGE_KEY, ""))
    except ValueError as error:
        raise StageError(str(error), "Enter it again: Project, Judge's key; or set SCORE_STUDIO_JUDGE_KEY.") from None


def _journal_row(row: dict[str, Any], grades: judges.Grades) -> dict[str, Any]:
    return {
        "prediction_id": row["prediction_id"],
        "consistency": grades.consistency,
        "usefulness": grades.usefulness,
        "general": grades.general,
        "raw": grades.raw,
        "reason": grades.reason,
    }


def _summary(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    given = [row["consistency"] for row in rows if row["consistency"] is not None]
    return {
        "graded": len(given),
        "failed": len(rows) - len(given),
        "reasons": dict(Counter(row["reason"] for row in rows if row["consistency"] is None)),
        "consistency": sum(given) / len(given) if given else None,
    }
