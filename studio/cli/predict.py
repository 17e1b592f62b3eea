"""``predict``: scores images outside the project, by a child in a temporary run folder. No torch."""

from __future__ import annotations

import json
import shutil
import sys
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.text import Text

from engine.contract.context import write_jsonl
from engine.contract.specs import LABELS
from studio.cli._output import DONE, FAILED, console, plain
from studio.cli._stopping import stopping
from studio.jobs.one_shot import ChildError, RefusedRunError, run_outside
from studio.services.errors import OperationCancelled, StudioError
from studio.services.exports.destinations import atomic_file
from studio.services.exports.standalone import exported_predictor, find_images
from studio.services.exports.tabular import SUFFIXES, Kind, table_suffix, write_table
from studio.services.projects import create_and_open
from studio.services.versions import prediction

KEPT = ".unfinished"
"""Suffix of the folder beside the table with what is finished, until the table is written."""
COLUMNS: dict[str, Kind] = {
    "image": "text", "score": "float", "label": "int", "explanation": "text", "parse_ok": "bool",
    **{f"p{label}": "float" for label in LABELS}, "problem": "text",
}  # fmt: skip
"""Columns of a table of predictions; an image that could not be scored has only its problem."""


@dataclass(slots=True)
class _Answer:
    """What is printed as JSON, also if the command fails: ``error`` is why, None if it does not."""

    version: str | None = None
    predictions: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    error: str | None = None


def run_predict(
    targets: Sequence[Path],
    version: str | None,
    *,
    model: Path | None = None,
    base: str | None = None,
    out: Path | None = None,
    as_json: bool = False,
) -> int:
    """Predict and print one line per image, or write a table; returns 1 if no image was scored, or the child failed.

    With ``out``, what is finished is kept beside it until the table is written: the same command after Ctrl-C, a crash
    or a failure goes on. Progress goes to standard error.

    Args:
        targets: images and folders of images; without ``model`` the first one is the project.
        version: of the project; None uses the newest final one.
        model: an exported model to use instead of a project.
        base: where the exported adapter's base model is.
        out: a .csv, .jsonl or .parquet file to write instead of printing.
        as_json: print JSON, whatever happens.
    """
    answer = _Answer()
    try:
        return _predict(answer, _predictor(list(targets), version, model, base, out), out, as_json=as_json)
    except Exception as error:
        answer.error = answer.error or str(error) or "Stopped."
        raise
    finally:
        if as_json:
            print(json.dumps(asdict(answer), indent=1, ensure_ascii=True))


def _predict(
    answer: _Answer, asked: tuple[prediction.Predictor, list[Path]], out: Path | None, *, as_json: bool
) -> int:
    predictor, named = asked
    answer.version = predictor.version
    paths, answer.notes = find_images(named)
    for note in answer.notes:
        print(plain(note), file=sys.stderr)
    kept = None if out is None else out.with_name(f"{out.name}{KEPT}")
    inputs = [{"image_id": index, "path": str(path), "explain": True} for index, path in enumerate(paths)]
    try:
        cancel = threading.Event()
        with stopping(cancel, ""), _Progress(len(inputs)) as progress:
            rows = run_outside(predictor.spec, inputs, on_progress=progress.show, cancel=cancel, kept=kept)
    except ChildError as error:
        answer.error = str(error)
        print(f"Failed: {plain(error, multiline=True)}", file=sys.stderr)
        _tell_kept(kept)
        return FAILED
    except OperationCancelled:
        _tell_kept(kept)
        raise
    except RefusedRunError as error:
        answer.predictions = _results(predictor, paths, error.rows)
        raise
    results = answer.predictions = _results(predictor, paths, rows)
    _output(results, predictor.version, out, as_json=as_json)
    if kept is not None:
        shutil.rmtree(kept, ignore_errors=True)
    return DONE if any("score" in result for result in results) else FAILED


class _Progress:
    """A bar on a terminal, a line at each quarter elsewhere, both on standard error."""

    def __init__(self, total: int) -> None:
        self._screen = console(sys.stderr)
        self._quarter = 0
        self._bar: Progress | None = None
        self._task = TaskID(0)
        if self._screen.is_terminal and not self._screen.is_dumb_terminal:
            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
            self._bar = Progress(*columns, console=self._screen, transient=True)
            self._task = self._bar.add_task("Images", total=total)

    def __enter__(self) -> _Progress:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(self, *_error: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def show(self, done: int, total: int) -> None:
        """Show how many images are done."""
        if self._bar is not None:
            self._bar.update(self._task, completed=done, total=total)
        elif total and 4 * done // total > self._quarter:
            self._quarter = 4 * done // total
            self._screen.print(Text(f"{25 * self._quarter}% ({done} of {total} images)"))


def _tell_kept(kept: Path | None) -> None:
    """Say where finished rows are."""
    if kept is not None and kept.is_dir():
        print(f"Finished images are kept in {plain(kept)}; the same command goes on from there.", file=sys.stderr)


def _predictor(
    targets: list[Path], version: str | None, model: Path | None, base: str | None, out: Path | None
) -> tuple[prediction.Predictor, list[Path]]:
    """Return the predictor, and the images and folders."""
    if out is not None:
        table_suffix(out, (*SUFFIXES, ".jsonl"))
    if model is not None:
        if version is not None:
            raise StudioError("An exported model has only one version.", "Omit --version.")
        return exported_predictor(model, base), targets
    if base is not None:
        raise StudioError("A project has its own base model.", "Omit --base.")
    if len(targets) < 2:
        raise StudioError("No images were given.", "Add images or folders after the project, or a model with --model.")
    project = create_and_open.open_project(targets[0])
    try:
        return prediction.predictor(project, version), targets[1:]
    finally:
        project.close()


def _results(
    predictor: prediction.Predictor, paths: Sequence[Path], rows: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    found = {row["image_id"]: row for row in rows}
    return [_result(predictor, path, found.get(index)) for index, path in enumerate(paths)]


def _result(predictor: prediction.Predictor, path: Path, row: dict[str, Any] | None) -> dict[str, Any]:
    if row is None or "problem" in row:
        return {"image": str(path), "problem": row["problem"] if row else "the model returned no answer"}
    shares = prediction.probabilities(row["logprobs"])
    return {
        "image": str(path),
        "score": predictor.score(row["logprobs"]),
        "label": row["label"],
        "explanation": row["text"],
        "parse_ok": row["parse_ok"],
        **{f"p{label}": share for label, share in zip(LABELS, shares, strict=True)},
    }


def _output(results: Sequence[dict[str, Any]], version: str, out: Path | None, *, as_json: bool) -> None:
    if out is not None:
        _write(out, results)
    if as_json:
        return
    screen = console(sys.stdout)
    for result in results:
        if "problem" in result:
            print(f"{plain(result['image'])}: {plain(result['problem'])}", file=sys.stderr)
        elif out is None:
            screen.print(Text(f"{plain(result['image'])}: {result['score']:.2f}  {plain(result['explanation'])}"))
    if out is not None:
        scored = sum("score" in result for result in results)
        print(f"{scored} of {len(results)} images scored by {plain(version)}, saved to {plain(out)}.")


def _write(out: Path, results: Sequence[dict[str, Any]]) -> None:
    if table_suffix(out, (*SUFFIXES, ".jsonl")) == ".jsonl":
        with atomic_file(out) as part:
            write_jsonl(part, results)
    else:
        write_table(out, COLUMNS, ([result.get(name) for name in COLUMNS] for result in results))
