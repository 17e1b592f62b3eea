"""Filter the pairs by length, computed before training from the image's header and the tokens of the texts.

Nothing is ever cut, since a truncated sequence has lost image tokens or the end of its answer: a pair that does not fit
is skipped, and its image and length are reported. Skipped pairs are recorded together with the maximum lengths, since a
resumed training needs the same rows.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from engine.cancellation import stop_if_requested
from engine.contract.atomic_files import write_text
from engine.contract.context import RunContext, StageError
from engine.contract.events import Note, Phase
from engine.contract.memory import Lengths
from engine.contract.specs import TrainSpec
from engine.families.lengths import ImageLengths
from engine.families.vlm import UnfitImageError
from engine.images import prepared_size
from engine.training.collator import PreferenceCollator
from engine.training.preference_rows import TrainingRow

FILE_NAME = "lengths.json"
_NAMED = 3
_REPORT_EVERY = 200
RowType = TypeVar("RowType", bound=TrainingRow)


def rows_within_length(
    rows: Sequence[RowType], spec: TrainSpec, collator: PreferenceCollator, ctx: RunContext
) -> tuple[list[RowType], Lengths]:
    """Return the rows whose longest answer fits into the model, and the maximum lengths among them.

    Raises:
        StageError: none fits.
        CancelledError: stopped on request.
    """
    record = ctx.folder.path / FILE_NAME
    known = _read(record)
    if known is not None:
        left_out, lengths = known
        return [row for row in rows if row.pair_id not in left_out], lengths
    limit = collator.vlm.limits.max_length if spec.max_length is None else spec.max_length
    images = ImageLengths(collator.vlm)
    lengths, too_long = _measure(rows, spec, collator, images, limit, ctx)
    if len(too_long) == len(rows):
        raise StageError(
            f"None of the {len(rows)} pairs fits into {limit} positions; the first: {next(iter(too_long.values()))}.",
            "Shorten the texts, set a smaller longest_side, or choose a model with more positions.",
        )
    if too_long:
        named = "; ".join(list(too_long.values())[:_NAMED])
        text = f"{len(too_long)} of {len(rows)} pairs do not fit into {limit} positions and are skipped: {named}"
        ctx.emit(Note("warning", "pairs_too_long", text))
    if ctx.rank == 0:
        _write(record, sorted(too_long), lengths)
    return [row for row in rows if row.pair_id not in too_long], lengths


def _measure(
    rows: Sequence[TrainingRow],
    spec: TrainSpec,
    collator: PreferenceCollator,
    images: ImageLengths,
    limit: int,
    ctx: RunContext,
) -> tuple[Lengths, dict[int, str]]:
    """Return the maximum lengths of the pairs that fit, and for each other pair the reason."""
    longest = Lengths(0, 0, 0)
    widest = (0, (1, 1))
    too_long: dict[int, str] = {}
    for index, row in enumerate(rows):
        if index % _REPORT_EVERY == _REPORT_EVERY - 1:
            stop_if_requested(ctx)
            ctx.emit(Phase("lengths", index, len(rows)))
        size = prepared_size(row.path, spec.image)
        try:
            image = images.tokens(size)
        except UnfitImageError as error:
            too_long[row.pair_id] = f"the image {row.path}: {error.reason}"
            continue
        sides = [collator.answer(answer) for answer in row.answers]
        length = image + max(side.tokens for side in sides)
        if length > limit:
            too_long[row.pair_id] = f"the pair of the image {row.path} takes {length}"
            continue
        answer = max(side.answer_tokens for side in sides)
        longest = Lengths(max(longest.sequence, length), max(longest.answer, answer))
        widest = max(widest, (image, size))
    if len(rows) >= _REPORT_EVERY:
        ctx.emit(Phase(""))
    return dataclasses.replace(longest, patches=images.patches(widest[1])), too_long


def _read(record: Path) -> tuple[set[int], Lengths] | None:
    try:
        body = json.loads(record.read_text("utf-8"))
        return set(body["left_out"]), Lengths(**body["lengths"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write(record: Path, left_out: list[int], lengths: Lengths) -> None:
    write_text(record, json.dumps({"left_out": left_out, "lengths": dataclasses.asdict(lengths)}))
