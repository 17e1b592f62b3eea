"""Remove from sidecars what a run has written, also after a crash and a restart. No Qt, no database."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from studio.services.errors import OperationCancelled
from studio.services.sidecars.content import undo_changes
from studio.services.sidecars.planning import OnProgress
from studio.services.sidecars.properties import NotXmp
from studio.services.sidecars.record import RecordRow, StoredRecord, digest, unwritable
from studio.services.sidecars.sidecar_files import delete_sidecar, read_sidecar, reason, remove_part, replace_sidecar
from studio.services.sidecars.types import SkippedFile, UndoneSidecars
from studio.services.sidecars.xmp import edit, is_empty, read

_AT_ONCE = 64
"""Sidecars that share one sync of the record."""


def left_to_undo(record_folder: Path) -> int:
    """Return how many sidecars of a run an undo would look at.

    Raises:
        StudioError: there is no record, or it cannot be read.
    """
    record = StoredRecord(record_folder)
    return len(record.announced - record.undone)


def undo(
    record_folder: Path,
    on_progress: OnProgress = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> UndoneSidecars:
    """Undo a run. It can be repeated: what is undone already is left alone. Of several runs, undo the newest first.

    A sidecar that did not exist is deleted, one that existed gets its former bytes. If another program changed it
    since, only what the run wrote is taken out: our own properties, and rating and description if they still have the
    written values.

    Args:
        record_folder: that of the run.
        on_progress: may raise OperationCancelled, which cancels.
        cancelled: asked before each sidecar; the rest can be undone later.

    Raises:
        StudioError: there is no record, or it cannot be read or written.
    """
    run = _Undo(StoredRecord(record_folder))
    total = len(run.record.announced - run.record.undone)
    stopped = False
    try:
        run.record.mend()
    except OSError as error:
        raise unwritable(record_folder, error) from error
    try:
        for done, row in enumerate(run.record.left()):
            if cancelled():
                raise OperationCancelled
            on_progress(done, total)
            run.take_back(row)
    except OperationCancelled:
        stopped = True
    finally:
        try:
            run.mark()
        except OSError as error:
            raise unwritable(record_folder, error) from error
    return UndoneSidecars(run.deleted, run.restored, run.cleaned, run.gone, tuple(run.skipped), stopped)


class _Undo:
    def __init__(self, record: StoredRecord) -> None:
        self.record = record
        self.deleted = self.restored = self.cleaned = self.gone = 0
        self.skipped: list[SkippedFile] = []
        self._finished: list[int] = []

    def take_back(self, row: RecordRow) -> None:
        """Undo one sidecar."""
        try:
            self._take_back(row)
        except (OSError, NotXmp) as error:
            self.skipped.append(SkippedFile(row.image, reason(error, row.sidecar)))
            return
        self._finished.append(row.number)
        if len(self._finished) >= _AT_ONCE:
            self.mark()

    def mark(self) -> None:
        """Store what is undone.

        Raises:
            OSError: it cannot be stored.
        """
        if self._finished:
            self.record.mark_undone(self._finished)
            self._finished = []

    def _take_back(self, row: RecordRow) -> None:
        remove_part(row.sidecar)
        now = read_sidecar(row.sidecar)
        if now is None:
            self.gone += row.number in self.record.written
        elif now == row.former:
            pass  # it was never written
        elif digest(now) != row.digest:
            self._take_out(row, now)
        elif row.former is None:
            delete_sidecar(row.sidecar)
            self.deleted += 1
        else:
            replace_sidecar(row.sidecar, row.former)
            self.restored += 1

    def _take_out(self, row: RecordRow, now: bytes) -> None:
        """Take what was written out of a sidecar that was changed since."""
        former = read(row.former) if row.former is not None else {}
        new = edit(now, undo_changes(former, read(now), row.rating, row.description))
        if new == now:
            return
        if row.former is None and is_empty(new):
            delete_sidecar(row.sidecar)
            self.deleted += 1
        else:
            replace_sidecar(row.sidecar, new)
            self.cleaned += 1
