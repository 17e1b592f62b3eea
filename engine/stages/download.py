"""Download a hub model before the first stage that loads it. Does not import torch and writes no journal.

Progress is reported in megabytes, complete files as a phase. A stop or a kill keeps every complete file and the
downloaded part of the current one: the next run resumes from there.
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
REPORT_SECONDS = 0.5
_UNIT = "MB"


def run(spec: DownloadSpec, ctx: RunContext) -> dict[str, Any]:
    """Download what is missing; nothing if everything is local. Only rank 0 works.

    Returns:
        base, commit, folder, files, bytes.

    Raises:
        StageError: no network, no such model, no access, no space, or a model that cannot be used.
        CancelledError: stopped on request; finished parts are kept.
    """
    if ctx.rank:
        return {}
    os.environ["HF_HUB_DISABLE_XET"] = "1"  # its transport hides progress and keeps no part of an interrupted file
    from engine.hub.fetching import fetch

    watcher = _ProgressReporter(ctx)
    found = fetch(spec.model.base, spec.model.revision, watcher, offline=spec.offline)
    if found.note:
        ctx.emit(Note("warning", "hub_unreachable", found.note))
    watcher.finish(found.bytes)
    text = f"{spec.model.base} is on this machine at commit {found.commit}: {found.files} files in {found.folder}."
    ctx.emit(Note("info", "model_here", text))
    return {
        "base": spec.model.base,
        "commit": found.commit,
        "folder": str(found.folder),
        "files": found.files,
        "bytes": found.bytes,
    }


class _ProgressReporter:
    """Turns the download's progress into events, at most a few per second."""

    def __init__(self, ctx: RunContext) -> None:
        self._ctx = ctx
        self._files = self._total = self._counted = 0
        self._started = False
        self._reported_at = self._counted_at = time.monotonic()

    def planned(self, model: HubModel, files: int, total: int, done: int) -> None:
        """Report the total amount of work."""
        self._files, self._total, self._counted, self._started = files, total, done, True
        done = min(_megabytes(done), _megabytes(total))
        self._ctx.emit(Started("download", _megabytes(total), _UNIT, done, device=""))
        text = f"{model.repo} at commit {model.commit}: {files} files, {total / 1e9:.2f} GB, into {cache_folder()}."
        self._ctx.emit(Note("info", "download_begins", text))

    def moved(self, done: int) -> None:
        """Report progress and speed, unless they were reported a moment ago."""
        now = time.monotonic()
        if not self._started or now - self._reported_at < REPORT_SECONDS:
            return
        self._reported_at = now
        self._ctx.emit(Progress(min(_megabytes(done), _megabytes(self._total)), _megabytes(self._total)))
        self._count(done, now)

    def file_done(self, name: str, files: int) -> None:
        """Report the number of complete files."""
        if self._started:
            self._ctx.emit(Phase("files", files, self._files))

    def check(self) -> None:
        """Check for a stop; a pause has the same effect, since nothing is lost."""
        self._ctx.check_cancelled()

    def finish(self, size: int) -> None:
        """Report completion."""
        total = _megabytes(self._total if self._started else size)
        if not self._started:
            self._ctx.emit(Started("download", total, _UNIT, total, device=""))
        self._ctx.emit(Phase(""))
        self._ctx.emit(Progress(total, total))

    def _count(self, done: int, now: float) -> None:
        """Report the speed since the last report, once there is a whole megabyte."""
        items = (done - self._counted) // MEGABYTE
        if items > 0:
            self._ctx.emit(Throughput(items, _UNIT, 0, round(now - self._counted_at, 4)))
            self._counted, self._counted_at = self._counted + items * MEGABYTE, now


def _megabytes(size: int) -> int:
    """Round up, so that progress reaches the total only at the end."""
    return -(-size // MEGABYTE)
