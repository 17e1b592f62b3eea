"""Process image rows in fixed batches with a journal: the common part of pair generation and prediction.

Batches are formed from the input alone, so that a resumed run computes the same batches as an uninterrupted one.
Independent of what is computed for an image.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from PIL import Image

from engine import images
from engine.contract.context import Journal, RunContext, StageError, complete_rows, read_jsonl
from engine.contract.events import Note, Progress, Rows, Started
from engine.contract.oom import translate_oom
from engine.contract.specs import ImageLimits
from engine.images import ImageProblem
from engine.usage import Meter

Row = dict[str, Any]
Key = tuple[Any, ...]
WINDOW = 16
"""Batches among which rows are ordered by the size of their image: the first results come early nevertheless."""
Process = Callable[[list[Row], list[Image.Image]], list[Row]]
Misfit = Callable[[Row, Image.Image], str | None]
OpenImage = Callable[[Row, ImageLimits], Image.Image]
_MEMORY_REMEDY = (
    "Set a smaller batch_size, max_new_tokens or longest_side, or close other programs that use memory; "
    "then run the loop again."
)


def open_image(row: Row, limits: ImageLimits) -> Image.Image:
    """Return the image of a row, prepared as always."""
    return images.load(row["path"], limits)


@dataclass(frozen=True, slots=True)
class Opened:
    """A batch's rows with their images, and the rows whose image cannot be used, with the reason."""

    rows: list[Row]
    images: list[Image.Image]
    problems: list[tuple[Row, ImageProblem]]

    def separate_misfits(self, misfit: Misfit) -> None:
        """Move the rows that do not fit to those with a problem."""
        reasons = [misfit(row, image) for row, image in zip(self.rows, self.images, strict=True)]
        kept = [
            (row, image) for row, image, reason in zip(self.rows, self.images, reasons, strict=True) if reason is None
        ]
        self.problems.extend(
            (row, ImageProblem(Path(row["path"]), reason))
            for row, reason in zip(self.rows, reasons, strict=True)
            if reason is not None
        )
        self.rows[:], self.images[:] = [row for row, _ in kept], [image for _, image in kept]


@dataclass(slots=True)
class ImageRows:
    """One rank's share of a stage's rows.

    Args:
        ctx: the run.
        stage: the stage's name, for its events.
        key: names of the row fields that identify a row.
        limits: how images are prepared.
        device: the model's device.
        batches: the rank's rows in fixed batches.
        total: rows of all ranks.
        speed: counted by ``process``.
        open: returns the image of a row, on another thread; raises ImageProblem if it cannot be used.
    """

    ctx: RunContext
    stage: str
    key: Sequence[str]
    limits: ImageLimits
    device: torch.device
    batches: list[list[Row]]
    total: int
    speed: Speed
    open: OpenImage = open_image
    journal: Journal = field(init=False)
    _done: dict[Key, Row] = field(init=False)
    _meter: Meter = field(init=False)

    def __post_init__(self) -> None:
        """Open the journal and read what all ranks have finished so far."""
        self.journal = Journal(self.ctx.folder.journal(self.ctx.rank))
        self._meter = Meter(self.ctx, "images", self.device)
        found = [row for path in self.ctx.folder.journals() for row in complete_rows(path)]
        self._done = {self._key(row): row for row in found}

    def run(self, process: Process, misfit: Misfit) -> list[Row]:
        """Process all batches that are not complete in the journal, then wait for the other ranks.

        Returns:
            The journal rows of this share; for rank 0, those of all ranks.

        Args:
            process: returns the journal row of each readable row of a batch, in order; called on whole batches only.
            misfit: returns why the image of a row does not fit into the model; such a row gets a problem.

        Raises:
            StageError: not one image could be used.
            MemoryExhaustedError: a batch does not fit into memory.
            CancelledError: stopped on request; finished batches are kept.
        """
        pending = [batch for batch in self.batches if not all(self._is_done(row) for row in batch)]
        open_rows = {id(batch) for batch in pending}
        done = sum(len(batch) for batch in self.batches if id(batch) not in open_rows)
        self.ctx.emit(Started(self.stage, self.total, "images", self._of_all(done), device=self.device.type))
        try:
            for batch, opened in self._opened(pending):
                self._store(opened, self._process(process, misfit, opened))
                done += len(batch)
                self.ctx.emit(Progress(self._of_all(done), self.total))
        finally:
            self._meter.report()
            self.journal.close()
        return self._finish()

    def _process(self, process: Process, misfit: Misfit, opened: Opened) -> list[Row]:
        opened.separate_misfits(misfit)
        if not opened.rows:
            return []
        tokens, busy = self.speed.tokens, self.speed.busy
        count = len(opened.rows)
        with translate_oom(f"{count} images at once", _MEMORY_REMEDY, batch=count):
            results = process(opened.rows, opened.images)
        self._meter.add(len(results), self.speed.tokens - tokens, self.speed.busy - busy)
        return results

    def _opened(self, pending: Sequence[list[Row]]) -> Iterator[tuple[list[Row], Opened]]:
        """Yield each pending batch with its images; the next batch is read during the processing of the current one."""
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="images") as pool:
            ahead: Future[Opened] | None = pool.submit(self._open, pending[0]) if pending else None
            for index, batch in enumerate(pending):
                assert ahead is not None
                self.ctx.check_cancelled()
                opened = ahead.result()
                ahead = pool.submit(self._open, pending[index + 1]) if index + 1 < len(pending) else None
                yield batch, opened

    def _open(self, rows: Sequence[Row]) -> Opened:
        opened = Opened([], [], [])
        for row in rows:
            try:
                opened.images.append(self.open(row, self.limits))
                opened.rows.append(row)
            except ImageProblem as problem:
                opened.problems.append((row, problem))
        return opened

    def _store(self, opened: Opened, results: list[Row]) -> None:
        """Append what the journal lacks; a row with a problem is superseded by one without."""
        for row, problem in opened.problems:
            if self._key(row) not in self._done:
                results.append({**{name: row[name] for name in self.key}, "problem": problem.reason})
                self.ctx.emit(Note("warning", "image_problem", problem.message))
        new = [row for row in results if "problem" in self._done.get(self._key(row), {"problem": ""})]
        self.journal.append(new)
        self._done.update((self._key(row), row) for row in new)
        self.ctx.emit(Rows(len(self.journal.rows)))
        self._meter.report_memory()

    def _finish(self) -> list[Row]:
        self.ctx.wait_for_ranks("rows")
        rows = [self._done[self._key(row)] for batch in self.batches for row in batch]
        if self.ctx.world_size > 1 and self.ctx.rank == 0:
            rows = self._of_all_ranks()
        problems = [row for row in rows if "problem" in row]
        if self.ctx.rank == 0 and rows and len(problems) == len(rows):
            first = f"{self.batches[0][0]['path']}: {problems[0]['problem']}."
            raise StageError(
                f"None of the {len(rows)} images can be used; the first is {first}"
                if len(rows) > 1
                else f"The only image cannot be used: {first}",
                "Check whether an image viewer opens these files. If it does, the settings longest_side and "
                "max_new_tokens may be too large for the model.",
            )
        return rows

    def _of_all_ranks(self) -> list[Row]:
        """Return the last journal row of each input row of all ranks."""
        found = {self._key(row): row for path in self.ctx.folder.journals() for row in complete_rows(path)}
        wanted = (self._key(row) for row in read_jsonl(self.ctx.folder.input))
        return [found[key] for key in wanted if key in found]

    def _is_done(self, row: Row) -> bool:
        """Return whether the row is finished; a row with a problem is repeated if its image has become usable."""
        found = self._done.get(self._key(row))
        return found is not None and ("problem" not in found or not self._open([row]).rows)

    def _key(self, row: Row) -> Key:
        return tuple(row[name] for name in self.key)

    def _of_all(self, done: int) -> int:
        return min(self.total, done * self.ctx.world_size)


def share(rows: Sequence[Row], ctx: RunContext) -> list[Row]:
    """Return every ``world_size``-th row, starting with this rank's."""
    return list(rows[ctx.rank :: ctx.world_size])


def in_batches(rows: Sequence[Row], size: int, limits: ImageLimits) -> list[list[Row]]:
    """Return batches of ``size`` rows; the last may be smaller.

    Images of one size have the same number of tokens, so that they pad nothing in a common batch: within every
    ``WINDOW`` batches, rows are ordered by the size of their prepared image where it is known.

    Raises:
        StageError: ``size`` is not positive.
    """
    if size < 1:
        raise StageError(f"The batch size {size} is not positive.", "Set a batch size of 1 or more.")
    window = WINDOW * size
    ordered = [
        row
        for start in range(0, len(rows), window)
        for row in sorted(rows[start : start + window], key=lambda row: _prepared_size(row, limits))
    ]
    return [ordered[start : start + size] for start in range(0, len(rows), size)]


def _prepared_size(row: Row, limits: ImageLimits) -> tuple[int, int]:
    """Return pixels and width of the row's image as the model sees it; zeros if its size is not known."""
    known = row.get("size")
    if not known:
        return 0, 0
    width, height = images.fitted((known[0], known[1]), limits.longest_side)
    return width * height, width


@dataclass(slots=True)
class Speed:
    """Number of generated tokens, seconds spent on them, and all seconds of computing (``busy``)."""

    tokens: int = 0
    seconds: float = 0.0
    busy: float = 0.0

    def add(self, tokens: int, since: float) -> None:
        """Count ``tokens`` generated since the ``time.perf_counter()`` value ``since``; 0 if only labels were read."""
        elapsed = time.perf_counter() - since
        self.tokens += tokens
        self.seconds += elapsed if tokens else 0.0
        self.busy += elapsed

    def per_second(self) -> float:
        """Return tokens per second; 0 if nothing was generated."""
        return round(self.tokens / self.seconds, 1) if self.seconds else 0.0
