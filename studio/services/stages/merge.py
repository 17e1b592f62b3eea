"""Merge: an iteration's score and consistency adapters become one (arXiv 2506.02708, section 3.2)."""

from __future__ import annotations

import dataclasses

from engine.contract.merge_methods import MERGE_METHODS
from engine.contract.specs import MergeSpec
from studio.services.recipes.stage_options import StageOptions
from studio.services.recipes.version_names import version_name
from studio.services.stages.context import StageContext
from studio.services.stages.definition import QT_TRANSLATE_NOOP, Product, StageDefinition, StageKey, move_model


def _parts(iteration: int, line: str, options: StageOptions) -> list[str]:
    """Return the versions that are merged."""
    return (
        list(options.parts)
        if options.parts
        else [version_name(iteration, kind, line) for kind in ("score", "consistency")]
    )


def _build_spec(context: StageContext) -> MergeSpec:
    merge = context.settings.merge
    method = MERGE_METHODS[merge.method]
    parts = (context.adapter(part) for part in _parts(context.iteration, context.line, context.options))
    return MergeSpec(
        model=context.model(),
        adapters=tuple(part for part in parts if part is not None),
        weights=merge.weights or (method.weight, method.weight),
        density=merge.density or method.density or 1.0,
        method=merge.method,
        sign_method=merge.sign_method,
        force=merge.force,
    )


def _needs(job: StageKey, product: Product) -> bool:
    if product.what == "base_model":
        return True
    return product.what == "version" and product.version in _parts(
        job.iteration, job.line, StageOptions.from_dict(job.options)
    )


def _relocate(kept: MergeSpec, new: MergeSpec) -> MergeSpec:
    moved: MergeSpec = move_model(kept, new)
    return dataclasses.replace(moved, adapters=new.adapters)


def _parents(job: StageKey, spec: MergeSpec) -> list[str]:
    return _parts(job.iteration, job.line, StageOptions.from_dict(job.options))


MERGE = StageDefinition(
    kind="merge",
    label=QT_TRANSLATE_NOOP("Stages", "Merge"),
    title=QT_TRANSLATE_NOOP("Stages", "Merge {version}"),
    unit=QT_TRANSLATE_NOOP("Stages", "merge"),
    units=lambda settings, amounts, version: 1.0,
    sections=("model", "merge"),
    build_spec=_build_spec,
    product=lambda job: Product("version", job.line, job.iteration, job.version_name),
    needs=_needs,
    relocate=_relocate,
    makes_version=True,
    parents=_parents,
)
