"""Predict images outside the project exactly as a version's own predictions were made. No Qt, no torch."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from db.engine import Session
from db.models import ModelVersion
from db.queries import jobs
from engine.contract.specs import PredictSpec
from studio.services.errors import StudioError
from studio.services.imports.import_store import stored_binning
from studio.services.projects.project import Project
from studio.services.recipes.version_names import final_version
from studio.services.settings.schema import Settings
from studio.services.settings.toml_file import parse_settings
from studio.services.stages.context import StageContext
from studio.services.stages.predict import PREDICT
from studio.services.versions import version_list
from studio.services.versions.types import VersionRow

MEASURE_FIRST = "Run the loop first: score-studio run DIR."


@dataclass(frozen=True, slots=True)
class Predictor:
    """A version's spec for new images, and its reference values by label in the original scale (arXiv, section 4.3).

    ``lower_is_better``: which scores are better in that scale.
    """

    version: str
    spec: PredictSpec
    reference: tuple[float, ...]
    lower_is_better: bool = False

    def score(self, logprobs: Sequence[float]) -> float:
        """Return the calibrated score: the expectation of the reference values under the softmax over the labels."""
        return expected_score(logprobs, self.reference)


def probabilities(logprobs: Sequence[float]) -> list[float]:
    """Return the softmax over the labels."""
    highest = max(logprobs)
    weights = [math.exp(value - highest) for value in logprobs]
    total = sum(weights)
    return [weight / total for weight in weights]


def expected_score(logprobs: Sequence[float], reference: Sequence[float]) -> float:
    """Return the expectation of the labels' reference values under the softmax over the labels."""
    return sum(weight * value for weight, value in zip(probabilities(logprobs), reference, strict=True))


def central_range(shares: Sequence[float], reference: Sequence[float], part: float = 0.9) -> tuple[float, float]:
    """Return the lowest and highest reference value of the labels that are left when both tails are cut off.

    Each tail may hold up to ``(1 - part) / 2`` of the label distribution, so that the range holds at least ``part``.
    """
    ordered = sorted(zip(reference, shares, strict=True))
    tail = (1 - part) / 2

    def end(values: Sequence[tuple[float, float]]) -> float:
        total = 0.0
        for value, share in values:
            total += share
            if total > tail:
                return value
        return values[-1][0]

    return end(ordered), end(ordered[::-1])


def predictor(project: Project, version: str | None) -> Predictor:
    """Return a measured version, ready to predict; None uses the newest final one.

    Raises:
        StudioError: no such version, or it has not been measured yet.
    """
    row = version_list.version(project, version) if version is not None else newest_final(project)
    reference = _reference(project, row)
    settings = settings_of(project, row)
    if settings is None:
        raise not_measured(row)
    with project.reader() as session:
        lower_is_better = stored_binning(session).lower_is_better
    return Predictor(row.name, predict_spec(project, row, settings), reference, lower_is_better)


def newest_final(project: Project) -> VersionRow:
    """Return the final version of the main line's latest measured iteration; otherwise the base.

    Raises:
        StudioError: nothing has been measured yet.
    """
    for row in reversed(version_list.versions(project)):
        if row.name == final_version(row.iteration) and "srcc" in row.metrics:
            return row
    raise StudioError("No model version has been measured yet.", MEASURE_FIRST)


def settings_of(project: Project, row: VersionRow) -> Settings | None:
    """Return the settings of the version's own predictions; None if it has none yet."""
    with project.reader() as session:
        return settings_in(session, row.name)


def settings_in(session: Session, version: str) -> Settings | None:
    """Return the settings of a version's own predictions, in the caller's transaction; None if it has none yet."""
    for job in jobs.in_state(session, "done"):
        if job.stage == PREDICT.kind and job.version_name == version:
            return parse_settings(job.config, f"The settings of job {job.id}")
    return None


def predict_spec(project: Project, row: VersionRow, settings: Settings) -> PredictSpec:
    """Return the spec for predicting with these settings and the current paths."""
    with project.reader() as session:
        return spec_in(session, project, row, settings)


def spec_in(session: Session, project: Project, row: VersionRow | ModelVersion, settings: Settings) -> PredictSpec:
    """Return what ``predict_spec`` does, in the caller's transaction."""
    spec = PREDICT.build_spec(StageContext(session, project, settings, row.iteration, row.name, line=row.line))
    assert isinstance(spec, PredictSpec)
    return spec


def _reference(project: Project, row: VersionRow) -> tuple[float, ...]:
    with project.reader() as session:
        calibration = session.scalar(select(ModelVersion.calibration).where(ModelVersion.id == row.id))
    if calibration is None:
        raise not_measured(row)
    return tuple(float(value) for value in calibration["reference"])


def not_measured(row: VersionRow | ModelVersion) -> StudioError:
    """Return the error of a version that cannot predict yet."""
    return StudioError(f"Version {row.name} has not been measured yet.", MEASURE_FIRST)
