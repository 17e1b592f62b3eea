"""The actions of a review: verdicts, edits, notes, bulk verdicts, undo and redo. No Qt, no torch.

Each function is one transaction and one step, which an undo reverts completely, also after a restart. Nothing is
changed or removed: every step appends, and the generated texts stay.

Reviewers: the first one, "", decides: training and export use their latest decision on a pair, and they alone edit
texts. A reviewer with a name has verdicts, reasons, notes and an undo of their own, which change nothing else. *Use
these decisions* makes a named reviewer's verdicts the first reviewer's, as one step of the latter.
"""

from __future__ import annotations

import dataclasses
import getpass
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from db.engine import Session
from db.models import Decision, Pair, ReviewStep
from db.queries import reviews
from db.queries.pairs import PairRecord
from studio.services.errors import StudioError
from studio.services.projects.project import Project
from studio.services.review.flags import pair_flags
from studio.services.review.pair_list import find_pair, pair_row
from studio.services.review.types import PairVerdict, ReviewAct, ReviewedRow, VetoScope


@dataclass(frozen=True, slots=True)
class TextEdit:
    """Edited texts of a pair."""

    pair: PairRecord
    chosen: str
    rejected: str


@dataclass(frozen=True, slots=True)
class ReviewStepSummary:
    """One step of the review, for a menu. ``what`` is "change" if its pairs were changed in different ways.

    "use": another reviewer's decisions were taken over.
    """

    what: Literal["veto", "keep", "edit", "note", "use", "change"]
    pairs: int


@dataclass(frozen=True, slots=True)
class ReviewHistory:
    """The steps that an undo and a redo would affect; None: there is none."""

    undo: ReviewStepSummary | None
    redo: ReviewStepSummary | None


def decide(
    project: Project,
    pair_id: int,
    verdict: PairVerdict,
    *,
    scope: VetoScope = "both",
    reason: str = "",
    note: str | None = None,
    reviewer: str = "",
) -> int:
    """Set a reviewer's verdict, effective immediately. "none" withdraws an earlier one visibly.

    ``note`` None keeps the note.

    Returns:
        The step's id.

    Raises:
        StudioError: there is no such pair.
    """
    values: dict[str, Any] = {"verdict": verdict, "scope": scope, "reason": reason}
    return _act(project, "decide", pair_id, values if note is None else {**values, "note": note}, reviewer)


def annotate(project: Project, pair_id: int, note: str, *, reviewer: str = "") -> int:
    """Set a reviewer's note on a pair; "" removes it. Returns the step's id.

    Raises:
        StudioError: there is no such pair.
    """
    return _act(project, "note", pair_id, {"note": note}, reviewer)


def edit(project: Project, pair_id: int, chosen: str, rejected: str) -> int:
    """Replace the generated texts; a text equal to the generated one is not an edit.

    Returns:
        The step's id.

    Raises:
        StudioError: there is no such pair, or a text is empty.
    """
    if not chosen.strip() or not rejected.strip():
        raise StudioError("An explanation cannot be empty.", "Enter a text, or veto the pair.")
    with project.session() as session:
        changes = _edited(session, TextEdit(find_pair(session, pair_id), chosen, rejected))
        return _append(session, "edit", pair_id, changes)


def edit_many(session: Session, edits: Sequence[TextEdit], vetoes: Sequence[int], *, source: str) -> int | None:
    """Edit the texts of many pairs and veto others, as one step, in the caller's transaction.

    Returns:
        The step's id; None if there is nothing to do. ``source``, a file's name, is stored with the step.
    """
    if not edits and not vetoes:
        return None
    step = reviews.add_step(session, "bulk" if vetoes else "edit", len(edits) + len(vetoes), f"{_who()}, from {source}")
    for edit in edits:
        _add_decision(session, step, edit.pair.id, _edited(session, edit))
    for pair_id in vetoes:
        _add_decision(session, step, pair_id, {"verdict": "veto", "scope": "both", "reason": f"not in {source}"})
    return step


def decide_all(
    project: Project,
    pair_ids: Sequence[int],
    verdict: PairVerdict,
    *,
    scope: VetoScope = "both",
    reason: str = "",
    reviewer: str = "",
) -> int:
    """Set one verdict of a reviewer for many pairs, as one step; returns its id.

    Raises:
        StudioError: there are no pairs.
    """
    if not pair_ids:
        raise StudioError("There are no pairs to decide on.", "Choose another filter.")
    with project.session() as session:
        step = reviews.add_step(session, "bulk", len(pair_ids), _who(), reviewer=reviewer)
        reviews.set_verdict(session, step, pair_ids, verdict, scope, reason, reviewer)
        return step


def use_decisions(project: Project, pair_ids: Sequence[int], reviewer: str) -> int:
    """Make a named reviewer's verdicts on these pairs the first reviewer's, as one step of the latter.

    Verdict, scope and reason are taken over; notes and edits of the first reviewer stay. Their own verdict is kept
    beside the one taken over, and counts when reviewers are compared.

    Returns:
        The number of pairs; those without a verdict of the named reviewer are left out.

    Raises:
        StudioError: none of the pairs has a verdict of this reviewer.
    """
    with project.session() as session:
        given = reviews.given_verdicts(session, pair_ids, reviewer)
        count = sum(map(len, given.values()))
        if not count:
            raise StudioError(f"{reviewer} has not decided on these pairs.", "Choose reviewed pairs.")
        step = reviews.add_step(session, "use", count, _who())
        for (verdict, scope, reason), ids in given.items():
            reviews.set_verdict(session, step, ids, verdict, scope, reason, used=True)
        return count


def keep_written(session: Session, replaced: Sequence[tuple[int, int]]) -> None:
    """Carry notes and edited chosen texts over to (new, old) pairs whose rejected answer was regenerated.

    In the caller's transaction, as a step that cannot be undone: a person did nothing but ask for another answer.
    """
    kept = [(find_pair(session, new), find_pair(session, old)) for new, old in replaced]
    written = [(new, old) for new, old in kept if old.note or old.chosen_text != old.generated_chosen]
    if not written:
        return
    step = reviews.add_step(session, "reset", len(written), "")
    for new, old in written:
        chosen = old.chosen_text if old.chosen_text != old.generated_chosen else new.generated_chosen
        edits = _edited(session, TextEdit(new, chosen, new.generated_rejected))
        _add_decision(session, step, new.id, {"note": old.note, **edits})


def undo(project: Project, reviewer: str = "") -> ReviewedRow | None:
    """Undo the reviewer's latest step in effect; returns None if there is none."""
    with project.session() as session:
        step = reviews.undoable(session, reviewer)
        return None if step is None else _reviewed(session, project, reviews.take_back(session, step, "undo", _who()))


def redo(project: Project, reviewer: str = "") -> ReviewedRow | None:
    """Redo what the reviewer undid last; returns None if there is nothing, or they did something else since."""
    with project.session() as session:
        step = reviews.redoable(session, reviewer)
        return None if step is None else _reviewed(session, project, reviews.take_back(session, step, "redo", _who()))


def history(project: Project, reviewer: str = "") -> ReviewHistory:
    """Return what the reviewer can undo and redo; changes nothing."""
    with project.session() as session:
        undo_step, redo_step = reviews.undoable(session, reviewer), reviews.redoable(session, reviewer)
        return ReviewHistory(_summary(session, undo_step), _summary(session, redo_step))


_BY_KIND: dict[str, Literal["edit", "note", "use"]] = {"edit": "edit", "note": "note", "use": "use"}
"""Kinds of steps that say by themselves what was done."""


def _summary(session: Session, step: ReviewStep | None) -> ReviewStepSummary | None:
    if step is None:
        return None
    act = reviews.act_of(session, step.id)
    if act.kind in _BY_KIND:
        return ReviewStepSummary(_BY_KIND[act.kind], act.pairs)
    verdicts = reviews.verdicts_of(session, act.id)
    for verdict in ("veto", "keep"):
        if verdicts == {verdict}:
            return ReviewStepSummary(verdict, act.pairs)
    return ReviewStepSummary("change", act.pairs)


def _act(project: Project, kind: ReviewAct, pair_id: int, changes: dict[str, Any], reviewer: str = "") -> int:
    with project.session() as session:
        find_pair(session, pair_id)
        return _append(session, kind, pair_id, changes, reviewer)


def _append(session: Session, kind: ReviewAct, pair_id: int, changes: dict[str, Any], reviewer: str = "") -> int:
    """Append a step with one decision: the reviewer's latest on the pair, with these changes."""
    step = reviews.add_step(session, kind, 1, _who(), reviewer=reviewer)
    _add_decision(session, step, pair_id, changes, reviewer)
    return step


def _add_decision(session: Session, step: int, pair_id: int, changes: dict[str, Any], reviewer: str = "") -> None:
    before = reviews.latest(session, pair_id, reviewer)
    kept = {} if before is None else {name: getattr(before, name) for name in _KEPT}
    if "verdict" in changes:
        kept["own_verdict"] = None  # this verdict is their own
    reviews.add_decision(session, Decision(step_id=step, pair_id=pair_id, reviewer=reviewer, **{**kept, **changes}))


def _edited(session: Session, edit: TextEdit) -> dict[str, Any]:
    """Return the edits for a decision; a text equal to the generated one is not an edit."""
    edits = {
        "chosen_edit": None if edit.chosen == edit.pair.generated_chosen else edit.chosen,
        "rejected_edit": None if edit.rejected == edit.pair.generated_rejected else edit.rejected,
    }
    flags = None if edits["chosen_edit"] is edits["rejected_edit"] is None else _flags(session, edit.pair, edits)
    return {**edits, "flags": flags}


_KEPT = ("verdict", "scope", "reason", "note", "chosen_edit", "rejected_edit", "flags", "own_verdict")


def _flags(session: Session, record: PairRecord, edits: dict[str, str | None]) -> list[str]:
    """Return the flags of the edited texts, which do not count as truncated."""
    pair = session.get_one(Pair, record.id)
    edited_chosen, edited_rejected = edits["chosen_edit"] is not None, edits["rejected_edit"] is not None
    row = dataclasses.asdict(record) | {
        "chosen_text": edits["chosen_edit"] if edited_chosen else record.generated_chosen,
        "rejected_text": edits["rejected_edit"] if edited_rejected else record.generated_rejected,
        "chosen_truncated": pair.chosen_truncated and not edited_chosen,
        "rejected_truncated": pair.rejected_truncated and not edited_rejected,
    }
    return pair_flags(row)


def _reviewed(session: Session, project: Project, step_id: int) -> ReviewedRow:
    pairs = reviews.pairs_of(session, step_id)
    act = reviews.act_of(session, step_id)
    row = pair_row(session, project, pairs[0], act.reviewer)
    return ReviewedRow(cast(ReviewAct, act.kind), len(pairs), row)


def _who() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        return ""
