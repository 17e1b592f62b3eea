"""Pairs with their latest decisions.

If an image has several pairs in an iteration (regenerated rejected answers), the newest one counts; of a pair's
decisions the latest counts. Edited texts replace the generated ones.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, case, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session, aliased

from db.models import DECIDING, Decision, Image, ModelVersion, Pair

_KEY = (Pair.line, Pair.iteration, Pair.image_id, Pair.draw)
_KEY_NAMES = tuple(column.key for column in _KEY)


@dataclass(frozen=True, slots=True)
class PairRecord:
    """One pair, its image and its latest decision. ``generated_*`` are the texts before any edit."""

    id: int
    iteration: int
    image_id: int
    draw: int
    path: str
    name: str
    mean_score: float
    bin: int
    split: str
    chosen_score: int
    chosen_text: str
    generated_chosen: str
    rejected_score: int
    rejected_text: str
    generated_rejected: str
    margin_score: float | None
    margin_consistency: float | None
    flags: list[str]
    verdict: str
    scope: str
    reason: str
    note: str


CHOSEN = func.coalesce(Decision.chosen_edit, Pair.chosen_text)
REJECTED = func.coalesce(Decision.rejected_edit, Pair.rejected_text)
FLAGS = func.coalesce(Decision.flags, Pair.flags, type_=Pair.flags.type)
_UNDECIDED = {"verdict": "none", "scope": "both", "reason": "", "note": ""}
_OWN = tuple(_UNDECIDED)
"""What each reviewer has for themselves; texts and flags are the deciding reviewer's."""
_COLUMNS: dict[str, ColumnElement[Any]] = {
    "id": Pair.id.expression,
    "iteration": Pair.iteration.expression,
    "image_id": Pair.image_id.expression,
    "draw": Pair.draw.expression,
    "path": Image.path.expression,
    "name": Image.name.expression,
    "mean_score": Image.mean_score.expression,
    "bin": Image.bin.expression,
    "split": Image.split.expression,
    "chosen_score": Pair.chosen_score.expression,
    "chosen_text": CHOSEN,
    "generated_chosen": Pair.chosen_text.expression,
    "rejected_score": Pair.rejected_score.expression,
    "rejected_text": REJECTED,
    "generated_rejected": Pair.rejected_text.expression,
    "margin_score": Pair.margin_score.expression,
    "margin_consistency": Pair.margin_consistency.expression,
    "flags": FLAGS,
}
"""What the fields of ``PairRecord`` are read from, except those of ``_OWN``."""


def put_pairs(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write pairs by (line, iteration, image, draw); one that is there keeps its id and takes the new values."""
    if not rows:
        return
    statement = insert(Pair)
    own = [column.name for column in Pair.__table__.columns if column.name in rows[0]]
    changed = {name: statement.excluded[name] for name in own if name not in _KEY_NAMES}
    session.execute(statement.on_conflict_do_update(index_elements=list(_KEY), set_=changed), list(rows))


def other_texts(session: Session, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Return the ids of existing pairs with the keys of these rows (a few thousand), but with other scores or texts."""
    new = {
        tuple(row[name] for name in _KEY_NAMES): (
            (row["chosen_score"], row["chosen_text"]),
            (row["rejected_score"], row["rejected_text"]),
        )
        for row in rows
    }
    there = select(Pair).where(Pair.image_id.in_({row["image_id"] for row in rows}))
    found = [(pair, new.get(tuple(getattr(pair, name) for name in _KEY_NAMES))) for pair in session.scalars(there)]
    return [pair.id for pair, answers in found if answers is not None and answers != _answers(pair)]


def of_line(session: Session, line: str, iteration: int | None) -> list[tuple[int, int]]:
    """Return id and iteration of all pairs of a line or of one of its iterations, including replaced ones."""
    statement = select(Pair.id, Pair.iteration).where(Pair.line == line).order_by(Pair.id)
    found = session.execute(statement if iteration is None else statement.where(Pair.iteration == iteration))
    return [(pair_id, number) for pair_id, number in found]


def regenerated(session: Session, line: str, iteration: int) -> bool:
    """Return whether the rejected answer of any pair of an iteration was regenerated."""
    statement = select(Pair.id).where(Pair.line == line, Pair.iteration == iteration, Pair.draw > 0)
    return session.scalar(statement.limit(1)) is not None


def iterations(session: Session) -> Sequence[int]:
    """Return the iterations that have pairs, ascending."""
    return session.scalars(select(Pair.iteration).distinct().order_by(Pair.iteration)).all()


def generators(session: Session, iteration: int) -> Sequence[str]:
    """Return the names of the versions that generated an iteration's pairs."""
    statement = select(ModelVersion.name).join(Pair, Pair.generator_version_id == ModelVersion.id).distinct()
    return session.scalars(statement.where(Pair.iteration == iteration).order_by(ModelVersion.name)).all()


def page(session: Session, *, iteration: int | None = None, state: str | None = None) -> list[PairRecord]:
    """Return complete pairs in id order. ``state``: "unreviewed", "keep", "veto", "edited" or "noted"; None for all."""
    conditions = [] if state is None else [STATES[state]]
    if iteration is not None:
        conditions.append(Pair.iteration == iteration)
    return _records(session, [is_newest(), *conditions], None)


def by_ids(session: Session, ids: Sequence[int], reviewer: str = DECIDING) -> list[PairRecord]:
    """Return these pairs (a few hundred), of any draw, in id order, with this reviewer's verdicts and notes."""
    return _records(session, [Pair.id.in_(ids)], None, reviewer)


def states(own: type[Decision]) -> dict[str, ColumnElement[bool]]:
    """Return what holds of a pair in each state of a review; ``own``: the reviewer's latest decision as joined."""
    return {
        "unreviewed": or_(own.id.is_(None), own.verdict == "none"),
        "keep": own.verdict == "keep",
        "veto": own.verdict == "veto",
        "edited": or_(Decision.chosen_edit.is_not(None), Decision.rejected_edit.is_not(None)),
        "noted": own.note != "",
    }


STATES = states(Decision)
"""The states of the deciding reviewer's review."""


def one(session: Session, pair_id: int, reviewer: str = DECIDING) -> PairRecord | None:
    """Return one pair, of any draw, with this reviewer's verdict and note."""
    found = _records(session, [Pair.id == pair_id], 1, reviewer)
    return found[0] if found else None


def in_image_order(session: Session, iteration: int, line: str) -> list[PairRecord]:
    """Return the pairs of an iteration of a line in the order of images, which does not depend on how they came in."""
    records = _records(session, [is_newest(), Pair.iteration == iteration, Pair.line == line], None)
    return sorted(records, key=lambda record: record.image_id)


def trainable(session: Session, iteration: int, kind: str, line: str, *, vetoes: bool) -> Sequence[int]:
    """Return the training images of a line's iteration whose pair is not vetoed for this kind of training, ascending.

    With ``vetoes`` false, images with vetoed pairs are included.
    """
    vetoed = and_(Decision.verdict == "veto", Decision.scope.in_(("both", kind)))
    statement = select(Pair.image_id).join(Image, Image.id == Pair.image_id)
    statement = statement.outerjoin(Decision, Decision.id == latest_decision())
    wanted = [is_newest(), Pair.iteration == iteration, Pair.line == line, Image.split == "train"]
    if vetoes:
        wanted.append(func.coalesce(~vetoed, True))
    return session.scalars(statement.where(*wanted).order_by(Pair.image_id)).all()


def image_paths(session: Session) -> dict[int, str]:
    """Return the paths of the pairs' images, relative to the images folder, by pair id."""
    found = session.execute(select(Pair.id, Image.path).join(Image, Image.id == Pair.image_id))
    return {key: value for key, value in found}  # noqa: C416  a Result is not a mapping


def count(session: Session, iteration: int | None) -> int:
    """Return the number of pairs."""
    statement = select(func.count()).select_from(Pair).where(is_newest())
    return session.scalar(statement if iteration is None else statement.where(Pair.iteration == iteration)) or 0


def count_verdicts(session: Session, iteration: int | None, reviewer: str = DECIDING) -> dict[str, int]:
    """Return the number of pairs by a reviewer's latest verdict; pairs without a decision are not included."""
    latest = latest_decision(reviewer)
    statement = select(Decision.verdict, func.count()).select_from(Pair).join(Decision, Decision.id == latest)
    statement = statement.where(is_newest()).group_by(Decision.verdict)
    if iteration is not None:
        statement = statement.where(Pair.iteration == iteration)
    return {key: value for key, value in session.execute(statement)}  # noqa: C416  a Result is not a mapping


def mean_margins(session: Session, iterations: Collection[int]) -> dict[int, tuple[float | None, float | None]]:
    """Return the mean reward margins after score and after consistency training for these iterations."""
    means = (func.avg(Pair.margin_score), func.avg(Pair.margin_consistency))
    found = session.execute(
        select(Pair.iteration, *means).where(Pair.iteration.in_(iterations)).group_by(Pair.iteration)
    )
    return {iteration: (score, consistency) for iteration, score, consistency in found}


def set_margins(session: Session, kind: str, margins: Mapping[int, float | None]) -> None:
    """Store the reward margins after a training of this kind ("score" or "consistency"), by pair id."""
    column = "margin_score" if kind == "score" else "margin_consistency"
    if margins:
        session.execute(update(Pair), [{"id": pair_id, column: margin} for pair_id, margin in margins.items()])


def _answers(pair: Pair) -> tuple[tuple[int, str], tuple[int, str]]:
    return (pair.chosen_score, pair.chosen_text), (pair.rejected_score, pair.rejected_text)


def texts(session: Session, after: int, limit: int) -> Sequence[Pair]:
    """Return pairs with higher ids, including replaced ones, in id order."""
    return session.scalars(select(Pair).where(Pair.id > after).order_by(Pair.id).limit(limit)).all()


def set_flags(session: Session, flags: Mapping[int, list[str]]) -> None:
    """Replace flags, by pair id."""
    if flags:
        session.execute(update(Pair), [{"id": pair_id, "flags": own} for pair_id, own in flags.items()])


def is_newest() -> ColumnElement[bool]:
    """Return the condition that no pair of the same image replaces this one."""
    newer = aliased(Pair)
    same = (
        *(newer.line == Pair.line, newer.iteration == Pair.iteration),
        *(newer.image_id == Pair.image_id, newer.draw > Pair.draw),
    )
    return ~select(newer.id).where(*same).exists()


def place_in_generation() -> ColumnElement[int]:
    """Return the id of the first pair of this image in this iteration, which a regeneration does not change."""
    first = aliased(Pair)
    same = (first.line == Pair.line, first.iteration == Pair.iteration, first.image_id == Pair.image_id)
    earliest = select(func.min(first.id)).where(*same).correlate(Pair).scalar_subquery()
    return case((Pair.draw > 0, earliest), else_=Pair.id)


def latest_decision(reviewer: str = DECIDING) -> ScalarSelect[Any]:
    """Return the id of a reviewer's latest decision on a pair, by one index search; NULL if there is none."""
    other = aliased(Decision)
    found = select(func.max(other.id)).where(other.pair_id == Pair.id, other.reviewer == reviewer)
    return found.correlate(Pair).scalar_subquery()


def _records(
    session: Session, conditions: Sequence[ColumnElement[bool]], limit: int | None, reviewer: str = DECIDING
) -> list[PairRecord]:
    own = Decision if reviewer == DECIDING else aliased(Decision)
    columns = _COLUMNS | {name: func.coalesce(getattr(own, name), _UNDECIDED[name]) for name in _OWN}
    statement: Select[*tuple[Any, ...]] = (
        select(*(column.label(name) for name, column in columns.items()))
        .select_from(Pair)
        .join(Image, Image.id == Pair.image_id)
        .outerjoin(Decision, Decision.id == latest_decision())
    )
    if reviewer != DECIDING:
        statement = statement.outerjoin(own, own.id == latest_decision(reviewer))
    statement = statement.where(*conditions).order_by(Pair.id).limit(limit)
    return [PairRecord(**row._mapping) for row in session.execute(statement)]
