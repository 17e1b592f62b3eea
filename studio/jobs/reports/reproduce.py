"""Predict and measure a report's versions again, in children, and compare. No Qt, no torch.

Nothing in the project changes: predictions and metrics of the reproduction are compared and thrown away.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from engine.contract import artifacts
from engine.contract.events import Event, Loaded, Started
from engine.contract.specs import MeasureSpec, VisionCache
from studio.jobs.one_shot import run_outside
from studio.services.errors import StudioError
from studio.services.imports.import_store import stored_binning
from studio.services.projects.project import Project
from studio.services.reports.manifest import (
    MeasuredImage,
    dependencies,
    image_hashes,
    measured_images,
    parser_digest,
    split_digests,
)
from studio.services.reports.reproduction import (
    Reproduction,
    VersionAgain,
    compare_answers,
    compare_dependencies,
    compare_numbers,
    compare_splits,
    run_notes,
    spread_of,
)
from studio.services.settings.schema import Settings
from studio.services.stages.context import StageContext
from studio.services.stages.predict import PREDICT
from studio.services.versions.prediction import predict_spec, settings_of
from studio.services.versions.types import VersionRow
from studio.services.versions.version_list import versions

OnStep = Callable[[str, int, int], None]
"""What is being done (a version, or "" for hashing images), finished units and their total."""


def reproduce(
    project: Project,
    manifest: Mapping[str, Any],
    names: Sequence[str] = (),
    *,
    on_step: OnStep = lambda what, done, total: None,
    cancel: threading.Event | None = None,
) -> Reproduction:
    """Compare a manifest with this project: predict its versions again and measure them.

    Args:
        project: a copy of the project that the report is about, or the project itself.
        manifest: of the report.
        names: versions to predict again; empty: all of the report.
        on_step: is told about progress.
        cancel: stops.

    Raises:
        StudioError: a version is in neither, or the project cannot be used.
        ChildError: a child failed through no fault of the user.
        OperationCancelled: ``cancel`` was set.
    """
    reported = {one["name"]: one for one in manifest["versions"]}
    known = {row.name: row for row in versions(project)}
    wanted = list(names) or list(reported)
    for name in wanted:
        if name not in reported:
            raise StudioError(f"The report does not contain {name!r}.", f"Its versions: {', '.join(reported)}.")
        if name not in known:
            raise StudioError(f"The project has no version {name!r}.", "Give a copy of the project of the report.")
    rows = measured_images(project)
    hashes = image_hashes(project.images_root(), rows, lambda done, total: on_step("", done, total))
    checks = compare_splits(manifest, split_digests(rows, hashes), parser_digest())
    stop = cancel or threading.Event()
    again = []
    for name in wanted:

        def on_progress(done: int, total: int, name: str = name) -> None:
            on_step(name, done, total)

        again.append(_again(project, manifest, reported[name], known[name], rows, on_progress, stop))
    return Reproduction(checks, tuple(again))


def _again(
    project: Project,
    manifest: Mapping[str, Any],
    reported: Mapping[str, Any],
    row: VersionRow,
    images: Sequence[MeasuredImage],
    on_progress: Callable[[int, int], None],
    cancel: threading.Event,
) -> VersionAgain:
    settings = settings_of(project, row) or project.settings
    spec = predict_spec(project, row, settings)
    checks = compare_dependencies(reported["depends_on"], dependencies(spec, settings))
    damage = artifacts.verify(Path(spec.model.adapter)) if spec.model.adapter is not None else []
    if damage:  # the engine would refuse these weights
        return VersionAgain(row.name, checks, notes=(f"not predicted again: {'; '.join(damage)}",))
    run: dict[str, Any] = {}
    answers = {
        answer["image_id"]: answer
        for answer in run_outside(
            dataclasses.replace(spec, vision=VisionCache()),
            _inputs(project, settings, row, images),
            on_progress=on_progress,
            on_event=lambda event: _note(run, event),
            cancel=cancel,
        )
        if "problem" not in answer
    }
    measured = _measure(project, settings, row, images, answers, cancel)
    scores = dict(measured["scores"])
    by_path = {image.path: image.id for image in images}
    ids = [by_path.get(path, -1) for path in manifest["images"]]
    compared, same, largest = compare_answers(
        (reported["labels"], [answers[key]["label"] if key in answers else None for key in ids]),
        (reported["scores"], [scores.get(key) for key in ids]),
    )
    truth = [image.mean_score for image in images if image.split == "test" and image.id in answers]
    return VersionAgain(
        row.name,
        checks,
        compare_numbers(reported["metrics"], measured["metrics"], spread_of(truth)),
        compared,
        same,
        largest,
        run_notes(reported.get("run") or {}, run),
    )


def _note(run: dict[str, Any], event: Event) -> None:
    if isinstance(event, Started):
        run["libraries"] = event.versions
    elif isinstance(event, Loaded):
        run |= {name: getattr(event, name) for name in ("device", "dtype", "attention", "quantization")}


def _inputs(
    project: Project, settings: Settings, row: VersionRow, images: Sequence[MeasuredImage]
) -> list[dict[str, Any]]:
    """Return the rows that the version's own prediction had, so that batches are the same; without training images."""
    measured = {image.id for image in images}
    with project.reader() as session:
        context = StageContext(session, project, settings, row.iteration, row.name, line=row.line)
        return [one for one in PREDICT.input_rows(context) if one["image_id"] in measured]


def _measure(
    project: Project,
    settings: Settings,
    row: VersionRow,
    images: Sequence[MeasuredImage],
    answers: Mapping[int, dict[str, Any]],
    cancel: threading.Event,
) -> dict[str, Any]:
    """Return the journal row of the measurement, without comparisons with other versions."""
    with project.reader() as session:
        binning = stored_binning(session)
    spec = MeasureSpec(
        version=row.name,
        bin_means=binning.means,
        bootstrap=settings.measure.bootstrap,
        seed=settings.project.seed,
        readout=settings.measure.readout,
    )
    rows = [
        {
            "image_id": image.id,
            "split": image.split,
            "truth": image.mean_score,
            "bin": binning.assign(image.mean_score),
            "group": None,
            "logprobs": answer["logprobs"],
            "label": answer["label"],
            "text": answer["text"],
            "parse_ok": answer["parse_ok"] if answer["explained"] else None,
            "truncated": answer["truncated"],
            "judged": {},
        }
        for image in images
        if (answer := answers.get(image.id)) is not None
    ]
    (found,) = run_outside(spec, rows, cancel=cancel)
    return found
