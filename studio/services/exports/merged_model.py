"""Export a version as a whole model: the spec of the merging child, and the files added to it. No Qt, no torch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine.contract.artifacts import seal
from engine.contract.specs import ExportSpec, ModelSpec
from studio.services.base_models.model_files import model_facts
from studio.services.exports import model_card
from studio.services.exports.adapters import sound_adapter
from studio.services.exports.destinations import atomic_dir, check_new, check_space
from studio.services.exports.model_card_facts import CardFacts, card_facts
from studio.services.exports.scoring_recipe import write_recipe
from studio.services.projects.project import Project
from studio.services.versions.prediction import predict_spec, settings_of
from studio.services.versions.version_list import version as find_version

Merge = Callable[[ExportSpec], None]
"""Runs the child on a spec to its end; raises StudioError or Cancelled."""


@dataclass(frozen=True, slots=True)
class MergePlan:
    """A checked merged export: the model to load, the card's facts, and the bytes that it will need."""

    model: ModelSpec
    facts: CardFacts
    bytes: int


def plan_merged(project: Project, version: str, folder: Path, *, licence: str | None = None) -> MergePlan:
    """Check everything that can be checked before a model is loaded.

    Raises:
        StudioError: no such version, one without adapter, a damaged adapter, a folder that is not empty, an invalid
        licence identifier, or no disk space.
    """
    model_card.check_licence(licence)
    row = find_version(project, version)
    sound_adapter(row)
    check_new(folder)
    settings = settings_of(project, row) or project.settings
    facts = model_facts(settings.model.base, project.root)
    size = facts.stored_bytes if facts is not None else 0
    check_space(folder, size)
    model = predict_spec(project, row, settings).model
    return MergePlan(model, card_facts(project, version, "merged", licence), size)


def export_merged(plan: MergePlan, folder: Path, merge: Merge, *, place: str = ".") -> Path:
    """Let ``merge`` write the model, then add model card, recipe and manifest; an error leaves the folder unchanged.

    Raises:
        StudioError: the folder cannot be written, or as raised by ``merge``.
    """
    with atomic_dir(folder) as part:
        merge(ExportSpec(plan.model, str(part.absolute())))
        (part / model_card.FILE_NAME).write_text(model_card.model_card(plan.facts, place), "utf-8")
        write_recipe(part, plan.facts.recipe)
        seal(part)
    return folder
