"""Steps of a review and the decisions that they append. The decision with the highest id of a pair counts.

Each decision contains the full review state of its pair, so a step is undone by appending, for each of its pairs, the
state before it. A redo reverts an undo in the same way.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.orm import Session, aliased

from db.models import DECIDING, Decision, Pair, ReviewStep

_ACTIONS = ("decide", "edit", "note", "bulk", "use")
_COLUMNS = "step_id, pair_id, verdict, scope, reason, note, chosen_edit, rejected_edit, flags, reviewer, own_verdict"
_SET_VERDICT = text(f"""
    INSERT INTO decision ({_COLUMNS})
    SELECT :step, pair.id, :verdict, :scope, :reason, coalesce(last.note, ''), last.chosen_edit, last.rejected_edit,
        last.flags, :reviewer, CASE WHEN :used THEN coalesce(last.own_verdict, last.verdict, 'none') END
    FROM pair LEFT JOIN decision AS last
        ON last.id = (SELECT max(d.id) FROM decision AS d WHERE d.pair_id = pair.id AND d.reviewer = :reviewer)
    WHERE pair.id IN (SELECT value FROM json_each(:ids)) ORDER BY pair.id
""")
_RESET = text(f"""
    INSERT INTO decision ({_COLUMNS})
    SELECT :step, pair.id, 'none', 'both', :reason, '', NULL, NULL, NULL, known.reviewer, NULL
    FROM pair JOIN (SELECT DISTINCT pair_id, reviewer FROM decision) AS known ON known.pair_id = pair.id
    WHERE pair.id IN (SELECT value FROM json_each(:ids)) ORDER BY pair.id, known.reviewer
""")
_REVERT = text(f"""
    INSERT INTO decision ({_COLUMNS})
    SELECT :step, taken.pair_id, coalesce(prior.verdict, 'none'), coalesce(prior.scope, 'both'),
        coalesce(prior.reason, ''), coalesce(prior.note, ''), prior.chosen_edit, prior.rejected_edit, prior.flags,
        taken.reviewer, prior.own_verdict
    FROM decision AS taken LEFT JOIN decision AS prior ON prior.id = (
        SELECT max(d.id) FROM decision AS d WHERE d.pair_id = taken.pair_id AND d.reviewer = taken.reviewer
            AND d.id < taken.id AND d.id >= coalesce((
            SELECT max(r.id) FROM decision AS r JOIN review_step AS s ON s.id = r.step_id
            WHERE r.pair_id = taken.pair_id AND s.kind = 'reset'
        ), 0)
    )
    WHERE taken.step_id = :taken ORDER BY taken.id
""")
"""Decisions before a reset are never restored, since they referred to other texts."""


def add_step(
    session: Session, kind: str, pairs: int, who: str, undoes_id: int | None = None, reviewer: str = DECIDING
) -> int:
    """Add a step of a reviewer on this number of pairs; returns its id."""
    step = ReviewStep(kind=kind, pairs=pairs, who=who, undoes_id=undoes_id, reviewer=reviewer)
    session.add(step)
    session.flush()
    return step.id


def add_decision(session: Session, decision: Decision) -> None:
    """Append one decision of a step."""
    session.add(decision)
    session.flush()


def latest(session: Session, pair_id: int, reviewer: str = DECIDING) -> Decision | None:
    """Return a reviewer's current decision on a pair."""
    statement = select(Decision).where(Decision.pair_id == pair_id, Decision.reviewer == reviewer)
    return session.scalars(statement.order_by(Decision.id.desc()).limit(1)).first()


def given_verdicts(session: Session, pair_ids: Sequence[int], reviewer: str) -> dict[tuple[str, str, str], list[int]]:
    """Return those of these pairs that a reviewer has decided on, by the verdict, scope and reason of the decision."""
    later = aliased(Decision)
    newest = select(func.max(later.id)).where(later.pair_id == Decision.pair_id, later.reviewer == reviewer)
    wanted = func.json_each(json.dumps(list(pair_ids))).table_valued("value")
    statement = select(Decision.verdict, Decision.scope, Decision.reason, Decision.pair_id).where(
        *(Decision.pair_id.in_(select(wanted.c.value)), Decision.reviewer == reviewer, Decision.verdict != "none"),
        Decision.id == newest.correlate(Decision).scalar_subquery(),
    )
    found: dict[tuple[str, str, str], list[int]] = {}
    for verdict, scope, reason, pair_id in session.execute(statement.order_by(Decision.id)):
        found.setdefault((verdict, scope, reason), []).append(pair_id)
    return found


def set_verdict(
    session: Session,
    step_id: int,
    pair_ids: Sequence[int],
    verdict: str,
    scope: str,
    reason: str,
    reviewer: str = DECIDING,
    *,
    used: bool = False,
) -> None:
    """Append a verdict for many pairs; their notes and edits are kept. ``used``: it is another reviewer's."""
    ids = json.dumps(list(pair_ids))
    values = {"step": step_id, "verdict": verdict, "scope": scope, "reason": reason, "ids": ids}
    session.execute(_SET_VERDICT, values | {"reviewer": reviewer, "used": used})


def reset(session: Session, pair_ids: Sequence[int], reason: str) -> None:
    """Permanently discard the decisions on pairs whose texts are replaced; pairs without decisions are skipped."""
    decided = select(Decision.pair_id).where(Decision.pair_id.in_(pair_ids)).distinct()
    known = sorted(session.scalars(decided)) if pair_ids else []
    if known:
        step = add_step(session, "reset", len(known), "")
        session.execute(_RESET, {"step": step, "reason": reason, "ids": json.dumps(known)})


def decided(
    session: Session,
    line: str,
    iteration: int,
    *,
    verdict: str | None = None,
    after: datetime | None = None,
    until: datetime | None = None,
) -> bool:
    """Return whether the deciding reviewer decided on a pair of an iteration in this time.

    With ``verdict``: whether they gave that one.
    """
    found = (
        select(Decision.id)
        .join(Pair, Pair.id == Decision.pair_id)
        .join(ReviewStep, ReviewStep.id == Decision.step_id)
        .where(Pair.line == line, Pair.iteration == iteration, Decision.reviewer == DECIDING)
    )
    if verdict is not None:
        found = found.where(Decision.verdict == verdict)
    if after is not None:
        found = found.where(ReviewStep.at >= after)
    if until is not None:
        found = found.where(ReviewStep.at <= until)
    return session.scalar(found.limit(1)) is not None


def take_back(session: Session, step: ReviewStep, kind: str, who: str) -> int:
    """Append a step of this kind ("undo", "redo") that restores the state before ``step``; returns its id."""
    new = add_step(session, kind, step.pairs, who, step.id, step.reviewer)
    session.execute(_REVERT, {"step": new, "taken": step.id})
    return new


def undoable(session: Session, reviewer: str = DECIDING) -> ReviewStep | None:
    """Return the step that an undo reverts: the reviewer's latest action or redo that has not been undone."""
    own = ReviewStep.reviewer == reviewer
    statement = select(ReviewStep).where(own, ReviewStep.kind.in_((*_ACTIONS, "redo")), *_in_effect())
    return session.scalars(statement.order_by(ReviewStep.id.desc()).limit(1)).first()


def redoable(session: Session, reviewer: str = DECIDING) -> ReviewStep | None:
    """Return the undo that a redo reverts: the reviewer's latest one in effect, if they did nothing else since."""
    own = ReviewStep.reviewer == reviewer
    acted = select(func.coalesce(func.max(ReviewStep.id), 0)).where(own, ReviewStep.kind.in_(_ACTIONS))
    after = ReviewStep.id > acted.scalar_subquery()
    statement = select(ReviewStep).where(own, ReviewStep.kind == "undo", after, *_in_effect())
    return session.scalars(statement.order_by(ReviewStep.id.desc()).limit(1)).first()


def act_of(session: Session, step_id: int) -> ReviewStep:
    """Return the original action at the end of a chain of undos and redos."""
    step = session.get_one(ReviewStep, step_id)
    while step.undoes_id is not None:
        step = session.get_one(ReviewStep, step.undoes_id)
    return step


def pairs_of(session: Session, step_id: int) -> list[int]:
    """Return the pairs of a step, in its own order."""
    statement = select(Decision.pair_id).where(Decision.step_id == step_id).order_by(Decision.id)
    return list(session.scalars(statement))


def verdicts_of(session: Session, step_id: int) -> set[str]:
    """Return the verdicts that a step gave."""
    return set(session.scalars(select(Decision.verdict).where(Decision.step_id == step_id).distinct()))


def _in_effect() -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of a step that was not undone, and of whose pairs at least one was not reset since."""
    other, later, reset = aliased(ReviewStep), aliased(Decision), aliased(ReviewStep)
    undone = select(other.id).where(other.undoes_id == ReviewStep.id).exists()
    discarded = (
        select(later.id)
        .join(reset, reset.id == later.step_id)
        .where(later.pair_id == Decision.pair_id, later.id > Decision.id, reset.kind == "reset")
        .exists()
    )
    return ~undone, select(Decision.id).where(Decision.step_id == ReviewStep.id, ~discarded).exists()
