"""All formats, and the detection of a source's format. Modules of this package that have ``FORMATS`` are registered."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

from studio.services.errors import StudioError
from studio.services.imports import formats
from studio.services.imports.formats.records import Candidate, Format
from studio.services.imports.formats.tables import header_of
from studio.services.settings.schema import ImportSettings


def _found() -> Iterator[Format]:
    for module in pkgutil.iter_modules(formats.__path__, f"{formats.__name__}."):
        if module.name != __name__:
            yield from getattr(importlib.import_module(module.name), "FORMATS", ())


FORMATS: dict[str, Format] = {one.name: one for one in sorted(_found(), key=lambda one: one.place)}
"""By name, specific formats before generic ones."""
GENERIC = ("table", "json")
"""Formats that say nothing about their scores."""


def detect(path: Path) -> list[Candidate]:
    """Return all formats in which a file or folder can be read, most specific first."""
    return [candidate for one in FORMATS.values() for candidate in one.detect(path)]


def choose(path: Path, columns: ImportSettings) -> Candidate:
    """Return the format set in the settings, or the first that matches; a score column in the settings must match.

    Raises:
        StudioError: no such format, no such file, or a file that the format cannot read.
    """
    if columns.importer is not None and columns.importer not in FORMATS:
        raise StudioError(f"There is no importer {columns.importer!r}.", f"Known importers: {', '.join(FORMATS)}.")
    if not path.exists():
        raise StudioError(f"The table {path} does not exist.", "Check the path.")
    if columns.importer is not None:
        found = FORMATS[columns.importer].detect(path)
        if found or path.is_dir():
            return _first(found, path)
        return Candidate(columns.importer, path)
    lazily = (one for known in FORMATS.values() for one in known.detect(path) if _agrees(one, columns))
    first = next(lazily, None)
    return first if first is not None else _first(_any_file(path), path)


def _first(found: list[Candidate], path: Path) -> Candidate:
    if not found:
        raise StudioError(f"No readable dataset found in {path}.", "Choose the table itself, or another folder.")
    return found[0]


def _any_file(path: Path) -> list[Candidate]:
    return [Candidate("table", path)] if path.is_file() else []


def _agrees(candidate: Candidate, columns: ImportSettings) -> bool:
    """Return whether the format would use the score column in the settings, if the table has it."""
    if not candidate.scores or columns.score in candidate.scores:
        return True
    header = header_of(candidate.source, (columns.image, columns.score))
    if columns.score == ImportSettings.model_fields["score"].default:
        return not {columns.score, columns.image} <= set(header)
    return columns.score not in header
