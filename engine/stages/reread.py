"""Does the explanation carry the score? The model reads a score from its own text: alone, and beside another picture.

Journal rows: prediction_id, logprobs (log p(label | text) with a blank picture, natural logarithm, ten values),
swapped_id (the prediction whose text stood beside this image's picture, or null) and swapped_logprobs (with the true
picture and that text; null without one); or prediction_id, problem for an unusable image.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from engine.contract.context import RunContext, read_jsonl
from engine.contract.specs import RereadSpec
from engine.devices import device_of
from engine.generation.batched_answers import LazyAnswerer
from engine.stages.image_rows import ImageRows, Row, Speed, share

BLANK_SIDE = 336
"""Pixels; smaller where the project's images are limited to less."""


def run(spec: RereadSpec, ctx: RunContext) -> dict[str, Any]:
    """Read all input rows that have not been read.

    Returns:
        rows, problems, seconds; prefix_tokens and vision_passes, see ``LazyAnswerer.computed``.

    Raises:
        StageError: a model, a setting or images that cannot be used.
        CancelledError: stopped on request; finished batches are kept.
    """
    rows = list(read_jsonl(ctx.folder.input))
    size = spec.batch_size or 1
    mine = share(rows, ctx)
    batches = [mine[start : start + size] for start in range(0, len(mine), size)]
    reader = _Reader(spec, LazyAnswerer(spec, ctx))
    work = ImageRows(
        ctx, "reread", ("prediction_id",), spec.image, device_of(spec.model), batches, len(rows), reader.speed
    )
    found = work.run(reader.process, reader.misfit)
    problems = sum("problem" in row for row in found)
    told = {"rows": len(found), "problems": problems, "seconds": round(reader.speed.busy, 2)}
    return told | reader.model.computed()


@dataclass(slots=True)
class _Reader:
    """Reads a batch."""

    spec: RereadSpec
    model: LazyAnswerer
    speed: Speed = field(default_factory=Speed)

    def misfit(self, row: Row, image: Image.Image) -> str | None:
        return self.model.misfit(image, self.spec.max_new_tokens)

    def process(self, rows: list[Row], images: list[Image.Image]) -> list[Row]:
        from engine.generation.reading import ScoreReader, blank_picture

        reader, since = ScoreReader(self.model.get()), time.perf_counter()
        blank = blank_picture(min(BLANK_SIDE, self.spec.image.longest_side))
        alone = reader.read([blank] * len(rows), [row["text"] for row in rows], kept=False)
        swapped = [place for place, row in enumerate(rows) if row["swapped_id"] is not None]
        beside = reader.read([images[place] for place in swapped], [rows[place]["swapped_text"] for place in swapped])
        found = dict(zip(swapped, beside, strict=True))
        self.speed.add(0, since)
        return [
            {
                "prediction_id": row["prediction_id"],
                "logprobs": list(logprobs),
                "swapped_id": row["swapped_id"],
                "swapped_logprobs": list(found[place]) if place in found else None,
            }
            for place, (row, logprobs) in enumerate(zip(rows, alone, strict=True))
        ]
