"""Model versions side by side. No Qt, no torch."""

from __future__ import annotations

from collections.abc import Sequence

from studio.services.project import Project
from studio.services.rows import ComparedImage, ComparisonOrder, VersionRow


def versions(project: Project) -> list[VersionRow]:
    """All versions in order of making."""
    raise NotImplementedError


def version(project: Project, name: str) -> VersionRow:
    """One version; StudioError naming those that exist if there is none."""
    raise NotImplementedError


def compare(
    project: Project, version_names: Sequence[str], *, sort: ComparisonOrder = "change", limit: int | None = None
) -> list[ComparedImage]:
    """Test images with the outputs of the versions. Change and error are of the last version named (change: from the first)."""
    raise NotImplementedError
