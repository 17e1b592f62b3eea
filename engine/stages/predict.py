"""Scores and explanations of one model version: label log-probabilities and a free answer from the same pass.

Journal rows: image_id, logprobs (natural logarithm, ten values), label, text, raw, parse_ok, truncated, explained; or
image_id, problem for an unusable image. In rows without an explanation, label is the most likely one.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from PIL import Image

from engine.contract.context import RunContext, read_jsonl
from engine.contract.prompts import parse_answer
from engine.contract.specs import PredictSpec
from engine.devices import device_of
from engine.generation.batched_answers import LazyAnswerer
from engine.stages.image_rows import ImageRows, Row, Speed, in_batches, share

if TYPE_CHECKING:
    from engine.generation.answers import FreeAnswer


def run(spec: PredictSpec, ctx: RunContext) -> dict[str, Any]:
    """Predict all input rows without a prediction: those with an explanation first, in separate batches.

    Returns:
        rows, problems, explained, format_failures, truncated, forced (explained rows whose log-probabilities had to be
        read after a forced prefix), tokens, seconds, tokens_per_second; prefix_tokens
        and vision_passes, see ``LazyAnswerer.computed``.

    Raises:
        StageError: a model, a setting or images that cannot be used.
        CancelledError: stopped on request; finished batches are kept.
    """
    rows = list(read_jsonl(ctx.folder.input))
    mine = share(rows, ctx)
    groups = [[row for row in mine if row["explain"] is explain] for explain in (True, False)]
    predictor = RowPredictor(spec, LazyAnswerer(spec, ctx))
    size = predictor.model.batch_size()
    batches = [batch for group in groups for batch in in_batches(group, size, spec.image)]
    device = device_of(spec.model)
    work = ImageRows(ctx, spec.kind, ("image_id",), spec.image, device, batches, len(rows), predictor.speed)
    return _summary(work.run(predictor.process, predictor.misfit), predictor) | predictor.model.computed()


@dataclass(slots=True)
class RowPredictor:
    """Predicts a batch."""

    spec: PredictSpec
    model: LazyAnswerer
    speed: Speed = field(default_factory=Speed)
    forced: int = 0

    def misfit(self, row: Row, image: Image.Image) -> str | None:
        return self.model.misfit(image, self.spec.max_new_tokens if row["explain"] else 0)

    def process(self, rows: list[Row], images: list[Image.Image]) -> list[Row]:
        answerer = self.model.get()
        since = time.perf_counter()
        if not rows[0]["explain"]:
            scored = zip(rows, answerer.label_logprobs(images), strict=True)
            self.speed.add(0, since)
            return [_scored_row(row, logprobs) for row, logprobs in scored]
        answers = answerer.answer(images)
        self.speed.add(sum(free.answer.tokens for free in answers), since)
        self.forced += sum(not free.keeps_format for free in answers)
        return [_explained_row(row, free) for row, free in zip(rows, answers, strict=True)]


def _scored_row(row: Row, logprobs: tuple[float, ...]) -> Row:
    return {
        "image_id": row["image_id"],
        "logprobs": list(logprobs),
        "label": max(range(len(logprobs)), key=logprobs.__getitem__),
        "text": "",
        "raw": "",
        "parse_ok": True,
        "truncated": False,
        "explained": False,
    }


def _explained_row(row: Row, free: FreeAnswer) -> Row:
    parsed = parse_answer(free.answer.text)
    return {
        "image_id": row["image_id"],
        "logprobs": list(free.logprobs),
        "label": parsed.label,
        "text": parsed.text,
        "raw": free.answer.text,
        "parse_ok": parsed.ok,
        "truncated": free.answer.truncated,
        "explained": True,
    }


def _summary(rows: list[Row], predictor: RowPredictor) -> dict[str, Any]:
    predicted = [row for row in rows if "problem" not in row]
    return {
        "rows": len(rows),
        "problems": len(rows) - len(predicted),
        "explained": sum(row["explained"] for row in predicted),
        "format_failures": sum(not row["parse_ok"] for row in predicted),
        "truncated": sum(row["truncated"] for row in predicted),
        "forced": predictor.forced,
        "tokens": predictor.speed.tokens,
        "seconds": round(predictor.speed.seconds, 2),
        "tokens_per_second": predictor.speed.per_second(),
    }
