"""``degrade``: degraded copies of a folder's images, with instructions about them. No Qt, no torch."""

from __future__ import annotations

import json
import sys
import threading
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from engine.contract.degradations.texts import FORMS
from studio.cli._output import DONE, FAILED, REFUSALS_SHOWN, console, plain
from studio.cli._stopping import stopping
from studio.jobs.engine_commands import ToolError
from studio.jobs.instructing.degraded_copies import ALL_KINDS, DegradedCopies, DegradeOptions, write_degraded
from studio.services.errors import StudioError


@dataclass(frozen=True, slots=True)
class Given:
    """The options as they were typed; ``contrast`` is None for both kinds of conversations."""

    degradations: str | None
    strengths: str | None
    at_once: int
    contrast: bool | None
    copies: int
    untouched: float
    seed: int
    longest_side: int


def run_degrade(folder: Path, out: Path, given: Given, *, as_json: bool) -> int:
    """Write the copies and print how many; returns the exit code. Ctrl-C leaves nothing behind.

    Args:
        folder: of images.
        out: a new folder.
        given: the options.
        as_json: print JSON instead of text.
    """
    options = _options(given)
    cancel = threading.Event()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    try:
        with stopping(cancel, ""), Progress(*columns, console=console(sys.stderr), transient=True) as bar:
            task = bar.add_task("Images", total=None)
            made = write_degraded(
                folder, out, options, cancel.is_set,
                lambda done, total: bar.update(task, completed=done, total=total),
            )  # fmt: skip
    except ToolError as error:
        print(f"Failed: {plain(error, multiline=True)}", file=sys.stderr)
        return FAILED
    if as_json:
        print(json.dumps({"out": str(out), "options": asdict(options), **asdict(made)}))
    else:
        print("\n".join(_lines(out, made)))
    return DONE


def _options(given: Given) -> DegradeOptions:
    words = None if given.degradations is None else _words(given.degradations)
    usual = DegradeOptions()
    return DegradeOptions(
        degradations=ALL_KINDS if words is None else words,
        strengths=usual.strengths if given.strengths is None else tuple(map(_number, _words(given.strengths))),
        at_once=given.at_once,
        forms=FORMS if given.contrast is None else ("contrast",) if given.contrast else ("single",),
        copies=given.copies,
        untouched=given.untouched,
        seed=given.seed,
        longest_side=given.longest_side,
    )


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _number(word: str) -> float:
    try:
        return float(word)
    except ValueError as error:
        message = f"The strength {word!r} is not a number."
        raise StudioError(message, "Enter strengths such as 0.25,0.5,1.") from error


def _lines(out: Path, made: DegradedCopies) -> list[str]:
    lines = [
        f"{made.used:,} of {made.images:,} images used: {made.instructions:,} conversations in "
        f"{plain(out / 'instructions.json')}, with {made.files:,} image files."
    ]
    names = {name: name.replace("_", " ") for name in made.applied} | {"none": "untouched"}
    lines.append(f"Copies: {', '.join(f'{names[name]} {count:,}' for name, count in made.applied.items())}.")
    lines += [plain(note) for note in made.notes]
    lines += [f"  {plain(one.image)} skipped: {plain(one.reason)}" for one in made.skipped[:REFUSALS_SHOWN]]
    if (more := len(made.skipped) - REFUSALS_SHOWN) > 0:
        lines.append(f"  and {more:,} more skipped images; all are in {plain(out / 'degrade.json')}")
    return lines
