"""Download: fetches the base model from the hub. Precedes all other stages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from db.engine import Session
from db.models import Job
from engine.contract.specs import DownloadSpec
from studio.services.base_models import hub_models
from studio.services.settings.schema import Settings
from studio.services.stages.context import StageContext
from studio.services.stages.definition import QT_TRANSLATE_NOOP, Product, StageDefinition, StageKey


def _build_spec(context: StageContext) -> DownloadSpec:
    return DownloadSpec(context.model(), offline=context.settings.model.offline)


def _needs(job: StageKey, product: Product) -> bool:
    return False


def _finish(session: Session, job: Job, settings: Settings, result: Mapping[str, Any]) -> None:
    """Store the branch's commit at the time of the download."""
    hub_models.keep_commit(session, settings.model.base, settings.model.revision, str(result["commit"]))


DOWNLOAD = StageDefinition(
    kind="download",
    label=QT_TRANSLATE_NOOP("Stages", "Download"),
    title=QT_TRANSLATE_NOOP("Stages", "Download the base model"),
    unit=QT_TRANSLATE_NOOP("Stages", "MB"),
    sections=("model.base", "model.revision"),
    build_spec=_build_spec,
    product=lambda job: Product("base_model", job.line, job.iteration, None),
    needs=_needs,
    finish=_finish,
    uses_seed=False,
    loads_model=False,
)
