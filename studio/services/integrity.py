"""Whether rows and files agree. No Qt, no torch."""

from __future__ import annotations

from studio.services.project import Project
from studio.services.rows import Problem


def check(project: Project) -> list[Problem]:
    """Everything that is wrong with the project; empty if all is well. Changes nothing."""
    raise NotImplementedError
