"""Probe: a version scores and explains degraded copies of a sample of test images. No part of a run."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from db.engine import Session
from db.models import Image, Job, ModelVersion
from db.queries import images as image_queries
from db.queries import probes, versions
from engine.contract.degradations.kinds import BY_NAME, UNTOUCHED
from engine.contract.specs import ImageLimits, ProbeSpec
from studio.services.errors import StudioError
from studio.services.imports.import_store import stored_binning
from studio.services.projects.project import Project
from studio.services.recipes.version_names import BASE
from studio.services.seeding import seeded_sample
from studio.services.settings.prompt import prompt_spec
from studio.services.settings.schema import ProbeSettings, Settings, none_if_auto
from studio.services.stages.context import StageContext
from studio.services.stages.definition import (
    QT_TRANSLATE_NOOP,
    Product,
    Row,
    RowPaths,
    StageDefinition,
    StageKey,
    move_model,
)
from studio.services.stages.journal_rows import pixel_size, readable_rows, stored_version

SAMPLE_PURPOSE = "probe"
EXAMPLES = 24
"""Images whose degraded copies are kept for people to look at."""
_COLUMNS = ("image_id", "degradation", "strength", "logprobs", "label", "text", "raw", "parse_ok", "truncated")


def copies(settings: ProbeSettings) -> list[tuple[str, float]]:
    """Return degradation and strength of each copy of an image, the image itself first."""
    return [(UNTOUCHED, 0.0), *_degraded(settings)]


def _degraded(settings: ProbeSettings) -> Iterator[tuple[str, float]]:
    for name in settings.degradations:
        for strength in sorted(settings.strengths) if BY_NAME[name].graded else (1.0,):
            yield name, strength


def probed_images(session: Session, settings: Settings) -> list[Image]:
    """Return the sample of usable test images: the same for every version."""
    usable = [image for image in image_queries.of_splits(session, ("test",)) if image.problem is None]
    ids = [image.id for image in usable]
    sample = set(seeded_sample(ids, settings.probe.sample, settings.project.seed, SAMPLE_PURPOSE))
    return [image for image in usable if image.id in sample]


def examples_folder(project: Project) -> Path:
    """Return where degraded copies are kept; it can be deleted at any time."""
    return project.root / "cache" / "probe"


def reference_of(version: ModelVersion) -> tuple[float, ...] | None:
    """Return the ten values by which the version's scores are read out; None before it was measured."""
    if version.calibration is None:
        return None
    return tuple(float(value) for value in version.calibration["reference"])


def _build_spec(context: StageContext) -> ProbeSpec:
    settings = context.settings
    reference = reference_of(context.row(context.version))
    if reference is None:
        raise StudioError(f"{context.version} has not been measured yet.", "Run the project first.")
    return ProbeSpec(
        model=context.model(context.version),
        prompt=prompt_spec(settings.prompt),
        version=context.version,
        seed=settings.project.seed,
        reference=reference,
        base_reference=None if (base := _base(context)) is None else reference_of(base),
        bootstrap=settings.measure.bootstrap,
        max_new_tokens=settings.predict.max_new_tokens,
        batch_size=none_if_auto(settings.predict.batch_size),
        image=ImageLimits(settings.images.longest_side),
        examples_folder=str(examples_folder(context.project)),
        examples=EXAMPLES,
        lower_is_better=stored_binning(context.session).lower_is_better,
    )


def _base(context: StageContext) -> ModelVersion | None:
    """Return the version to compare with; None for the base itself."""
    return None if context.version == BASE else versions.by_name(context.session, BASE)


def _move(kept: ProbeSpec, new: ProbeSpec) -> ProbeSpec:
    """Return the kept spec with the current paths of model, adapter and examples."""
    moved = move_model(kept, new)
    assert isinstance(moved, ProbeSpec)
    return dataclasses.replace(moved, examples_folder=new.examples_folder)


def _needs(job: StageKey, product: Product) -> bool:
    """Return whether the product is the model, its calibration, or what the base answers."""
    if product.what == "probe":
        return product.version == BASE and job.version_name != BASE
    if product.what == "metrics":
        return product.version in (job.version_name, BASE)
    return _requires(job, product)


def _requires(job: StageKey, product: Product) -> bool:
    if product.what == "base_model":
        return True
    return product.what == "version" and product.version == job.version_name


def _input_rows(context: StageContext) -> list[Row]:
    root, base = context.project.images_root(), _base(context)
    found = probed_images(context.session, context.settings)
    given: dict[tuple[int, str, float], Row] = {}
    if base is not None:
        for answer in probes.answers(context.session, base.id, {image.id for image in found}):
            key = answer.image_id, answer.degradation, answer.strength
            given[key] = {"logprobs": answer.logprobs, "text": answer.text}
    return [
        {
            "image_id": image.id,
            "path": str(root / image.path),
            "degradation": degradation,
            "strength": strength,
            "group": image.group_key,
            "base": given.get((image.id, degradation, strength)),
            "size": pixel_size(image),
        }
        for image in found
        for degradation, strength in copies(context.settings.probe)
    ]


def _no_input(context: StageContext) -> tuple[str, str]:
    return "There are no test images to degrade.", "Import images with the split test."


def _store(session: Session, job: Job, rows: Sequence[Row]) -> None:
    version = stored_version(session, job.version_name)
    good = readable_rows(session, rows)
    own = {"model_version_id": version.id, "job_id": job.id}
    probes.put_answers(session, [{**own, **{name: row[name] for name in _COLUMNS}} for row in good])


def _finish(session: Session, job: Job, _settings: Settings, result: Mapping[str, Any]) -> None:
    version = stored_version(session, job.version_name)
    probes.replace_figures(session, version.id, job.id, result.get("figures", []))


PROBE = StageDefinition(
    kind="probe",
    label=QT_TRANSLATE_NOOP("Stages", "Probe"),
    title=QT_TRANSLATE_NOOP("Stages", "Probe {version}"),
    unit=QT_TRANSLATE_NOOP("Stages", "images"),
    sections=("model", "images", "prompt", "predict.max_new_tokens", "probe"),
    build_spec=_build_spec,
    product=lambda job: Product("probe", job.line, job.iteration, job.version_name),
    needs=_needs,
    requires=_requires,
    input_rows=_input_rows,
    relocate=_move,
    no_input=_no_input,
    row_paths=RowPaths("image_id", image_queries.paths),
    store=_store,
    finish=_finish,
    batch_setting="predict.batch_size",
)
