"""Pairs for the review. No Qt, no torch. Changes are in ``review_steps`` and ``resampling``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from db.engine import Session
from db.queries import meta, resampling
from db.queries import pairs as queries
from db.queries.pairs import PairRecord
from db.queries.reviewing import pair_filters
from db.queries.reviewing.pair_filters import PairQuery
from studio.services.errors import StudioError
from studio.services.projects.project import Project
from studio.services.review.flags import FLAGS_VERSION, LOW_MARGIN, WEIGHTS, in_order, is_low, pair_flags, suspicion
from studio.services.review.types import Bounds, FilterCounts, PairCounts, PairFilter, PairOrder, PairRow

if TYPE_CHECKING:  # NumPy is loaded where it is needed
    from studio.services.images.image_columns import Ids

_FLAGS_KEY = "pair_flags"
_BATCH, _PART = 2000, 500
WEIGHT_UNITS = 10
"""Weights are added in tenths: sums of integers are exact."""
Margins = tuple[float | None, float | None]


def iterations(project: Project) -> list[int]:
    """Return the iterations that have pairs, ascending."""
    with project.reader() as session:
        return list(queries.iterations(session))


def listed(project: Project, filter: PairFilter, order: PairOrder = "generation") -> Ids:
    """Return the ids of the pairs to review, the newest of each image: fast also for hundreds of thousands.

    The order "doubt" is that of generation here; ``triage.ranking.in_order`` sorts by what was learned.
    """
    from studio.services.images.image_columns import numbers

    with project.reader() as session:
        return numbers(pair_filters.listed(session, _query(filter), by_suspicion=order == "suspicion"))


def filter_counts(project: Project, filter: PairFilter) -> FilterCounts:
    """Return how many pairs each state, flag and reason would list beside the filter's other conditions."""
    with project.reader() as session:
        found = pair_filters.choice_counts(session, _query(filter))
    return FilterCounts(found.states, found.flags, found.reasons, found.all_states, found.all_flags)


def next_unreviewed(
    project: Project, ids: Ids, place: int, iteration: int | None = None, reviewer: str = ""
) -> int | None:
    """Return the place of the next unreviewed pair after ``place`` in a list, from its end on from its beginning.

    None: all pairs of the list are reviewed.
    """
    import numpy as np

    unreviewed = listed(project, PairFilter(iteration, "unreviewed", reviewer=reviewer))
    places = np.flatnonzero(np.isin(ids, unreviewed))
    if not len(places):
        return None
    after = places[places > place]
    return int(after[0] if len(after) else places[0])


def _query(filter: PairFilter) -> PairQuery:
    return PairQuery(
        *(filter.iteration, filter.state, filter.flag, filter.text),
        weights={flag: round(WEIGHT_UNITS * weight) for flag, weight in WEIGHTS.items()},
        low_share=LOW_MARGIN,
        reason=filter.reason,
        distance=_range(filter.distance),
        words=_range(filter.words),
        margin=_range(filter.margin),
        score=_range(filter.score),
        reviewer=filter.reviewer,
    )


def _range(bounds: Bounds) -> pair_filters.Range:
    return bounds.low, bounds.high


def rows(project: Project, ids: Sequence[int], reviewer: str = "") -> list[PairRow]:
    """Return these pairs in this order, with this reviewer's verdicts and notes; missing ones are skipped."""
    with project.reader() as session:
        records = [record for part in _parts(ids) for record in queries.by_ids(session, part, reviewer)]
        view = _View.of(session, project, {record.iteration for record in records})
    found = {record.id: view.row(record) for record in records}
    return [found[pair_id] for pair_id in ids if pair_id in found]


def pair(project: Project, pair_id: int, reviewer: str = "") -> PairRow:
    """Return one pair, with this reviewer's verdict and note.

    Raises:
        StudioError: there is no pair with this id.
    """
    with project.reader() as session:
        return pair_row(session, project, pair_id, reviewer)


def pair_row(session: Session, project: Project, pair_id: int, reviewer: str = "") -> PairRow:
    """Return one pair, read in the caller's transaction.

    Raises:
        StudioError: there is no pair with this id.
    """
    record = find_pair(session, pair_id, reviewer)
    return _View.of(session, project, {record.iteration}).row(record)


def find_pair(session: Session, pair_id: int, reviewer: str = "") -> PairRecord:
    """Return the pair's record in the caller's transaction.

    Raises:
        StudioError: there is no pair with this id.
    """
    record = queries.one(session, pair_id, reviewer)
    if record is None:
        raise StudioError(f"There is no pair {pair_id} in this project.", "Reload the list of pairs.")
    return record


def counts(project: Project, iteration: int | None = None, reviewer: str = "") -> PairCounts:
    """Return the progress of a reviewer's review; None counts all iterations."""
    with project.reader() as session:
        verdicts = queries.count_verdicts(session, iteration, reviewer)
        vetoed, kept = verdicts.get("veto", 0), verdicts.get("keep", 0)
        return PairCounts(queries.count(session, iteration), vetoed + kept, vetoed, kept)


def renew_flags(project: Project) -> int:
    """Recompute flags that an older version of the program stored; returns how many changed.

    One transaction per batch; does nothing if they are up to date.
    """
    with project.reader() as session:
        if meta.get(session, _FLAGS_KEY) == FLAGS_VERSION:
            return 0
    changed, after, full = 0, 0, True
    while full:
        with project.session() as session:
            batch = queries.texts(session, after, _BATCH)
            found = {row.id: pair_flags({name: getattr(row, name) for name in _FLAGGED}) for row in batch}
            flags = {row.id: found[row.id] for row in batch if found[row.id] != row.flags}
            full = len(batch) == _BATCH
            after = batch[-1].id if batch else after
            queries.set_flags(session, flags)
            changed += len(flags)
            if not full:
                meta.put(session, _FLAGS_KEY, FLAGS_VERSION)
    return changed


_FLAGGED = (
    *("chosen_score", "chosen_text", "chosen_truncated"),
    *("rejected_score", "rejected_text", "rejected_truncated"),
)


_COPIED = {each.name for each in fields(PairRecord)} & {each.name for each in fields(PairRow)} - {"flags"}
"""Fields of a row that its record has by the same name."""


class _View:
    """The data that a row needs in addition to its record."""

    def __init__(self, root: Path, margins: Mapping[int, Margins], pending: set[int]) -> None:
        self._root = root
        self._margins = margins
        self._pending = pending

    @classmethod
    def of(cls, session: Session, project: Project, iterations: Set[int]) -> _View:
        return cls(project.images_root(), queries.mean_margins(session, iterations), resampling.pending(session))

    def row(self, record: PairRecord) -> PairRow:
        flags = self._flags(record)
        return PairRow(
            **{name: getattr(record, name) for name in _COPIED},
            image_path=self._root / record.path,
            image_name=record.name,
            truth=record.mean_score,
            flags=flags,
            suspicion=suspicion(flags),
            edited=(record.chosen_text, record.rejected_text) != (record.generated_chosen, record.generated_rejected),
            redrawing=record.id in self._pending,
        )

    def _flags(self, record: PairRecord) -> tuple[str, ...]:
        means = self._margins.get(record.iteration, (None, None))
        margins = (record.margin_score, record.margin_consistency)
        low = any(is_low(margin, mean) for margin, mean in zip(margins, means, strict=True))
        return tuple(in_order({*record.flags, "low_margin"})) if low else tuple(in_order(set(record.flags)))


def _parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + _PART] for start in range(0, len(ids), _PART))
