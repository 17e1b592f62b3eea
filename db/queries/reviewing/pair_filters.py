"""Filters of the list of pairs: which pairs they select, and how many each choice would select."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, false, func, or_, select, type_coerce
from sqlalchemy.orm import Session, aliased

from db.models import DECIDING, Decision, Image, Pair
from db.queries.pairs import CHOSEN, FLAGS, REJECTED, is_newest, latest_decision, place_in_generation, states

Range = tuple[float | None, float | None]
"""Lowest and highest value, both included; None leaves a side open."""
OPEN: Range = (None, None)


@dataclass(frozen=True, slots=True)
class PairQuery:
    """Filter of pairs; None, "" and open ranges skip a condition.

    Attributes:
        state: "unreviewed" (no decision, or a withdrawn one), "keep", "veto", "edited", "noted" or "suspicious" (with a
            flag); "disagree": this reviewer and another one gave different verdicts.
        text: searched in both texts, the note and the image's name.
        weights: an integer for every known flag.
        low_share: a margin that is not positive, or below this share of its iteration's mean, is flagged "low_margin".
        reason: of the veto; "" is a veto without a reason.
        distance: between chosen and rejected score.
        words: of one of both texts, about: runs of white space separate them.
        margin: reward margin after score or after consistency training; a pair without margins is outside any range.
        score: the image's mean score.
        reviewer: whose verdicts, reasons and notes count.
    """

    iteration: int | None
    state: str | None
    flag: str | None
    text: str
    weights: Mapping[str, int]
    low_share: float
    reason: str | None = None
    distance: Range = OPEN
    words: Range = OPEN
    margin: Range = OPEN
    score: Range = OPEN
    reviewer: str = DECIDING


@dataclass(frozen=True, slots=True)
class ChoiceCounts:
    """Pairs by state, flag and reason of the veto. ``all_*``: without that filter; the others are in force."""

    states: dict[str, int]
    flags: dict[str, int]
    reasons: dict[str, int]
    all_states: int
    all_flags: int


def listed(session: Session, wanted: PairQuery, *, by_suspicion: bool) -> str:
    """Return comma-separated pair ids: as they were generated, or sorted by heaviest flags, then lowest margin.

    A regenerated pair has the place of the pair that it replaced. SQLite builds the text without blocking threads.
    """
    flagging = _Flagging(wanted)
    statement = flagging.join(select(Pair.id.label("id")), needed=by_suspicion)
    statement = statement.where(*_plain(wanted, flagging), *_of_state(wanted, flagging), *_of_flag(wanted, flagging))
    lower = func.coalesce(
        func.min(Pair.margin_score, Pair.margin_consistency), Pair.margin_score, Pair.margin_consistency, 0.0
    )
    place = place_in_generation()
    order = (flagging.weight.desc(), lower, place) if by_suspicion else (place,)
    rows = statement.where(*_of_reason(wanted, flagging)).order_by(*order).subquery()
    return session.scalar(select(func.group_concat(rows.c.id))) or ""


def choice_counts(session: Session, wanted: PairQuery) -> ChoiceCounts:
    """Return how many pairs each choice of state, flag and reason would select beside the other filters.

    SQLite reads the pairs once, grouped by all that the choices depend on.
    """
    flagging = _Flagging(wanted)
    own, of_state = flagging.own, states(flagging.own)
    marks: list[ColumnElement[Any]] = [
        func.coalesce(own.verdict, "none"), func.coalesce(own.reason, ""), func.coalesce(of_state["edited"], 0),
        func.coalesce(of_state["noted"], 0), flagging.disagree, flagging.low, type_coerce(FLAGS, String),
    ]  # fmt: skip
    statement = flagging.join(select(*marks, func.count()), needed=True).where(*_plain(wanted, flagging))
    statement = statement.group_by(*marks)
    groups = [_Group.of(wanted, *row) for row in session.execute(statement)]
    for_state = [each for each in groups if wanted.state is None or wanted.state in each.states]
    of_flag = [each for each in groups if wanted.flag is None or wanted.flag in each.flags]
    of_reason = [each for each in groups if wanted.reason is None or (each.is_veto and each.reason == wanted.reason)]
    for_states = _both(of_flag, of_reason)
    for_flags = _both(for_state, of_reason)
    by_state, flags, reasons = Counter[str](), Counter[str](), Counter[str]()
    for group in for_states:
        by_state.update(dict.fromkeys(group.states, group.pairs))
    for group in for_flags:
        flags.update(dict.fromkeys(group.flags, group.pairs))
    for group in of_flag:
        if group.is_veto:
            reasons[group.reason] += group.pairs
    return ChoiceCounts(
        by_state, flags, reasons, sum(each.pairs for each in for_states), sum(each.pairs for each in for_flags)
    )


@dataclass(frozen=True, slots=True)
class _Group:
    """Pairs that no choice tells apart."""

    states: frozenset[str]
    flags: frozenset[str]
    is_veto: bool
    reason: str
    pairs: int

    @classmethod
    def of(
        cls,
        wanted: PairQuery,
        verdict: str,
        reason: str,
        edited: int,
        noted: int,
        disagree: int,
        low: int,
        stored: str,
        pairs: int,
    ) -> _Group:
        flags = frozenset(json.loads(stored)) | (frozenset({"low_margin"}) if low else frozenset())
        states = {"unreviewed" if verdict == "none" else verdict}
        states |= {
            name
            for name, holds in (
                ("edited", edited),
                ("noted", noted),
                ("disagree", disagree),
                ("suspicious", any(wanted.weights.get(flag, 0) > 0 for flag in flags)),
            )
            if holds
        }
        return cls(frozenset(states), flags, verdict == "veto", reason, pairs)


def _both(one: Sequence[_Group], other: Sequence[_Group]) -> list[_Group]:
    return [group for group in one if group in other]


def reason_counts(session: Session, iteration: int | None, reviewer: str = DECIDING) -> dict[str, int]:
    """Return the number of vetoed pairs by reason, "" for none, most frequent first; None: of all iterations."""
    latest = latest_decision(reviewer)
    statement = select(Decision.reason, func.count()).select_from(Pair).join(Decision, Decision.id == latest)
    statement = statement.where(is_newest(), Decision.verdict == "veto")
    if iteration is not None:
        statement = statement.where(Pair.iteration == iteration)
    found = session.execute(statement.group_by(Decision.reason).order_by(func.count().desc(), Decision.reason))
    return {reason: count for reason, count in found}  # noqa: C416  a Result is not a mapping


class _Flagging:
    """The flag "low_margin", which depends on an iteration's mean margins, and the weight of all flags of a pair.

    ``own`` is the latest decision of the reviewer, ``disagree`` whether another one gave another verdict.
    """

    def __init__(self, wanted: PairQuery) -> None:
        self.own: type[Decision] = Decision if wanted.reviewer == DECIDING else aliased(Decision)
        self._reviewer = wanted.reviewer
        self.disagree = _disagree(self.own, wanted.reviewer)
        means = (func.avg(Pair.margin_score).label("score"), func.avg(Pair.margin_consistency).label("consistency"))
        self._mean = mean = select(Pair.iteration, *means).group_by(Pair.iteration).subquery()
        self._needed = wanted.state == "suspicious" or wanted.flag == "low_margin"
        self.low: ColumnElement[bool] = func.coalesce(
            or_(
                *(Pair.margin_score <= 0, Pair.margin_score < wanted.low_share * mean.c.score),
                *(Pair.margin_consistency <= 0, Pair.margin_consistency < wanted.low_share * mean.c.consistency),
            ),
            false(),
        )
        own = func.json_each(FLAGS).table_valued("value")
        stored = select(func.coalesce(func.sum(case(wanted.weights, value=own.c.value, else_=0)), 0)).scalar_subquery()
        lacking = and_(self.low, ~_has("low_margin"))
        self.weight: ColumnElement[int] = stored + case((lacking, wanted.weights["low_margin"]), else_=0)

    def join(self, statement: Select[*tuple[Any, ...]], *, needed: bool = False) -> Select[*tuple[Any, ...]]:
        """Return the statement over all newest pairs; with the mean margins if its filter or its caller needs them."""
        joined = statement.select_from(Pair).join(Image, Image.id == Pair.image_id)
        joined = joined.outerjoin(Decision, Decision.id == latest_decision())
        if self._reviewer != DECIDING:
            joined = joined.outerjoin(self.own, self.own.id == latest_decision(self._reviewer))
        joined = joined.where(is_newest())
        needs = needed or self._needed
        return joined.join(self._mean, self._mean.c.iteration == Pair.iteration) if needs else joined


def _disagree(own: type[Decision], reviewer: str) -> ColumnElement[bool]:
    """Return whether another reviewer's latest verdict differs: any other's for the deciding one, else the latter's."""
    other, later = aliased(Decision), aliased(Decision)
    whose = other.reviewer != DECIDING if reviewer == DECIDING else other.reviewer == DECIDING
    newer = select(later.id).where(
        later.pair_id == other.pair_id, later.reviewer == other.reviewer, later.id > other.id
    )
    found = select(other.id).where(
        *(other.pair_id == Pair.id, whose, other.verdict != "none", other.verdict != own.verdict), ~newer.exists()
    )
    return and_(func.coalesce(own.verdict, "none") != "none", found.correlate(Pair, own).exists())


def _plain(wanted: PairQuery, flagging: _Flagging) -> list[ColumnElement[bool]]:
    """Return the conditions beside state, flag and reason."""
    conditions: list[ColumnElement[bool]] = []
    if wanted.iteration is not None:
        conditions.append(Pair.iteration == wanted.iteration)
    if wanted.text:
        columns = (CHOSEN, REJECTED, Image.name, func.coalesce(flagging.own.note, ""))
        conditions.append(or_(*(column.contains(wanted.text, autoescape=True) for column in columns)))
    measured: tuple[tuple[Range, tuple[ColumnElement[Any], ...]], ...] = (
        (wanted.distance, (func.abs(Pair.chosen_score - Pair.rejected_score),)),
        (wanted.words, (_words(CHOSEN), _words(REJECTED))),
        (wanted.margin, (Pair.margin_score.expression, Pair.margin_consistency.expression)),
        (wanted.score, (Image.mean_score.expression,)),
    )
    limits = (or_(*(_within(value, span) for value in values)) for span, values in measured if span != OPEN)
    return [*conditions, *limits]


def _of_state(wanted: PairQuery, flagging: _Flagging) -> list[ColumnElement[bool]]:
    if wanted.state == "suspicious":
        return [flagging.weight > 0]
    if wanted.state == "disagree":
        return [flagging.disagree]
    return [] if wanted.state is None else [states(flagging.own)[wanted.state]]


def _of_flag(wanted: PairQuery, flagging: _Flagging) -> list[ColumnElement[bool]]:
    if wanted.flag is None:
        return []
    return [or_(_has(wanted.flag), flagging.low) if wanted.flag == "low_margin" else _has(wanted.flag)]


def _of_reason(wanted: PairQuery, flagging: _Flagging) -> list[ColumnElement[bool]]:
    own = flagging.own
    return [] if wanted.reason is None else [own.verdict == "veto", own.reason == wanted.reason]


def _within(value: ColumnElement[Any], limits: Range) -> ColumnElement[bool]:
    low, high = limits
    return and_(
        value.is_not(None), *([] if low is None else [value >= low]), *([] if high is None else [value <= high])
    )


def _words(text: ColumnElement[str]) -> ColumnElement[int]:
    """Return about the number of words: the gaps in the text and one more; a blank line is one gap."""
    plain = func.replace(text, "\n\n", " ")
    return func.length(plain) - func.length(func.replace(func.replace(plain, "\n", ""), " ", "")) + 1


def _has(flag: str) -> ColumnElement[bool]:
    """Return whether a pair has a stored flag."""
    own = func.json_each(FLAGS).table_valued("value")
    return select(own.c.value).where(own.c.value == flag).exists()
