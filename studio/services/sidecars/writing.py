"""Write planned sidecars, so that all of them can be undone, also after a crash half way. No Qt, no database."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from studio.services.errors import OperationCancelled
from studio.services.sidecars.content import changes_for
from studio.services.sidecars.planning import OnProgress
from studio.services.sidecars.properties import NotXmp
from studio.services.sidecars.record import RecordRow, WriteRecord, digest, unwritable
from studio.services.sidecars.sidecar_files import read_sidecar, reason, replace_sidecar
from studio.services.sidecars.types import PlannedSidecar, SidecarPreview, SkippedFile, WrittenSidecars
from studio.services.sidecars.xmp import edit, read

_AT_ONCE = 64
"""Sidecars that share one sync of the record."""


def write(
    preview: SidecarPreview,
    record_folder: Path,
    on_progress: OnProgress = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> WrittenSidecars:
    """Write the sidecars of a preview. Each is complete or as it was, and what it held is recorded before. Any thread.

    A sidecar is read again before it is written, so that nothing is lost that another program wrote meanwhile. What
    cannot be written is skipped with its reason.

    Args:
        preview: from ``planning.plan``.
        record_folder: new for each run; ``undoing.undo`` needs it.
        on_progress: may raise OperationCancelled, which cancels.
        cancelled: asked before each sidecar. What is written stays, and can be undone.

    Raises:
        StudioError: the record cannot be begun; nothing was written.
    """
    run = _Run(preview, WriteRecord(record_folder), on_progress, cancelled)
    stopped = ""
    try:
        run.write_all()
    except OperationCancelled:
        run.cancelled = True
    except _RecordFull as full:
        stopped = str(unwritable(record_folder, full.error))
    return WrittenSidecars(run.created, run.changed, run.unchanged, tuple(run.skipped), run.cancelled, stopped)


class _RecordFull(Exception):  # noqa: N818  ends a run, is no error of the program
    def __init__(self, error: OSError) -> None:
        super().__init__(error)
        self.error = error


@dataclass(frozen=True, slots=True)
class _Prepared:
    row: RecordRow
    new: bytes


class _Run:
    def __init__(
        self, preview: SidecarPreview, record: WriteRecord, on_progress: OnProgress, cancelled: Callable[[], bool]
    ) -> None:
        self.created = self.changed = self.unchanged = 0
        self.skipped: list[SkippedFile] = []
        self.cancelled = False
        self._preview = preview
        self._record = record
        self._on_progress = on_progress
        self._asked = cancelled
        self._done = 0

    def write_all(self) -> None:
        """Write in batches, until all are written or the run is cancelled."""
        for batch in _batches(list(enumerate(self._preview.planned))):
            prepared = [one for number, planned in batch if (one := self._prepare(number, planned)) is not None]
            written: list[int] = []
            try:
                self._announce([one.row for one in prepared])
                for one in prepared:
                    self._step()
                    if self._put(one):
                        written.append(one.row.number)
            finally:
                self._confirm(written)

    def _prepare(self, number: int, planned: PlannedSidecar) -> _Prepared | None:
        """Return what to write; None if there is nothing to write, or a reason not to."""
        image, sidecar, options = planned.item.image, planned.sidecar.absolute(), self._preview.options
        if not image.is_file():
            self._skip(image, "The image is missing.")
            return None
        try:
            former = read_sidecar(sidecar)
            there = read(former) if former is not None else {}
            changes = changes_for(planned.item, planned.rating, options, there)
            new = edit(former, changes)
        except (OSError, NotXmp) as error:
            self._skip(image, reason(error, sidecar))
            return None
        if new == former:
            self.unchanged += 1
            self._done += 1
            return None
        rating, description = changes.get("Rating"), changes.get("Description")
        row = RecordRow(
            number,
            image,
            sidecar,
            former,
            digest(new),
            None if rating is None else rating.text,
            None if description is None else description.text,
        )
        return _Prepared(row, new)

    def _put(self, one: _Prepared) -> bool:
        """Write one sidecar, unless it has changed since it was read."""
        row = one.row
        try:
            if read_sidecar(row.sidecar) != row.former:
                self._skip(row.image, f"{row.sidecar.name} was changed by another program meanwhile. Write it again.")
                return False
            replace_sidecar(row.sidecar, one.new)
        except (OSError, NotXmp) as error:
            self._skip(row.image, reason(error, row.sidecar))
            return False
        self._done += 1
        if row.former is None:
            self.created += 1
        else:
            self.changed += 1
        return True

    def _announce(self, rows: Sequence[RecordRow]) -> None:
        try:
            if rows:
                self._record.announce(rows)
        except OSError as error:
            raise _RecordFull(error) from error

    def _confirm(self, numbers: Sequence[int]) -> None:
        """Record what was written. Not needed for an undo, which looks at the sidecars, only for its counts."""
        try:
            if numbers:
                self._record.written(numbers)
        except OSError as error:
            raise _RecordFull(error) from error

    def _step(self) -> None:
        if self._asked():
            raise OperationCancelled
        self._on_progress(self._done, len(self._preview.planned))

    def _skip(self, image: Path, text: str) -> None:
        self._done += 1
        self.skipped.append(SkippedFile(image, text))


def _batches(rows: Sequence[tuple[int, PlannedSidecar]]) -> Iterator[list[tuple[int, PlannedSidecar]]]:
    stream = iter(rows)
    while batch := list(islice(stream, _AT_ONCE)):
        yield batch
