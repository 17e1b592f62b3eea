"""Which pairs a training uses: those whose image is there and opens when it first begins, and the same after a resume.

An image that vanished between generation and training costs its pair, not the night. What was left out is written
down, since a training that goes on must see the rows that it began with. Knows no torch.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from engine.contract.context import RunContext, StageError
from engine.contract.events import Note
from engine.training.preference_rows import BAD_IMAGE, PreferenceRow

LEFT_OUT = "left_out.json"
_NAMED = 3


def usable_rows(rows: Sequence[PreferenceRow], ctx: RunContext) -> list[PreferenceRow]:
    """The rows without those left out; says how many, and names the first ones.

    Raises:
        StageError: no row is left, or an image went missing after the training had begun.
    """
    record = ctx.folder.path / LEFT_OUT
    begun = record.exists()
    bad = {row.pair_id: reason for row in rows if (reason := _problem(Path(row.path)))}
    left_out = set(json.loads(record.read_text(encoding="utf-8"))) if begun else set(bad)
    kept = [row for row in rows if row.pair_id not in left_out]
    lost = next((row for row in kept if row.pair_id in bad), None)
    if lost is not None:
        raise StageError(f"{bad[lost.pair_id]}; its pair {lost.pair_id} is in a training that has begun.", BAD_IMAGE)
    if not kept:
        raise StageError(
            f"None of the {len(rows)} images to train on can be opened; the first: {next(iter(bad.values()))}.",
            "Put the images back where the project expects them, then resume.",
        )
    if not begun and ctx.rank == 0:
        _write(record, sorted(left_out))
    if left_out:
        named = "; ".join(list(bad.values())[:_NAMED])
        ctx.emit(Note("warning", "pairs_left_out", f"{len(left_out)} of {len(rows)} pairs are left out: {named}"))
    return kept


def _problem(path: Path) -> str | None:
    """Why the image cannot be used, or None. Reads the header only: generation has read the pixels."""
    if not path.is_file():
        return f"the image {path} is not there"
    try:
        with Image.open(path):
            return None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        return f"the image {path} cannot be opened ({error})"


def _write(record: Path, pair_ids: list[int]) -> None:
    part = record.with_suffix(".part")
    part.write_text(json.dumps(pair_ids), encoding="utf-8")
    part.replace(record)
