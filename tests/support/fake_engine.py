"""An engine that only acts: journals and adapters as a worker would leave them, made here without a model."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from support.cached import place_model

from engine.contract import artifacts
from engine.contract.context import ListContext, RunContext, read_jsonl
from engine.contract.specs import DownloadSpec, ProbeSpec, RunFolder, StageSpec, spec_from_json
from engine.measuring.probe_figures import figures
from studio.services.loop import next_action, queue
from studio.services.loop.types import JobRow
from studio.services.projects.project import Project

Row = dict[str, Any]
DOWNLOADED = "d" * 40
"""The commit of a model that was downloaded."""


def write_table(folder: Path, lines: list[str], images: list[str]) -> tuple[Path, Path]:
    """``scores.csv`` with these lines, and files for the images (nothing here decodes them)."""
    for name in images:
        file = folder / "images" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(f"the image {name}".encode())
    table = folder / "scores.csv"
    table.parent.mkdir(parents=True, exist_ok=True)
    table.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / "images", table


def run_fake_job(project: Project, job: JobRow) -> None:
    """Do a queued job's work and complete it."""
    queue.mark_running(project, job.id)
    folder = next_action.write_job_inputs(project, job.id)
    result = work(folder, job)
    next_action.complete(project, job.id, result)


def run_fake_jobs_until(
    project: Project, iterations: int, stage: str = "", version: str | None = "any"
) -> JobRow | None:
    """Run the loop up to, but not including, the first queued job of that stage (and version); returns that job."""
    next_action.enqueue_next(project, iterations)
    while (job := queue.next_queued(project)) is not None:
        if job.stage == stage and version in ("any", job.version_name):
            return job
        run_fake_job(project, job)
    return None


def work(folder: RunFolder, job: JobRow) -> Row:
    """Leave in the run folder what the stage would leave; returns its result."""
    rows = list(read_jsonl(folder.input))
    if job.stage == "download":
        spec = spec_from_json(folder.spec.read_text("utf-8"))
        assert isinstance(spec, DownloadSpec)
        return {"commit": place_model(spec.model.base, DOWNLOADED, spec.model.revision).name}
    if job.stage in ("train", "merge"):
        folder.adapter.mkdir(exist_ok=True)
        (folder.adapter / "adapter_model.safetensors").write_bytes(f"weights of {job.version_name}".encode())
        (folder.adapter / "adapter_config.json").write_text("{}")
        return {"adapter_digest": artifacts.seal(folder.adapter)}
    if job.stage == "probe":
        return _probed(folder, rows)
    if job.stage in _ACTED:
        write_journal(folder, journal_rows(job.stage, rows))
        return {}
    return run_really(folder, job.stage)


def _probed(folder: RunFolder, rows: list[Row]) -> Row:
    """The answers of a version that sees every degradation, and names blur alone; the figures are the engine's."""
    spec = spec_from_json(folder.spec.read_text("utf-8"))
    assert isinstance(spec, ProbeSpec)
    journal = [_probe_answer(row, spec.version) for row in rows]
    write_journal(folder, journal)
    return {"figures": figures(spec, rows, journal)}


def _probe_answer(row: Row, version: str) -> Row:
    fall = round(4 * row["strength"] * (0.5 if version == "base" else 1))
    label = max(0, row["image_id"] % 3 + 6 - fall)
    text = "It is blurry." if row["degradation"] == "blur" and version != "base" else "A sharp picture."
    return {
        **{name: row[name] for name in ("image_id", "degradation", "strength")},
        "logprobs": [0.0 if digit == label else -60.0 for digit in range(10)],
        "label": label,
        "text": text,
        "raw": f"#Score: {label}\n#Explain: {text}",
        "parse_ok": True,
        "truncated": False,
    }


def run_really(folder: RunFolder, stage: str) -> Row:
    """Do what nobody acts here: a stage that needs no model is as quick as an actor. Returns its result."""
    run: Callable[[StageSpec, RunContext], Row] = importlib.import_module(f"engine.stages.{stage}").run
    return run(spec_from_json(folder.spec.read_text("utf-8")), ListContext(folder, []))


def write_journal(folder: RunFolder, rows: list[Row], rank: int = 0) -> None:
    """Append rows to a rank's journal."""
    with folder.journal(rank).open("a", encoding="utf-8") as out:
        out.writelines(json.dumps(row) + "\n" for row in rows)


def journal_rows(stage: str, rows: list[Row]) -> list[Row]:
    """The journal of a stage for these input rows."""
    if stage == "measure":
        return [_measured(rows)]
    make = {"generate": _pair, "predict": _prediction, "score": _prediction, "judge": _judgement}[stage]
    return [make(row) for row in rows]


_ACTED = ("generate", "predict", "score", "judge", "measure")
"""The stages whose journals are acted."""


def _pair(row: Row) -> Row:
    return {
        "image_id": row["image_id"],
        "draw": row["draw"],
        "chosen_score": row["bin"],
        "chosen_text": f"Sharp and well lit, image {row['image_id']}.",
        "chosen_truncated": False,
        "rejected_score": (row["bin"] + 5) % 10,
        "rejected_text": f"A dull and blurred thing is image {row['image_id']}.",
        "rejected_truncated": False,
    }


def _prediction(row: Row) -> Row:
    label = row["image_id"] % 10
    logprobs = [-0.1 if digit == label else -5.0 for digit in range(10)]
    text = "Sharp." if row["explain"] else ""
    return {
        "image_id": row["image_id"],
        "logprobs": logprobs,
        "label": label,
        "text": text,
        "raw": f"#Score: {label}\n#Explain: {text}" if text else "",
        "parse_ok": True,
        "truncated": False,
        "explained": row["explain"],
    }


def _judgement(row: Row) -> Row:
    grades = {"consistency": row["prediction_id"] % 5, "usefulness": None, "general": None}
    return {"prediction_id": row["prediction_id"], **grades, "raw": "", "reason": "polarity"}


def _measured(rows: list[Row]) -> Row:
    tests = [row for row in rows if row["split"] == "test"]
    metrics = {
        name: {"value": 0.5, "lo": 0.4, "hi": 0.6, "n": len(tests)} for name in ("plcc", "srcc", "rmse", "word_tone")
    }
    metrics["format_failures"] = {"value": 0.0, "lo": None, "hi": None, "n": len(tests)}
    return {
        "version": "",
        "metrics": metrics,
        "calibration": {"reference": list(range(10)), "method": "bin_means", "reason": "acted"},
        "scores": [[row["image_id"], float(row["image_id"] % 7)] for row in rows],
    }


def set_setting(project: Project, old: str, new: str) -> None:
    """Edit studio.toml as a person would."""
    file = project.root / "studio.toml"
    text = file.read_text("utf-8")
    assert old in text, text
    file.write_text(text.replace(old, new, 1), "utf-8")
