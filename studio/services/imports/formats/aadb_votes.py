"""AADB's individual ratings: ``AADB_AllinAll.csv``, the published results of the crowd's tasks.

A row is one worker's task of ten images: ``WorkerId``, ``Input.image_url1`` to 10 and ``Answer.overallScore1`` to 10,
from 1 to 5. An image is named by its address: ``http://farm1.static.../333/194_b.jpg`` is ``farm1_333_194_b.jpg``. The
published scores are means on a scale from 0 to 1, so a vote v becomes (v - 1) / 4.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from studio.services.imports.formats.numbers import finite_number, mean_and_deviation
from studio.services.imports.formats.records import ImportNote, Item, Record, Refused
from studio.services.imports.formats.tables import table_rows
from studio.services.imports.formats.text import TableRow

FILE_NAME = "AADB_AllinAll.csv"
IMAGES_A_TASK = 10
_URL, _SCORE, _WORKER = "Input.image_url", "Answer.overallScore", "WorkerId"
_LOW, _HIGH = 1, 5


@dataclass(slots=True)
class _Votes:
    raters: dict[str, float] = field(default_factory=dict)
    lines: list[int] = field(default_factory=list)


@dataclass(slots=True)
class VotesByImage:
    """All votes of the file, to be joined with the images of the lists. ``file`` None: there are no votes."""

    file: Path | None
    _known: dict[str, _Votes] = field(default_factory=dict)

    @classmethod
    def beside(cls, source: Path) -> VotesByImage:
        """Read from the folder of the label file or of the lists, or from its parent."""
        folder = source if source.is_dir() else source.parent
        return cls(
            next((place / FILE_NAME for place in (folder, folder.parent) if (place / FILE_NAME).is_file()), None)
        )

    def read(self) -> Iterator[Item]:
        """Group the votes by image; yields the invalid ones."""
        if self.file is None:
            return
        for row in table_rows(self.file, (_WORKER, f"{_URL}1", f"{_SCORE}1")):
            if isinstance(row, TableRow):
                yield from self._take(row)
            elif isinstance(row, Refused):
                yield Refused(row.file, row.line, row.value, row.reason, vote=True)
            else:
                yield ImportNote(row.text)

    def joined(self, record: Record) -> Record:
        """Return the record with its votes; its score stays as published."""
        votes = self._known.pop(record.image, None)
        if votes is None:
            return record
        values = tuple(votes.raters.items())
        deviation = mean_and_deviation([value for _, value in values])[1]
        return Record(
            record.file, record.line, record.image, record.score, record.lookup, deviation, len(values), record.split,
            record.group, record.tags, values, tuple(votes.lines), record.spellings,
        )  # fmt: skip

    def left(self) -> Iterator[Refused]:
        """Yield votes on images that are in no list."""
        for image, votes in self._known.items():
            for line in votes.lines:
                yield Refused(FILE_NAME, line, image, "the image is not in any list", vote=True)

    def _take(self, row: TableRow) -> Iterator[Refused]:
        worker = row.cells.get(_WORKER, "").strip()
        for number in range(1, IMAGES_A_TASK + 1):
            url, score = row.cells.get(f"{_URL}{number}", "").strip(), row.cells.get(f"{_SCORE}{number}", "").strip()
            if not url and not score:
                continue
            reason = self._keep(_name(url), worker, finite_number(score), row.line)
            if reason:
                yield Refused(FILE_NAME, row.line, f"{url}, {worker}, {score}", reason, vote=True)

    def _keep(self, image: str, worker: str, vote: float | None, line: int) -> str:
        """Add a vote, or return the reason why not."""
        if not image or not worker:
            return "the image name is missing" if not image else "the worker is missing"
        if vote is None or not _LOW <= vote <= _HIGH:
            return f"the vote is not a number from {_LOW} to {_HIGH}"
        votes = self._known.setdefault(image, _Votes())
        if worker in votes.raters:
            return "duplicate: the worker has already rated this image"
        votes.raters[worker] = (vote - _LOW) / (_HIGH - _LOW)
        votes.lines.append(line)
        return ""


def _name(url: str) -> str:
    """Return the file's name in the data set; empty if the address is not one of its images."""
    parts = urlsplit(url)
    path = [part for part in parts.path.split("/") if part]
    host = (parts.hostname or "").partition(".")[0]
    return f"{host}_{path[0]}_{path[-1]}" if host and len(path) > 1 else ""
