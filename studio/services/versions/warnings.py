"""Warnings of the stages that made and measured a version: they say what its numbers are worth. No Qt, no torch."""

from __future__ import annotations

from db.engine import Session
from db.queries import jobs
from studio.services.recipes.version_names import BASE, MAIN, new_versions

_ONE_BY_ONE = ("image_problem",)
"""Warnings about single images, which the Images page counts."""


def version_warnings(session: Session, iteration: int) -> tuple[str, ...]:
    """Return the warnings about the main versions of an iteration, each beginning with its version, oldest first."""
    versions = new_versions(iteration) if iteration else (BASE,)
    found = jobs.warnings(session, MAIN, versions, _ONE_BY_ONE)
    named = (text if text.startswith(f"{version}: ") else f"{version}: {text}" for version, text in found)
    return tuple(dict.fromkeys(named))
