"""Import pairs that were edited elsewhere: changed texts become edits, nothing else changes. No Qt, no torch.

A row is matched by ``iteration``, ``image_path`` and ``draw``; where some of these are missing, by those that there
are, and by one of its answers if they leave several pairs. A row that does not match exactly one pair is rejected with
the reason.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from db.queries import pairs as queries
from db.queries.pairs import PairRecord
from engine.contract.prompts import format_answer, parse_answer
from studio.services.exports.pair_files import BadRow, FileRow, RowRefused, bare_name, read_rows
from studio.services.exports.preference_pairs import KEY
from studio.services.imports.types import Refusal
from studio.services.projects.project import Project
from studio.services.review.review_steps import TextEdit, edit_many

_NO_PAIR = "this project has no such pair, or the pair was regenerated"
_FORM = "the {0} answer does not have the form “#Score: {1}”, a new line, “#Explain: text”"


@dataclass(frozen=True, slots=True)
class PairsRead:
    """``read == changed + unchanged + len(refused)``.

    Attributes:
        missing: pairs of the file's iterations without a row in the file that were not vetoed before.
        vetoed: how many of these were vetoed, if requested.
        unknown: rejected rows whose pair is unknown; they may be the missing ones, so nothing is vetoed then.
    """

    read: int
    changed: int
    unchanged: int
    refused: tuple[Refusal, ...]
    missing: int
    vetoed: int
    unknown: int


def import_pairs(project: Project, file: Path, *, veto_missing: bool = False) -> PairsRead:
    """Import an edited preference file, in one transaction and one review step, which one undo reverts.

    ``veto_missing`` vetoes the pairs without a row, but only if the pair of every row is known: a damaged row does not
    count as a removed one.

    Raises:
        StudioError: the file cannot be read.
    """
    rows = list(read_rows(file))
    with project.session() as session:
        matching = _Matching(queries.page(session), project.images_root())
        taken = _take(rows, matching)
        missing = [
            pair.id
            for pair in matching.records
            if pair.iteration in taken.iterations and pair.id not in taken.named and pair.verdict != "veto"
        ]
        vetoes = missing if veto_missing and not taken.unknown else []
        edit_many(session, taken.edits, vetoes, source=file.name)
    counts = len(missing), len(vetoes), taken.unknown
    return PairsRead(len(rows), len(taken.edits), taken.unchanged, tuple(taken.refused), *counts)


@dataclass(slots=True)
class _Taken:
    edits: list[TextEdit] = field(default_factory=list)
    unchanged: int = 0
    refused: list[Refusal] = field(default_factory=list)
    unknown: int = 0
    named: dict[int, int] = field(default_factory=dict)
    iterations: set[int] = field(default_factory=set)


def _take(rows: list[FileRow | BadRow], matching: _Matching) -> _Taken:
    taken = _Taken()
    for row in rows:
        if isinstance(row, BadRow):
            taken.refused.append(Refusal(row.line, row.value, row.reason))
            taken.unknown += 1
            continue
        try:
            edit = _taken_row(row, matching, taken)
        except RowRefused as reason:
            taken.refused.append(Refusal(row.line, row.image, str(reason)))
            continue
        if edit is None:
            taken.unchanged += 1
        else:
            taken.edits.append(edit)
    return taken


def _taken_row(row: FileRow, matching: _Matching, taken: _Taken) -> TextEdit | None:
    try:
        pair = matching.find(row)
    except RowRefused:
        taken.unknown += 1
        raise
    if pair.id in taken.named:
        raise RowRefused(f"line {taken.named[pair.id]} has the same pair")
    taken.named[pair.id] = row.line
    taken.iterations.add(pair.iteration)
    chosen = _text(row.chosen, pair.chosen_score, pair.chosen_text, "chosen")
    rejected = _text(row.rejected, pair.rejected_score, pair.rejected_text, "rejected")
    if (chosen, rejected) == (pair.chosen_text, pair.rejected_text):
        return None
    return TextEdit(pair, chosen, rejected)


def _text(answer: str, label: int, now: str, name: str) -> str:
    """Return the explanation in an answer; the current text if the answer is unchanged since the export."""
    if answer == format_answer(label, now):
        return now
    parsed = parse_answer(answer)
    if parsed.label is not None and parsed.label != label:
        raise RowRefused(
            f"the {name} answer's score is {parsed.label}, the pair's is {label}; scores cannot be changed"
        )
    if not parsed.ok:
        raise RowRefused(_FORM.format(name, label))
    return parsed.text


class _Matching:
    """Finds the project's pairs by the information in a row."""

    def __init__(self, records: list[PairRecord], root: Path) -> None:
        self.records = records
        self._root = root
        self._by_path: dict[str, list[PairRecord]] = defaultdict(list)
        self._by_name: dict[str, list[PairRecord]] = defaultdict(list)
        for pair in records:
            self._by_path[pair.path].append(pair)
            self._by_name[pair.name].append(pair)

    def find(self, row: FileRow) -> PairRecord:
        """Return the pair of a row."""
        of_image = self._of_path(row.image_path) if row.image_path else self._of_image(row.image)
        keyed = row.iteration is not None or row.draw is not None
        if not of_image:
            raise RowRefused(_NO_PAIR if row.image_path and keyed else "no pair of this project has this image")
        found = [pair for pair in of_image if _has_key(row, pair)]
        if not found:
            raise RowRefused(_NO_PAIR)
        if keyed and len(found) == 1 and (row.draw is not None or not found[0].draw):
            return found[0]  # without a draw, one that was never regenerated
        alike = [pair for pair in found if _shares_an_answer(row, pair)]
        if len(alike) != 1:
            why = "both answers differ from" if not alike else "its answers match several of"
            missing = [name for name in KEY if getattr(row, name) in (None, "")]
            raise RowRefused(f"{why} the image's pairs, and the row has no {', '.join(missing)}")
        return alike[0]

    def _of_path(self, path: str) -> list[PairRecord]:
        return self._by_path.get(path) or self._by_path.get(path.replace("\\", "/"), [])

    def _of_image(self, image: str) -> list[PairRecord]:
        path = Path(image)
        if path.is_absolute() and path.is_relative_to(self._root):
            image = path.relative_to(self._root).as_posix()
        return self._by_path.get(image) or (self._by_name.get(image, []) if image == bare_name(image) else [])


def _has_key(row: FileRow, pair: PairRecord) -> bool:
    return row.iteration in (None, pair.iteration) and row.draw in (None, pair.draw)


def _shares_an_answer(row: FileRow, pair: PairRecord) -> bool:
    chosen = {format_answer(pair.chosen_score, text) for text in (pair.chosen_text, pair.generated_chosen)}
    rejected = {format_answer(pair.rejected_score, text) for text in (pair.rejected_text, pair.generated_rejected)}
    return row.chosen in chosen or row.rejected in rejected
