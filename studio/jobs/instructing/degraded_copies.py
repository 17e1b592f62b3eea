"""Degraded copies of a folder's images with instructions about them, written by a child. No Qt, no torch."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from engine.contract.degradations.kinds import BY_NAME, KINDS
from engine.contract.degradations.texts import FORMS, AnswerForm
from engine.contract.specs import ImageLimits
from studio.jobs.engine_commands import ToolError
from studio.jobs.line_process import LineProcess
from studio.jobs.process import python_command
from studio.services.errors import OperationCancelled, StudioError
from studio.services.exports.destinations import atomic_dir, atomic_file, check_new
from studio.services.exports.standalone import find_images

RECORD = "degrade.json"
"""File beside the instructions: with which options they were made, and which images were skipped."""
ALL_KINDS: tuple[str, ...] = tuple(kind.name for kind in KINDS)


@dataclass(frozen=True, slots=True)
class DegradeOptions:
    """How images are degraded and what is said about them; see ``engine.degradations.command.DegradeRequest``."""

    degradations: tuple[str, ...] = ALL_KINDS
    strengths: tuple[float, ...] = (0.25, 0.5, 1.0)
    at_once: int = 2
    forms: tuple[AnswerForm, ...] = FORMS
    copies: int = 1
    untouched: float = 0.2
    seed: int = 0
    longest_side: int = ImageLimits().longest_side


@dataclass(frozen=True, slots=True)
class SkippedImage:
    """An image that cannot be read. ``image`` is its path below the folder."""

    image: str
    reason: str


@dataclass(frozen=True, slots=True)
class DegradedCopies:
    """What was written.

    Attributes:
        images: image files found in the folder: those used and those skipped.
        used: images of which copies were written.
        files: image files written.
        instructions: rows of the instruction file.
        applied: copies by degradation; "none": copies left untouched.
        skipped: images that cannot be read.
        notes: what else was left out, in sentences.
    """

    images: int
    used: int
    files: int
    instructions: int
    applied: Mapping[str, int]
    skipped: tuple[SkippedImage, ...]
    notes: tuple[str, ...]


def write_degraded(
    folder: Path,
    out: Path,
    options: DegradeOptions,
    stopped: Callable[[], bool] = lambda: False,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> DegradedCopies:
    """Write degraded copies and ``instructions.json`` into a new folder. Blocks.

    The folder appears once everything is written. The images themselves are only read.

    Args:
        folder: of images, with its subfolders.
        out: missing or empty, and not inside ``folder``.
        options: how.
        stopped: called several times a second.
        on_progress: finished images, and all.

    Raises:
        StudioError: wrong options, an unsuitable folder, no readable image, or a full disk; nothing was written.
        OperationCancelled: ``stopped`` returned True; nothing was written.
        ToolError: the child failed unexpectedly; nothing was written.
    """
    _check(options)
    _check_folders(folder, out)
    paths, notes = find_images([folder])
    home = folder.absolute()
    names = [path.relative_to(home).as_posix() for path in paths]
    with atomic_dir(out) as part, tempfile.TemporaryDirectory() as scratch:
        request = Path(scratch, "request.json")
        request.write_text(json.dumps({"folder": str(home), "images": names, **asdict(options)}), encoding="utf-8")
        skipped, done = _run(request, part, names, stopped, on_progress)
        report = DegradedCopies(
            images=len(names),
            used=done["used"],
            files=done["files"],
            instructions=done["instructions"],
            applied=done["applied"],
            skipped=skipped,
            notes=tuple(notes),
        )
        with atomic_file(part / RECORD) as file:
            file.write_text(json.dumps({"options": asdict(options), **asdict(report)}, indent=1), encoding="utf-8")
    return report


def _run(
    request: Path,
    part: Path,
    names: list[str],
    stopped: Callable[[], bool],
    on_progress: Callable[[int, int], None],
) -> tuple[tuple[SkippedImage, ...], dict[str, Any]]:
    skipped: list[SkippedImage] = []
    done: dict[str, Any] | None = None
    at = ""
    with LineProcess(python_command("engine.degradations.command", str(request), str(part))) as child:
        for line in child.lines(stopped):
            message: dict[str, Any] = json.loads(line)
            if message["kind"] == "error":
                raise StudioError(message["message"], message["remedy"])
            if message["kind"] == "progress":
                at = message["image"]
                on_progress(message["done"], len(names))
            elif message["kind"] == "skipped":
                skipped.append(SkippedImage(message["image"], message["reason"]))
            elif message["kind"] == "done":
                done = message
        if stopped():
            raise OperationCancelled
        if child.returncode or done is None:
            raise ToolError(f"Degrading images {child.fate} at {at}:\n{child.errors}")
    on_progress(len(names), len(names))
    return tuple(skipped), done


def _check(options: DegradeOptions) -> None:
    unknown = [name for name in options.degradations if name not in BY_NAME]
    if unknown:
        raise StudioError(f"There is no degradation {unknown[0]!r}.", f"Choose from: {', '.join(BY_NAME)}.")
    if not options.degradations:
        raise StudioError("No degradations were given.", f"Choose from: {', '.join(BY_NAME)}.")
    if not options.strengths or not all(0 < strength <= 1 for strength in options.strengths):
        raise StudioError("A strength is a number above 0 and at most 1.", "Enter strengths such as 0.25,0.5,1.")
    for name, values in (("degradation", options.degradations), ("strength", options.strengths)):
        if len(set(values)) < len(values):
            raise StudioError(f"A {name} was given twice.", "Name each once.")
    if options.at_once < 1 or options.copies < 1 or options.longest_side < 1:
        raise StudioError("Degradations at once, copies and pixels are at least 1.", "Enter larger numbers.")
    if not 0 <= options.untouched < 1:
        raise StudioError("The share of untouched copies is from 0 to below 1.", "Enter a share such as 0.2.")


def _check_folders(folder: Path, out: Path) -> None:
    if not folder.is_dir():
        raise StudioError(f"{folder} is not a folder.", "Choose a folder of images.")
    home, target = folder.resolve(), out.resolve()
    if target == home or home in target.parents:
        message = f"{out} is inside of {folder}, whose images would then include the copies."
        raise StudioError(message, "Choose a folder outside of it.")
    check_new(out)
