"""Bring a hub model onto this machine before the first stage that loads it. Needs no torch and writes no journal.

Progress is told in megabytes, complete files as a phase. A stop, or a kill, keeps every complete file and what there is
of the one on its way: the next run goes on from there.
"""

from __future__ import annotations

import os
import time
from typing import Any

from engine.contract.context import RunContext
from engine.contract.events import Note, Phase, Progress, Started, Throughput
from engine.contract.hub_cache import cache_folder
from engine.contract.hub_client import HubModel
from engine.contract.specs import DownloadSpec

MEGABYTE = 1_000_000
TELL_SECONDS = 0.5
_UNIT = "MB"


def run(spec: DownloadSpec, ctx: RunContext) -> dict[str, Any]:
    """Fetch what is not here yet; nothing where everything is.

    Returns:
        base, commit, folder, files, bytes.

    Raises:
        StageError: no network, no such model, no access, no space, or no model that can be used.
        CancelledError: stopped as asked; what was fetched is kept.
    """
    os.environ["HF_HUB_DISABLE_XET"] = "1"  # its transport hides progress and keeps nothing of a stopped file
    from engine.hub.fetching import fetch

    watcher = _Teller(ctx)
    found = fetch(spec.model.base, spec.model.revision, watcher, offline=spec.offline)
    if found.note:
        ctx.emit(Note("warning", "hub_unreachable", found.note))
    watcher.finish(found.bytes)
    text = f"{spec.model.base} is here at commit {found.commit}: {found.files} files in {found.folder}."
    ctx.emit(Note("info", "model_here", text))
    return {
        "base": spec.model.base,
        "commit": found.commit,
        "folder": str(found.folder),
        "files": found.files,
        "bytes": found.bytes,
    }


class _Teller:
    """Turns what the download tells into events, a few a second at most."""

    def __init__(self, ctx: RunContext) -> None:
        self._ctx = ctx
        self._files = self._total = self._counted = 0
        self._started = False
        self._told_at = self._counted_at = time.monotonic()

    def planned(self, model: HubModel, files: int, total: int, done: int) -> None:
        """Tell what there is to do."""
        self._files, self._total, self._counted, self._started = files, total, done, True
        done = min(_megabytes(done), _megabytes(total))
        self._ctx.emit(Started("download", _megabytes(total), _UNIT, done, device=""))
        text = f"{model.repo} at commit {model.commit}: {files} files, {total / 1e9:.2f} GB, into {cache_folder()}."
        self._ctx.emit(Note("info", "download_begins", text))

    def moved(self, done: int) -> None:
        """Tell progress and speed, unless that was told a moment ago."""
        now = time.monotonic()
        if not self._started or now - self._told_at < TELL_SECONDS:
            return
        self._told_at = now
        self._ctx.emit(Progress(min(_megabytes(done), _megabytes(self._total)), _megabytes(self._total)))
        self._count(done, now)

    def file_done(self, name: str, files: int) -> None:
        """Tell how many files are complete."""
        if self._started:
            self._ctx.emit(Phase("files", files, self._files))

    def check(self) -> None:
        """Hear a stop: a pause too, for nothing is lost by it."""
        self._ctx.check_cancelled()

    def finish(self, size: int) -> None:
        """The last word on progress."""
        total = _megabytes(self._total if self._started else size)
        if not self._started:
            self._ctx.emit(Started("download", total, _UNIT, total, device=""))
        self._ctx.emit(Phase(""))
        self._ctx.emit(Progress(total, total))

    def _count(self, done: int, now: float) -> None:
        """Speed since it was told last, once there is a whole megabyte."""
        items = (done - self._counted) // MEGABYTE
        if items > 0:
            self._ctx.emit(Throughput(items, _UNIT, 0, round(now - self._counted_at, 4)))
            self._counted, self._counted_at = self._counted + items * MEGABYTE, now


def _megabytes(size: int) -> int:
    """Rounded up, so that nothing is done before all of it is."""
    return -(-size // MEGABYTE)
