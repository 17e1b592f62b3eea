"""``instruct``: checks a file of instruction data, and shows what is in it. No Qt, no torch."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from rich.text import Text

from studio.cli._output import DONE, REFUSALS_SHOWN, WRONG_INPUT, console, plain
from studio.services.imports.refusals import write_refusals
from studio.services.instructions.instruction_formats import FORMATS
from studio.services.instructions.reading import read_instructions, summarise
from studio.services.instructions.types import Instruction, InstructionSet, InstructionSummary
from studio.text import one_line

EXAMPLES = 3
_LENGTH = 100
"""Characters of a text in an example."""


def run_instruct(file: Path, images: Path, format: str | None, refusals: Path | None, *, as_json: bool) -> int:
    """Read a file, print its figures and examples; returns 2 if it has no usable row.

    Raises:
        StudioError: the file cannot be read at all, or an argument is wrong.
    """
    found = read_instructions(file, images, format)
    if refusals is not None:
        write_refusals(refusals, found.refused)
    if as_json:
        print(json.dumps(_as_json(found), indent=1, ensure_ascii=True, allow_nan=False))
    else:
        screen = console(sys.stdout)
        for line in instruct_lines(found):
            screen.print(Text(line))
        if refusals is not None:
            screen.print(Text(f"The skipped rows are in {plain(refusals)}."))
    if found.instructions:
        return DONE
    print(f"Error: No row of {plain(file)} can be used.", file=sys.stderr)
    return WRONG_INPUT


def instruct_lines(found: InstructionSet) -> Iterator[str]:
    """Yield the figures of a file, the first skipped rows, warnings and examples, as lines."""
    figures = summarise(found)
    yield f"{figures.accepted} of {figures.read} rows can be used. Format: {FORMATS[found.format].title}."
    if figures.accepted:
        yield _contents(figures)
        yield f"By type: {', '.join(f'{count} {name}' for name, count in figures.types.items() if count)}."
    if figures.images_missing:
        yield f"{_many(figures.images_missing, 'image does', 'images do')} not exist in the images folder."
    if figures.refused:
        yield f"{_many(figures.refused, 'row', 'rows')} skipped:"
        yield from (f"  {count}: {plain(reason)}" for reason, count in figures.reasons.items())
        yield "First skipped rows:"
    for refusal in found.refused[:REFUSALS_SHOWN]:
        yield f"  row {refusal.line}: {plain(refusal.value)!r}: {plain(refusal.reason)}"
    if (more := len(found.refused) - REFUSALS_SHOWN) > 0:
        yield f"  and {more} more"
    yield from (f"Warning: {plain(warning)}" for warning in found.warnings)
    for number, one in enumerate(examples(found), start=1):
        yield f"Example {number}, row {one.row} ({one.question_type}): {plain(', '.join(one.images))}"
        for turn in one.turns[:EXAMPLES]:
            yield f"  Q: {_short(turn.plain_question)}"
            yield f"  A: {_short(turn.answer)}"
        if (more := len(one.turns) - EXAMPLES) > 0:
            yield f"  and {_many(more, 'more turn', 'more turns')}"


def examples(found: InstructionSet) -> list[Instruction]:
    """Return the first row of each type, and then the first ones that are left: three, or all of fewer."""
    first = {one.question_type: one for one in reversed(found.instructions)}
    chosen = sorted(first.values(), key=lambda one: one.row)
    rows = {one.row for one in chosen}
    return [*chosen, *(one for one in found.instructions[:EXAMPLES] if one.row not in rows)][:EXAMPLES]


def _contents(figures: InstructionSummary) -> str:
    turns = _many(figures.turns, "question", "questions")
    images = _many(figures.images, "image", "images")
    several = f"{figures.multi_turn} rows with several turns, {figures.multi_image} with several images"
    return f"{turns} about {images}; {several}."


def _as_json(found: InstructionSet) -> dict[str, object]:
    return {
        "format": found.format,
        **asdict(summarise(found)),
        "warnings": list(found.warnings),
        "first_refused": [asdict(one) for one in found.refused[:REFUSALS_SHOWN]],
        "examples": [asdict(one) for one in examples(found)],
    }


def _many(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"


def _short(text: str) -> str:
    line = plain(one_line(text))
    return line if len(line) <= _LENGTH else f"{line[: _LENGTH - 3]}..."
