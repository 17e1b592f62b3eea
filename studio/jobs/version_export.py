"""Export a version in either form; a child merges a whole model. No Qt, no torch."""

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
    """Export a version as an adapter or as a whole model; after a failure the folder is unchanged.

    Args:
        project: the version's project.
        version: its name.
        folder: new or empty.
        whole: merge the adapter into the base model.
        licence: for the model card.
        place: where the model card loads the model from.
        on_progress: receives the child's steps; may raise to stop.

    Raises:
        StudioError: an error that the user can correct.
        ChildError: the child failed otherwise.
    """
    if not whole:
        return export_adapter(project, version, folder, licence=licence, place=place)
    plan = plan_merged(project, version, folder, licence=licence)

    def merge(spec: ExportSpec) -> None:
        run_outside(spec, on_progress=on_progress)

    return export_merged(plan, folder, merge, place=place)
