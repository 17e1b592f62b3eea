"""Pair generation (arXiv 2506.02708, section 3.1): explain each image for its true score and for a wrong one.

Journal rows: image_id, draw, chosen_score, chosen_text, chosen_truncated, rejected_score, rejected_text,
rejected_truncated; or image_id, draw, problem for an unusable image. Texts are the part after ``#Explain:``.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from PIL import Image

from engine.contract.context import RunContext, StageError, read_jsonl
from engine.contract.specs import GenerateSpec
from engine.devices import device_of
from engine.generation.batched_answers import LazyAnswerer
from engine.generation.wrong_score import stable_number, wrong_score
from engine.stages.image_rows import ImageRows, Row, Speed, in_batches, share

if TYPE_CHECKING:
    from engine.generation.answers import Continuation, Sampling
    from engine.generation.server_answers import ServerAnswerer


def run(spec: GenerateSpec, ctx: RunContext) -> dict[str, Any]:
    """Generate the pairs of all input rows that have none yet.

    Returns:
        rows, pairs, problems, truncated (texts), tokens, seconds, tokens_per_second; prefix_tokens
        and vision_passes, see ``LazyAnswerer.computed``.

    Raises:
        StageError: a model, a setting or images that cannot be used.
        CancelledError: stopped on request; finished batches are kept.
    """
    rows = list(read_jsonl(ctx.folder.input))
    wrong = {(row["image_id"], row["draw"]): _wrong(spec, row) for row in rows}
    maker = _PairMaker(spec, wrong, _answerer(spec, ctx))
    batches = in_batches(share(rows, ctx), maker.model.batch_size(), spec.image)
    device = device_of(spec.model)
    work = ImageRows(ctx, "generate", ("image_id", "draw"), spec.image, device, batches, len(rows), maker.speed)
    return _summary(work.run(maker.process, maker.misfit), maker.speed) | maker.model.computed()


def _answerer(spec: GenerateSpec, ctx: RunContext) -> LazyAnswerer | ServerAnswerer:
    if spec.server is None:
        return LazyAnswerer(spec, ctx)
    from engine.generation.server_answers import ServerAnswerer

    return ServerAnswerer(spec, ctx)


@dataclass(slots=True)
class _PairMaker:
    """Generates the pairs of a batch."""

    spec: GenerateSpec
    wrong: dict[tuple[int, int], int]
    model: LazyAnswerer | ServerAnswerer
    speed: Speed = field(default_factory=Speed)

    def misfit(self, row: Row, image: Image.Image) -> str | None:
        return self.model.misfit(image, self.spec.max_new_tokens)

    def process(self, rows: list[Row], images: list[Image.Image]) -> list[Row]:
        answerer = self.model.get()
        since = time.perf_counter()
        rejected = [self.wrong[row["image_id"], row["draw"]] for row in rows]
        pairs = answerer.justify(images, [row["bin"] for row in rows], rejected, self._sampling(rows))
        self.speed.add(sum(first.tokens + second.tokens for first, second in pairs), since)
        return [_journal_row(row, label, *pair) for row, label, pair in zip(rows, rejected, pairs, strict=True)]

    def _sampling(self, rows: list[Row]) -> Sampling | None:
        spec = self.spec
        if spec.temperature <= 0:
            return None
        from engine.generation.answers import Sampling

        parts = [(spec.seed, spec.iteration, row["image_id"], row["draw"]) for row in rows]
        seeds = [(stable_number("chosen", *part), stable_number("rejected", *part)) for part in parts]
        return Sampling(spec.temperature, seeds)


def _wrong(spec: GenerateSpec, row: Row) -> int:
    try:
        return wrong_score(
            spec.seed, spec.iteration, row["image_id"], row["draw"], row["bin"], radius=spec.exclusion_radius
        )
    except ValueError as error:
        raise StageError(
            f"No wrong score can be chosen: {error}.", "Change the setting pairs.exclusion_radius."
        ) from error


def _journal_row(row: Row, rejected_score: int, chosen: Continuation, rejected: Continuation) -> Row:
    return {
        "image_id": row["image_id"],
        "draw": row["draw"],
        "chosen_score": row["bin"],
        "chosen_text": chosen.text.strip(),
        "chosen_truncated": chosen.truncated,
        "rejected_score": rejected_score,
        "rejected_text": rejected.text.strip(),
        "rejected_truncated": rejected.truncated,
    }


def _summary(rows: list[Row], speed: Speed) -> dict[str, Any]:
    pairs = [row for row in rows if "problem" not in row]
    return {
        "rows": len(rows),
        "pairs": len(pairs),
        "problems": len(rows) - len(pairs),
        "truncated": sum(row["chosen_truncated"] + row["rejected_truncated"] for row in pairs),
        "tokens": speed.tokens,
        "seconds": round(speed.seconds, 2),
        "tokens_per_second": speed.per_second(),
    }
