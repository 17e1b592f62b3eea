"""What a version suggests for images: one question after its score and explanation (arXiv 2506.02708, B.3).

Journal rows: image_id, text, truncated; or image_id, problem for an image that cannot be used, or with which the
conversation would be too long for the model.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from engine.contract.context import MemoryExhaustedError, RunContext, StageError, read_jsonl
from engine.contract.specs import SuggestSpec
from engine.devices import device_of
from engine.generation.batched_answers import LazyAnswerer
from engine.stages.image_rows import ImageRows, Row, Speed, share


def run(spec: SuggestSpec, ctx: RunContext) -> dict[str, Any]:
    """Ask about all input rows that have no suggestion.

    Returns:
        rows, problems, truncated, tokens, seconds; prefix_tokens and vision_passes, see ``LazyAnswerer.computed``.

    Raises:
        StageError: a model, a setting or images that cannot be used.
        CancelledError: stopped on request; finished ones are kept.
    """
    rows = list(read_jsonl(ctx.folder.input))
    asking = _Asking(spec, ctx, LazyAnswerer(spec, ctx))
    batches = [[row] for row in share(rows, ctx)]
    device = device_of(spec.model)
    work = ImageRows(ctx, "suggest", ("image_id",), spec.image, device, batches, len(rows), asking.speed)
    found = work.run(asking.process, asking.misfit)
    told = {
        "rows": len(found),
        "problems": sum("problem" in row for row in found),
        "truncated": sum(row.get("truncated", False) for row in found),
        "tokens": asking.speed.tokens,
        "seconds": round(asking.speed.seconds, 2),
    }
    return told | asking.model.computed()


@dataclass(slots=True)
class _Asking:
    """Asks about one image at a time."""

    spec: SuggestSpec
    ctx: RunContext
    model: LazyAnswerer
    speed: Speed = field(default_factory=Speed)

    def misfit(self, _row: Row, image: Image.Image) -> str | None:
        return self.model.misfit(image, 0)

    def process(self, rows: list[Row], images: list[Image.Image]) -> list[Row]:
        from engine.generation.conversation import Talker

        talker, found = Talker(self.model.get()), []
        for row, image in zip(rows, images, strict=True):
            since = time.perf_counter()
            try:
                reply = talker.reply(
                    image, [row["answer"]], [self.spec.question], lambda _start, _text: None, lambda: False
                )
            except MemoryExhaustedError:
                raise
            except StageError as error:
                found.append({"image_id": row["image_id"], "problem": error.message})
                continue
            self.ctx.check_cancelled()
            self.speed.add(reply.tokens, since)
            text, cut = reply.text.strip(), reply.ended == "length"
            found.append({"image_id": row["image_id"], "text": text, "truncated": cut})
        return found
