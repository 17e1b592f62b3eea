"""Export a version's adapter as a folder that peft loads. No Qt, no torch."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from engine.contract.artifacts import MANIFEST, seal, verify
from studio.services.errors import StudioError
from studio.services.exports import model_card
from studio.services.exports.destinations import atomic_dir, check_new, check_space
from studio.services.exports.known_bases import remember_base
from studio.services.exports.model_card_facts import card_facts
from studio.services.exports.scoring_recipe import write_recipe
from studio.services.projects.project import Project
from studio.services.versions.types import VersionRow
from studio.services.versions.version_list import version as find_version

_SEE_CHECK = "Check the project with: score-studio check DIR"
_CONFIG = "adapter_config.json"


def export_adapter(
    project: Project, version: str, folder: Path, *, licence: str | None = None, place: str = "."
) -> Path:
    """Copy a version's adapter into an empty or new folder, with model card, recipe and manifest; all or nothing.

    ``place`` is where the model card loads the model from.

    Raises:
        StudioError: no such version, a version without adapter, a damaged adapter, a folder that is not empty, an
        invalid licence identifier, or no disk space.
    """
    model_card.check_licence(licence)
    source = sound_adapter(find_version(project, version))
    check_new(folder)
    check_space(folder, sum(file.stat().st_size for file in source.iterdir() if file.is_file()))
    facts = card_facts(project, version, "adapter", licence)
    with atomic_dir(folder) as part:
        shutil.copytree(source, part, ignore=shutil.ignore_patterns(MANIFEST), dirs_exist_ok=True)
        (part / model_card.FILE_NAME).write_text(model_card.model_card(facts, place), "utf-8")
        _name_base(part / _CONFIG, facts.recipe.base)
        write_recipe(part, facts.recipe)
        sealed = seal(part)
    if facts.local_base is not None:
        remember_base(sealed, facts.local_base)
    return folder


def sound_adapter(row: VersionRow) -> Path:
    """Return the folder of a version's adapter after checking every byte.

    Raises:
        StudioError: the version has none, or it is damaged.
    """
    if row.adapter is None:
        raise StudioError(f"The version {row.name} is the base model and has no adapter.", "Export a trained version.")
    damage = verify(row.adapter)
    if damage:
        raise StudioError(f"The adapter of {row.name} is damaged: {'; '.join(damage)}.", _SEE_CHECK)
    return row.adapter


def _name_base(config: Path, base: str) -> None:
    """Set the adapter's base model to its name, wherever its weights were during training."""
    body = json.loads(config.read_text("utf-8"))
    if body.get("base_model_name_or_path") != base:
        body["base_model_name_or_path"] = base
        config.write_text(json.dumps(body, indent=2, sort_keys=True) + "\n", "utf-8")
