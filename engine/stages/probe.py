"""Faithfulness probe: what a version scores and says about degraded copies of images, and the figures that follow.

Journal rows: image_id, degradation ("none" for the image itself), strength, logprobs (natural logarithm, ten values),
label, text, raw, parse_ok, truncated; or image_id, degradation, strength, problem for an unusable image.
"""

from __future__ import annotations

import io
import time
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from engine import images
from engine.contract.atomic_files import atomic_file
from engine.contract.context import RunContext, read_jsonl
from engine.contract.degradations.kinds import UNTOUCHED, copy_file
from engine.contract.prompts import parse_answer
from engine.contract.specs import ImageLimits, PredictSpec, ProbeSpec
from engine.degradations.registry import degrade
from engine.devices import device_of
from engine.generation.batched_answers import LazyAnswerer
from engine.measuring.probe_figures import copy_of, figures
from engine.stages.image_rows import ImageRows, Row, Speed, in_batches, share

if TYPE_CHECKING:
    from engine.generation.answers import FreeAnswer

KEY = ("image_id", "degradation", "strength")
_KEPT = 4
"""Images held in memory: all copies of one are read one after the other."""


def run(spec: ProbeSpec, ctx: RunContext) -> dict[str, Any]:
    """Answer all input rows that have no answer yet, then compute the figures (rank 0).

    Returns:
        rows, problems, format_failures, tokens, seconds, tokens_per_second; figures: see
        ``engine.measuring.probe_figures``; prefix_tokens: see ``LazyAnswerer.computed``.

    Raises:
        StageError: a model, a setting or images that cannot be used.
        CancelledError: stopped on request; finished batches are kept.
    """
    rows = list(read_jsonl(ctx.folder.input))
    shown = set(list(dict.fromkeys(row["image_id"] for row in rows))[: spec.examples])
    prober = _Prober(spec, LazyAnswerer(_answering(spec), ctx), shown if spec.examples_folder else set())
    batches = in_batches(share(rows, ctx), prober.model.batch_size(), spec.image)
    work = ImageRows(
        ctx, "probe", KEY, spec.image, device_of(spec.model), batches, len(rows), prober.speed, prober.open
    )
    found = work.run(prober.process, prober.misfit)
    computed = figures(spec, rows, found) if ctx.rank == 0 else []
    return _summary(found, prober.speed) | {"figures": computed} | prober.model.computed()


def _answering(spec: ProbeSpec) -> PredictSpec:
    """Return how the answers are generated: as in a prediction."""
    return PredictSpec(
        model=spec.model,
        prompt=spec.prompt,
        max_new_tokens=spec.max_new_tokens,
        batch_size=spec.batch_size,
        image=spec.image,
    )


@dataclass(slots=True)
class _Prober:
    """Opens, degrades and answers the copies of a batch; ``shown`` are the images whose copies are kept."""

    spec: ProbeSpec
    model: LazyAnswerer
    shown: set[int]
    speed: Speed = field(default_factory=Speed)
    _opened: OrderedDict[str, Image.Image] = field(default_factory=OrderedDict)

    def open(self, row: Row, limits: ImageLimits) -> Image.Image:
        """Return the copy of a row: the image as the model is to see it, degraded."""
        image = self._opened.get(row["path"])
        if image is None:
            image = self._opened[row["path"]] = images.load(row["path"], limits)
            while len(self._opened) > _KEPT:
                self._opened.popitem(last=False)
        if row["degradation"] == UNTOUCHED:
            return image
        copy = degrade(image, row["degradation"], row["strength"], seed=self.spec.seed, image_id=row["image_id"])
        if row["image_id"] in self.shown:
            self._keep(copy, row)
        return copy

    def _keep(self, copy: Image.Image, row: Row) -> None:
        """Write a copy for people to look at; another one of the same name is replaced."""
        target = Path(self.spec.examples_folder or "") / copy_file(*copy_of(row))
        stored = io.BytesIO()
        copy.save(stored, "JPEG", quality=92)
        with suppress(OSError):  # the probe itself does not need it
            target.parent.mkdir(parents=True, exist_ok=True)
            with atomic_file(target, durable=False) as part:
                part.write_bytes(stored.getvalue())

    def misfit(self, _row: Row, image: Image.Image) -> str | None:
        return self.model.misfit(image, self.spec.max_new_tokens)

    def process(self, rows: list[Row], copies: list[Image.Image]) -> list[Row]:
        answerer = self.model.get()
        since = time.perf_counter()
        answers = answerer.answer(copies)
        self.speed.add(sum(free.answer.tokens for free in answers), since)
        return [_journal_row(row, free) for row, free in zip(rows, answers, strict=True)]


def _journal_row(row: Row, free: FreeAnswer) -> Row:
    parsed = parse_answer(free.answer.text)
    return {
        **{name: row[name] for name in KEY},
        "logprobs": list(free.logprobs),
        "label": parsed.label,
        "text": parsed.text,
        "raw": free.answer.text,
        "parse_ok": parsed.ok,
        "truncated": free.answer.truncated,
    }


def _summary(rows: Sequence[Row], speed: Speed) -> dict[str, Any]:
    answered = [row for row in rows if "problem" not in row]
    return {
        "rows": len(rows),
        "problems": len(rows) - len(answered),
        "format_failures": sum(not row["parse_ok"] for row in answered),
        "tokens": speed.tokens,
        "seconds": round(speed.seconds, 2),
        "tokens_per_second": speed.per_second(),
    }
