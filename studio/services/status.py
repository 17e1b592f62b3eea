"""The project at a glance, as JSON values. No Qt, no torch."""

from __future__ import annotations

from typing import Any

from studio.services.project import Project


def status(project: Project) -> dict[str, Any]:
    """What ``score-studio status --json`` prints."""
    raise NotImplementedError
