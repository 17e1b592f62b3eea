"""The manifest of a report: everything that its numbers depend on, and the numbers, for ``score-studio reproduce``.

It names no folder of the machine, and contains no image. No Qt, no torch.
"""

from __future__ import annotations

import hashlib
import inspect
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version as installed
from pathlib import Path, PurePath
from typing import Any

from db.engine import Session
from db.queries import images, jobs, predictions
from engine.contract import artifacts, prompts
from engine.contract.specs import PredictSpec
from studio.services.base_models.suitability import DEMO
from studio.services.errors import StudioError
from studio.services.projects.project import Project
from studio.services.seeding import seeded_sample
from studio.services.settings.schema import Settings
from studio.services.stages.predict import PREDICT
from studio.services.versions.prediction import predict_spec, predictor, settings_of
from studio.services.versions.types import VersionRow

FORMAT = 1
IMAGES_KEPT = 1000
"""Test images whose single answers are in the manifest."""
COMPARED = ("srcc", "plcc", "rmse", "kendall", "format_failures", "n")
"""Metrics that a reproduction computes again."""
_SPLITS = ("val", "test")
_PURPOSE = "manifest"
_NO_ANSWER = (None, None)
_WEIGHTS = ("*.safetensors", "*.bin", "*.pt")
OnFile = Callable[[int, int], None]


def manifest(
    project: Project, versions: Sequence[VersionRow], made: str, on_file: OnFile = lambda done, total: None
) -> dict[str, Any]:
    """Return the manifest of these measured versions. Hashes images and weights; ``on_file`` hears of each image.

    Raises:
        StudioError: an image of the splits cannot be read.
    """
    rows = measured_images(project)
    kept = seeded_sample(
        [row.id for row in rows if row.split == "test"], IMAGES_KEPT, project.settings.project.seed, _PURPOSE
    )
    paths = {row.id: row.path for row in rows}
    hashes = image_hashes(project.images_root(), rows, on_file)
    return {
        "format": FORMAT,
        "program": f"score-studio {installed('score-studio')}",
        "made": made,
        "project": project.name,
        "splits": split_digests(rows, hashes),
        "images": [paths[image] for image in kept],
        "parser": parser_digest(),
        "versions": [_version(project, row, kept) for row in versions],
    }


@dataclass(frozen=True, slots=True)
class MeasuredImage:
    """A validation or test image; ``path`` is relative to the images folder, ``readable`` what the program knows."""

    id: int
    path: str
    split: str
    mean_score: float
    readable: bool


def measured_images(project: Project) -> list[MeasuredImage]:
    """Return the images that predictions are measured on, in id order."""
    with project.reader() as session:
        return [
            MeasuredImage(row.id, row.path, row.split, row.mean_score, row.problem is None)
            for row in images.of_splits(session, _SPLITS)
        ]


def _version(project: Project, row: VersionRow, kept: Sequence[int]) -> dict[str, Any]:
    settings = settings_of(project, row) or project.settings
    spec = predict_spec(project, row, settings)
    with project.reader() as session:
        found = predictions.of_version(session, row.id, ("test",))
        answers = {image.id: (one.label, None if one.score is None else round(one.score, 6)) for one, image in found}
        run = _run(session, row)
    used = predictor(project, row.name)
    return {
        "name": row.name,
        "depends_on": dependencies(spec, settings),
        "run": run,
        "reference": list(used.reference),
        "metrics": {name: _metric(row, name) for name in COMPARED if name in row.metrics},
        "labels": [answers.get(image, _NO_ANSWER)[0] for image in kept],
        "scores": [answers.get(image, _NO_ANSWER)[1] for image in kept],
    }


def _metric(row: VersionRow, name: str) -> dict[str, float | int | None]:
    found = row.metrics[name]
    return {"value": found.value, "lo": found.lo, "hi": found.hi, "n": found.n}


def dependencies(spec: PredictSpec, settings: Settings) -> dict[str, Any]:
    """Return what a version's predictions depend on, with hashes in place of files.

    Raises:
        StudioError: weights are missing or cannot be read.
    """
    base = settings.model.base
    named = DEMO if base == DEMO else PurePath(base).name if Path(base).is_absolute() else base
    prompt = json.dumps([spec.prompt.text, spec.prompt.score_tag, spec.prompt.explain_tag])
    return {
        "base": named,
        "revision": spec.model.revision,
        "base weights": weights_digest(Path(spec.model.base)) if Path(spec.model.base).is_dir() else None,
        "adapter": adapter_digest(spec.model.adapter),
        "prompt": hashlib.sha256(prompt.encode()).hexdigest(),
        "dtype": spec.model.dtype,
        "attention": spec.model.attention,
        "quantization": spec.model.quantization,
        "longest side": spec.image.longest_side,
        "new tokens": spec.max_new_tokens,
        "read-out": settings.measure.readout,
    }


def _run(session: Session, row: VersionRow) -> dict[str, Any]:
    """Return device and libraries of the version's own predictions; empty if they are not known."""
    found = [
        job for job in jobs.in_state(session, "done") if job.stage == PREDICT.kind and job.version_name == row.name
    ]
    if not found:
        return {}
    started, loaded = (jobs.last_body(session, found[-1].id, kind) for kind in ("Started", "Loaded"))
    names = ("device", "dtype", "attention", "quantization")
    return {name: loaded.get(name, "") for name in names} | {"libraries": started.get("versions", {})}


def image_hashes(
    root: Path, rows: Sequence[MeasuredImage], on_file: OnFile = lambda done, total: None
) -> dict[int, str]:
    """Return the SHA-256 of each image file by image id; "" for one that is known to be unreadable.

    Raises:
        StudioError: a file cannot be read.
    """
    found = {}
    for done, row in enumerate(rows, start=1):
        found[row.id] = _file_digest(root / row.path) if row.readable else ""
        on_file(done, len(rows))
    return found


def split_digests(rows: Iterable[MeasuredImage], hashes: Mapping[int, str]) -> dict[str, dict[str, Any]]:
    """Return by split how many images it has and a SHA-256 over their names, scores and contents."""
    lines: dict[str, list[str]] = {split: [] for split in _SPLITS}
    for row in rows:
        lines[row.split].append(f"{row.path}\t{row.mean_score!r}\t{hashes[row.id]}\n")
    return {
        split: {
            "images": len(found),
            "sha256": hashlib.sha256("".join(sorted(found)).encode("utf-8", "surrogateescape")).hexdigest(),
        }
        for split, found in lines.items()
    }


def parser_digest() -> str:
    """Return the SHA-256 of the code that takes answers apart."""
    return hashlib.sha256(inspect.getsource(prompts).encode()).hexdigest()


def adapter_digest(folder: str | None) -> str | None:
    """Return the digest of an adapter's files as they are now; None for the base.

    Raises:
        StudioError: a file cannot be read.
    """
    if folder is None:
        return None
    try:
        return artifacts.digest_now(Path(folder))
    except OSError as error:
        raise _unreadable(Path(folder), error) from error


def weights_digest(folder: Path) -> str:
    """Return the SHA-256 over a model folder's weights and configuration.

    Raises:
        StudioError: they cannot be read.
    """
    files = sorted({file for pattern in (*_WEIGHTS, "*.json") for file in folder.glob(pattern)})
    lines = [f"{_file_digest(file)}  {file.name}\n" for file in files]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _file_digest(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise _unreadable(file, error) from error


def _unreadable(place: Path, error: OSError) -> StudioError:
    return StudioError(f"{place} cannot be read: {error.strerror or error}.", "Restore it, or import the images again.")
