"""Read a file of instructions: every row is an instruction, or refused with the reason. No Qt, no torch."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from studio.services.errors import StudioError
from studio.services.imports.formats.path_index import MISSING_FILE, PathIndex, shared_folders
from studio.services.imports.formats.records import ImportNote, Record, Refused, RefusedError
from studio.services.imports.types import Refusal
from studio.services.instructions.conversations import ParsedRow
from studio.services.instructions.instruction_formats import FORMATS, find_format, read_rows
from studio.services.instructions.question_types import question_type
from studio.services.instructions.types import (
    QUESTION_TYPES,
    Instruction,
    InstructionSet,
    InstructionSummary,
)

_VARIABLE = re.compile(r"'[^']*'|\"[^\"]*\"|\d[\d,]*")
"""What differs between reasons that are the same."""
_Row = tuple[int, ParsedRow]


def read_instructions(file: Path, images: Path, format: str | None = None) -> InstructionSet:
    """Read every row of a file.

    A row that repeats images and texts of another one is refused; rows that only have the same id are kept, since
    several questions about an image may have its id. If no image is found, folders with which all paths begin are left
    out, as in the label importer.

    Args:
        file: JSON, JSON lines, or a table.
        images: the folder to which its paths are relative.
        format: a name in ``FORMATS``; None: by content.

    Raises:
        StudioError: the file cannot be read at all, or there is no such format or folder.
    """
    if not images.is_dir():
        raise StudioError(f"The images folder {images} does not exist.", "Check the path.")
    if format is not None and format not in FORMATS:
        raise StudioError(f"There is no format {format!r}.", f"Known formats: {', '.join(FORMATS)}.")
    if format is not None and not file.is_file():
        raise StudioError(f"The file {file} does not exist.", "Check the path.")
    chosen = find_format(file) if format is None else FORMATS[format]
    rows: list[_Row] = []
    refused: list[Refusal] = []
    warnings: list[str] = []
    for entry in read_rows(file, chosen):
        if isinstance(entry, ImportNote):
            warnings.append(entry.text)
        elif isinstance(entry, Refused):
            refused.append(Refusal(entry.line, entry.value, entry.reason, file.name))
        else:
            rows.append(entry)
    finder, note = _finder(rows, images)
    accepted, more = _accepted(rows, finder, file.name)
    refused = sorted([*refused, *more], key=lambda one: one.line)
    warnings += [*note, *_same_ids(accepted)]
    return InstructionSet(chosen.name, tuple(accepted), tuple(refused), tuple(warnings), finder.missing)


def summarise(found: InstructionSet) -> InstructionSummary:
    """Return the figures of a file."""
    types = Counter(one.question_type for one in found.instructions)
    reasons = Counter(reason_kind(one.reason) for one in found.refused)
    return InstructionSummary(
        read=found.read,
        accepted=len(found.instructions),
        refused=len(found.refused),
        reasons=dict(reasons.most_common()),
        types={name: types[name] for name in QUESTION_TYPES},
        turns=sum(len(one.turns) for one in found.instructions),
        multi_turn=sum(len(one.turns) > 1 for one in found.instructions),
        multi_image=sum(len(one.images) > 1 for one in found.instructions),
        images=len({path for one in found.instructions for path in one.images}),
        images_missing=found.images_missing,
    )


def reason_kind(reason: str) -> str:
    """Return a reason without what differs from row to row: numbers, quoted names, and the file that is meant."""
    return MISSING_FILE if reason.startswith(MISSING_FILE) else _VARIABLE.sub("...", reason)


class _Finder:
    """Finds images, each once: a file has many rows about one image."""

    def __init__(self, index: PathIndex) -> None:
        self._index = index
        self._known: dict[str, str | RefusedError] = {}

    @property
    def missing(self) -> int:
        """Return how many of the images that were looked for do not exist."""
        refusals = (one.reason for one in self._known.values() if isinstance(one, RefusedError))
        return sum(reason.startswith(MISSING_FILE) for reason in refusals)

    def find(self, text: str) -> str | RefusedError:
        """Return the path below the images folder, or why there is none."""
        known = self._known.get(text)
        if known is None:
            try:
                known = self._index.find(Record("", 0, text, None))[0]
            except RefusedError as error:
                known = RefusedError(error.value[:200], error.reason)
            self._known[text] = known
        return known


def _finder(rows: Sequence[_Row], images: Path) -> tuple[_Finder, list[str]]:
    """Return what finds the images, and a note if it leaves out a folder with which all paths begin."""
    finder = _Finder(PathIndex(images))
    texts = list(dict.fromkeys(text for _, row in rows for text in row.images))
    if any(isinstance(finder.find(text), str) for text in texts):
        return finder, []
    for prefix in shared_folders(texts):
        shorter = _Finder(PathIndex(images, None, prefix))
        if any(isinstance(shorter.find(text), str) for text in texts):
            return shorter, [f"The paths begin with {prefix}, which is not in the images folder; it was left out."]
    return finder, []


def _accepted(rows: Sequence[_Row], finder: _Finder, file: str) -> tuple[list[Instruction], list[Refusal]]:
    accepted: list[Instruction] = []
    refused: list[Refusal] = []
    seen: dict[bytes, int] = {}
    for number, row in rows:
        paths = [finder.find(text) for text in row.images]
        problem = next((path for path in paths if isinstance(path, RefusedError)), None)
        if problem is not None:
            refused.append(Refusal(number, problem.value, problem.reason, file))
            continue
        found = tuple(path for path in paths if isinstance(path, str))
        first = seen.setdefault(_digest(found, row), number)
        if first != number:
            reason = f"duplicate: row {first} has the same images and texts"
            refused.append(Refusal(number, row.source_id[:80] or found[0], reason, file))
            continue
        kind = question_type(row.turns[0].question, row.turns[0].answer)
        accepted.append(Instruction(found, row.turns, row.source_id, file, number, kind, row.system))
    return accepted, refused


def _digest(images: tuple[str, ...], row: ParsedRow) -> bytes:
    digest = hashlib.blake2b(digest_size=16)
    for text in (*images, row.system, *(part for turn in row.turns for part in (turn.question, turn.answer))):
        data = text.encode()
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.digest()


def _same_ids(accepted: Sequence[Instruction]) -> list[str]:
    counts = Counter(one.source_id for one in accepted if one.source_id)
    doubled = [name for name, count in counts.items() if count > 1]
    if not doubled:
        return []
    many = "1 id is" if len(doubled) == 1 else f"{len(doubled):,} ids are"
    return [f"{many} in several rows with different texts, such as {doubled[0][:80]!r}; all of these rows were kept."]
