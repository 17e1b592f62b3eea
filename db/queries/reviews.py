"""Steps of a review and the decisions that they append. The decision with the highest id of a pair counts.

Each decision is the whole of what was said about its pair, so a step is taken back by appending, for each of its pairs,
what stood there before it. A redo takes back an undo in the same way.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.orm import Session, aliased

from db.models import Decision, ReviewStep

_DOES = ("decide", "edit", "note", "bulk")
_COLUMNS = "step_id, pair_id, verdict, scope, reason, note, chosen_edit, rejected_edit, flags"
_SET_VERDICT = text(f"""
    INSERT INTO decision ({_COLUMNS})
    SELECT :step, pair.id, :verdict, :scope, '', coalesce(last.note, ''), last.chosen_edit, last.rejected_edit,
        last.flags
    FROM pair LEFT JOIN decision AS last
        ON last.id = (SELECT max(d.id) FROM decision AS d WHERE d.pair_id = pair.id)
    WHERE pair.id IN (SELECT value FROM json_each(:ids)) ORDER BY pair.id
""")
_RESET = text(f"""
    INSERT INTO decision ({_COLUMNS})
    SELECT :step, pair.id, 'none', 'both', :reason, '', NULL, NULL, NULL
    FROM pair WHERE pair.id IN (SELECT value FROM json_each(:ids)) ORDER BY pair.id
""")
_TAKE_BACK = text(f"""
    INSERT INTO decision ({_COLUMNS})
    SELECT :step, taken.pair_id, coalesce(prior.verdict, 'none'), coalesce(prior.scope, 'both'),
        coalesce(prior.reason, ''), coalesce(prior.note, ''), prior.chosen_edit, prior.rejected_edit, prior.flags
    FROM decision AS taken LEFT JOIN decision AS prior ON prior.id = (
        SELECT max(d.id) FROM decision AS d WHERE d.pair_id = taken.pair_id AND d.id < taken.id AND d.id >= coalesce((
            SELECT max(r.id) FROM decision AS r JOIN review_step AS s ON s.id = r.step_id
            WHERE r.pair_id = taken.pair_id AND s.kind = 'reset'
        ), 0)
    )
    WHERE taken.step_id = :taken ORDER BY taken.id
""")
"""What was said before a reset is never brought back: it was said about other texts."""


def add_step(session: Session, kind: str, pairs: int, who: str, undoes_id: int | None = None) -> int:
    """Begin a step that concerns this many pairs; returns its id."""
    step = ReviewStep(kind=kind, pairs=pairs, who=who, undoes_id=undoes_id)
    session.add(step)
    session.flush()
    return step.id


def add_decision(session: Session, decision: Decision) -> None:
    """Append one decision of a step."""
    session.add(decision)
    session.flush()


def latest(session: Session, pair_id: int) -> Decision | None:
    """What counts for a pair now."""
    statement = select(Decision).where(Decision.pair_id == pair_id).order_by(Decision.id.desc()).limit(1)
    return session.scalars(statement).first()


def set_verdict(session: Session, step_id: int, pair_ids: Sequence[int], verdict: str, scope: str) -> None:
    """Append a verdict for many pairs; their notes and edits stay."""
    values = {"step": step_id, "verdict": verdict, "scope": scope, "ids": json.dumps(list(pair_ids))}
    session.execute(_SET_VERDICT, values)


def reset(session: Session, pair_ids: Sequence[int], reason: str) -> None:
    """Forget, for good, what was said about pairs that get other texts; pairs of which nothing was said are passed."""
    said = select(Decision.pair_id).where(Decision.pair_id.in_(pair_ids)).distinct()
    known = sorted(session.scalars(said)) if pair_ids else []
    if known:
        step = add_step(session, "reset", len(known), "")
        session.execute(_RESET, {"step": step, "reason": reason, "ids": json.dumps(known)})


def take_back(session: Session, step: ReviewStep, kind: str, who: str) -> int:
    """Append a step of this kind ("undo", "redo") with what stood before ``step``; returns its id."""
    new = add_step(session, kind, step.pairs, who, step.id)
    session.execute(_TAKE_BACK, {"step": new, "taken": step.id})
    return new


def undoable(session: Session) -> ReviewStep | None:
    """The step that an undo takes back: the latest act or redo that was not undone."""
    statement = select(ReviewStep).where(ReviewStep.kind.in_((*_DOES, "redo")), *_standing())
    return session.scalars(statement.order_by(ReviewStep.id.desc()).limit(1)).first()


def redoable(session: Session) -> ReviewStep | None:
    """The undo that a redo takes back: the latest one standing, if nothing else was done since."""
    acted = select(func.coalesce(func.max(ReviewStep.id), 0)).where(ReviewStep.kind.in_(_DOES)).scalar_subquery()
    statement = select(ReviewStep).where(ReviewStep.kind == "undo", ReviewStep.id > acted, *_standing())
    return session.scalars(statement.order_by(ReviewStep.id.desc()).limit(1)).first()


def act_of(session: Session, step_id: int) -> ReviewStep:
    """The act at the bottom of undos and redos."""
    step = session.get_one(ReviewStep, step_id)
    while step.undoes_id is not None:
        step = session.get_one(ReviewStep, step.undoes_id)
    return step


def pairs_of(session: Session, step_id: int) -> list[int]:
    """The pairs of a step, in the order in which it names them."""
    statement = select(Decision.pair_id).where(Decision.step_id == step_id).order_by(Decision.id)
    return list(session.scalars(statement))


def _standing() -> tuple[ColumnElement[bool], ...]:
    """A step that was not taken back, and of whose pairs at least one was not reset since."""
    other, later, reset = aliased(ReviewStep), aliased(Decision), aliased(ReviewStep)
    undone = select(other.id).where(other.undoes_id == ReviewStep.id).exists()
    forgotten = (
        select(later.id)
        .join(reset, reset.id == later.step_id)
        .where(later.pair_id == Decision.pair_id, later.id > Decision.id, reset.kind == "reset")
        .exists()
    )
    return ~undone, select(Decision.id).where(Decision.step_id == ReviewStep.id, ~forgotten).exists()
