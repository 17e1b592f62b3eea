"""Select the pairs of a training: those whose image can be opened at its first start, and the same after a resume.

An image that vanished between generation and training costs its pair, not the whole run. Skipped pairs are recorded,
since a resumed training needs the same rows. No torch.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from PIL import Image, UnidentifiedImageError

from engine.contract.atomic_files import write_text
from engine.contract.context import RunContext, StageError
from engine.contract.events import Note
from engine.training.preference_rows import BAD_IMAGE, TrainingRow

LEFT_OUT = "left_out.json"
_NAMED = 3
RowType = TypeVar("RowType", bound=TrainingRow)


def readable_rows(rows: Sequence[RowType], ctx: RunContext) -> list[RowType]:
    """Return the rows without the skipped ones, after reporting their number and the first of them.

    Raises:
        StageError: no row is left, or an image disappeared after the training had started.
    """
    record = ctx.folder.path / LEFT_OUT
    resumed = record.exists()
    bad = {row.pair_id: reason for row in rows if (reason := _problem(Path(row.path)))}
    left_out = set(json.loads(record.read_text(encoding="utf-8"))) if resumed else set(bad)
    kept = [row for row in rows if row.pair_id not in left_out]
    lost = next((row for row in kept if row.pair_id in bad), None)
    if lost is not None:
        raise StageError(f"{bad[lost.pair_id]}; its pair {lost.pair_id} is part of a started training.", BAD_IMAGE)
    if not kept:
        raise StageError(
            f"None of the {len(rows)} training images can be opened; the first: {next(iter(bad.values()))}.",
            "Put the images back where the project expects them, then resume.",
        )
    if not resumed and ctx.rank == 0:
        write_text(record, json.dumps(sorted(left_out)))
    if left_out:
        named = "; ".join(list(bad.values())[:_NAMED])
        ctx.emit(Note("warning", "pairs_left_out", f"{len(left_out)} of {len(rows)} pairs are skipped: {named}"))
    return kept


def _problem(path: Path) -> str | None:
    """Return why the image cannot be used, or None. Reads only the header: generation has read the pixels."""
    if not path.is_file():
        return f"the image {path} is missing"
    try:
        with Image.open(path):
            return None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        return f"the image {path} cannot be opened ({error})"
