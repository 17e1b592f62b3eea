"""``predict``: scores images outside the project, by a child in a temporary run folder. No torch."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.text import Text

from engine.contract.context import write_jsonl
from engine.contract.specs import LABELS
from studio.cli._output import DONE, FAILED, console, plain
from studio.cli._stopping import stopping
from studio.jobs.one_shot import ChildError, run_outside
from studio.services.errors import StudioError
from studio.services.exports.destinations import atomic_file
from studio.services.exports.standalone import exported_predictor, find_images
from studio.services.exports.tabular import SUFFIXES, Kind, table_suffix, write_table
from studio.services.projects import create_and_open
from studio.services.versions import prediction

COLUMNS: dict[str, Kind] = {
    "image": "text", "score": "float", "label": "int", "explanation": "text", "parse_ok": "bool",
    **{f"p{label}": "float" for label in LABELS}, "problem": "text",
}  # fmt: skip
"""Columns of a table of predictions; an image that could not be scored has only its problem."""


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

    Args:
        targets: images and folders of images; without ``model`` the first one is the project.
        version: of the project; None uses the newest final one.
        model: an exported model to use instead of a project.
        base: where the exported adapter's base model is.
        out: a .csv, .jsonl or .parquet file to write instead of printing.
        as_json: print JSON.
    """
    if out is not None:
        table_suffix(out, (*SUFFIXES, ".jsonl"))
    predictor, named = _predictor(list(targets), version, model, base)
    paths = find_images(named)
    inputs = [{"image_id": index, "path": str(path), "explain": True} for index, path in enumerate(paths)]
    try:
        cancel = threading.Event()
        with stopping(cancel, ""):
            rows = run_outside(predictor.spec, inputs, cancel=cancel)
    except ChildError as error:
        print(f"Failed: {plain(error, multiline=True)}", file=sys.stderr)
        return FAILED
    found = {row["image_id"]: row for row in rows}
    results = [_result(predictor, path, found.get(index)) for index, path in enumerate(paths)]
    _output(results, predictor.version, out, as_json=as_json)
    return DONE if any("score" in result for result in results) else FAILED


def _predictor(
    targets: list[Path], version: str | None, model: Path | None, base: str | None
) -> tuple[prediction.Predictor, list[Path]]:
    """Return the predictor, and the images and folders."""
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
        print(json.dumps({"version": version, "predictions": list(results)}, indent=1, ensure_ascii=True))
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
