"""A project's summary for the start page: no lock, no migration, nothing written. No Qt, no torch."""

from __future__ import annotations

from pathlib import Path

from studio.services.errors import StudioError
from studio.services.projects.create_and_open import is_scoring_project, open_readonly
from studio.services.projects.project import DATABASE_NAME
from studio.services.projects.types import ProjectSummary
from studio.services.recipes.version_names import MAIN
from studio.services.versions import version_list
from studio.services.versions.types import VersionRow


def summarise(root: Path) -> ProjectSummary:
    """Return name, number of versions and the SRCC of the main line's last measured version."""
    if not root.is_dir():
        return ProjectSummary(root, root.name, 0, None, "", "The folder no longer exists.")
    project = open_readonly(root)
    if project is None:
        return ProjectSummary(root, root.name, 0, None, "", _why_not(root))
    try:
        rows = version_list.versions(project)
        last = _last_measured(rows)
        srcc = last.metrics["srcc"].value if last is not None else None
        named = last.name if last is not None else ""
        return ProjectSummary(root, project.name, len(rows), srcc, named, "", is_scoring_project(project))
    except StudioError as error:
        return ProjectSummary(root, root.name, 0, None, "", str(error))
    finally:
        project.close()


def _why_not(root: Path) -> str:
    if (root / DATABASE_NAME).is_file():
        return "Created by another release; opening will migrate it."
    return "This folder no longer contains a project."


def _last_measured(rows: list[VersionRow]) -> VersionRow | None:
    main = [row for row in rows if row.line == MAIN and "srcc" in row.metrics]
    measured = [row for row in main if row.metrics["srcc"].value is not None]
    return measured[-1] if measured else None
