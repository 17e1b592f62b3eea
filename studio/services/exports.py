"""What leaves a project: preference pairs and adapters. No Qt, no torch."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from db.queries import pairs as queries
from db.queries.pairs import PairRecord
from engine.artifacts import MANIFEST, verify
from engine.context import write_jsonl
from engine.prompts import format_answer
from studio.services.comparison import version as find_version
from studio.services.errors import StudioError
from studio.services.project import Project
from studio.services.prompting import prompt_spec
from studio.services.rows import MetricValue, VersionRow

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


def export_adapter(project: Project, version: str, folder: Path) -> Path:
    """Copy a version's adapter with a model card into an empty or new folder; the folder is whole or as before.

    Raises:
        StudioError: no such version, a version without adapter, a damaged adapter, or a folder that is not empty.
    """
    row = find_version(project, version)
    if row.adapter is None:
        raise StudioError(f"The version {version} is the base model and has no adapter.", "Export a trained version.")
    damage = verify(row.adapter)
    if damage:
        raise StudioError(f"The adapter of {version} is damaged: {'; '.join(damage)}.", _SEE_CHECK)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise StudioError(f"{folder} is not an empty folder.", "Choose an empty or new one.")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".export-", dir=folder.parent) as scratch:
            copy = Path(scratch) / "adapter"
            shutil.copytree(row.adapter, copy, ignore=shutil.ignore_patterns(MANIFEST))
            (copy / "README.md").write_text(_model_card(project, row), "utf-8")
            copy.replace(folder)
    except OSError as error:
        raise StudioError(f"{folder} cannot be written: {error.strerror}.", "Choose another folder.") from error
    return folder


def _preference(prompt: str, root: Path, pair: PairRecord) -> dict[str, Any]:
    return {
        "prompt": [{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": prompt}]}],
        "chosen": _answer(pair.chosen_score, pair.chosen_text),
        "rejected": _answer(pair.rejected_score, pair.rejected_text),
        "images": [str(root / pair.path)],
    }


def _answer(score: int, text: str) -> list[dict[str, Any]]:
    return [{"role": "assistant", "content": [{"type": "text", "text": format_answer(score, text)}]}]


def _model_card(project: Project, row: VersionRow) -> str:
    base = row.hyperparameters.get("base", project.settings.model.base)
    settings = {key: value for key, value in row.hyperparameters.items() if key not in ("base", "result")}
    return "\n".join(
        [
            "---",
            "library_name: peft",
            "pipeline_tag: image-text-to-text",
            "---",
            f"# {_plain(project.name)}: {row.name}",
            "",
            "A LoRA adapter that scores images from 0 to 9 and explains why, self-trained with Score Studio.",
            "",
            f"Base model: `{_plain(str(base))}`. Made from: {', '.join(row.parents)}. Digest: `{row.digest}`.",
            "",
            *_table(("setting", "value"), ((key, _plain(str(value))) for key, value in settings.items())),
            "",
            "Measured on the project's test images, with 95% bootstrap intervals:",
            "",
            *_table(("metric", "value", "interval", "n"), _metric_cells(row)),
            "",
        ]
    )


def _metric_cells(row: VersionRow) -> Iterable[tuple[str, ...]]:
    for name in _CARD_METRICS:
        metric = row.metrics.get(name)
        if metric is not None and metric.value is not None:
            label = f"{name} ({row.judge})" if name == "consistency" else name
            yield label, f"{metric.value:.3f}", _interval(metric), str(metric.n)


def _interval(metric: MetricValue) -> str:
    return "" if metric.lo is None or metric.hi is None else f"{metric.lo:.3f} to {metric.hi:.3f}"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    lines = [head, tuple("---" for _ in head), *rows]
    return ["| " + " | ".join(cells) + " |" for cells in lines]


def _plain(text: str) -> str:
    """Text from a file or a person, without what Markdown or a table would make of it."""
    return "".join(" " if c in "|`<>\n\r" else c for c in text)
