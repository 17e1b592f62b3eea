"""``predict``: scores of images outside the project, by a child in a run folder that is thrown away. No torch."""

from __future__ import annotations

import json
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Any

from rich.text import Text

from engine.context import read_jsonl, write_jsonl
from engine.events import Cancelled, Failed, Finished
from engine.specs import RunFolder
from studio.cli_text import CANCELLED, DONE, FAILED, console, plain
from studio.jobs.process import ChildProcess, Outcome
from studio.jobs.runner import explain_crash
from studio.services import prediction, projects
from studio.services.errors import StudioError


def run_predict(root: Path, images: Sequence[Path], version: str | None, *, as_json: bool) -> int:
    """Predict and print, an image a line; 1 if no image could be scored, or the child failed."""
    paths = [path.absolute() for path in images]
    project = projects.open_project(root)
    try:
        predictor = prediction.predictor(project, version)
    finally:
        project.close()
    with tempfile.TemporaryDirectory(prefix="score-studio-") as scratch:
        folder = RunFolder(Path(scratch))
        folder.spec.write_text(predictor.spec.to_json(), encoding="utf-8")
        write_jsonl(folder.input, [_input(index, path) for index, path in enumerate(paths)])
        outcome = _run(folder)
        if not isinstance(outcome, Finished):
            return _not_finished(outcome)
        found = {row["image_id"]: row for journal in folder.journals() for row in read_jsonl(journal)}
    results = [_result(predictor, path, found.get(index)) for index, path in enumerate(paths)]
    _print(results, predictor.version, as_json=as_json)
    return DONE if any("score" in result for result in results) else FAILED


def _input(index: int, path: Path) -> dict[str, Any]:
    return {"image_id": index, "path": str(path), "explain": True}


def _run(folder: RunFolder) -> Outcome:
    """The child, stopped by Ctrl-C: nothing here is worth waiting for."""
    child = ChildProcess(folder)

    def stop(number: int, frame: FrameType | None) -> None:
        child.cancel()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        child.start()
        return child.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _not_finished(outcome: Outcome) -> int:
    match outcome:
        case Cancelled():
            return CANCELLED
        case Failed(message, remedy, user_error=True):
            raise StudioError(message, remedy)
        case Failed(message, remedy):
            print(f"Failed: {plain(message)}\n{plain(remedy)}", file=sys.stderr)
        case Finished():
            raise AssertionError("finished is handled by the caller")
        case crash:
            print(f"Failed: {plain(explain_crash(crash)[0])}", file=sys.stderr)
    return FAILED


def _result(predictor: prediction.Predictor, path: Path, row: dict[str, Any] | None) -> dict[str, Any]:
    if row is None or "problem" in row:
        return {"image": str(path), "problem": row["problem"] if row else "the model gave no answer"}
    return {
        "image": str(path),
        "score": predictor.score(row["logprobs"]),
        "label": row["label"],
        "explanation": row["text"],
        "parse_ok": row["parse_ok"],
    }


def _print(results: Sequence[dict[str, Any]], version: str, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"version": version, "predictions": list(results)}, indent=1, ensure_ascii=True))
        return
    screen = console(sys.stdout)
    for result in results:
        if "problem" in result:
            print(f"{plain(result['image'])}: {plain(result['problem'])}", file=sys.stderr)
        else:
            screen.print(Text(f"{plain(result['image'])}: {result['score']:.2f}  {plain(result['explanation'])}"))
