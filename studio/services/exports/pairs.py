"""Preference pairs in TRL's conversational format, for other programs to train on or to edit. No Qt, no torch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from db.queries import pairs as queries
from db.queries.pairs import PairRecord
from engine.context import write_jsonl
from engine.prompts import format_answer
from studio.services.errors import StudioError
from studio.services.project import Project
from studio.services.prompting import prompt_spec

_SEE_CHECK = "See what else is wrong with: score-studio check DIR"
_CARD_METRICS = ("plcc", "srcc", "rmse", "format_failures", "consistency")


def export_pairs_jsonl(
    project: Project, file: Path, *, iteration: int | None = None, include_vetoed: bool = False
) -> int:
    """Write pairs in TRL's conversational preference format; images as absolute paths. The file is whole or as before.

    Pairs vetoed for score training are left out unless ``include_vetoed``.

    Returns:
        How many pairs were written.

    Raises:
        StudioError: there is no pair to write, or the file cannot be written.
    """
    if file.is_dir():
        raise StudioError(f"{file} is a folder.", "Name a file in it, such as pairs.jsonl.")
    prompt, root = prompt_spec(project.settings.prompt).text, project.images_root()
    with project.reader() as session:
        records = queries.page(session, iteration=iteration)
        rows = [
            _preference(prompt, root, pair)
            for pair in records
            if include_vetoed or pair.verdict != "veto" or pair.scope == "consistency"
        ]
    if not rows:
        raise StudioError("There is no pair to export.", f"Generate pairs first with: score-studio run {project.root}")
    try:
        write_jsonl(file, rows)
    except OSError as error:
        raise StudioError(f"{file} cannot be written: {error.strerror}.", "Choose another file.") from error
    return len(rows)


def _preference(prompt: str, root: Path, pair: PairRecord) -> dict[str, Any]:
    return {
        "prompt": [{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": prompt}]}],
        "chosen": _answer(pair.chosen_score, pair.chosen_text),
        "rejected": _answer(pair.rejected_score, pair.rejected_text),
        "images": [str(root / pair.path)],
    }


def _answer(score: int, text: str) -> list[dict[str, Any]]:
    return [{"role": "assistant", "content": [{"type": "text", "text": format_answer(score, text)}]}]
