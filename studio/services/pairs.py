"""Pairs and the decisions on them. No Qt, no torch.

Decisions are never changed or removed: the latest one of a pair counts, and an undo appends what was before.
"""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import cast

from db.engine import Session
from db.models import Decision
from db.queries import pairs as queries
from db.queries.pairs import PairRecord
from engine.specs import TrainKind
from studio.services.errors import StudioError
from studio.services.inputs import training_rows
from studio.services.project import Project
from studio.services.rows import PairCounts, PairFilter, PairRow, Scope, Split, TrainRow, Verdict


def iterations(project: Project) -> list[int]:
    """The iterations that have pairs, ascending."""
    with project.reader() as session:
        return list(queries.iterations(session))


def list_pairs(
    project: Project, filter: PairFilter, *, after: int | None = None, limit: int | None = None
) -> list[PairRow]:
    """Pairs in id order; ``after`` a pair id and ``limit`` give one page."""
    root = project.images_root()
    with project.reader() as session:
        records = queries.page(
            session,
            iteration=filter.iteration,
            verdict=filter.verdict,
            flag=filter.flag,
            text=filter.text,
            after=after,
            limit=limit,
        )
        return [_row(root, record) for record in records]


def pair(project: Project, pair_id: int) -> PairRow:
    """One pair.

    Raises:
        StudioError: there is none of that id.
    """
    with project.reader() as session:
        return _row(project.images_root(), _record(session, pair_id))


def decide(
    project: Project, pair_id: int, verdict: Verdict, *, scope: Scope = "both", reason: str = "", note: str = ""
) -> int:
    """Append a decision, in one transaction; from then on it counts. "none" takes an earlier one back, in the open.

    Returns:
        The decision's id.

    Raises:
        StudioError: there is no such pair.
    """
    with project.session() as session:
        _record(session, pair_id)
        return queries.add_decision(
            session,
            Decision(pair_id=pair_id, verdict=verdict, scope=scope, reason=reason, note=note, who=_who()),
        )


def undo(project: Project) -> PairRow | None:
    """Take back the latest decision that still stands, by appending what counted before it, in one transaction.

    Returns:
        Its pair as it is now; None if there is nothing to undo.
    """
    with project.session() as session:
        undone = queries.last_standing(session)
        if undone is None:
            return None
        before = queries.last_standing(session, undone.pair_id, undone.id)
        restored = Decision(pair_id=undone.pair_id, verdict="none", who=_who(), undoes_id=undone.id)
        if before is not None:
            restored.verdict, restored.scope = before.verdict, before.scope
            restored.reason, restored.note = before.reason, before.note
        queries.add_decision(session, restored)
        return _row(project.images_root(), _record(session, undone.pair_id))


def counts(project: Project, iteration: int | None = None) -> PairCounts:
    """How far the review is; None counts all iterations."""
    with project.reader() as session:
        verdicts = queries.count_verdicts(session, iteration)
        vetoed, kept = verdicts.get("veto", 0), verdicts.get("keep", 0)
        return PairCounts(queries.count(session, iteration), vetoed + kept, vetoed, kept)


def training_pairs(project: Project, iteration: int, kind: TrainKind) -> list[TrainRow]:
    """What a training of this kind would be given now: vetoed pairs left out, fractions applied, in image order."""
    settings = project.settings
    with project.reader() as session:
        return training_rows(session, settings, project.images_root(), iteration, kind)


def _record(session: Session, pair_id: int) -> PairRecord:
    record = queries.one(session, pair_id)
    if record is None:
        raise StudioError(f"There is no pair {pair_id} in this project.", "Reload the list of pairs.")
    return record


def _row(root: Path, record: PairRecord) -> PairRow:
    row, image, decision = record
    return PairRow(
        id=row.id,
        iteration=row.iteration,
        image_id=row.image_id,
        image_path=root / image.path,
        image_name=image.name,
        truth=image.mean_score,
        bin=image.bin,
        split=cast(Split, image.split),
        chosen_score=row.chosen_score,
        chosen_text=row.chosen_text,
        rejected_score=row.rejected_score,
        rejected_text=row.rejected_text,
        verdict="none" if decision is None else cast(Verdict, decision.verdict),
        scope="both" if decision is None else cast(Scope, decision.scope),
        note="" if decision is None else decision.note,
        flags=tuple(row.flags),
    )


def _who() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        return ""
