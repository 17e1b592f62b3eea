"""Whom one can talk to: a version, as it predicts. No Qt, no torch."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from sqlalchemy import select

from db.models import ModelVersion
from engine.contract.specs import ChatSpec, PredictSpec
from studio.services.base_models.suitability import DEMO
from studio.services.chatting.types import Partner
from studio.services.errors import StudioError
from studio.services.exports.standalone import exported_predictor
from studio.services.projects.project import Project
from studio.services.recipes.version_names import final_version
from studio.services.settings.schema import ChatSettings
from studio.services.versions import version_list
from studio.services.versions.prediction import predict_spec, settings_of
from studio.services.versions.types import VersionRow


def partner(project: Project, version: str | None = None) -> Partner:
    """Return a version to talk to; None is the newest final one of the main line.

    It answers with the settings of its own predictions, and with those of [chat] as they are now.

    Raises:
        StudioError: no such version, or none at all.
    """
    row = _newest_final(project) if version is None else version_list.version(project, version)
    settings = settings_of(project, row) or project.settings
    spec = predict_spec(project, row, settings)
    with project.reader() as session:
        calibration = session.scalar(select(ModelVersion.calibration).where(ModelVersion.id == row.id))
    reference = None if calibration is None else tuple(float(value) for value in calibration["reference"])
    chat = _chat_spec(spec, project.settings.chat)
    return Partner(row.name, row.digest, chat, spec.model.adapter, reference, settings.model.base != DEMO)


def exported_partner(folder: Path, base: str | None = None) -> Partner:
    """Return an exported model to talk to, with the default settings of [chat].

    Raises:
        StudioError: not an export, or an adapter whose base model cannot be found.
    """
    predictor = exported_predictor(folder, base)
    spec = predictor.spec
    chat = _chat_spec(spec, ChatSettings())
    return Partner(predictor.version, "", chat, spec.model.adapter, predictor.reference)


def _chat_spec(spec: PredictSpec, chat: ChatSettings) -> ChatSpec:
    model = dataclasses.replace(spec.model, adapter=None)
    return ChatSpec(model, spec.prompt, chat.max_new_tokens, chat.temperature, spec.image, spec.vision)


def _newest_final(project: Project) -> VersionRow:
    rows = version_list.versions(project)
    if not rows:
        raise StudioError("The project has no model version yet.", "Run it first: score-studio run DIR.")
    return next((row for row in reversed(rows) if row.name == final_version(row.iteration)), rows[-1])
