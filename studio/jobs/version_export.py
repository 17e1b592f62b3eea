"""A version out of the project, in either form; a whole model is merged by a child. Knows no Qt and no torch."""

from __future__ import annotations

from pathlib import Path

from engine.contract.specs import ExportSpec
from studio.jobs.one_shot import OnProgress, run_outside
from studio.services.exports.adapters import export_adapter
from studio.services.exports.merged_model import export_merged, plan_merged
from studio.services.projects.project import Project


def export_version(
    project: Project,
    version: str,
    folder: Path,
    *,
    whole: bool,
    licence: str | None = None,
    place: str = ".",
    on_progress: OnProgress = lambda done, total: None,
) -> Path:
    """Export a version as an adapter, or as a whole model; the folder is whole or as before.

    Args:
        project: whose version.
        version: its name.
        folder: new or empty.
        whole: merge the adapter into the base.
        licence: for the card.
        place: what the card says to load the model from.
        on_progress: told of the child's steps; may raise to stop.

    Raises:
        StudioError: a mistake that a person can mend.
        ChildError: the child failed otherwise.
    """
    if not whole:
        return export_adapter(project, version, folder, licence=licence, place=place)
    plan = plan_merged(project, version, folder, licence=licence)

    def merge(spec: ExportSpec) -> None:
        run_outside(spec, on_progress=on_progress)

    return export_merged(plan, folder, merge, place=place)
