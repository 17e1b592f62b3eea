"""Texts of jobs in the window's language: their titles and the units of their progress."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from studio.services.estimating.types import EstimateRange
from studio.services.loop.types import JobRow, PlannedStage, Template
from studio.services.recipes.version_names import MAIN
from studio.services.stages.registry import STAGES
from studio.text import range_text

_TITLES = {stage.kind: stage.title for stage in STAGES}


def job_title(row: JobRow | PlannedStage) -> str:
    """Return the title of a job; its stored English title if this version of the program has no such stage."""
    if row.stage not in _TITLES:
        return row.title
    text = QCoreApplication.translate("Stages", _TITLES[row.stage])
    subject = row.options.get("subject", "") if isinstance(row, JobRow) else ""
    text = text.format(iteration=row.iteration, version=row.version_name, subject=subject)
    return text if row.line == MAIN or row.version_name is not None else f"{text} ({row.line})"


def range_words(found: EstimateRange, unit: str) -> str:
    """Return a range of seconds or bytes in the window's language."""
    translate = QCoreApplication.translate
    words = translate("Estimates", "{0} to {1} {2}"), translate("Estimates", "about {0} {1}")
    return range_text(found.low, found.high, unit, words)


def estimate_text(parts: Sequence[Template]) -> str:
    """Return the formula of an estimate."""
    return " ".join(
        QCoreApplication.translate("Estimates", part.text).format(**{n: _value(v) for n, v in part.values.items()})
        for part in parts
    )


def _value(value: object) -> object:
    return QCoreApplication.translate("Stages", value) if isinstance(value, str) else value


def unit_text(unit: str) -> str:
    """Return a unit that a child process reported, such as ``images``; unknown ones unchanged."""
    return QCoreApplication.translate("Stages", unit) if unit else ""
