"""The model that is served: what it is called, how it predicts, how its answers become scores. No torch."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path

from engine.contract import artifacts
from engine.contract.specs import PredictSpec, ServeSpec, VisionCache
from studio.services.errors import StudioError
from studio.services.exports.standalone import exported_predictor
from studio.services.projects import create_and_open
from studio.services.scoring.scorers import exported_digest, version_digest
from studio.services.versions.prediction import Predictor, predictor


@dataclass(frozen=True, slots=True)
class ServedModel:
    """A model with its name and the digest of its weights ("" for a base model without an adapter)."""

    predictor: Predictor
    digest: str

    @property
    def version(self) -> str:
        """Return its name."""
        return self.predictor.version

    @property
    def reference(self) -> tuple[float, ...]:
        """Return the value of each label in the original scale."""
        return self.predictor.reference

    def spec(self) -> ServeSpec:
        """Return what its process loads; nothing is kept of the images that it sees."""
        spec = self.predictor.spec
        values = {field.name: getattr(spec, field.name) for field in dataclasses.fields(PredictSpec)}
        return ServeSpec(**{**values, "vision": VisionCache()})


def exported_model(folder: Path, base: str | None = None) -> ServedModel:
    """Return an exported model.

    Args:
        folder: written by ``score-studio export``.
        base: where an adapter's base model is on this machine, if its place has changed.

    Raises:
        StudioError: not an export, an incomplete or damaged one, or its base model cannot be found.
    """
    served = ServedModel(exported_predictor(folder, base), exported_digest(folder))
    problems = artifacts.verify_weights(folder)
    if problems:
        message = f"The exported model in {folder} is damaged: {'; '.join(problems)}."
        raise StudioError(message, "Export the version again, or copy the whole folder.")
    return served


def project_model(root: Path, version: str | None = None) -> ServedModel:
    """Return a version of a project; None: the newest final one. The project is not kept open.

    Raises:
        StudioError: no project, no such version, or it has not been measured.
    """
    project = create_and_open.open_project(root)
    try:
        found = predictor(project, version)
        return ServedModel(found, version_digest(project, found.version))
    finally:
        project.close()
